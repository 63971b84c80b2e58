"""The country and the indicator by which an entry is filed."""

import pytest
from django.db import transaction

from mipex_site.audit.models import AuditEntry
from mipex_site.audit.services import entries
from mipex_site.audit.services.places import place_of

PLACES = {
    "answer/2019/EE/b/1/bb1": ("EE", "bb1"),
    "item/2019/EE/b/bb1": ("EE", "bb1"),
    "item/2019/EE/b/bb1/more": ("EE", "bb1"),
    "sheet/2019/EE/b/1": ("EE", None),
    "case/2019/EE/b": ("EE", None),
    "upcoming/2019/PT/2": ("PT", None),
    "country/PT": ("PT", None),
    "round/2019": (None, None),
    "assignment/12": (None, None),
    "/reviews/2019/EE/b/bb1/": ("EE", None),
    "/audit/": (None, None),
    "": (None, None),
    "item/2019/eesti/b/bb1": (None, None),
}


@pytest.mark.parametrize(("subject", "place"), PLACES.items(), ids=PLACES)
def test_a_subject_says_where_the_act_happened(subject, place):
    assert place_of(subject, None, None) == place


def test_a_right_is_filed_under_the_country_among_its_values():
    assert place_of("assignment/1", None, {"country": "EE"}) == ("EE", None)
    assert place_of("assignment/1", {"country": "EE"}, {"country": None}) == ("EE", None)
    assert place_of("assignment/1", None, {"country": {"code": "EE"}}) == (None, None)


@pytest.mark.django_db
def test_the_columns_are_written_with_the_entry_and_are_no_part_of_its_hash():
    with transaction.atomic():
        entry = entries.write(stream="s", act="a.b", subject="item/2019/EE/b/bb1", by=None)
    kept = AuditEntry.objects.get(pk=entry.pk)
    assert (kept.country, kept.indicator) == ("EE", "bb1")
    kept.country = "PT"
    assert entries.hash_of(kept) == entry.hash
