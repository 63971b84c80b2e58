"""Countries in and out of a spreadsheet."""

from __future__ import annotations

from typing import Any

from mipex_site.base.verdict import demand

from ..models import Country
from ..rules import may_load_countries
from ..services.countries import put_country
from .base import ByService, Texts


class CountryResource(ByService):
    """Countries by their code. One bad row refuses the whole file; each fault names its row."""

    class Meta:
        model = Country
        import_id_fields = ("code",)
        fields = ("code", "alpha3", "name")
        export_order = fields

    def demand_right(self) -> None:
        demand(may_load_countries(self.by))

    def prepare(self, dataset: Any) -> None:
        held = Country.objects.select_for_update(no_key=True).order_by("pk")
        self.standing = {one.code: one for one in held}

    def get_instance(self, instance_loader: Any, row: Any) -> Country | None:
        return self.standing.get(str(row.get("code") or "").strip())

    def identity_of(self, texts: Texts) -> tuple[str, ...]:
        return (texts.get("code", ""),)

    def read(self, row: Texts) -> dict[str, Any]:
        return {name: row.get(name, "") for name in self._meta.fields}

    def show(self, instance: Country) -> None:
        for name, value in instance.said.items():
            setattr(instance, name, value)

    def becomes(self, instance: Country, texts: Texts) -> Texts:
        return self.texts_of(instance)

    def save(self, **said: Any) -> Country:
        return put_country(by=self.by, **said)
