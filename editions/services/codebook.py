"""What every file and every column of an edition means, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from scoring.engine import tables as engine

from . import codebook_reports, explaining, tables

COLUMNS = ("table", "column", "meaning")
CHANGED = (
    ("changes.csv", tables.CHANGE_COLUMNS),
    ("score_changes.csv", tables.SCORE_CHANGE_COLUMNS),
)


def file_words(name: str) -> str:
    """Say in a sentence what a data file holds; empty for a name that is none."""
    return {
        "answers.csv": _("Every answer, with its points and its reason."),
        "results.csv": _("Every score of every country: exact, shown, ranked."),
        "group_results.csv": _("The means of groups of countries."),
        explaining.CONTRIBUTIONS: _(
            "What each answer gives to the overall scores, lacks, and could add."
        ),
        "framework.csv": _("The tree: overall scores, policy areas, composites, questions."),
        "options.csv": _("The options of each question and the points they earn."),
        "countries.csv": _("The countries with their ISO 3166-1 codes."),
        tables.NOT_ASSESSED: _("Countries that this edition leaves out, and why."),
        tables.CREDITS: _("Who answered and reviewed, and asked to be named."),
        "groups.csv": _("Groups of countries and the dates of membership."),
        "sources.csv": _("What each answer rests on: laws and publications."),
        "changes.csv": _("Answers that this revision changed, as they were and as they are."),
        "score_changes.csv": _("Figures and ranks that differ from the revision before."),
        "texts.json": _("Findings, notes on countries and the press release, in Markdown."),
        "codebook.csv": _("What each column of each table means."),
        "methodology.json": _("All that is needed to compute scores from answers."),
        "edition.json": _("The edition: name, cut-off date, licence, audit record."),
        "README.md": _("What this is, how to cite, check and recompute it."),
        "LICENSE.txt": _("The licence of the data."),
        **codebook_reports.file_words(),
    }.get(name, "")


def _meanings() -> dict[str, str]:
    """Explain each column by its name: one name means one thing in every table."""
    return {
        **_of_values(),
        **_of_figures(),
        **_of_contributions(),
        **_of_the_tree(),
        **_of_sources(),
        **_of_people(),
    }


def _of_values() -> dict[str, str]:
    return {
        "country": _("ISO 3166-1 alpha-2 code of the country."),
        "alpha3": _("ISO 3166-1 alpha-3 code of the country."),
        "name": _("Name in the language of the framework."),
        "follows_later": _("yes: a later revision of this edition takes the country in."),
        "because": _("Why the country is not assessed in this edition."),
        "indicator": _("Code of the question."),
        "reference_date": _("The day whose law and practice the value describes, ISO 8601."),
        "status": _(
            "ok: there is a value; not_applicable: the question cannot exist here; unknown: it "
            "could not be established; not_collected: it was not asked."
        ),
        "option": _(
            "Place among the question's options, 1 for the first; empty for exceptional points "
            "and where there is no value."
        ),
        "points": _("What the answer or option earns, or the node scores, 0 to 100, exact."),
        "rationale": _("The public reason for the answer."),
        "basis": _(
            "approved: reviewers approved the answer; ruled: a ruling settled it; corrected: "
            "a revision put it right after publication; published: it is taken over from a "
            "published release."
        ),
    }


def _of_figures() -> dict[str, str]:
    return {
        "node": _("Code of an overall score, policy area, dimension, composite or question."),
        "level": _("index, strand, dimension or composite."),
        "exact": _("The score as an exact fraction, such as 623/8."),
        "score": _("The same score as a decimal number with 17 significant digits."),
        "display": _("The score as it is shown: rounded half up, once."),
        "rank": _("Rank among the countries scored on the same date; equal ones share it."),
        "ranked": _("Of how many countries the rank is one: those ranked on the same date."),
        "tied": _("yes where the rank is shared."),
        "band": _("Code of the band in which the shown score lies; see methodology.json."),
        "coverage": _("Share of the applicable weight below that has a value, 0 to 1, exact."),
        "reason": _("Why there is no score; empty where there is one."),
        "lo": _("Least the score could be if everything missing were answered, exact."),
        "hi": _("Most the score could be if everything missing were answered, exact."),
        "flags": _(
            "Of what kind some of the answers in the score are: estimated, provisional, or break"
            " for not comparable with the edition before; separated by spaces."
        ),
        "group": _("Code of the group of countries."),
        "n": _("Number of members with a score."),
        "of": _("Number of members on the reference date."),
        "from": _("First day of membership."),
        "to": _("Last day of membership; empty for a member still."),
    }


def _of_contributions() -> dict[str, str]:
    return {
        "index": _("Code of the overall score that is explained."),
        "effective_weight": _(
            "Share of the overall score that the answer or node carries, its missing siblings'"
            " weight included, exact; empty below a node that stands as a whole."
        ),
        "contribution": _(
            "What it gives to the overall score, in points, exact. The lines whose whole is"
            " empty sum to the score."
        ),
        "gap": _(
            "What it keeps the overall score from 100, in points, exact. The lines whose whole is"
            " empty sum to 100 less the score."
        ),
        "whole": _(
            "Code of the node that stands as a whole, as one read from a table, in whose"
            " contribution that of the answer lies; empty where it stands by itself."
        ),
        "next_option": _("Place of the next better option; empty where there is none."),
        "next_points": _("What the next better option earns."),
        "gain": _("By how much it would raise the overall score, all else equal, exact."),
        "next_score": _("What the overall score would then be, exact."),
    }


def _of_the_tree() -> dict[str, str]:
    return {
        "kind": _("Kind of the node, or of the source."),
        "parent": _("Code of the node above; empty at the top."),
        "position": _("Place in the order, from 1."),
        "title": _("Title in the language of the framework, or of the source."),
        "question": _("The question as it is asked."),
        "evidence": _("law or practice: what the question is about."),
        "weight": _("Weight among siblings, exact."),
        "rule": _(
            "How the value is computed: mean, weighted_mean, geometric_mean, harmonic_mean, "
            "minimum, maximum or table, as the framework says."
        ),
        "shown": _("no for a node that only groups others inside a policy area."),
        "scored": _("Years in which it is scored; empty for always."),
        "strands": _("Codes of the policy areas that the overall score is the mean of."),
        "label": _("The option in words."),
        "description": _("More on the option."),
    }


def _of_sources() -> dict[str, str]:
    return {
        "article": _("Article, page or cell of the source."),
        "year": _("Year of the source."),
        "publisher": _("Who published the source."),
        "url": _("Address of the source."),
        "in_force_from": _("Day from which a law is in force."),
        "in_force_until": _("Day until which a law was in force."),
        "published_on": _("Day on which the source was published."),
        "words": _("Why the answer was changed."),
        **_of_changes(),
        "table": _("File name of the table."),
        "column": _("Name of the column."),
        "meaning": _("What the column holds."),
        tables.PROVISIONAL: _("yes: this is a rehearsal, and no edition."),
    }


def _of_people() -> dict[str, str]:
    return {
        "role": _(
            "expert: answered; reviewer: reviewed; adjudicator: ruled on disputes. Only experts"
            " have a country, where they asked for it."
        ),
        "person": _("Name of somebody who asked to be named."),
    }


def _of_changes() -> dict[str, str]:
    return {
        "old_status": _("The status in the revision before."),
        "old_option": _("The option in the revision before."),
        "old_points": _("The points in the revision before."),
        "old_exact": _("The exact score in the revision before."),
        "old_shown": _("The shown score in the revision before."),
        "old_rank": _("The rank in the revision before."),
        "old_tied": _("yes where that rank was shared."),
        "old_ranked": _("Of how many countries that rank was one."),
    }


def lines(
    *,
    marked: bool,
    succeeds: bool = False,
    leaves_out: bool = False,
    names: bool = False,
    reports: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[tuple[str, str, str]]:
    """Give a line for each column of each table; MARKED for those of a rehearsal.

    A revision that SUCCEEDS another one has the two tables of what it changes, one that
    LEAVES_OUT a country the table of these, one that NAMES somebody the table of them. REPORTS
    are the columns of the tables on reliability and robustness that are there.
    """
    meanings = _meanings()
    last = (tables.PROVISIONAL,) if marked else ()
    for name, columns in (
        ("answers.csv", tables.ANSWER_COLUMNS),
        ("results.csv", engine.RESULT_COLUMNS),
        ("group_results.csv", engine.GROUP_RESULT_COLUMNS),
        (explaining.CONTRIBUTIONS, explaining.CONTRIBUTION_COLUMNS),
        ("framework.csv", tables.NODE_COLUMNS),
        ("options.csv", tables.OPTION_COLUMNS),
        ("countries.csv", tables.COUNTRY_COLUMNS),
        ("groups.csv", tables.GROUP_COLUMNS),
        ("sources.csv", tables.SOURCE_COLUMNS),
        *(((tables.NOT_ASSESSED, tables.NOT_ASSESSED_COLUMNS),) if leaves_out else ()),
        *(((tables.CREDITS, tables.CREDIT_COLUMNS),) if names else ()),
        *(CHANGED if succeeds else ()),
        ("codebook.csv", COLUMNS),
    ):
        for column in (*columns, *last):
            yield name, column, meanings[column]
    yield from codebook_reports.lines(reports or {})


def text(*, marked: bool, **more: Any) -> str:
    """Return codebook.csv; MORE are the other words of `lines`."""
    found = lines(marked=marked, **more)
    return tables.table_text(COLUMNS, found, marked=marked)
