"""Whose the consistency check is: ties, strangers, and no word of who wrote or reviewed."""

import pytest

from questionnaire.enums import Role
from review.models import Declaration
from review.selectors.consistency import contradictions
from tests import world as worlds
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import AssignmentFactory
from tests.review.clients import said, signed_in
from tests.review.comparing import AA1, LIST, contradict, table


@pytest.fixture
def adjudicator(reviewed):
    return signed_in(reviewed["adjudicator"])


@pytest.mark.parametrize("url", [LIST, AA1, f"{AA1}?format=csv"])
@pytest.mark.parametrize("who", ["stranger", "EE_a_1", "EE_reviewer_1", "publisher_1"])
def test_who_neither_rules_nor_looks_on_is_told_so(reviewed, who, url):
    assert signed_in(reviewed[who]).get(url).status_code == 403


@pytest.mark.parametrize("url", [LIST, AA1])
def test_a_superuser_without_a_part_is_told_so_too(reviewed, url):
    root = UserFactory(is_superuser=True, is_staff=True)
    assert signed_in(root).get(url).status_code == 403


@pytest.mark.parametrize("who", ["adjudicator", "coordinator", "observer"])
def test_a_country_to_which_one_has_a_tie_is_left_out_and_it_is_said(reviewed, who):
    estonia = {"round": reviewed.round, "country": reviewed.country("EE")}
    contradict(reviewed)
    AssignmentFactory(
        person=reviewed[who], role=Role.EXPERT, strand=reviewed.strand("a"), coding=9, **estonia
    )
    client = signed_in(reviewed[who])

    page = said(client.get(AA1))

    assert ">Portugal<" in page
    assert "Estonia" not in page
    assert "Countries to which you have a tie" in page
    assert "Countries to which you have a tie" in said(client.get(LIST))
    assert [row["country_code"] for row in table(client.get(AA1, {"format": "csv"}))] == ["PT"]
    assert {c for c, _i in contradictions(reviewed.round, reviewed[who])} == {"PT"}


def test_an_adjudicator_sees_a_country_only_after_declaring(reviewed, adjudicator):
    Declaration.objects.filter(person=reviewed["adjudicator"], country__code="EE").delete()

    page = said(adjudicator.get(AA1))

    assert "Estonia" not in page
    assert "have not declared your interests" in page


def test_without_a_tie_nothing_is_said_of_ties(adjudicator):
    assert "have a tie" not in said(adjudicator.get(AA1))


def test_the_pages_and_the_file_betray_nobody(reviewed):
    worlds.split(reviewed, "EE", "aa1")
    for who in ("adjudicator", "coordinator"):
        others = [key for key in (*worlds.EXPERT_SIDE, *worlds.REVIEW_SIDE) if key != who]
        traces = reviewed.traces_of(others)
        traces |= set(reviewed.round.assignments.values_list("pseudonym", flat=True))
        client = signed_in(reviewed[who])
        for url in (LIST, AA1, f"{AA1}?format=csv"):
            response = client.get(url)
            everything = f"{response.headers} {response.content.decode()}"
            assert not {trace for trace in traces if trace and trace in everything}


def test_no_opinion_is_told_or_counted_there(reviewed, adjudicator):
    worlds.disagree(reviewed, reviewed.item("EE", "aa1"), reviewed["EE_reviewer_1"])

    page = said(adjudicator.get(AA1))

    assert "Section 5 says otherwise" not in page
    assert "opinion" not in page.partition("<tbody>")[2].partition("</tbody>")[0]
