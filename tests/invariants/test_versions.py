"""Opinions, consents and rulings are of the version that was under review when they were given."""

import random
from collections import defaultdict

import pytest

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import Refusal, Stale
from questionnaire.models import Answer
from review.enums import AGREEING, SETTLED, Basis, ItemState, OpinionKind
from review.models import (
    BlindCoding,
    CaseItem,
    Consent,
    Dispute,
    FirstCoding,
    Opinion,
    SettledAnswer,
)
from review.services.addresses import address_of
from tests import world as worlds

from .grounds import reviewed
from .storm import stormed

PLACE = ("case__round", "case__country", "case__strand", "indicator")


def pinned_versions() -> dict[str, dict[int, int]]:
    """Return for each item, by the record alone, which version was under review from when on."""
    pinned = defaultdict(dict)
    for first in FirstCoding.objects.filter(coding=1).select_related("item"):
        item = CaseItem.objects.select_related(*PLACE).get(pk=first.item_id)
        pinned[address_of(item)][0] = first.version
    for entry in AuditEntry.objects.filter(act__startswith="item.").order_by("number"):
        if entry.act in {"item.resubmit", "item.maintain", "item.void"}:
            pinned[entry.subject][entry.number] = entry.new["version"]
    return pinned


def under_review(pinned: dict[int, int], number: int) -> int:
    return pinned[max(since for since in pinned if since <= number)]


def test_every_opinion_was_given_on_the_version_then_under_review(db):
    stormed(seed=1)
    pinned = pinned_versions()

    acts = ("opinion.give", "consent.give", "item.approve", "item.rule")
    entries = list(AuditEntry.objects.filter(act__in=acts))
    for entry in entries:
        at = under_review(pinned[entry.subject], entry.number)
        assert entry.new["version"] == at, (entry.act, entry.subject)

    given = [entry for entry in entries if entry.act == "opinion.give"]
    assert len(given) == Opinion.objects.count() > 10
    rows = Opinion.objects.select_related(*(f"item__{part}" for part in PLACE))
    assert {(address_of(one.item), one.version, str(one.reviewer_id)) for one in rows} == {
        (entry.subject, entry.new["version"], str(entry.actor)) for entry in given
    }


def test_every_row_of_a_judgement_points_to_a_version_that_there_was(db):
    stormed(seed=1)
    there = set(Answer.history.values_list("id", "version"))

    for model in (Opinion, Consent, BlindCoding, Dispute):
        assert set(model.objects.values_list("item__answer", "version")) <= there
    assert set(SettledAnswer.objects.values_list("answer", "version")) <= there


def test_what_is_approved_is_word_for_word_what_enough_reviewers_agreed_to(db):
    world = stormed(seed=1)
    approved = SettledAnswer.objects.filter(basis=Basis.APPROVED)
    assert approved.exists()

    for settled in approved.select_related("item"):
        judged = Answer.history.filter(id=settled.answer_id, version=settled.version).latest()
        said = (settled.kind, settled.option_id, settled.rationale)
        assert said == (judged.kind, judged.option_id, judged.rationale)
        opinions = settled.item.opinions.filter(version=settled.item.version)
        assert settled.version == settled.item.version
        agreed = opinions.filter(kind__in=AGREEING).count()
        assert agreed >= world.round.opinions_required
        assert not opinions.filter(kind=OpinionKind.DISAGREE).exists()
    items = CaseItem.objects.filter(state__in=SETTLED)
    assert items.count() == SettledAnswer.objects.filter(item__in=items).count()


@pytest.mark.parametrize("seed", range(3))
def test_an_opinion_or_a_consent_on_another_version_is_refused(db, seed):
    """Whoever may speak, and whatever they say."""
    world, dice = reviewed(), random.Random(seed)
    refused = 0

    for item in CaseItem.objects.filter(state=ItemState.UNDER_REVIEW).select_related(*PLACE):
        version = item.version + dice.choice((-1, 1, 2, 99))
        kind, text = dice.choice(OpinionKind.values), "Section 5."
        person = dice.choice(world.reviewers(item.case.country.code))
        with pytest.raises(Stale):
            worlds.opinions.give_opinion(
                item=item, version=version, kind=kind, text=text, by=person
            )
        with pytest.raises(Refusal):
            worlds.consents.consent(
                item=item, version=version, text=text, by=world["adjudicator"]
            )
        refused += 1

    assert refused > 5
    assert not Opinion.objects.exists()
    assert not Consent.objects.exists()
