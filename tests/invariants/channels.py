"""Every way by which something comes onto a sheet; docs/explanation/one-answers-way.md.

A channel takes the world, a sheet, a question and who sends. It sends what would make a new
version of an answer, and says nothing of what became of it: that is read in the tables.
"""

import io
import json
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mipex_site.audit.models import Channel
from mipex_site.audit.services.acting import acting
from mipex_site.base.errors import Refusal
from questionnaire.enums import ChangeReason
from questionnaire.models import Answer, Draft, Source
from questionnaire.services import answers, files, sources
from questionnaire.services.workbooks.template import choices_of
from questionnaire.tasks import record_quiet_drafts
from tests import world as worlds
from tests.questionnaire.sheeting import answered, as_file, written

SAYS = "Section 5 says it in other words."
NEW = {"kind": "law", "title": "Another Act", "article": "1", "in_force_from": "2011-01-01"}


def browser(by) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(by)
    return client


def at(sheet, end="") -> str:
    place = (sheet.round.code, sheet.country.code, sheet.strand.code, sheet.coding)
    return f"/sheets/{'/'.join(map(str, place))}/{end}"


def content(sheet, code, **changes) -> dict[str, object]:
    """Return the fields of an answer: what is recorded, with these CHANGES."""
    present = Answer.objects.filter(assessment=sheet, indicator__code=code).first()
    places = list(present.indicator.options.all()) if present else []
    fields = {
        "option": str(places.index(present.option) + 1) if present else "1",
        "points": "",
        "rationale": present.rationale if present else "The act says so.",
        "note": present.note if present else "",
        "sources": [str(one.key) for one in Source.objects.of_sheet(sheet)[:1]],
        "change_reason": "corrected",
    }
    return fields | (changes or {"rationale": SAYS})


def version_of(sheet, code) -> int:
    found = Answer.objects.filter(assessment=sheet, indicator__code=code)
    return found.values_list("version", flat=True).first() or 0


def form(world, sheet, code, by, **changes):
    read = {"act": "stay", "version": version_of(sheet, code), "draft": 0}
    browser(by).post(at(sheet, f"{code}/"), content(sheet, code, **changes) | read)


def htmx(world, sheet, code, by, **changes):
    read = {"act": "next", "version": version_of(sheet, code), "draft": 0}
    sent = content(sheet, code, **changes) | read
    browser(by).post(at(sheet, f"{code}/"), sent, headers={"HX-Request": "true"})


def door(world, sheet, code, by, **changes):
    body = {
        "act": "record",
        "key": f"key-{uuid4()}",
        "based_on": version_of(sheet, code),
        "draft": 0,
        "fields": content(sheet, code, **changes),
        "base": {},
    }
    url = at(sheet, f"{code}/draft/")
    browser(by).post(url, json.dumps(body), content_type="application/json")


COLUMNS = {"rationale": "G", "note": "H", "points": "F", "change_reason": "I", "sources": "J"}


def cells(indicator, fields) -> dict[str, object]:
    """Return what is written into the row of a question, by the letters of its columns."""
    said = {COLUMNS[name]: text for name, text in fields.items() if name in COLUMNS}
    numbers = [f"S{place}" for place in range(1, len(fields["sources"]) + 1)]
    said |= {"J": ", ".join(numbers), "I": str(ChangeReason(fields["change_reason"]).label)}
    words = choices_of(indicator.options.all())
    return {letter: text for letter, text in said.items() if text} | {
        "E": words[fields["option"]]
    }


def workbook(world, sheet, code, by, **changes):
    """Fill the workbook in, send it, look at what it would change, and apply that."""
    place = SimpleNamespace(sheet=sheet, second=sheet, expert=world.expert(sheet))
    indicator = world.indicator(code)
    filled = cells(indicator, content(sheet, code, **changes))
    file = answered(written(place), place, indicator, **filled)
    url = f"/sheets/{sheet.round.code}/{sheet.country.code}/workbook/{sheet.coding}/"
    client = browser(by)
    kept = client.post(url, {"file": as_file(file)})
    if kept.status_code == 302:
        client.post(kept.url, {"act": "apply"})


def admin(world, sheet, code, by, **changes):
    """Ask the administration, as somebody with every right that Django has."""
    by.is_staff = by.is_superuser = True
    by.save()
    client, row = browser(by), Answer.objects.filter(assessment=sheet).first()
    pages = ("add/", *((f"{row.pk}/change/", f"{row.pk}/delete/") if row else ()))
    for page in pages:
        sent = content(sheet, code, **changes) | {"post": "yes"}
        client.post(f"/admin/questionnaire/answer/{page}", sent)


def command(world, sheet, code, by, **changes):
    """Act as a command of the portal would: by the service, below every page."""
    said = content(sheet, code, **changes)
    chosen = list(world.indicator(code).options.all())
    own = said["option"] in {"1", "2", "3"}
    known = {
        "kind": "chosen" if own else said["option"],
        "option": chosen[int(said["option"]) - 1] if own else None,
        "points": None if own else said["points"] or None,
        "sources": Source.objects.filter(key__in=said["sources"]),
    }
    texts = {name: said[name] for name in ("rationale", "note", "change_reason")}
    with acting(Channel.COMMAND), suppress(Refusal, ValidationError):
        answers.record_answer(
            sheet=sheet, indicator=world.indicator(code), by=by, **known, **texts
        )


def task(world, sheet, code, by, **changes):
    """Let a complete draft rest, and the clock come by."""
    draft, _new = Draft.objects.update_or_create(
        assessment=sheet,
        indicator=world.indicator(code),
        reference_date=worlds.CUT_OFF,
        defaults={
            "content": content(sheet, code, **changes),
            "author": by,
            "based_on": version_of(sheet, code),
        },
    )
    Draft.objects.filter(pk=draft.pk).update(updated_at=timezone.now() - timedelta(hours=1))
    record_quiet_drafts()


SEVEN = (form, htmx, door, workbook, admin, command, task)


# --- What else can be written beside an answer --------------------------------------------


def beside(world, sheet, code, by) -> None:
    """Try, by page, door and service, everything that changes what an answer rests on."""
    client, source = browser(by), Source.objects.of_sheet(sheet).first()
    client.post(at(sheet, f"{code}/maintain/"), {"reply": "It stands."})
    client.post(at(sheet, "sources/add/"), NEW)
    body = json.dumps({"key": str(uuid4()), "fields": NEW})
    client.post(at(sheet, "sources/new/"), body, content_type="application/json")
    client.post(at(sheet, f"sources/{source.key}/"), NEW | {"act": "save"})
    client.post(at(sheet, f"sources/{source.key}/recheck/"))
    client.post(at(sheet, f"sources/{source.key}/upcoming/"))
    client.post(at(sheet, "upcoming/"), {"title": "A bill"})
    client.post(at(sheet, "check/"), {"declared": "on"})
    page = SimpleUploadedFile("law.pdf", io.BytesIO(b"%PDF-1.4").getvalue())
    client.post(at(sheet, f"sources/{source.key}/files/"), {"file": page})
    known = {"sheet": sheet, "by": by}
    acts = (
        lambda: answers.maintain_answer(
            indicator=world.indicator(code), reply="It stands.", **known
        ),
        lambda: sources.add_source(**known, kind="law", title="An Act", article="2"),
        lambda: sources.edit_source(source=source, **known, title="Another"),
        lambda: sources.recheck_source(source=source, **known),
        lambda: files.attach_file(source=source, upload=page, **known),
        lambda: worlds.assessments.submit(declared_for=worlds.CUT_OFF, **known),
    )
    for act in acts:
        with suppress(Refusal, ValidationError):
            act()
