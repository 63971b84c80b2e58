"""A draft is tried on the answers of an edition: exact, and without a trace."""

from fractions import Fraction

import pytest
from django.utils import timezone

from editions.enums import RevisionState
from editions.models import Revision
from editions.services import building
from editions.services.trying import revisions_to_try, try_framework
from mipex_site.audit.models import AuditEntry
from mipex_site.desk.selectors.frameworks.trying import trial_page
from questionnaire.selectors.tree import framework_document
from questionnaire.services.framework.copying import copy_framework
from questionnaire.services.framework.documents import entry_of, print_of
from questionnaire.services.framework.editing import put_entry
from tests.factories.questionnaire import head_coordinator

from .conftest import prepared, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(round_):
    """Give a published edition: EE has 100 but for b2, which has 0; PT 50 everywhere."""
    edition = prepared(round_)
    scored(round_)
    revision = edition.revisions.get()
    building.build(revision.pk)
    Revision.objects.filter(pk=revision.pk).update(
        state=RevisionState.PUBLISHED, published_at=timezone.now()
    )
    return revisions_to_try()[0]


@pytest.fixture
def head(db):
    return head_coordinator()


@pytest.fixture
def draft(published, head):
    return copy_framework(framework=published.edition.round.framework, version="next", by=head)


def change(framework, section, code, head, **values):
    old = entry_of(framework_document(framework), section, code)
    put_entry(
        framework=framework, section=section, entry=old | values, base=print_of(old), by=head
    )


def figures(trial):
    return {one.country: (one.index.then, one.index.now) for one in trial.countries}


def test_a_copy_gives_the_same_scores_and_leaves_no_trace(published, draft):
    acts = AuditEntry.objects.count()

    trial = try_framework(draft, published)

    assert figures(trial) == {"EE": (75, 75), "PT": (50, 50)}
    assert [one.moved for one in trial.countries] == [(), ()]
    assert (len(trial.carried), trial.broken, trial.troubles) == (4, (), ())
    assert [(one.rank_then, one.rank_now) for one in trial.countries] == [(1, 1), (2, 2)]
    assert AuditEntry.objects.count() == acts


def test_a_weight_moves_the_index_by_an_exact_fraction(published, draft, head):
    change(draft, "aggregates", "b", head, rule="weighted_mean")
    change(draft, "indicators", "b2", head, weight="2")

    trial = try_framework(draft, published)

    (estonia, portugal) = trial.countries
    assert (estonia.index.then, estonia.index.now) == (75, Fraction(200, 3))
    assert estonia.index.change == Fraction(-25, 3)
    assert [(one.node, one.then, one.now) for one in estonia.moved] == [
        ("b", 50, Fraction(100, 3))
    ]
    assert portugal.moved == ()


@pytest.mark.parametrize("relation", ["recoded", "merged", "split"])
def test_a_question_that_is_not_the_same_has_no_answer(published, draft, head, relation):
    change(draft, "indicators", "b2", head, relation=relation)

    trial = try_framework(draft, published)

    assert trial.broken == ("b2",)
    assert figures(trial)["EE"] == (75, 100)
    assert [one.answered for one in trial.countries] == [3, 3]


def test_a_question_that_was_reworded_keeps_its_answer(published, draft, head):
    change(draft, "indicators", "b2", head, relation="reworded")
    assert try_framework(draft, published).broken == ()


def test_an_answer_whose_option_is_gone_is_none(published, draft, head):
    options = [{"points": 100, "label": "Yes."}, {"points": 0, "label": "No."}]
    change(draft, "indicators", "a1", head, options=options)

    answered = {one.country: one.answered for one in try_framework(draft, published).countries}

    assert answered == {"EE": 4, "PT": 3}


def test_the_line_is_followed_over_a_version_without_an_edition(published, draft, head):
    change(draft, "indicators", "b2", head, relation="recoded")
    later = copy_framework(framework=draft, version="later", by=head)
    assert try_framework(later, published).broken == ("b2",)


def test_a_draft_with_faults_is_not_computed_and_says_why(published, draft, head):
    strand = {"code": "c", "kind": "strand", "title": "Empty", "rule": "mean"}
    put_entry(framework=draft, section="aggregates", entry=strand, base="", by=head)

    trial = try_framework(draft, published)

    assert trial.countries == ()
    assert trial.troubles == ("Nothing lies below “c”, so it has no score.",)


def test_a_change_is_rounded_once_when_it_is_shown(published, draft, head):
    change(draft, "aggregates", "b", head, rule="weighted_mean")
    change(draft, "indicators", "b2", head, weight="2")

    page = trial_page(draft, published.name)

    (estonia, portugal) = page.lines
    assert (estonia.index.then, estonia.index.now, estonia.index.change) == ("75", "67", "−8")
    assert [(one.title, one.change) for one in estonia.strands] == [("Strand b", "−17")]
    assert portugal.index.change == "0"


def test_trying_costs_a_fixed_number_of_queries(published, draft, django_assert_num_queries):
    draft.refresh_from_db()
    with django_assert_num_queries(17):
        assert try_framework(draft, published).countries
