"""Publishing at an instant: chosen in a named zone, changed, taken back, and kept to."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from editions.enums import RevisionState
from editions.models import Revision
from editions.services import publishing, scheduling
from editions.tasks import take_queued_revisions
from mipex_site.accounts.services.people import portal_robot
from mipex_site.audit.models import AuditEntry
from mipex_site.base.errors import NotAllowed, Refusal, WrongState
from tests.at_once import at_once
from tests.factories.accounts import UserFactory
from tests.factories.editions import RED, publisher_of
from tests.factories.questionnaire import coordinator_of
from tests.factories.scoring import closed_round

from .conftest import prepared, scored
from .test_publishing import in_folder

pytestmark = pytest.mark.django_db

TEN = time(10, 0)


@pytest.fixture
def signed(editions_root):
    return in_folder(editions_root, state=RevisionState.SIGNED)


def choose(revision, by, day=date(2031, 5, 31), at=TEN, zone="Europe/Brussels"):
    return scheduling.choose_instant(revision=revision, day=day, at=at, zone=zone, by=by)


def let_it_come(revision, **ago):
    Revision.objects.filter(pk=revision.pk).update(
        publish_at=timezone.now() - timedelta(**ago or {"seconds": 1})
    )


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ("Europe/Brussels", datetime(2031, 5, 31, 8, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2031, 5, 30, 22, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2031, 5, 31, 20, tzinfo=UTC)),
        ("Etc/GMT+12", datetime(2031, 5, 31, 22, tzinfo=UTC)),
    ],
)
def test_an_instant_is_what_the_clocks_of_its_zone_show(signed, zone, hour):
    choose(signed, publisher_of(signed.edition.round), zone=zone)

    assert Revision.objects.get().publish_at == hour
    entry = AuditEntry.objects.get(act="revision.schedule")
    assert entry.new == {"publish_at": hour.isoformat(), "zone": zone}


@pytest.mark.parametrize("at", [time(2, 30)])
@pytest.mark.parametrize("day", [date(2031, 3, 30), date(2031, 10, 26)])
def test_an_hour_that_is_leapt_over_or_comes_twice_is_asked_again(signed, day, at):
    with pytest.raises(ValidationError, match="clocks"):
        choose(signed, publisher_of(signed.edition.round), day=day, at=at)

    assert Revision.objects.get().publish_at is None


def test_what_is_past_is_refused(signed):
    with pytest.raises(ValidationError, match="past"):
        choose(signed, publisher_of(signed.edition.round), day=date(2020, 1, 1))


@pytest.mark.parametrize("who", ["coordinator", "superuser", "stranger"])
def test_only_a_publisher_chooses_or_takes_back(signed, who):
    people = {
        "coordinator": coordinator_of(signed.edition.round),
        "superuser": UserFactory(is_superuser=True),
        "stranger": UserFactory(),
    }

    with pytest.raises(NotAllowed, match="publisher"):
        choose(signed, people[who])
    with pytest.raises(NotAllowed, match="publisher"):
        scheduling.take_back_instant(revision=signed, by=people[who])


def test_the_portal_publishes_when_the_instant_has_come_and_not_before(signed):
    choose(signed, publisher_of(signed.edition.round))
    assert take_queued_revisions() == 0
    assert Revision.objects.get().state == RevisionState.SIGNED

    let_it_come(signed)
    assert take_queued_revisions() == 1

    assert Revision.objects.get().state == RevisionState.PUBLISHED
    assert AuditEntry.objects.get(act="revision.publish").actor == portal_robot().pk
    assert take_queued_revisions() == 0


def test_an_instant_that_came_before_the_second_signature_waits_for_it(signed):
    Revision.objects.update(state=RevisionState.CANDIDATE)
    let_it_come(signed, days=2)

    assert take_queued_revisions() == 0

    Revision.objects.update(state=RevisionState.SIGNED)
    assert take_queued_revisions() == 1


def test_an_instant_is_changed_and_taken_back_until_then_and_each_time_written_down(signed):
    by = publisher_of(signed.edition.round)

    choose(signed, by)
    choose(signed, by, day=date(2031, 6, 1))
    scheduling.take_back_instant(revision=signed, by=by)

    assert Revision.objects.get().publish_at is None
    acts = list(AuditEntry.objects.order_by("number").values_list("act", "old", "new"))
    first, second = "2031-05-31T08:00:00+00:00", "2031-06-01T08:00:00+00:00"
    assert [(act, old["publish_at"], new["publish_at"]) for act, old, new in acts] == [
        ("revision.schedule", "", first),
        ("revision.schedule", first, second),
        ("revision.unschedule", second, ""),
    ]
    with pytest.raises(WrongState, match="none can be taken back"):
        scheduling.take_back_instant(revision=signed, by=by)


def test_what_is_published_has_no_instant_any_more(signed):
    by = publisher_of(signed.edition.round)
    choose(signed, by)
    publishing.publish(revision=signed, by=by)

    with pytest.raises(WrongState, match="published meanwhile"):
        choose(signed, by)
    with pytest.raises(WrongState, match="published meanwhile"):
        scheduling.take_back_instant(revision=signed, by=by)


def test_a_round_that_publishes_itself_waits_for_the_instant(editions_root):
    signed = in_folder(
        editions_root,
        edition__run__round__publishes_itself=True,
        state=RevisionState.SIGNED,
        publish_at=timezone.now() + timedelta(hours=1),
    )

    assert take_queued_revisions() == 0
    with pytest.raises(Refusal, match="would appear at once"):
        scheduling.take_back_instant(revision=signed, by=publisher_of(signed.edition.round))

    let_it_come(signed)
    assert take_queued_revisions() == 1


def test_the_first_revision_takes_the_instant_of_its_round(db):
    instant = timezone.now() + timedelta(days=3)
    edition = prepared(closed_round(publish_at=instant))
    scored(edition.round)

    assert edition.revisions.get().publish_at == instant


@pytest.mark.parametrize("by_instant", [True, False])
def test_nothing_with_a_red_check_is_published_by_anybody(signed, by_instant):
    Revision.objects.update(checks=RED)
    if by_instant:
        let_it_come(signed)
        assert take_queued_revisions() == 0
        assert "A check is red" in Revision.objects.get().error
    else:
        with pytest.raises(NotAllowed, match="A check is red"):
            publishing.publish(revision=signed, by=publisher_of(signed.edition.round))
    assert not Revision.objects.public().exists()


def test_a_red_candidate_is_not_published_and_the_words_say_so(editions_root):
    red = in_folder(editions_root, state=RevisionState.CANDIDATE, checks=RED)

    with pytest.raises(WrongState, match="A check is red"):
        publishing.publish(revision=red, by=publisher_of(red.edition.round))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_does_and_the_other_reads_a_sentence(signed):
    round_ = signed.edition.round
    people = [publisher_of(round_), publisher_of(round_)]

    done = at_once(*(lambda by=by: publishing.publish(revision=signed, by=by) for by in people))

    refused = [each for each in done if isinstance(each, Refusal)]
    assert [each.reason for each in refused] == [
        "This revision was published already; nothing was done a second time."
    ]
    assert AuditEntry.objects.filter(act="revision.publish").count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_instant_taken_back_while_the_task_looks_is_kept_or_gone_and_nothing_between(
    signed,
):
    by = publisher_of(signed.edition.round)
    let_it_come(signed)

    taken, published = at_once(
        lambda: scheduling.take_back_instant(revision=signed, by=by),
        lambda: publishing.publish_by_itself(signed.pk),
    )

    is_public = Revision.objects.get().state == RevisionState.PUBLISHED
    assert is_public == published == isinstance(taken, WrongState)
