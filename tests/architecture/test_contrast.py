"""Words stand out at 4.5:1 and marks at 3:1, in light, dark and print (WCAG 1.4.3, 1.4.11)."""

import re

import pytest

from tests.architecture import source

STYLES = source.ROOT / "static" / "css"
TOKENS = (STYLES / "tokens.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});")
ANY_COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b(?![^{]*\{)|\b(?:rgb|rgba|hsl|hsla|oklch|color-mix)\(", re.IGNORECASE
)

WORDS = [
    *(
        ("ink", ground)
        for ground in ("paper", "wash", "sunk", "accent-wash", "warn-wash", "stop-wash")
    ),
    *(
        ("quiet", ground)
        for ground in ("paper", "wash", "accent-wash", "warn-wash", "stop-wash")
    ),
    *(
        ("accent", ground)
        for ground in ("paper", "wash", "accent-wash", "warn-wash", "stop-wash")
    ),
    ("accent-strong", "paper"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    *(
        (tone, ground)
        for tone in ("ok", "warn", "stop")
        for ground in ("paper", "wash", "accent-wash")
    ),
    ("warn", "warn-wash"),
    ("stop", "stop-wash"),
]
MARKS = [
    *(("edge", ground) for ground in ("paper", "wash")),
    *(("band-line", ground) for ground in ("paper", "wash")),
]


def block(selector: str) -> dict[str, str]:
    """Return the colours that the first rule with this selector sets."""
    start = TOKENS.index(selector + " {")
    return dict(COLOUR.findall(TOKENS[start : TOKENS.index("}", start)]))


LIGHT = block("\n:root")
DARK = block(':root[data-theme="dark"]')
THEMES = {
    "light": LIGHT,
    "dark": LIGHT | DARK,
    "print": LIGHT | block(":root:root:root"),
}


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), WORDS, ids="-on-".join)
def test_words_can_be_read(theme, ink, ground):
    colours = THEMES[theme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("mark", "ground"), MARKS, ids="-on-".join)
def test_fields_and_marks_can_be_seen(theme, mark, ground):
    colours = THEMES[theme]
    assert contrast(colours[mark], colours[ground]) >= 3


def test_a_dark_system_and_a_chosen_dark_look_the_same():
    assert block(':root:not([data-theme="light"])') == DARK


def test_every_colour_that_turns_dark_turns_back_for_print():
    assert set(DARK) <= set(block(":root:root:root"))


@pytest.mark.parametrize("path", source.files(".css", below=("static",)), ids=source.name_of)
def test_a_colour_is_named_only_among_the_tokens(path):
    if path.name == "tokens.css":
        assert len(COLOUR.findall(TOKENS)) > 50
        return
    assert ANY_COLOUR.findall(path.read_text(encoding="utf-8")) == []
