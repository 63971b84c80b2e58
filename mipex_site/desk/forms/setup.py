"""The design of a round, typed in parts. Days and times are those of the round's zone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mipex_site.base.zones import END_OF_DAY, moment_in, zone_choices
from questionnaire.enums import EvidenceRule, JointActKind
from questionnaire.models import Country, Participation, Round
from questionnaire.selectors.designs import FIELDS, Part, print_of
from questionnaire.services.designs import Wanted

from .setup_named import Named, day_field, spoken

SPARE_DAYS = 2
"""How many empty fields for further days of law stand on the page."""


def _time(**said: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "control"})
    return forms.TimeField(widget=widget, **said)


def _number(**said: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "control control--short"})
    return forms.IntegerField(widget=widget, **said)


class PartForm(forms.Form):
    """A part of a round's design, with the print of what was read."""

    use_required_attribute = False
    part: Part

    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        known = {"seen": print_of(round_, self.part)} | self.initial_of(round_)
        super().__init__(*args, initial=known, **kwargs)
        self.round = round_

    def initial_of(self, round_: Round) -> dict[str, Any]:
        return {name: getattr(round_, name) for name in FIELDS[self.part]}


class NameForm(Named, PartForm):
    part = Part.NAME

    def initial_of(self, round_: Round) -> dict[str, Any]:
        known = {"framework": round_.framework_id, "extends": round_.extends_id}
        return super().initial_of(round_) | known


class BeginForm(Named):
    """A new round, as a copy of an earlier one or from nothing."""

    source = forms.ModelChoiceField(
        label=_("Begin with"),
        queryset=Round.objects.none(),
        required=False,
        empty_label=_("nothing"),
        help_text=_(
            "A copy has the countries, rules, earlier days and coordinators of that round, and"
            " its calendar moved ahead. No answers and no experts."
        ),
    )
    code = forms.SlugField(
        label=_("Code of the round"),
        max_length=20,
        help_text=_("It stands in addresses and in the audit, and stays as it is."),
    )
    field_order = (
        "source",
        "extends",
        "title",
        "code",
        "edition_code",
        "framework",
        "cut_off",
    )

    def __init__(self, *args: Any, rounds: QuerySet[Round], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = rounds
        last = rounds.first()
        if last:
            self.initial = {"source": last.pk, "framework": last.framework_id} | self.initial


class CalendarForm(PartForm):
    """The work dates. Each has the name that the service gives it, and a time beside it."""

    part = Part.CALENDAR
    dates = tuple(name for name in FIELDS[Part.CALENDAR] if name != "zone")

    zone = forms.ChoiceField(
        label=_("Time zone of the calendar"),
        help_text=_("“Anywhere on Earth” ends a day when it has ended everywhere."),
    )
    opens_at = day_field(label=_("Opens"))
    due_at = day_field(label=_("Answers are due"))
    grace_until = day_field(label=_("Grace ends"))
    hard_close_at = day_field(label=_("Entry closes for good"))
    review_due_at = day_field(label=_("Review is due"))

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, round_=round_, **kwargs)
        self.fields["zone"].choices = zone_choices(round_.zone, anywhere=True)
        for name in self.dates:
            label = gettext("Time of: %(date)s") % {"date": self.fields[name].label}
            self.fields[_at(name)] = _time(label=label, initial=END_OF_DAY)

    def initial_of(self, round_: Round) -> dict[str, Any]:
        zone = ZoneInfo(round_.zone)
        shown: dict[str, Any] = {"zone": round_.zone}
        for name in self.dates:
            shown |= _shown(name, getattr(round_, name).astimezone(zone))
        return shown

    def rows(self) -> Iterator[tuple[forms.BoundField, forms.BoundField, datetime]]:
        """Yield for each date its two fields, and the moment that is saved."""
        for name in self.dates:
            yield self[name], self[_at(name)], getattr(self.round, name)

    def clean(self) -> dict[str, Any]:
        """Return what the service takes: the zone, and a moment for each date."""
        given = super().clean()
        for name in self.dates:
            _put_moment(self, name, given.get("zone"))
        return given


def _at(name: str) -> str:
    return f"{name}_time"


def _shown(name: str, moment: datetime) -> dict[str, Any]:
    return {name: moment.date(), _at(name): moment.time()}


def _put_moment(form: forms.Form, name: str, zone: str | None) -> None:
    """Make one moment of a day and a time; what no clock shows, or twice, is said at the day."""
    given = form.cleaned_data
    day, at = given.get(name), given.pop(_at(name), None)
    if not isinstance(day, date) or not isinstance(at, time) or not zone:
        return
    try:
        given[name] = moment_in(zone, day, at)
    except ValidationError as error:
        form.add_error(name, error)


class RulesForm(PartForm):
    """What an answer must rest on, how it is reviewed, and how the edition comes out."""

    part = Part.RULES

    evidence_rule = forms.ChoiceField(label=_("An answer rests on"))
    opinions_required = _number(
        label=_("Opinions required"),
        min_value=1,
        max_value=9,
        help_text=_("So many reviewers speak about each answer before it is approved."),
    )
    opinions_hidden = forms.BooleanField(
        label=_("Reviewers see others’ opinions only after their own"), required=False
    )
    returns_allowed = _number(
        label=_("Returns allowed"),
        min_value=0,
        max_value=9,
        help_text=_("An objection that stands after so many returns is disputed."),
    )
    blind_share = _number(
        label=_("Coded blind, of 100 questions"),
        min_value=0,
        max_value=100,
        help_text=_("New questions are all coded blind. 0 asks for no blind coding."),
    )
    last_word_days = _number(
        label=_("Days for the expert’s last word"), min_value=0, max_value=60
    )
    review_days = _number(
        label=_("Days kept for the review"),
        min_value=0,
        max_value=365,
        help_text=_("An extension that leaves the review less takes two people."),
    )
    publishes_itself = forms.BooleanField(
        label=_("The edition publishes itself once it was signed in advance"), required=False
    )
    publish_at = day_field(label=_("Published on"), required=False)

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, round_=round_, **kwargs)
        self.fields["publish_at"].help_text = gettext(
            "Empty: as soon as it is signed. In the zone of the calendar, %(zone)s."
        ) % {"zone": round_.zone}
        self.fields[_at("publish_at")] = _time(
            label=gettext("Time of publication"), required=False, initial=time(9)
        )
        self.fields["evidence_rule"].choices = [
            choice
            for choice in EvidenceRule.choices
            if round_.is_demonstration or choice[0] != EvidenceRule.DATASET_CELL
        ]
        self.days = [f"day_{number}" for number in range(len(self._asked) + SPARE_DAYS)]
        for number, name in enumerate(self.days):
            label = gettext("Earlier day %(number)d") % {"number": number + 1}
            self.fields[name] = day_field(label=label, required=False)

    def initial_of(self, round_: Round) -> dict[str, Any]:
        self._asked: Sequence[date] = list(
            round_.reference_days.order_by("-day").values_list("day", flat=True)
        )
        days = {f"day_{number}": day for number, day in enumerate(self._asked)}
        known = super().initial_of(round_) | days
        if round_.publish_at:
            zone = ZoneInfo(round_.zone)
            known |= _shown("publish_at", round_.publish_at.astimezone(zone))
        return known

    def day_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.days]

    def time_field(self) -> forms.BoundField:
        return self[_at("publish_at")]

    def clean(self) -> dict[str, Any]:
        """Return what the service takes: the rules, a moment or None, and all earlier days."""
        given = super().clean()
        given["days"] = sorted({day for name in self.days if (day := given.pop(name, None))})
        if given.get("publish_at") and not given.get(_at("publish_at")):
            given[_at("publish_at")] = time(9)
        _put_moment(self, "publish_at", self.round.zone)
        return given


@dataclass(frozen=True, slots=True)
class CountryRow:
    """A country on the page: its three fields, and whether it takes part now."""

    country: Country
    takes_part: forms.BoundField
    own_cut_off: forms.BoundField
    is_pending: forms.BoundField


class CountriesForm(PartForm):
    """Who takes part, of the countries that the page shows. The others stay as they are."""

    part = Part.COUNTRIES

    def __init__(
        self,
        *args: Any,
        round_: Round,
        countries: Sequence[Country],
        taking_part: Mapping[str, Participation],
        **kwargs: Any,
    ) -> None:
        self.countries, self.taking_part = countries, taking_part
        super().__init__(*args, round_=round_, **kwargs)
        for country in countries:
            words = {"country": country.name}
            self.fields[f"in-{country.code}"] = forms.BooleanField(
                label=country.name, required=False
            )
            self.fields[f"cut-{country.code}"] = day_field(
                label=gettext("Own cut-off of %(country)s") % words,
                required=False,
                is_spoken=True,
            )
            pending = {"label": gettext("%(country)s opens without an expert") % words}
            self.fields[f"pending-{country.code}"] = forms.BooleanField(
                **pending,
                required=False,
                widget=forms.CheckboxInput(attrs=spoken(pending, is_spoken=True)),
            )

    def initial_of(self, round_: Round) -> dict[str, Any]:
        known: dict[str, Any] = {}
        for code, row in self.taking_part.items():
            known[f"in-{code}"] = True
            known[f"cut-{code}"] = row.own_cut_off
            known[f"pending-{code}"] = row.is_pending
        return known

    def rows(self) -> Iterator[CountryRow]:
        for country in self.countries:
            names = (f"{part}-{country.code}" for part in ("in", "cut", "pending"))
            yield CountryRow(country, *(self[name] for name in names))

    def clean(self) -> dict[str, Any]:
        """Return what the service takes: who is wanted, of which countries, seen on what."""
        given = super().clean()
        all_pending = "all-pending" in self.data
        wanted = [
            Wanted(
                country,
                given.get(f"cut-{country.code}"),
                all_pending or bool(given.get(f"pending-{country.code}")),
            )
            for country in self.countries
            if given.get(f"in-{country.code}")
        ]
        return {
            "wanted": wanted,
            "among": {country.code for country in self.countries},
            "seen": given.get("seen", ""),
        }


class ReasonForm(forms.Form):
    """Why something is asked of a second person."""

    use_required_attribute = False

    reason = forms.CharField(
        label=_("Why"),
        max_length=1000,
        help_text=_("For the second person and for the record."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a sentence why.")},
    )


class AskForm(ReasonForm):
    """What is asked; locking needs no reason."""

    kind = forms.ChoiceField(
        choices=[(kind.value, kind.label) for kind in JointActKind], widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        self.fields["reason"].required = asked != JointActKind.LOCK
