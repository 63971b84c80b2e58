"""A framework's way from its file into the database and out again."""

from pathlib import Path

import pytest
from django.conf import settings

from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, WrongState
from questionnaire.enums import FrameworkState
from questionnaire.models import Aggregate, Contradiction, Framework, Indicator, Option
from questionnaire.selectors.tree import (
    checksum_of,
    framework_document,
    indicators_of,
    strands,
)
from questionnaire.services.framework import import_framework, lock_framework
from questionnaire.services.framework.reading import read
from questionnaire.services.framework.shape import completed
from questionnaire.services.problems import BadFile
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import RoundFactory, coordinator_of, head_coordinator

pytestmark = pytest.mark.django_db
MIPEX = Path(settings.BASE_DIR) / "data" / "mipex"
SMALL = """
framework: {code: small, version: "1", title: A small one, language: en}
standards:
  - {code: one, kind: directive, title: One}
  - {code: two, kind: convention, title: Two}
aggregates:
  - {code: s1, kind: composite, parent: s, title: A composite first, rule: weighted_mean}
  - {code: s, kind: strand, title: A strand, rule: mean, scored: [2014, 2016-2018, 2019-]}
indexes:
  - {code: overall, title: Overall, headline: true, strands: [s]}
indicators:
  - code: s1a
    parent: s1
    title: A question
    question: What does the law say?
    evidence: law
    standards: [two, one]
    weight: "1/3"
    relation: new
    options:
      - {points: 100, label: All.}
      - {points: 0, label: Nothing.}
"""
RULES = """
  - {code: s1b, parent: s1, title: Another, question: "What else?", evidence: law, relation: new,
     options: [{points: 100, label: All.}, {points: 0, label: Nothing.}]}
contradictions:
  - {code: z-first, indicator: s1b, earns: [100], other: s1a, other_earns: [0], words: Both.}
  - {code: a-last, indicator: s1a, earns: [0, 100], other: s1b, other_earns: [0], words: No.}
"""


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["core.yaml", "outline-2010.yaml"])
def test_what_the_database_gives_back_is_the_file(name):
    framework = import_framework(path=MIPEX / name, by=head_coordinator())
    assert framework_document(framework) == completed(read(MIPEX / name).data)


def test_every_corner_of_the_format_comes_back(small):
    document = framework_document(import_framework(path=small, by=head_coordinator()))
    assert document == completed(read(small).data)
    assert document["aggregates"][1]["scored"] == ["2014", "2016-2018", "2019-"]
    assert document["indicators"][0]["standards"] == ["two", "one"]
    assert document["indicators"][0]["weight"] == "1/3"


def test_contradictions_come_back_in_the_order_of_the_file(small):
    small.write_text(SMALL.rstrip() + RULES, encoding="utf-8")
    framework = import_framework(path=small, by=head_coordinator())
    document = framework_document(framework)
    assert document == completed(read(small).data)
    assert [row["code"] for row in document["contradictions"]] == ["z-first", "a-last"]
    assert document["contradictions"][0]["earns"] == [100]


def test_a_framework_without_contradictions_keeps_the_checksum_it_had(small):
    document = framework_document(import_framework(path=small, by=head_coordinator()))
    sections = ["framework", "standards", "aggregates", "indexes", "indicators"]
    assert list(document) == sections
    small.write_text(SMALL + "contradictions: []\n", encoding="utf-8")
    again = framework_document(import_framework(path=small, by=head_coordinator()))
    assert checksum_of(again) == checksum_of(document)


def test_a_draft_that_is_loaded_again_has_the_new_contradictions(small):
    head = head_coordinator()
    small.write_text(SMALL.rstrip() + RULES, encoding="utf-8")
    import_framework(path=small, by=head)
    fewer = RULES.split("  - {code: a-last", maxsplit=1)[0]
    small.write_text(SMALL.rstrip() + fewer, encoding="utf-8")
    import_framework(path=small, by=head)
    assert [row.code for row in Contradiction.objects.all()] == ["z-first"]


def test_an_indicator_knows_the_strand_far_above_it(small):
    framework = import_framework(path=small, by=head_coordinator())
    (strand,) = strands(framework)
    (indicator,) = indicators_of(strand)
    assert (indicator.strand.code, indicator.parent.code) == ("s", "s1")
    assert [option.points for option in indicator.options.all()] == [100, 0]


def test_the_core_set_has_eight_strands_and_72_questions():
    framework = import_framework(path=MIPEX / "core.yaml", by=head_coordinator())
    assert "".join(strands(framework).values_list("code", flat=True)) == "abcdefgh"
    assert framework.indicators.count() == 72


def test_a_bad_file_saves_nothing_and_names_its_lines(small):
    small.write_text(SMALL.replace("parent: s1", "parent: s9"), encoding="utf-8")
    with pytest.raises(BadFile, match=r"small.yaml, line 1\d: The parent “s9”"):
        import_framework(path=small, by=head_coordinator())
    assert not Framework.objects.exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("act", [import_framework, lock_framework])
def test_only_a_coordinator_of_the_portal_loads_and_locks(act, small):
    head = head_coordinator()
    framework = import_framework(path=small, by=head)
    given = {import_framework: {"path": small}, lock_framework: {"framework": framework}}
    for person in (UserFactory(is_superuser=True), coordinator_of(RoundFactory())):
        with pytest.raises(NotAllowed, match="loads or locks a framework"):
            act(**given[act], by=person)


def test_a_draft_is_replaced_by_the_next_try(small):
    head = head_coordinator()
    first = import_framework(path=small, by=head)
    small.write_text(SMALL.replace("A question", "A better question"), encoding="utf-8")
    second = import_framework(path=small, by=head)
    assert (second.pk, Framework.objects.count()) == (first.pk, 1)
    assert Indicator.objects.get().title == "A better question"
    assert (Aggregate.objects.count(), Option.objects.count()) == (2, 2)


def test_a_draft_that_a_round_uses_is_not_replaced(small):
    head = head_coordinator()
    RoundFactory(framework=import_framework(path=small, by=head))
    with pytest.raises(WrongState, match="A round uses"):
        import_framework(path=small, by=head)


def test_a_locked_framework_has_its_checksum_and_never_changes(small):
    head = head_coordinator()
    framework = lock_framework(framework=import_framework(path=small, by=head), by=head)
    assert framework.state == FrameworkState.LOCKED
    assert framework.checksum == checksum_of(framework_document(framework))
    assert AuditEntry.objects.last().new["checksum"] == framework.checksum
    with pytest.raises(WrongState, match="already locked"):
        lock_framework(framework=framework, by=head)
    with pytest.raises(WrongState, match="new version"):
        import_framework(path=small, by=head)


def test_a_new_version_stands_beside_the_old_one(small):
    head = head_coordinator()
    lock_framework(framework=import_framework(path=small, by=head), by=head)
    small.write_text(SMALL.replace('version: "1"', 'version: "2"'), encoding="utf-8")
    import_framework(path=small, by=head)
    assert list(Framework.objects.order_by("version").values_list("version", "state")) == [
        ("1", "locked"),
        ("2", "draft"),
    ]


def test_the_document_costs_as_many_queries_for_72_questions_as_for_one(
    small, django_assert_num_queries
):
    head = head_coordinator()
    for path in (small, MIPEX / "core.yaml"):
        framework = import_framework(path=path, by=head)
        with django_assert_num_queries(10):
            framework_document(framework)
