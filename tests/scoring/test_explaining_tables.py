"""The lines that `explain` and `compare` write: every one of a small case, whole."""

from fractions import Fraction

from scoring.engine.explaining.contributions import contributions_of
from scoring.engine.explaining.files import explain_words
from scoring.engine.explaining.tables import answer_change_rows, change_rows, explain_rows
from scoring.engine.explaining.terms import Answer, AnswerChange, Change, Term
from scoring.engine.missing import Status
from tests.scoring.small import DATE, built, cell, document, indicator, strand
from tests.scoring.test_explaining_contributions import STEEP, table

BEFORE = "2014-12-31"

WORDS = f"""\
PT overall on {DATE}: 190/3 = 63.3333

code                                    points        weight   contributes    gap to 100
overall                                63.3333             1       63.3333       36.6667
  s                                    63.3333             1       63.3333       36.6667
    c (table)                               90      0.333333            30       3.33333
      p                                    100             -            25             0
      q                                     50             -       1.66667       3.33333
    i                                        0      0.333333             0       33.3333
    j                                      100      0.333333       33.3333             0
    k                                  unknown             0             0             0
The contributions sum to 190/3.

Answers that would raise the score, by their next better option:
code                                    points          next     the score          gain
i                                            0            50            80       16.6667
q                                           50           100       66.6667       3.33333
"""


def explanation():
    """Portugal's index over one strand: a table that gives 10 for nothing, and i, j and k."""
    values = (*STEEP[:-1], 10)
    over = {"of": ["p", "q"], "rows": table(*values)}
    asked = [indicator("p", "c"), indicator("q", "c")]
    asked += [indicator(code, "s") for code in "ijk"]
    composite = {"kind": "composite", "parent": "s", "rule": "table", "table": over}
    tree = built(document([strand("s"), {"code": "c", **composite}], asked))
    given = {"p": 100, "q": 50, "i": 0, "j": 100, "k": Status.UNKNOWN}
    return contributions_of(tree, [cell(*each) for each in given.items()], "overall")


def line(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


def test_the_lines_of_an_explained_score_tell_each_part_exactly():
    assert [row[:3] for row in explain_rows(explanation())] == [("PT", DATE, "overall")] * 8
    assert [row[3:] for row in explain_rows(explanation())] == [
        line("overall|index||0|no|weighted_mean|ok|190/3|1|190/3|110/3|||||"),
        line("s|strand|overall|1|no|mean|ok|190/3|1|190/3|110/3|||||"),
        line("c|composite|s|2|yes|table|ok|90|1/3|30|10/3|10/3||||"),
        line("p|indicator|c|3|no||ok|100||25|0|||||"),
        line("q|indicator|c|3|no||ok|50||5/3|10/3||1|100|200/3|10/3"),
        line("i|indicator|s|2|yes||ok|0|1/3|0|100/3||2|50|80|50/3"),
        line("j|indicator|s|2|yes||ok|100|1/3|100/3|0|||||"),
        line("k|indicator|s|2|yes||unknown||0|0|0|||||"),
    ]


def test_the_table_for_the_terminal_is_indented_and_ends_with_what_would_raise_the_score():
    assert explain_words(explanation()) == WORDS


def test_where_all_earn_everything_it_is_said_that_nothing_would_raise_the_score():
    tree = built(document([strand("s")], [indicator("i", "s")]))
    words = explain_words(contributions_of(tree, [cell("i", 100)], "s"))

    assert words.endswith(
        "The contributions sum to 100.\n\nNo single answer would raise the score.\n"
    )


def change(old, new, terms=None, *answers) -> Change:
    given = {Term(term): Fraction(amount) for term, amount in (terms or {}).items()}
    scores = (None if each is None else Fraction(each) for each in (old, new))
    return Change("PT", "s", "strand", BEFORE, DATE, *scores, given, answers)


def test_the_line_of_a_change_has_its_four_terms_and_how_it_is_shown():
    terms = {"policy": "1/4", "method": "-1/20", "coverage": 0, "correction": "-1/10"}
    rows = change_rows([change("60.4", "60.5", terms)], "f/1/abc")

    assert list(rows) == [
        line(
            f"PT|s|strand|{BEFORE}|{DATE}|302/5|121/2|1/10|1/4|-1/20|0|-1/10"
            "|60|61|+0.1|enlarged|f/1/abc"
        )
    ]


def test_the_line_of_a_score_that_one_side_lacks_is_empty_where_it_would_be_needed():
    rows = list(change_rows([change(None, 50), change(50, None)], ""))

    assert rows == [
        line(f"PT|s|strand|{BEFORE}|{DATE}||50||||||||||"),
        line(f"PT|s|strand|{BEFORE}|{DATE}|50|||||||||||"),
    ]


def test_the_line_of_a_changed_answer_has_both_answers_and_is_empty_where_one_was_not_asked():
    was, now = Answer(Fraction(50)), Answer(None, Status.UNKNOWN)
    answers = (
        AnswerChange("i", Term.COVERAGE, was, now, Fraction(-5, 2)),
        AnswerChange("j", Term.POLICY, None, was, Fraction(10)),
        AnswerChange("c", Term.COVERAGE, None, None, Fraction(0)),
    )
    rows = answer_change_rows([change(50, 60, None, *answers)])

    assert list(rows) == [
        line(f"PT|s|i|{BEFORE}|{DATE}|coverage|50|ok||unknown|-5/2"),
        line(f"PT|s|j|{BEFORE}|{DATE}|policy|||50|ok|10"),
        line(f"PT|s|c|{BEFORE}|{DATE}|coverage|||||0"),
    ]
