"""A framework file is read with its lines, and refused as a whole with every fault."""

from pathlib import Path

import pytest
import yaml

from questionnaire.services.framework.checking import check
from questionnaire.services.framework.reading import read
from questionnaire.services.framework.shape import completed
from questionnaire.services.problems import BadFile

DATA = Path(__file__).parents[2] / "data" / "mipex"

REST = (
    'question: "What?", evidence: law, relation: new, '
    "options: [{points: 100, label: A}, {points: 0, label: B}]"
)
GOOD = """\
framework:
  code: small
  version: "1"
  title: A small framework
  language: en
standards:
  - {code: law, kind: directive, title: A directive, year: 2003}
aggregates:
  - {code: s, kind: strand, title: Strand, rule: weighted_mean, scored: [2014, "2019-"]}
  - {code: d, kind: dimension, parent: s, title: Part, rule: mean, shown: false}
  - code: m
    kind: composite
    parent: s
    title: Composite
    rule: table
    table:
      of: [i3, i4]
      rows:
        - [100, 100, 100]
        - [100, 0, 33]
        - [0, 100, 67]
        - [0, 0, 0]
indexes:
  - {code: overall, title: Overall, headline: true, strands: [s]}
indicators:
  - code: i1
    parent: s
    title: First
    question: What is the first?
    evidence: law
    standards: [law]
    weight: 0.67
    relation: new
    options:
      - {points: 100, label: "Yes."}
      - {points: 50, label: "Perhaps."}
      - {points: 0, label: "No."}
""" + "".join(
    f"  - {{code: {code}, parent: {parent}, title: {title}, {REST}}}\n"
    for code, parent, title in (
        ("i2", "d", "Second"),
        ("i3", "m", "Third"),
        ("i4", "m", "Last"),
    )
)


@pytest.fixture
def problems(tmp_path):
    """Give the problems of the good file with some of its text replaced: (line, sentence)."""

    def find(*replaced: tuple[str, str]) -> list[tuple[int, str]]:
        text = GOOD
        for old, new in replaced:
            assert text.count(old) == 1, f"{old!r} must stand once in the good file"
            text = text.replace(old, new)
        path = tmp_path / "framework.yaml"
        path.write_text(text, encoding="utf-8")
        try:
            found = check(read(path))
        except BadFile as refused:
            found = refused.problems
        assert {problem.file for problem in found} <= {"framework.yaml"}
        return [(problem.line, str(problem.message)) for problem in found]

    return find


def test_a_good_file_has_no_problem(problems):
    assert problems() == []


@pytest.mark.parametrize("name", ["core.yaml", "outline-2010.yaml"])
def test_the_frameworks_we_ship_have_no_problem(name):
    assert check(read(DATA / name)) == []


FAULTS = {
    "an unknown rule": (
        ("weighted_mean, scored", "median, scored"),
        (9, "“median” is unknown here; write one of mean, weighted_mean, table."),
    ),
    "an unknown parent": (
        ("{code: i2, parent: d", "{code: i2, parent: x"),
        (38, "The parent “x” of “i2” is unknown."),
    ),
    "a code used twice": (("code: i1", "code: s"), (26, "The code “s” is used twice.")),
    "a standard's code used twice": (
        ("year: 2003}", "year: 2003}\n  - {code: law, kind: directive, title: Another}"),
        (8, "The code “law” is used twice."),
    ),
    "a strand with a parent": (
        ("title: Strand,", "title: Strand, parent: d,"),
        (9, "A strand has no parent."),
    ),
    "a dimension without a parent": (
        ("kind: dimension, parent: s,", "kind: dimension,"),
        (10, "“d” needs a parent."),
    ),
    "an aggregate without children": (
        ("{code: i2, parent: d", "{code: i2, parent: s"),
        (10, "Nothing lies below “d”, so it has no score."),
    ),
    "a combination without a value": (
        ("        - [0, 100, 67]\n", ""),
        (18, "The table gives no value for i3 = 0, i4 = 100."),
    ),
    "a combination given twice": (
        ("        - [0, 0, 0]\n", "        - [0, 0, 0]\n        - [0, 0, 0]\n"),
        (22, "This combination stands more than once."),
    ),
    "a table over another's child": (
        ("of: [i3, i4]", "of: [i3, i1]"),
        (17, "The table must be over the indicators directly below: i3, i4."),
    ),
    "a row for points that are no option": (
        ("- [0, 100, 67]", "- [50, 100, 67]"),
        (21, "There are no options with the points 50, 100."),
    ),
    "a row that is too short": (
        ("- [0, 100, 67]", "- [0, 100]"),
        (21, "This row must hold the points of i3, i4, and a value."),
    ),
    "a table's value out of range": (
        ("- [0, 100, 67]", "- [0, 100, 167]"),
        (21, "167 points lie outside 0 to 100."),
    ),
    "a rule without its table": (
        ("rule: mean, shown: false", "rule: table, shown: false"),
        (10, "“d” needs its table."),
    ),
    "a table that no rule reads": (
        ("    rule: table\n", "    rule: mean\n"),
        (16, "Only the rule “table” has a table."),
    ),
    "points out of range": (
        ('- {points: 50, label: "Perhaps."}', '- {points: -50, label: "Perhaps."}'),
        (36, "-50 points lie outside 0 to 100."),
    ),
    "options that do not fall": (
        ('- {points: 50, label: "Perhaps."}', '- {points: 100, label: "Perhaps."}'),
        (36, "Options must fall in points: 100 cannot follow 100."),
    ),
    "options that do not reach 0": (
        ('- {points: 0, label: "No."}', '- {points: 25, label: "No."}'),
        (34, "The options of “i1” must reach from 100 points to 0."),
    ),
    "points that are no whole number": (
        ("points: 50", "points: 12.5"),
        (36, "“12.5” is no whole number."),
    ),
    "an unknown standard": (
        ("standards: [law]", "standards: [custom]"),
        (31, "The standard “custom” is unknown."),
    ),
    "a mistyped key": (
        ("title: First", "titel: First\n    title: First"),
        (28, "“titel” is no key that is known here."),
    ),
    "a mistyped section": (
        ("aggregates:\n", "aggregate: []\naggregates:\n"),
        (8, "“aggregate” is no key that is known here."),
    ),
    "a missing section": (
        ("indexes:\n  - {code: overall, title: Overall, headline: true, strands: [s]}\n", ""),
        (1, "The section “indexes” is missing."),
    ),
    "a missing question": (
        ("    question: What is the first?\n", ""),
        (26, "“question” is missing."),
    ),
    "an empty title": (("title: First", 'title: ""'), (28, "“title” is missing.")),
    "a title of blanks": (
        ("title: First", 'title: "  "'),
        (28, "“  ” is no text; put it in quotes."),
    ),
    "a number for a text": (
        ('version: "1"', "version: 1"),
        (3, "“1” is no text; put it in quotes."),
    ),
    "a text that is too long": (
        ('version: "1"', f'version: "{"1" * 21}"'),
        (3, "This is longer than 20 characters."),
    ),
    "a code with a blank": (
        ("code: small", "code: too small"),
        (2, "“too small” is no code; use letters, digits, - and _."),
    ),
    "a negative weight": (
        ("weight: 0.67", "weight: -0.67"),
        (
            32,
            "“-0.67” is no weight; write a number from 0 up, such as 0.67 or 67/100.",
        ),
    ),
    "a weight that counts for nothing": (
        ("{code: i2, parent: d,", "{code: i2, parent: d, weight: 2,"),
        (38, "This weight counts for nothing: the rule of “d” is mean."),
    ),
    "years that mean nothing": (
        ('[2014, "2019-"]', "[since 2014]"),
        (9, "“['since 2014']” are no years; write a list such as [2014, 2019-]."),
    ),
    "a truth value that is none": (
        ("shown: false", "shown: no"),
        (10, "“no” is neither true nor false."),
    ),
    "an index over no strand": (("strands: [s]", "strands: [d]"), (24, "“d” is no strand.")),
    "an index with a strand twice": (
        ("strands: [s]", "strands: [s, s]"),
        (24, "The strand “s” stands twice here."),
    ),
    "no headline": (
        ("headline: true", "headline: false"),
        (23, "One index, and only one, must be the headline."),
    ),
    "a list where a mapping belongs": (
        ('{points: 100, label: "Yes."}', "[100, yes]"),
        (35, "Keys with their values must stand here."),
    ),
    "a key twice": (
        ("title: First", "title: First\n    title: Primus"),
        (29, "“title” stands twice here."),
    ),
    "an anchor": (
        ("title: First", "title: &first First"),
        (28, "This is no YAML: anchors and aliases are left out."),
    ),
    "a tag": (
        ("title: First", "title: !!python/name:os.system First"),
        (28, "Tags such as tag:yaml.org,2002:python/name:os.system are left out."),
    ),
    "a bracket left open": (
        ("strands: [s]}", "strands: [s}"),
        (24, "This is no YAML: expected ',' or ']', but got '}'."),
    ),
    "a character that is no text": (
        ("title: First", "title: Fi\x07rst"),
        (28, "A character that may not stand in a text file."),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_told_with_its_line(problems, name):
    replaced, expected = FAULTS[name]

    assert expected in problems(replaced)


def test_parents_that_run_in_a_circle_are_told_on_each_of_their_lines(problems):
    found = problems(
        ("kind: dimension, parent: s", "kind: dimension, parent: m"),
        ("    parent: s\n    title: Composite", "    parent: d\n    title: Composite"),
    )

    assert (10, "The parents run in a circle: d → m → d.") in found
    assert (13, "The parents run in a circle: m → d → m.") in found


def test_all_weights_0_are_told(problems):
    found = problems(
        ("weight: 0.67", "weight: 0"),
        ("title: Part,", "title: Part, weight: 0,"),
        ("    title: Composite\n", "    title: Composite\n    weight: 0\n"),
    )

    assert found == [(9, "All weights below “s” are 0.")]


def test_all_faults_of_a_file_are_told_at_once_by_line(problems):
    found = problems(
        ("standards: [law]", "standards: [custom]"),
        ("{code: i2, parent: d", "{code: i2, parent: x"),
    )

    assert [line for line, _sentence in found] == [10, 31, 38]


@pytest.mark.parametrize("content", [b"", b"just a sentence", b"- a\n- list\n"])
def test_a_file_that_holds_no_sections_is_refused(tmp_path, content):
    path = tmp_path / "framework.yaml"
    path.write_bytes(content)

    with pytest.raises(BadFile, match=r"must hold the framework's sections\."):
        read(path)


def test_a_file_in_another_encoding_is_refused_with_the_line(tmp_path):
    path = tmp_path / "framework.yaml"
    path.write_bytes(GOOD.replace("title: Third", "title: Dritté").encode("latin-1"))

    with pytest.raises(BadFile) as refused:
        read(path)

    assert str(refused.value) == "framework.yaml, line 39: This line is not written in UTF-8."


def test_norway_is_a_country_and_a_decimal_stays_exact(tmp_path):
    path = tmp_path / "framework.yaml"
    path.write_text(
        "country: NO\nweight: 0.67\nday: 2019-12-31\nyears: 012\n", encoding="utf-8"
    )

    assert read(path).data == {
        "country": "NO",
        "weight": "0.67",
        "day": "2019-12-31",
        "years": "012",
    }


def test_the_core_set_reads_the_same_in_any_yaml_reader():
    text = (DATA / "core.yaml").read_text(encoding="utf-8")

    assert read(DATA / "core.yaml").data == yaml.safe_load(text)


def test_a_completed_document_has_every_key_and_one_way_to_write_each_value(tmp_path):
    path = tmp_path / "framework.yaml"
    path.write_text(GOOD, encoding="utf-8")
    document = completed(read(path).data)

    assert document["framework"]["notice"] == ""
    assert document["aggregates"][0]["scored"] == ["2014", "2019-"]
    assert document["aggregates"][1] == {
        "code": "d",
        "kind": "dimension",
        "parent": "s",
        "title": "Part",
        "weight": "1",
        "rule": "mean",
        "shown": False,
        "table": None,
        "scored": [],
    }
    assert document["indicators"][0]["weight"] == "67/100"
    assert document["indicators"][1]["standards"] == []


def test_completing_a_completed_document_changes_nothing():
    document = completed(read(DATA / "core.yaml").data)

    assert completed(document) == document


def test_every_indicator_of_the_core_set_has_a_question_guidance_and_labels():
    document = read(DATA / "core.yaml").data
    texts = [
        text
        for entry in document["indicators"]
        for text in (
            entry["question"],
            entry["guidance"],
            *(option["label"] for option in entry["options"]),
        )
    ]

    assert len(document["indicators"]) == 72
    assert [text for text in texts if text[-1] not in ".?"] == []
    assert [entry for entry in document["indicators"] if entry["question"][-1] != "?"] == []


def test_the_outline_of_2010_says_that_it_is_not_the_official_list():
    document = read(DATA / "outline-2010.yaml").data
    verified = [entry["guidance"].startswith("Verified") for entry in document["indicators"]]

    assert "not the official list" in document["framework"]["title"]
    assert "not the official list" in document["framework"]["notice"]
    assert sum(verified) == 6
