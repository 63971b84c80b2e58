"""One question: it is read and answered, with htmx and without, by its own side alone."""

import re
from fractions import Fraction

import pytest
from django.utils import timezone

from questionnaire.enums import (
    AggregateKind,
    AggregateRule,
    AnswerKind,
    Evidence,
    EvidenceRule,
    Role,
    SourceKind,
)
from questionnaire.models import Aggregate, Answer, Source
from questionnaire.services.drafts import keep_draft
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    IndicatorFactory,
    SourceFactory,
    StandardFactory,
    in_round,
    on_sheet,
)

from .viewing import HTMX, answer_of, at, filled, opened, signed_in, text_of


@pytest.fixture
def question(desk):
    return opened(desk)


# --- Reading ------------------------------------------------------------------------------


def test_a_question_shows_its_options_under_the_day_whose_law_they_describe(question):
    shown = text_of(question.client.get(question.url))

    assert question.indicator.question in shown
    assert "The law in force on 31 December 2019" in shown
    for option in (question.best, question.half, question.worst):
        assert option.label in shown
    assert "Does not apply here" in shown
    assert "Cannot be known" in shown
    assert "Not answered yet" in shown


def test_a_question_on_practice_says_so(question):
    question.indicator.evidence = Evidence.PRACTICE
    question.indicator.save()

    shown = text_of(question.client.get(question.url))

    assert "The practice on 31 December 2019" in shown
    assert "cite a publication, or a law" in shown


@pytest.mark.parametrize("rule", EvidenceRule)
@pytest.mark.parametrize("evidence", Evidence)
def test_a_new_source_begins_as_the_kind_that_the_question_needs(question, rule, evidence):
    round_ = question.sheet.round
    round_.is_demonstration, round_.evidence_rule = True, rule
    round_.save()
    question.indicator.evidence = evidence
    question.indicator.save()

    shown = text_of(question.client.get(question.url))

    kinds = re.findall(r'name="source-kind" value="(\w+)"[^>]*?(checked)?>', shown)
    assert [kind for kind, is_picked in kinds if is_picked] == [evidence]
    assert ("dataset" in dict(kinds)) == (rule == EvidenceRule.DATASET_CELL)


def test_no_points_of_an_option_are_in_the_page(question):
    for option in (question.best, question.half, question.worst):
        option.label = f"Option {'abc'[option.order]}"
        option.save()

    form = re.search(
        r'<div class="options.+?</div>',
        question.client.get(question.url).content.decode(),
        re.DOTALL,
    )

    assert re.findall(r'value="([^"]+)"', form[0]) == [
        "1",
        "2",
        "3",
        "not_applicable",
        "unknown",
    ]
    assert "100" not in form[0]
    assert "50" not in form[0]


def test_what_helps_stands_beside_it(question):
    composite = Aggregate.objects.create(
        framework=question.sheet.round.framework,
        code="c1",
        kind=AggregateKind.COMPOSITE,
        parent=question.sheet.strand,
        order=1,
        title="Demands at entry",
        rule=AggregateRule.TABLE,
        table={"of": [], "rows": []},
    )
    sister = IndicatorFactory(
        strand=question.sheet.strand, parent=composite, title="A sister question"
    )
    question.indicator.parent = composite
    question.indicator.save()
    standard = StandardFactory(
        framework=question.sheet.round.framework,
        title="Directive of Nowhere",
        minimum_only=True,
    )
    question.indicator.standards.add(standard)

    shown = text_of(question.client.get(question.url))

    assert "Directive of Nowhere, Article 1" in shown
    assert "It sets a minimum" in shown
    assert "Part of: Demands at entry" in shown
    assert f'<a href="{at(question.sheet, sister.code)}/">A sister question</a>' in shown
    assert "what one part counts depends on the others" in shown


def test_the_page_says_what_can_happen_now_and_why_not(question):
    shown = text_of(question.client.get(question.url))

    assert "Change this answer" in shown
    assert "1 question has no recorded answer yet." in shown


def test_earlier_versions_are_kept_in_sight(question):
    question.record(rationale="The first reading.")
    question.record(option=question.half, rationale="The second reading.")

    shown = text_of(question.client.get(question.url))

    assert "Version 1" in shown
    assert "The first reading." in shown


def test_the_list_can_be_narrowed_to_what_needs_the_expert(question):
    question.record()
    blank = IndicatorFactory(strand=question.sheet.strand)
    url = at(question.sheet, f"{blank.code}/")

    narrowed = text_of(question.client.get(f"{url}?show=needs"))

    assert f'id="row-{blank.code}"' in narrowed
    assert f'id="row-{question.indicator.code}"' not in narrowed
    assert f'action="{url}?show=needs"' in narrowed
    assert f'id="row-{question.indicator.code}"' in text_of(
        question.client.get(f"{url}?show=nonsense")
    )


def test_a_source_says_whether_it_carries_an_answer(question):
    late = timezone.now().date()
    SourceFactory(sheet=question.sheet, title="A later act", in_force_from=late)
    SourceFactory(
        sheet=question.sheet, title="An old act", in_force_until=late.replace(year=2015)
    )
    SourceFactory(sheet=question.sheet, title="An undated act", in_force_from=None)

    shown = text_of(question.client.get(question.url))

    assert "In force on 31 December 2019" in shown
    assert "Came into force after 31 December 2019: it cannot support an answer" in shown
    assert "No longer in force on 31 December 2019" in shown
    assert "No date says since when it is in force" in shown


# --- Saving -------------------------------------------------------------------------------


def test_without_a_script_an_answer_is_saved_and_the_page_is_shown_again(question):
    response = question.client.post(question.url, filled(question), follow=True)

    saved = answer_of(question)
    assert response.redirect_chain == [(question.url, 302)]
    assert (saved.option, saved.rationale, saved.version) == (
        question.best,
        "Section 4 says so.",
        1,
    )
    assert list(Source.objects.filter(citations__answer=saved)) == [question.law]
    assert f"{question.indicator.code} is saved." in text_of(response)


def test_with_htmx_the_question_its_line_and_the_progress_are_swapped(question):
    response = question.client.post(question.url, filled(question), headers=HTMX)

    shown = text_of(response)
    assert response.status_code == 200
    assert "<html" not in shown
    assert shown.lstrip().startswith("<article")
    for root in (f"row-{question.indicator.code}", "progress", "summary", "help"):
        assert re.search(rf'id="{root}"[^>]* hx-swap-oob="true"', shown)
    assert f'hx-swap-oob="innerHTML">{question.indicator.code} is saved.' in shown
    assert "1 of 1 answered" in shown
    assert 'name="version" value="1"' in shown
    assert "HX-Request" in response["Vary"]


def test_save_and_next_leads_to_the_next_question_that_needs_the_expert(question):
    done, blank = (
        IndicatorFactory(strand=question.sheet.strand),
        IndicatorFactory(strand=question.sheet.strand),
    )
    question.record(indicator=done, option=done.options.first())

    response = question.client.post(question.url, filled(question, act="next"), follow=True)

    assert response.redirect_chain[-1][0] == at(question.sheet, f"{blank.code}/")


def test_save_and_next_with_htmx_is_sent_on_by_its_header(question):
    response = question.client.post(question.url, filled(question, act="next"), headers=HTMX)

    onward = response["HX-Redirect"]
    assert question.client.get(onward).url == at(question.sheet, "check/")


@pytest.mark.parametrize("kind", [AnswerKind.NOT_APPLICABLE, AnswerKind.UNKNOWN])
def test_an_answer_may_be_that_there_is_none(question, kind):
    question.client.post(question.url, filled(question, option=kind.value, sources=[]))

    assert (answer_of(question).kind, answer_of(question).option) == (kind, None)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("75", Fraction(75)),
        ("67.5", Fraction(135, 2)),
        ("67,5", Fraction(135, 2)),
        ("200/3", Fraction(200, 3)),
    ],
)
def test_exceptional_points_are_exact(question, text, points):
    question.client.post(question.url, filled(question, option="exceptional", points=text))

    assert (answer_of(question).kind, answer_of(question).points) == (
        AnswerKind.EXCEPTIONAL,
        points,
    )
    assert f'value="{points}"' in text_of(question.client.get(question.url))


def test_points_are_left_aside_where_an_option_is_chosen(question):
    question.client.post(question.url, filled(question, points="33"))

    assert (answer_of(question).option, answer_of(question).points) == (question.best, None)


def test_the_same_again_says_that_nothing_was_changed(question):
    question.client.post(question.url, filled(question))

    response = question.client.post(question.url, filled(question, version=1), follow=True)

    assert "was changed." in text_of(response)
    assert answer_of(question).version == 1


def test_a_demonstration_takes_a_cell_of_the_published_data(question):
    round_ = question.sheet.round
    round_.is_demonstration, round_.evidence_rule = True, EvidenceRule.DATASET_CELL
    round_.save()
    cell = SourceFactory(sheet=question.sheet, kind=SourceKind.DATASET, in_force_from=None)

    question.client.post(question.url, filled(question, sources=[str(cell.key)]))
    shown = text_of(question.client.get(question.url))

    assert answer_of(question).version == 1
    assert "a cell of the published data is enough" in shown
    assert "DEMONSTRATION" in shown


# --- Who ----------------------------------------------------------------------------------


def test_a_delegate_answers_and_a_coordinator_and_an_observer_read(question):
    question.record(rationale="As the act says.")
    delegate = signed_in(on_sheet(Role.DELEGATE, question.sheet))
    coordinator = signed_in(in_round(Role.COORDINATOR, question.sheet.round))
    observer = signed_in(in_round(Role.OBSERVER, question.sheet.round))

    assert 'id="answering"' in text_of(delegate.get(question.url))
    for reader in (coordinator, observer):
        shown = text_of(reader.get(question.url))
        assert "As the act says." in shown
        assert 'id="answering"' not in shown
        assert shown.count("Only the expert of this sheet") == 1
        assert "Ask the coordinator" not in shown
        assert question.expert.name not in shown
        assert "Board of" in shown
    assert coordinator.post(question.url, filled(question, version=1)).status_code == 403


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADJUDICATOR, Role.PUBLISHER])
def test_the_other_side_finds_no_such_page(question, role):
    client = signed_in(on_sheet(role, question.sheet))

    for end in (f"{question.indicator.code}/", "", "check/", "sources/", "sources/add/"):
        assert client.get(at(question.sheet, end)).status_code == 404
    assert client.post(question.url, filled(question)).status_code == 403
    assert client.post(f"{question.url}maintain/", {"reply": "So."}).status_code == 403
    assert not Answer.objects.exists()


def test_a_stranger_and_a_superuser_find_no_such_page(question):
    assert signed_in(UserFactory()).get(question.url).status_code == 404
    assert signed_in(UserFactory(is_superuser=True)).get(question.url).status_code == 404


def test_who_is_not_signed_in_is_sent_to_the_door(question, client):
    assert client.get(question.url).url == f"/sign-in/?next={question.url}"


def test_a_question_that_is_not_asked_is_not_there(question):
    elsewhere = IndicatorFactory()
    for code in ("nothing", elsewhere.code):
        url = at(question.sheet, f"{code}/")
        assert question.client.get(url).status_code == 404
        for act in ("stay", "keep", "source"):
            assert question.client.post(url, filled(question, act=act)).status_code == 404
        assert question.client.post(f"{url}maintain/", {"reply": "So."}).status_code == 404


def test_only_a_post_maintains(question):
    assert question.client.get(f"{question.url}maintain/").status_code == 405


# --- Speed --------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3])
def test_the_queries_do_not_grow_with_the_sheet(question, django_assert_num_queries, number):
    for _twice in range(2):
        question.record(rationale=f"Reading {_twice}.")
    for _again in range(number):
        other = IndicatorFactory(strand=question.sheet.strand)
        question.record(
            indicator=other,
            option=other.options.first(),
            sources=[question.law, SourceFactory(sheet=question.sheet)],
        )
        keep_draft(
            sheet=question.sheet, indicator=other, content={"note": "Hm"}, by=question.expert
        )

    with django_assert_num_queries(26):
        question.client.get(question.url)


def test_saving_without_a_script_costs_few_queries(question, django_assert_max_num_queries):
    question.client.get(question.url)

    with django_assert_max_num_queries(27):
        question.client.post(question.url, filled(question))
