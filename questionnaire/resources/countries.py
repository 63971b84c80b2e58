"""Countries in and out of a spreadsheet."""

from __future__ import annotations

from typing import Any

from import_export import resources

from mipex_site.base.verdict import demand

from ..models import Country
from ..rules import may_load_countries
from ..services.countries import put_country


class CountryResource(resources.ModelResource):
    """Countries by their code. One bad row refuses the whole file; each fault names its row."""

    class Meta:
        model = Country
        import_id_fields = ("code",)
        fields = ("code", "alpha3", "name")
        export_order = fields
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """Ask who imports before the first row is read."""
        self.by = kwargs["user"]
        demand(may_load_countries(self.by))

    # Import-export hands the flag over by place.
    def do_instance_save(self, instance: Country, is_create: bool) -> None:  # noqa: FBT001
        saved = put_country(
            code=instance.code, alpha3=instance.alpha3, name=instance.name, by=self.by
        )
        instance.pk = saved.pk
