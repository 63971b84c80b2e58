"""The pulse of an open page: who is signed in, a fresh token, and a hint of company."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from questionnaire.enums import Role
from questionnaire.services import presence
from tests.factories.accounts import UserFactory
from tests.factories.questionnaire import coordinator_of, on_sheet

from .viewing import at, signed_in

pytestmark = pytest.mark.usefixtures("empty_cache")


@pytest.fixture
def pulse(desk):
    """Give the desk the address of its pulse, its expert's browser and a delegate's."""
    desk.pulse = at(desk.sheet, "pulse/")
    desk.client = signed_in(desk.expert)
    desk.delegate = on_sheet(Role.DELEGATE, desk.sheet)
    desk.other = signed_in(desk.delegate)
    return desk


def test_the_pulse_says_who_is_signed_in_and_gives_a_token(pulse):
    said = pulse.client.get(pulse.pulse).json()

    assert said["person"] == pulse.expert.browser_key
    assert len(said["csrf"]) >= 32
    assert (said["others"], said["presence"]) == (False, "")


def test_a_colleague_is_hinted_at_and_not_named(pulse):
    pulse.other.get(pulse.pulse)

    response = pulse.client.get(pulse.pulse)

    assert response.json()["others"] is True
    assert response.json()["presence"] == "A colleague has this sheet open."
    for secret in (pulse.delegate.name, pulse.delegate.browser_key, str(pulse.delegate.pk)):
        assert secret not in response.content.decode()


def test_ones_own_second_window_is_no_company(pulse):
    pulse.client.get(pulse.pulse)
    assert signed_in(pulse.expert).get(pulse.pulse).json()["others"] is False


def test_who_closed_the_page_is_gone_after_a_minute_and_a_half(pulse, monkeypatch):
    pulse.other.get(pulse.pulse)
    later = presence.time.time() + 91
    monkeypatch.setattr(presence.time, "time", lambda: later)
    assert pulse.client.get(pulse.pulse).json()["others"] is False


def test_company_on_another_sheet_is_none(pulse):
    presence.mark_presence(sheet_id=pulse.sheet.pk + 1, by=pulse.delegate)
    assert pulse.client.get(pulse.pulse).json()["others"] is False


def test_who_only_reads_is_told_and_is_no_company(pulse):
    boss = signed_in(coordinator_of(pulse.sheet.round))
    assert boss.get(pulse.pulse).json()["others"] is False
    assert pulse.client.get(pulse.pulse).json()["others"] is False
    assert boss.get(pulse.pulse).json()["others"] is True


def test_the_cache_knows_nobody_by_name_or_key(pulse):
    presence.mark_presence(sheet_id=pulse.sheet.pk, by=pulse.expert)
    kept = cache.get(f"presence:{pulse.sheet.pk}")
    assert set(kept) == {pulse.expert.browser_key}
    assert str(pulse.expert.pk) not in str(kept)


def test_an_open_page_keeps_its_session_and_writes_it_once_a_day(pulse):
    session = pulse.client.session
    before = session.get_expiry_date()
    pulse.client.get(pulse.pulse)
    stored = pulse.client.session.model.objects.get(pk=session.session_key)
    stored.expire_date = timezone.now() + timedelta(hours=1)
    stored.save()

    pulse.client.get(pulse.pulse)
    stored.refresh_from_db()
    assert stored.expire_date < before

    session = pulse.client.session
    session["used_on"] = "2019-01-01"
    session.save()
    pulse.client.get(pulse.pulse)
    stored.refresh_from_db()
    assert stored.expire_date > timezone.now() + timedelta(days=1)


def test_strangers_and_the_signed_out_learn_nothing(pulse):
    stranger = signed_in(UserFactory()).get(pulse.pulse)
    nobody = Client().get(pulse.pulse)

    assert (stranger.status_code, nobody.status_code) == (404, 401)
    assert nobody.json()["state"] == "signed_out"
    assert pulse.client.post(pulse.pulse).status_code == 405
