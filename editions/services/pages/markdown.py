"""Markdown into HTML that can do no harm: no HTML of its own, no pictures, links to the web alone.

The same text gives the same bytes; the library is pinned, for its bytes are signed.
"""

from __future__ import annotations

from functools import cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

HEADINGS = ("heading_open", "heading_close")
LEADS_OUT = ("http://", "https://", "mailto:")
HIGHEST, LOWEST = 3, 6
"""Headings of a text stand below the page's heading and the text's own title."""


def html_of(text: str) -> SafeString:
    """Return the text as HTML. What would be HTML in it is shown as it was typed."""
    reader = _reader()
    tokens = reader.parse(text)
    headings = [token for token in tokens if token.type in HEADINGS]
    first = min((int(token.tag[1:]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1:]) - first + HIGHEST, LOWEST)}"
    return mark_safe(reader.renderer.render(tokens, reader.options, {}))  # noqa: S308 (the library escapes all, HTML is off)


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False})
    reader.disable(["image", "html_block", "html_inline"])
    reader.validateLink = leads_out
    return reader


def leads_out(address: str) -> bool:
    """Whether a link may lead there: to the web, or into a mail."""
    return address.strip().lower().startswith(LEADS_OUT)
