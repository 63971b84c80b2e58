"""Forms of a framework's entries, made of the shape that its file has.

A field takes what was typed as text; what is wrong with it is said by the service, which judges
a form and a file alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from questionnaire.services.framework import texts
from questionnaire.services.framework.documents import HEAD, Document, Entry, print_of
from questionnaire.services.framework.shape import OPTION, Key, keys_of

from ..selectors.frameworks import words

FIXED = {HEAD: ("code", "version"), "aggregates": ("code", "kind")}
"""Keys that are said once, when an entry is added: what names it, and what it is."""
SPARE = 2
"""Empty rows for options that are still to come."""
LONG_LIST = 60
OPTION_LABELS = {
    "points": gettext_lazy("Points"),
    "label": gettext_lazy("Words"),
    "description": gettext_lazy("Description"),
}


class EntryForm(forms.Form):
    """One entry of a document; BASE is the print of what it was begun on, or empty."""

    use_required_attribute = False
    base = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        section: str,
        document: Document,
        entry: Entry | None = None,
        shows: Entry | None = None,
        **kwargs: Any,
    ) -> None:
        """ENTRY is what stands; SHOWS what the fields begin with, where that is older."""
        super().__init__(*args, **kwargs)
        self.section, self.document, self.standing = section, document, entry
        begins = shows or entry or {}
        self.initial["base"] = print_of(entry)
        for name, key in self._open_keys():
            if key.kind == "entries":
                self._add_options(begins.get(name, ()))
            else:
                self.fields[name] = self._field(name, key)
                self.initial[name] = self._begins(begins.get(name, key.default), key)

    def _open_keys(self) -> Iterator[tuple[str, Key]]:
        fixed = FIXED.get(self.section, ("code",)) if self.standing else ()
        for name, key in keys_of(self.section).items():
            if name not in fixed:
                yield name, key

    def _begins(self, value: Any, key: Key) -> Any:
        is_whole = key.kind in {"flag", "codes"}
        return value if is_whole else texts.shown(value, key)

    # --- fields ----------------------------------------------------------------------------

    def _field(self, name: str, key: Key) -> forms.Field:
        about = {
            "label": words.KEYS[name],
            "required": False,
            "help_text": words.hint_of(self.section, name),
        }
        if key.kind == "flag":
            return forms.BooleanField(**about)
        if key.kind == "codes":
            widget = forms.CheckboxSelectMultiple
            choices = self._named(name)
            return forms.MultipleChoiceField(choices=choices, widget=widget, **about)
        if key.choices:
            return forms.ChoiceField(
                choices=[("", "—"), *words.CHOICES[self.section, name].choices], **about
            )
        if name in {"parent", "indicator", "other"}:
            return forms.ChoiceField(choices=[("", "—"), *self._named(name)], **about)
        return forms.CharField(widget=_widget(key), **about)

    def _named(self, name: str) -> list[tuple[str, str]]:
        """Return what a field may name: code, and code with title."""
        section = {"parent": "aggregates", "strands": "aggregates", "standards": "standards"}
        entries = self.document[section.get(name, "indicators")]
        if name == "strands":
            entries = [entry for entry in entries if entry["kind"] == "strand"]
        return [(entry["code"], _titled(entry)) for entry in entries]

    def _add_options(self, options: list[Entry]) -> None:
        sent = sum(
            name.startswith("options-") and name.endswith("-label") for name in self.data
        )
        for at in range(max(len(options) + SPARE, min(sent, LONG_LIST))):
            option = options[at] if at < len(options) else {}
            for name, key in OPTION.items():
                about = {"label": OPTION_LABELS[name], "widget": _widget(key)}
                field = forms.CharField(required=False, **about)
                self.fields[f"options-{at}-{name}"] = field
                self.initial[f"options-{at}-{name}"] = texts.shown(option.get(name), key)

    def option_rows(self) -> list[dict[str, forms.BoundField]]:
        """Return the fields of each option; empty where the section has none."""
        rows: list[dict[str, forms.BoundField]] = []
        while f"options-{len(rows)}-label" in self.fields:
            at = len(rows)
            rows.append({name: self[f"options-{at}-{name}"] for name in OPTION})
        return rows

    def plain_fields(self) -> list[forms.BoundField]:
        """Return the fields that stand one below the other: all but options and base."""
        return [
            self[name]
            for name in self.fields
            if name != "base" and not name.startswith("options-")
        ]

    # --- what was said ---------------------------------------------------------------------

    def entry(self) -> Entry:
        """Return the entry as it was typed; a field that says the same keeps its value."""
        said = dict(self.standing or {})
        for name, key in self._open_keys():
            if key.kind == "entries":
                said[name] = self._options()
            else:
                said[name] = self._said(name, key)
        if self.section == "indexes":
            before = (self.standing or {}).get("strands", [])
            said["strands"] = sorted(said["strands"], key=_place_in(before))
        return said

    def _said(self, name: str, key: Key) -> Any:
        value = self.cleaned_data.get(name)
        if key.kind in {"flag", "codes"}:
            return value
        standing = (self.standing or {}).get(name)
        text = (value or "").replace("\r\n", "\n").strip()
        if self.standing and text == texts.shown(standing, key).strip():
            return standing
        return texts.understood(text, key)

    def _options(self) -> list[Entry]:
        """Return the rows that hold something, the most points first."""
        rows = []
        for row in self.option_rows():
            typed = {
                name: self.cleaned_data.get(field.name) or "" for name, field in row.items()
            }
            if any(typed.values()):
                typed = {name: text.replace("\r\n", "\n") for name, text in typed.items()}
                typed["label"] = " ".join(typed["label"].split("\n"))
                rows.append(
                    {name: texts.understood(typed[name], key) for name, key in OPTION.items()}
                )
        if all(isinstance(row["points"], int) for row in rows):
            rows.sort(key=lambda row: -row["points"])
        return rows


def _widget(key: Key) -> forms.Widget:
    if (
        key.kind == "table"
        or key is OPTION["label"]
        or (key.kind == "text" and not key.longest)
    ):
        return forms.Textarea(attrs={"rows": 3, "class": "control"})
    attrs = {"class": "control" if key.kind == "text" else "control control--short"}
    if key.longest:
        attrs["maxlength"] = str(key.longest)
    return forms.TextInput(attrs={"autocomplete": "off"} | attrs)


def _titled(entry: Entry) -> str:
    title = entry["title"]
    article = entry.get("article")
    return f"{entry['code']} · {title}, {article}" if article else f"{entry['code']} · {title}"


def _place_in(before: list[str]) -> Any:
    return lambda code: before.index(code) if code in before else len(before)


class CopyForm(forms.Form):
    """What the next version is called."""

    version = forms.CharField(
        label=gettext_lazy("Name of the new version"),
        max_length=20,
        help_text=gettext_lazy("Such as 2026. It cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "control--short"}),
    )


class FrameworkFileForm(forms.Form):
    """A file with a whole framework."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("YAML or Excel (.xlsx), as it is downloaded here."),
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.xlsx"}),
    )


class TranslationForm(forms.Form):
    """The texts of one part in another language, each beside its base text."""

    use_required_attribute = False

    def __init__(self, *args: Any, rows: list[Any], **kwargs: Any) -> None:
        """ROWS have address, base and text; what was read is sent back beside each."""
        super().__init__(*args, **kwargs)
        self.rows = rows
        for at, row in enumerate(rows):
            widget = forms.Textarea(attrs={"rows": 2, "class": "control", "dir": "auto"})
            self.fields[f"text-{at}"] = forms.CharField(
                label=row.label, required=False, widget=widget, initial=row.text
            )
            self.fields[f"read-{at}"] = forms.CharField(
                required=False, strip=False, widget=forms.HiddenInput, initial=row.text
            )
            self.fields[f"at-{at}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=row.address
            )
            if row.outdated_on:
                self.fields[f"right-{at}"] = forms.BooleanField(
                    label=gettext_lazy("The translation is still right"), required=False
                )

    def pairs(self) -> list[tuple[Any, ...]]:
        """Give each row with its fields: text, what was read, address, "still right" or None."""
        return [
            (
                row,
                *(self[f"{name}-{at}"] for name in ("text", "read", "at")),
                self[f"right-{at}"] if row.outdated_on else None,
            )
            for at, row in enumerate(self.rows)
        ]

    def still_right(self) -> list[str]:
        """Return the addresses of the translations that were said to be right as they are."""
        said = range(len(self.rows))
        marked = [at for at in said if self.data.get(f"right-{at}")]
        return [address for at in marked if (address := self.data.get(f"at-{at}"))]

    def said(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the texts, and those that were read, by address: of each row that was sent."""
        said: dict[str, str] = {}
        read: dict[str, str] = {}
        at = 0
        while address := self.data.get(f"at-{at}"):
            said[address] = _lines(self.data.get(f"text-{at}", "")).strip()
            read[address] = _lines(self.data.get(f"read-{at}", ""))
            if said[address] == read[address].strip():
                said[address] = read[address]
            at += 1
        return said, read


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")
