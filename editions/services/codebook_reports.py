"""What the tables on reliability and robustness hold: they have words of their own for columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

ALPHA, CHANGES = "reliability/alpha.csv", "reliability/changes.csv"
SPEC = "robustness/spec.json"
DESIGN = "robustness/design.csv"
RANKS = "robustness/rank_stats.csv"
PAIRS = "robustness/pairs.csv"
SHIFT = "robustness/shift.csv"
SOBOL = "robustness/sobol.csv"


def file_words() -> dict[str, str]:
    """Say in a sentence what each file holds, by its path."""
    return {
        ALPHA: _("How far independent first codings agree, over three countries or more."),
        CHANGES: _("How many first answers the review changed."),
        SPEC: _("What was varied to see how firm the ranks are, with the seed of the draws."),
        DESIGN: _("Every draw with the choices it made, to be replayed without our generator."),
        RANKS: _("Each country’s score and rank over the draws."),
        PAIRS: _("How often one country stands above another."),
        SHIFT: _("By how many places ranks move on average, by choice."),
        SOBOL: _("How much of what moves is each choice’s doing."),
    }


def lines(reports: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, str]]:
    """Give a line for each column of the tables in REPORTS, which are columns by path."""
    for name, columns in sorted(reports.items()):
        meanings = _meanings(name)
        for column in columns:
            yield name, column, meanings[column]


def _meanings(name: str) -> dict[str, str]:
    return {
        ALPHA: _of_alpha,
        CHANGES: _of_changes,
        DESIGN: _of_design,
        RANKS: _of_ranks,
        PAIRS: _of_pairs,
        SHIFT: _of_shift,
        SOBOL: _of_sobol,
    }[name]()


def _of_codings() -> dict[str, str]:
    return {
        "scope": _("indicator, strand, or all: what the figure is about."),
        "code": _("Code of the question or policy area; empty for all."),
        "n_codings": _("Number of codings counted."),
    }


def _of_alpha() -> dict[str, str]:
    return {
        **_of_codings(),
        "other": _("Always empty: no figure of a pair of coders is published."),
        "metric": _("How differences between values count: nominal, ordinal, interval, ratio."),
        "n_units": _("Answers with two codings or more."),
        "n_pairs": _("Pairs of codings of one answer."),
        "exact": _("Krippendorff’s alpha as an exact fraction."),
        "alpha": _("The same as a decimal number with 17 significant digits."),
        "lo": _("Lower end of the middle 95 % of resamples of the countries."),
        "hi": _("Upper end of the middle 95 % of resamples of the countries."),
        "degenerate": _("Resamples without variation, left out of lo and hi."),
        "agreement": _("Share of pairs of codings that are equal, 0 to 1."),
        "reading": _("firm from 0.800, tentative from 0.667, else rewrite."),
        "reason": _(
            "Why there is no alpha: not_coded_twice; no_variation; too_few_countries, for fewer"
            " than three would tell what single people coded."
        ),
        "interval_reason": _(
            "Why there is no interval: as for alpha; one_country; or degenerate_resamples, where"
            " more than half have no variation."
        ),
    }


def _of_changes() -> dict[str, str]:
    return {
        **_of_codings(),
        "n_changed": _("How many of them the review settled otherwise."),
        "share": _("n_changed of n_codings, exact."),
    }


def _of_design() -> dict[str, str]:
    four = {
        f"{factor}_{place}": words
        for factor, words in (
            ("weights", _("One of the four numbers that give all weights of the draw.")),
            ("coder", _("One of the four numbers that give all errors of coders.")),
        )
        for place in range(1, 5)
    }
    return {
        "draw": _("Number of the draw, from 1."),
        "aggregation": _("How means are taken: arithmetic, geometric or harmonic."),
        "leave_out": _("Code of the question or policy area that is left out; empty for none."),
        "missing": _("What stands for a missing answer: renormalise, 0, 100, group_mean."),
        "index": _("Code of the overall score that is ranked."),
        **four,
    }


def _of_ranks() -> dict[str, str]:
    return {
        "country": _("ISO 3166-1 alpha-2 code of the country."),
        "index": _("Code of the overall score by the method itself."),
        "reference_date": _("The day whose law and practice is ranked, ISO 8601."),
        "score": _("Score by the method itself, in points."),
        "rank": _("Rank by the method itself."),
        "draws": _("Draws in which the country has a score."),
        **_spread("rank", _("of its rank over the draws")),
        **_spread("score", _("of its score over the draws, in points")),
        "top_10": _("Share of draws in which its rank is ten or better, 0 to 1."),
    }


def _spread(name: str, of: str) -> dict[str, str]:
    facts = {"of": of}
    return {
        f"{name}_mean": _("Mean %(of)s.") % facts,
        f"{name}_median": _("Median %(of)s.") % facts,
        f"{name}_p05": _("5th percentile (type 7) %(of)s.") % facts,
        f"{name}_p95": _("95th percentile (type 7) %(of)s.") % facts,
    }


def _of_pairs() -> dict[str, str]:
    return {
        "country": _("ISO 3166-1 alpha-2 code of the country."),
        "other": _("The same of another country."),
        "above": _("Share of draws in which country stands above other; a tie counts half."),
        "draws": _("Draws in which both have a score."),
    }


def _of_shift() -> dict[str, str]:
    return {
        "factor": _("What is chosen; empty for all draws."),
        "alternative": _("Which choice; empty for a factor without named ones."),
        "draws": _("Draws that made the choice."),
        "mean": _("Mean of the average rank shift over these draws, in places."),
        "median": _("Median of the same."),
        "p05": _("5th percentile (type 7) of the same."),
        "p95": _("95th percentile (type 7) of the same."),
        "alone": _("Average rank shift where this choice alone leaves the method, in places."),
    }


def _of_sobol() -> dict[str, str]:
    two = {
        "first": _("the first-order index: what the factor does by itself"),
        "total": _("the total index: what it does with all that it acts upon"),
    }
    found = {
        "output": _(
            "shift: the average rank shift of a draw; else the country whose rank it is."
        ),
        "factor": _("What is chosen."),
    }
    for name, words in two.items():
        facts = {"index": words}
        found |= {
            name: _("Estimate of %(index)s; empty where it is not printed.") % facts,
            f"{name}_lo": _("Lower end of its 95 % bootstrap interval."),
            f"{name}_hi": _("Upper end of its 95 % bootstrap interval."),
            f"{name}_printed": _("no where the interval is wider than 0.2, or there is none."),
            f"{name}_reason": _(
                "Why it is not printed: wide; constant, where nothing varies; gaps, where some"
                " draws give no score."
            ),
        }
    return found
