"""The first round of an empty portal: its files, and the coding and reviewing without a page."""

import csv
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from mipex_site.accounts.models import User
from questionnaire.enums import SourceKind
from questionnaire.models import Assessment, Indicator, Invitation, Source
from questionnaire.resources.framework_book import write_book
from questionnaire.services import answers, assessments, sources
from questionnaire.services.framework.reading import read_content
from questionnaire.services.framework.shape import completed
from review.enums import Interest, ItemState, OpinionKind
from review.models import CaseItem
from review.services import interests, opinions
from tests.questionnaire.inviting import token_of

HEAD, SECOND, PUBLISHER = (f"{who}@example.org" for who in ("head", "second", "publisher"))
CODE, TITLE = "first", "The first round"
NAMED = {"title": TITLE, "code": CODE, "edition_code": "2031", "cut_off": "2025-12-31"}
RULES = {"opinions_required": "1", "blind_share": "0", "last_word_days": "0"}
EDITION = {"title": "Newcomers 2031", "licence": "CC-BY-4.0", "publisher": "An invented house"}
COUNTRIES = {"XA": "Arvenia", "XB": "Belmora", "XC": "Castria"}
NOTE = {
    "country": "XB",
    "indicator": "stay2",
    "text": "Section 13 lets nobody work.",
    "evidence": "https://law.example.org/13",
    "name": "Rita Reader",
    "email": "rita@example.org",
}
FRAMEWORK = """\
framework: {code: newcomers, version: "1", title: Index of newcomers, language: en}
standards:
  - {code: law, kind: directive, title: An invented directive, year: 2003}
aggregates:
  - {code: entry, kind: strand, title: Entry, rule: mean, scored: ["2025-"]}
  - {code: stay, kind: strand, title: Stay, rule: mean, scored: ["2025-"]}
indexes:
  - {code: overall, title: Overall, headline: true, strands: [entry, stay]}
indicators:
""" + "".join(
    f"  - {{code: {code}, parent: {code[:-1]}, title: {title}, question: '{title}?',"
    " evidence: law, relation: new, standards: [law], options: [{points: 100, label: Anybody},"
    " {points: 50, label: Some}, {points: 0, label: Nobody}]}\n"
    for code, title in (
        ("entry1", "Who may enter"),
        ("entry2", "Who may bring a family"),
        ("stay1", "Who may stay"),
        ("stay2", "Who may work"),
    )
)


# --- Files --------------------------------------------------------------------------------


def framework_workbook(folder: Path) -> Path:
    document = completed(read_content(FRAMEWORK.encode(), file="framework.yaml").data)
    path = folder / "framework.xlsx"
    path.write_bytes(write_book(document, {}))
    return path


def countries_table(folder: Path) -> Path:
    rows = [(code, f"{code}X", name) for code, name in COUNTRIES.items()]
    return _write(folder / "countries.csv", [("code", "alpha3", "name"), *rows])


def people_table(folder: Path) -> Path:
    """Write a row for an expert and one for a reviewer of each country."""
    rows = [("email", "role", "country", "name")]
    for code, country in COUNTRIES.items():
        rows.append((expert_of(code), "expert", code, f"Expert of {country}"))
        rows.append((reviewer_of(code), "reviewer", code, f"Judge of {country}"))
    return _write(folder / "people.csv", rows)


def _write(path: Path, rows: list[tuple[str, ...]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def calendar() -> dict[str, str]:
    """Return the days of the round's calendar as they are typed: it opens today."""
    days = {"due_at": 20, "grace_until": 25, "hard_close_at": 30, "review_due_at": 60}
    today = timezone.localdate()
    return {
        name: str(today + timedelta(days=n)) for name, n in ({"opens_at": 0} | days).items()
    }


# --- People -------------------------------------------------------------------------------


def expert_of(country: str) -> str:
    return f"expert.{country.lower()}@example.org"


def reviewer_of(country: str) -> str:
    return f"reviewer.{country.lower()}@example.org"


def everybody_asked() -> list[str]:
    return [address(code) for code in COUNTRIES for address in (expert_of, reviewer_of)]


def link_of(address: str) -> str:
    """Return the link that the letter to this address brings."""
    return f"/invitation/{token_of(Invitation.objects.get(email=address))}/"


# --- Coding and reviewing -----------------------------------------------------------------


def answer_the_rest() -> None:
    """Let each expert answer what is blank with the option that earns 50, and submit."""
    for sheet in Assessment.objects.select_related("round", "country", "strand"):
        expert = User.objects.get(email=expert_of(sheet.country.code))
        source = Source.objects.of_sheet(sheet).first() or _law(sheet, expert)
        done = sheet.answers.values("indicator")
        for indicator in Indicator.objects.filter(strand=sheet.strand).exclude(pk__in=done):
            answers.record_answer(
                sheet=sheet,
                indicator=indicator,
                by=expert,
                option=indicator.options.get(points=50),
                rationale="Section 12 opens it to some.",
                sources=[source],
            )
        assessments.submit(sheet=sheet, declared_for=sheet.round.cut_off, by=expert)


def _law(sheet: Assessment, expert: User) -> Source:
    return sources.add_source(
        sheet=sheet,
        by=expert,
        kind=SourceKind.LAW,
        title="Invented Act",
        article="section 12",
        year=2010,
        in_force_from=date(2011, 1, 1),
    )


def agree_with_the_rest() -> None:
    """Let each reviewer find no tie and agree with what nobody has spoken about."""
    waiting = CaseItem.objects.filter(state=ItemState.UNDER_REVIEW)
    for item in waiting.select_related("case__round", "case__country"):
        reviewer = User.objects.get(email=reviewer_of(item.case.country.code))
        place = {"round_": item.case.round, "country": item.case.country}
        interests.declare_interest(**place, interest=Interest.NONE, by=reviewer)
        opinions.give_opinion(
            item=item, version=item.version, kind=OpinionKind.AGREE, by=reviewer
        )
