"""Groups of countries in and out of a spreadsheet: one row a country and the time it belongs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mipex_site.base.verdict import demand

from ..models import CountryGroup, GroupMembership
from ..rules import may_load_countries
from ..services.countries import GROUP_COLUMNS
from ..services.groups import put_membership
from .base import ByService, Texts, read_all
from .cells import country_of, day_of, needed


class GroupResource(ByService):
    """Memberships by group, country and first day. What a file does not name stays."""

    columns = GROUP_COLUMNS
    stands_in = {"code": "group", "name": "title", "first_day": "from", "last_day": "to"}

    class Meta:
        model = GroupMembership
        import_id_fields = ("group", "country", "from")
        fields = ()

    def demand_right(self) -> None:
        demand(may_load_countries(self.by))

    def filter_export(self, queryset: QuerySet, **kwargs: Any) -> QuerySet:
        rows = queryset.select_related("group", "country")
        return rows.order_by("group__code", "country__code", "first_day")

    def prepare(self, dataset: Any) -> None:
        rows = GroupMembership.objects.select_for_update(of=("self",)).order_by("pk")
        self.standing = {
            (one.group.code, one.country.code, one.first_day): one
            for one in rows.select_related("group", "country")
        }
        self.titles: dict[str, str] = {}
        self.groups = dict(CountryGroup.objects.values_list("code", "name"))

    def get_instance(self, instance_loader: Any, row: Any) -> GroupMembership | None:
        texts = {key: str(value or "").strip() for key, value in row.items()}
        country = country_of(texts.get("country", ""))
        first = date.fromisoformat(texts.get("from", ""))
        return self.standing.get((texts.get("group", ""), country and country.code, first))

    def identity_of(self, texts: Texts) -> tuple[str, ...]:
        return tuple(texts.get(name, "") for name in self._meta.import_id_fields)

    def texts_of(self, instance: GroupMembership) -> Texts:
        last = instance.last_day
        return {
            "group": instance.group.code,
            "title": instance.group.name,
            "country": instance.country.code,
            "from": instance.first_day.isoformat(),
            "to": last.isoformat() if last else "",
        }

    def read(self, row: Texts) -> dict[str, Any]:
        said = read_all(
            row,
            group=needed(),
            title=lambda text: self._title(row.get("group", ""), text),
            country=needed(country_of),
            **{"from": needed(day_of), "to": day_of},
        )
        return said | {"first_day": said.pop("from"), "last_day": said.pop("to")}

    def _title(self, group: str, text: str) -> str:
        """One title a group: two rows that differ would overwrite each other."""
        if not text:
            return self.titles.get(group, "")
        if self.titles.setdefault(group, text) != text:
            raise ValidationError(_("A row above gives this group another title."))
        return text

    def becomes(self, instance: GroupMembership, texts: Texts) -> Texts:
        said = instance.said
        last = said["last_day"]
        return {
            "group": said["group"],
            "title": said["title"] or self.groups.get(said["group"], ""),
            "country": said["country"].code,
            "from": said["first_day"].isoformat(),
            "to": last.isoformat() if last else "",
        }

    def save(self, **said: Any) -> GroupMembership:
        return put_membership(by=self.by, **said)
