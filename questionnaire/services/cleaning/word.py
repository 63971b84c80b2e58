"""Word documents: packed anew without the parts and the words that name people.

What is taken out: the properties (who, where, when), the list of people, data that other systems
bound to the document, authors of comments and of tracked changes, and what pictures inside say.
"""

from __future__ import annotations

import io
import re
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal

from ..zips import MEGABYTE, Limits, repacked
from .pictures import clean_picture

BODY = "word/document.xml"
LIMITS = Limits(entries=2000, unpacked=150 * MEGABYTE)
NOBODY = "author"
# Parts that are left out, with the entries that point at them.
LEFT_OUT = re.compile(r"(docProps/|customXml/|word/people\.xml$)", re.IGNORECASE)
MACROS = re.compile(r"(vba(Project|Data)|activeX|attachedToolbars)", re.IGNORECASE)
MACRO_TYPE = b"macroEnabled"
INNER = re.compile(r"\.(docx|xlsx|pptx)$", re.IGNORECASE)
INNER_WITH_MACROS = re.compile(r"\.(docm|dotm|xlsm|xlsb|pptm)$", re.IGNORECASE)
PICTURES = re.compile(r"\.(jpe?g|png)$", re.IGNORECASE)
TEXTS = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
NAMES = re.compile(
    r"""((?:[\w.-]+:)?(?:author|initials|userId|providerId|lastModifiedBy)\s*=\s*)"""
    r"""("[^"]*"|'[^']*')"""
)
POINTERS = re.compile(r"<(?:[\w.-]+:)?(?:Relationship|Override)\b[^>]*>")
POINTS_AT = re.compile(
    r"""(?:Target|PartName)\s*=\s*["'][^"']*(?:docProps/|customXml/|people\.xml)""",
    re.IGNORECASE,
)
DEEPEST = 2


def clean_word(content: bytes) -> bytes:
    """Return the document without what it says of its makers.

    Raises Refusal for macros, a password, an archive that unpacks to far more than it should,
    and what is no Word document.
    """
    return _cleaned(content, depth=0)


def _cleaned(content: bytes, *, depth: int) -> bytes:
    made = io.BytesIO()
    with ZipFile(repacked(io.BytesIO(content), limits=LIMITS)) as given:
        names = given.namelist()
        if depth == 0 and BODY not in names:
            raise Refusal(_("This is not a Word document (.docx)."))
        if any(MACROS.search(name) or INNER_WITH_MACROS.search(name) for name in names):
            raise Refusal(_has_macros())
        with ZipFile(made, "w", ZIP_DEFLATED) as packed:
            for name in names:
                if not LEFT_OUT.match(name):
                    # A ZipInfo of its own: the day and the system of who packed it stay out.
                    entry = ZipInfo(name)
                    entry.compress_type = ZIP_DEFLATED
                    packed.writestr(entry, _part(name, given.read(name), depth))
    return made.getvalue()


def _part(name: str, content: bytes, depth: int) -> bytes:
    if PICTURES.search(name):
        return _picture(content)
    if TEXTS.search(name):
        return _text(content)
    if INNER.search(name):
        if depth == DEEPEST:
            raise Refusal(_("This document holds documents within documents. Take them out."))
        return _cleaned(content, depth=depth + 1)
    return content


def _picture(content: bytes) -> bytes:
    try:
        return clean_picture(content)
    except Refusal as refusal:
        words = _("A picture in this document cannot be read. %(why)s")
        raise Refusal(words % {"why": refusal.reason}) from refusal


def _text(content: bytes) -> bytes:
    if MACRO_TYPE in content:
        raise Refusal(_has_macros())
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(_("This document is not written as Word writes it.")) from error
    if "\x00" in text or "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Refusal(_("This document is not written as Word writes it."))
    text = POINTERS.sub(lambda tag: "" if POINTS_AT.search(tag[0]) else tag[0], text)
    return TAG.sub(lambda tag: NAMES.sub(rf'\1"{NOBODY}"', tag[0]), text).encode()


def _has_macros() -> str:
    return _("This document holds macros. Save it as a plain .docx or a PDF and try again.")
