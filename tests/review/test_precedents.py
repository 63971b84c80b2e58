"""A ruling that guides is met by each later one on the question: followed, or departed from."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, Stale, WrongState
from review import selectors
from review.enums import DraftOf, ItemState, VerdictCode
from review.models import PrecedentMet, ReviewDraft, Ruling
from review.services.copies import copy_ruling
from review.services.disputes import look_again, rule
from tests import world as worlds
from tests.review.clients import DISPUTE, ITEM, said, signed_in
from tests.review.judges import REASONS, another_adjudicator, propose

PORTUGAL = "/disputes/2019/PT/a/aa1/"
UPHELD = {"verdict": VerdictCode.EXPERT_UPHELD, **REASONS}
WHY = "Portugal's act has another threshold."


@pytest.fixture
def disputed(reviewed):
    """Give a world with one question disputed in both countries, and ruled on in Estonia."""
    worlds.split(reviewed, "EE", "aa1")
    worlds.split(reviewed, "PT", "aa1")
    worlds.rule(reviewed, reviewed.dispute("EE", "aa1"), is_precedent=True)
    return reviewed


@pytest.fixture
def precedent(disputed):
    return Ruling.objects.get()


@pytest.fixture
def judge(disputed):
    return signed_in(disputed["adjudicator"])


def rule_in_portugal(world, **content):
    return rule(dispute=world.dispute("PT", "aa1"), by=world["adjudicator"], **UPHELD | content)


# --- Follow or depart ------------------------------------------------------------------------


@pytest.mark.parametrize(("follows", "text"), [(True, ""), (False, WHY)])
def test_a_ruling_says_of_each_precedent_whether_it_follows(disputed, precedent, follows, text):
    ruling = rule_in_portugal(disputed, precedents={precedent.pk: (follows, text)})

    met = PrecedentMet.objects.get()
    assert (met.ruling, met.precedent) == (ruling, precedent)
    assert (met.follows, met.text) == (follows, text)
    kept = AuditEntry.objects.filter(act="ruling.give").order_by("number").last()
    assert kept.new["precedents"] == [
        {"round": "2019", "country": "EE", "follows": follows, "text": text}
    ]


def test_a_ruling_that_passes_a_precedent_over_is_stale(disputed, precedent):
    with pytest.raises(Stale, match="made meanwhile"):
        rule_in_portugal(disputed)

    assert Ruling.objects.get() == precedent
    assert disputed.item("PT", "aa1").state == ItemState.DISPUTED


@pytest.mark.parametrize("text", ["", " ", "x" * 20_001])
def test_a_departure_needs_a_reason_that_can_be_kept(disputed, precedent, text):
    with pytest.raises(ValidationError, match=r"departs|20,000"):
        rule_in_portugal(disputed, precedents={precedent.pk: (False, text)})

    assert not PrecedentMet.objects.exists()


def test_what_guides_no_longer_need_not_be_met(disputed, precedent):
    item = disputed.item("EE", "aa1")
    item.state = ItemState.REOPENED
    item.save()

    rule_in_portugal(disputed, precedents={precedent.pk: (True, "")})

    assert not PrecedentMet.objects.exists()


def test_a_ruling_that_waits_for_a_second_look_guides_nobody_yet(reviewed):
    for country in ("EE", "PT"):
        worlds.split(reviewed, country, "aa1")
    second = another_adjudicator(reviewed)
    dispute = reviewed.dispute("EE", "aa1")
    waiting = propose(reviewed, dispute, reviewed["adjudicator"], is_precedent=True)

    def guiding():
        return list(Ruling.objects.precedents_for(reviewed.item("PT", "aa1")))

    assert guiding() == []
    look_again(ruling=waiting, concurs=True, text="", by=second)
    assert guiding() == [waiting]


def test_what_was_ruled_for_practice_or_later_guides_no_real_round(disputed, precedent):
    item = disputed.item("PT", "aa1")
    assert list(Ruling.objects.precedents_for(item)) == [precedent]

    item.case.round.is_demonstration = True
    assert list(Ruling.objects.precedents_for(item)) == []
    item.case.round.is_demonstration = False
    item.case.round.cut_off -= timedelta(days=1)
    assert list(Ruling.objects.precedents_for(item)) == []


# --- On the pages ------------------------------------------------------------------------------


def test_the_form_asks_about_each_precedent_and_keeps_what_is_said(disputed, precedent, judge):
    page = said(judge.get(PORTUGAL))
    assert "Precedent: Estonia, Round 2019: For 100 points." in page

    silent = judge.post(PORTUGAL, UPHELD)
    assert silent.status_code == 422
    assert "Say whether this ruling follows the precedent." in said(silent)

    name = f"precedent-{precedent.pk}"
    bare = judge.post(PORTUGAL, UPHELD | {name: "departs"})
    assert bare.status_code == 422
    assert "Say why this ruling departs from the precedent." in said(bare)

    kept = judge.post(PORTUGAL, UPHELD | {name: "departs", f"{name}-why": WHY})
    assert kept.status_code == 302
    page = said(judge.get(PORTUGAL))
    assert "Departs from Estonia, Round 2019: For 100 points." in page
    assert WHY in page


def test_a_reviewer_reads_what_guides_and_its_public_reason_alone(disputed):
    page = said(signed_in(disputed["PT_reviewer_1"]).get(ITEM.replace("EE", "PT")))

    assert "Ruled on this indicator elsewhere" in page
    assert "The act was in force on the day." in page
    assert "The source that the expert cites decides." not in page


def test_a_ruling_that_does_not_guide_is_read_by_those_who_rule_alone(reviewed):
    for country in ("EE", "PT"):
        worlds.split(reviewed, country, "aa1")
    worlds.rule(reviewed, reviewed.dispute("EE", "aa1"))
    dispute = reviewed.dispute("PT", "aa1")

    def elsewhere(key):
        return selectors.dispute_page(dispute, reviewed[key]).elsewhere

    assert [one.country_name for one in elsewhere("adjudicator")] == ["Estonia"]
    assert elsewhere("PT_reviewer_1") == elsewhere("observer") == ()


# --- As a draft --------------------------------------------------------------------------------


def test_a_ruling_is_copied_to_a_sibling_as_a_draft_and_rules_nothing(disputed, precedent):
    draft = copy_ruling(
        ruling=precedent, to=disputed.dispute("PT", "aa1"), by=disputed["adjudicator"]
    )

    assert (draft.person, draft.kind) == (disputed["adjudicator"], DraftOf.RULING)
    assert (draft.place, draft.based_on) == ("aa1/2019-12-31", 1)
    assert draft.content == {
        "verdict": "expert_upheld",
        "option": "0",
        "points": "",
        "public_rationale": precedent.public_rationale,
        "internal_rationale": precedent.internal_rationale,
    }
    assert disputed.item("PT", "aa1").state == ItemState.DISPUTED
    entry = AuditEntry.objects.get(act="ruling.copy")
    assert entry.subject == "item/2019/PT/a/aa1"
    assert entry.new["from"] == "item/2019/EE/a/aa1"


def test_a_draft_in_which_something_stands_is_never_overwritten(disputed, precedent):
    copied = {"to": disputed.dispute("PT", "aa1"), "by": disputed["adjudicator"]}
    draft = copy_ruling(ruling=precedent, **copied)
    draft.content = {"public_rationale": "Half a sentence"}
    draft.save()

    with pytest.raises(Refusal, match="left as it is"):
        copy_ruling(ruling=precedent, **copied)

    assert ReviewDraft.objects.get().content == {"public_rationale": "Half a sentence"}


def test_an_empty_draft_is_filled(disputed, precedent):
    copied = {"to": disputed.dispute("PT", "aa1"), "by": disputed["adjudicator"]}
    draft = copy_ruling(ruling=precedent, **copied)
    draft.content = {"public_rationale": " ", "verdict": ""}
    draft.save()

    again = copy_ruling(ruling=precedent, **copied)

    assert again.version == draft.version + 1
    assert again.content["verdict"] == "expert_upheld"


@pytest.mark.parametrize(
    "key", ["PT_reviewer_1", "EE_a_1", "coordinator", "observer", "stranger"]
)
def test_only_who_rules_in_both_countries_copies(disputed, precedent, key):
    with pytest.raises(NotAllowed):
        copy_ruling(ruling=precedent, to=disputed.dispute("PT", "aa1"), by=disputed[key])

    assert not ReviewDraft.objects.exists()


def test_a_ruling_is_no_draft_for_another_question_or_where_all_is_ruled(disputed, precedent):
    by = disputed["adjudicator"]
    with pytest.raises(WrongState):
        copy_ruling(ruling=precedent, to=disputed.dispute("EE", "aa1"), by=by)
    worlds.split(disputed, "PT", "aa2")
    with pytest.raises(Refusal, match="same indicator"):
        copy_ruling(ruling=precedent, to=disputed.dispute("PT", "aa2"), by=by)


def test_the_block_of_a_ruling_offers_its_siblings_and_the_form_then_holds_the_draft(
    disputed, precedent, judge
):
    page = said(judge.get(DISPUTE))
    assert "Use as a draft on an open dispute" in page
    assert f'action="{PORTUGAL}draft/"' in page

    response = judge.post(f"{PORTUGAL}draft/", {"ruling": precedent.pk})

    assert (response.status_code, response.url) == (302, PORTUGAL)
    form = judge.get(PORTUGAL).context["form"]
    assert form["verdict"].value() == "expert_upheld"
    assert form["public_rationale"].value() == precedent.public_rationale


@pytest.mark.parametrize("number", ["", "x", "999999", "٣"])
def test_a_draft_of_no_ruling_is_not_found(judge, number):
    assert judge.post(f"{PORTUGAL}draft/", {"ruling": number}).status_code == 404


def test_a_ruling_that_is_made_takes_its_draft_along(disputed, precedent):
    copy_ruling(ruling=precedent, to=disputed.dispute("PT", "aa1"), by=disputed["adjudicator"])

    rule_in_portugal(disputed, precedents={precedent.pk: (True, "")})

    assert not ReviewDraft.objects.exists()
