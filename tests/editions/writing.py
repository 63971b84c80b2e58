"""Writing and reviewing texts of an edition, rehearsing it and building it."""

from editions.enums import TextKind
from editions.models import EditionText
from editions.services import building, rehearsing, texts
from editions.services.texts import Place
from questionnaire.enums import RoundState
from review.models import SettledAnswer
from tests.factories.questionnaire import coordinator_of

from .conftest import prepared, scored

FINDING = Place(TextKind.FINDING, order=1)
NOTE = Place(TextKind.COUNTRY_NOTE, "EE")
PRESS = Place(TextKind.PRESS)
SAYS = "Estonia has {{score EE overall}} points, of {{count countries}} countries."


def rehearse(round_):
    asked = rehearsing.ask_for_rehearsal(round_=round_, by=coordinator_of(round_))
    assert rehearsing.build(asked.pk)


def write(round_, by, place=FINDING, *, body=SAYS, title="A finding", version=0):
    words = {"title": title, "body": body, "version": version}
    return texts.write_text(round_=round_, place=place, by=by, **words)


def review(text, by):
    return texts.review_text(text=text, version=text.version, by=by)


def standing(text):
    text = EditionText.objects.get(pk=text.pk)
    return texts.standing(text, texts.figures_now(text.round))


def earn_more(round_):
    """Settle Estonia's b2 at 100 points instead of none: the overall score is 100 then."""
    answer = SettledAnswer.objects.get(round=round_, country__code="EE", indicator__code="b2")
    answer.option, answer.points = answer.indicator.options.get(points=100), 100
    answer.save()


def candidate_of(round_):
    """Close the review, score it and build its edition."""
    round_.state, round_.closed_at = RoundState.REVIEW_CLOSED, round_.opens_at
    round_.save()
    edition = prepared(round_)
    scored(round_)
    revision = edition.revisions.get()
    assert building.build(revision.pk)
    revision.refresh_from_db()
    return revision


def red(revision):
    return {check["name"]: check["text"] for check in revision.checks if not check["ok"]}
