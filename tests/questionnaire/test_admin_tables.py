"""Tables in the administration: the same resources and services as on the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mipex_site.accounts.models import User
from mipex_site.audit.models import AuditEntry, Channel
from mipex_site.mail.models import Notice
from questionnaire.models import Country, GroupMembership, Invitation, Source
from questionnaire.resources import SourceResource
from questionnaire.services.countries import put_country
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import (
    AnswerFactory,
    AssessmentFactory,
    CountryFactory,
    SourceFactory,
    expert_of,
    head_coordinator,
)

pytestmark = pytest.mark.django_db
PAGES = {
    "groups": "/admin/questionnaire/countrygroup/",
    "users": "/admin/accounts/user/",
    "answers": "/admin/questionnaire/answer/",
    "sources": "/admin/questionnaire/source/",
}


@pytest.fixture
def head():
    return head_coordinator(UserFactory(is_staff=True))


def upload(client, page, text, name="t.csv"):
    file = SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)
    kind = "1" if name.endswith("xlsx") else "0"
    return client.post(f"{page}import/", {"import_file": file, "format": kind})


def confirm(client, page, response):
    return client.post(f"{page}process_import/", response.context["confirm_form"].initial)


def exported(client, page, resource, *columns, kind="0"):
    chosen = {f"{resource}_{name}": "on" for name in columns}
    sent = {"format": kind, "resource": "0", **chosen}
    return client.post(f"{page}export/", sent).content


def test_groups_come_in_by_their_service(client, head):
    CountryFactory(code="EE")
    client.force_login(head)
    page = PAGES["groups"]
    text = "group,title,country,from,to\neu,European Union,EE,2004-05-01,\n"
    shown = upload(client, page, text)
    assert b"<ins>European Union</ins>" in shown.content
    assert not GroupMembership.objects.exists()

    confirm(client, page, shown)

    assert GroupMembership.objects.get().group.name == "European Union"
    entry = AuditEntry.objects.get(act="group.put")
    assert (entry.actor, entry.channel) == (head.pk, Channel.ADMIN)
    out = exported(client, page, "groupresource", "group", "country", "from")
    assert out == b"group,country,from\r\neu,EE,2004-05-01\r\n"


def test_people_are_invited_and_put_right_and_their_list_goes_out_as_an_act(client, head):
    sheet, person = AssessmentFactory(), UserFactory(name="Old Name")
    client.force_login(head)
    page = PAGES["users"]
    text = (
        "email,name,round,role,country\n"
        f"{person.email},New Name,,,\n"
        f"new@example.org,Newa Person,{sheet.round.code},reviewer,{sheet.country.code}\n"
    )
    confirm(client, page, upload(client, page, text))

    person.refresh_from_db()
    assert person.name == "New Name"
    (told,) = Notice.objects.filter(person=person)
    assert "changed your name" in told.words
    assert Invitation.objects.get().email == "new@example.org"
    assert not User.objects.filter(email="new@example.org").exists()
    out = exported(client, page, "userresource", "email", "name").decode()
    assert f"{person.email},New Name" in out
    assert AuditEntry.objects.get(act="people.export").channel == Channel.ADMIN


def test_answers_and_sources_go_out_and_come_in_by_who_answers_alone(client, head):
    answer = AnswerFactory()
    source = SourceFactory(sheet=answer.assessment)
    client.force_login(head)
    columns = ("country", "indicator", "version", "answer", "rationale")
    out = exported(client, PAGES["answers"], "answerresource", *columns).decode()
    assert f"{answer.indicator.code},1,1," in out
    assert answer.answered_by.name not in out
    assert (
        str(source.key) in exported(client, PAGES["sources"], "sourceresource", "key").decode()
    )
    for page in (PAGES["answers"], PAGES["sources"]):
        assert client.get(f"{page}import/").status_code == 403

    own = AssessmentFactory()
    expert_of(own, head)
    page = PAGES["sources"]
    assert b"A column is missing" in upload(client, page, "country,key\n").content
    headings = SourceResource.blank()
    law = {"kind": "law", "title": "Aliens Act", "article": "section 4", "year": "2010"}
    law |= {"round": own.round.code, "country": own.country.code}
    text = "\n".join((",".join(headings), ",".join(law.get(one, "") for one in headings)))
    confirm(client, page, upload(client, page, text))
    assert Source.objects.get(title="Aliens Act").entered_by == head


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("superuser", [True, False])
def test_staff_without_the_role_take_nothing_and_bring_nothing(client, page, superuser):
    client.force_login(UserFactory(is_staff=True, is_superuser=superuser))
    assert client.post(f"{page}import/", {}).status_code == 403
    assert client.post(f"{page}process_import/", {}).status_code == 403
    if not (superuser and "group" in page):
        assert client.post(f"{page}export/", {}).status_code == 403


def test_what_was_changed_after_the_look_is_not_overwritten_here_either(client, head):
    put_country(code="EE", alpha3="EST", name="Estonia", by=head)
    client.force_login(head)
    page = "/admin/questionnaire/country/"
    shown = upload(client, page, "code,alpha3,name\nEE,EST,Eesti\nLV,LVA,Latvia\n")
    put_country(code="EE", alpha3="EST", name="Republic of Estonia", by=head)

    response = confirm(client, page, shown)

    assert response.url == f"{page}import/"
    assert b"was changed after you looked" in client.get(response.url).content
    assert list(Country.objects.values_list("name", flat=True)) == ["Republic of Estonia"]


def test_a_workbook_comes_in_and_goes_out_and_what_is_none_is_refused(client, head):
    put_country(code="EE", alpha3="EST", name="=Estonia", by=head)
    client.force_login(head)
    page = "/admin/questionnaire/country/"
    columns = ("code", "alpha3", "name")
    out = exported(client, page, "countryresource", *columns, kind="1")
    shown = upload(client, page, out, "countries.xlsx")
    assert [row.import_type for row in shown.context["result"].rows] == ["skip"]
    assert b",'=Estonia" in exported(client, page, "countryresource", *columns)

    refused = upload(client, page, b"no workbook", "countries.xlsx")
    assert b"This is not an Excel workbook" in refused.content


def test_the_files_of_a_framework_are_on_the_desk(client, head):
    page = "/admin/questionnaire/framework/"
    client.force_login(head)
    assert f"{page}import/" in client.get(page).content.decode()
    for name in ("import", "export"):
        assert client.get(f"{page}{name}/").url == "/frameworks/"
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    for name in ("import", "export", "process_import"):
        assert client.post(f"{page}{name}/").status_code == 403
