"""PDF: saved anew without properties, scripts, files inside, and names on its notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import pikepdf
from django.utils.translation import gettext as _

from mipex_site.base.errors import Refusal

# What says who made a thing and when, or does something when it is opened.
LEFT_OUT = ("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/JS", "/AF", "/OpenAction")
OF_THE_WHOLE = ("/JavaScript", "/EmbeddedFiles")
OF_A_NOTE = ("/T", "/M", "/CreationDate", "/RC", "/FS")
ACTING = {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"}
ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/GoToE"}
MOST_PAGES = 3000
DEEPEST = 30


def clean_pdf(content: bytes) -> bytes:
    """Return the document without what it says of its makers, and without what it would do.

    Raises Refusal for a password or a right that is kept by one, and for what cannot be read.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if document.is_encrypted:
                raise Refusal(_locked())
            if len(document.pages) > MOST_PAGES:
                words = _("This PDF has more than %(most)d pages. Upload those that matter.")
                raise Refusal(words % {"most": MOST_PAGES})
            _empty(document)
            made = io.BytesIO()
            document.save(made, deterministic_id=True, fix_metadata_version=False)
    except pikepdf.PasswordError as error:
        raise Refusal(_locked()) from error
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise Refusal(_("This PDF is damaged, so it cannot be stored.")) from error
    return made.getvalue()


def _locked() -> str:
    return _("This PDF is locked with a password. Save it without one and try again.")


def _empty(document: pikepdf.Pdf) -> None:
    root = document.Root
    _leave_out(document.trailer, ("/Info",))
    _leave_out(root.get("/Names", {}), OF_THE_WHOLE)
    _leave_out(root.get("/AcroForm", {}), ("/XFA",))
    for thing in _things(document):
        _leave_out(thing, LEFT_OUT)
        if str(thing.get("/S", "")) in ACTIONS:
            # An action that does nothing: what points at it need not be found.
            thing.S = pikepdf.Name.Named
            thing.N = pikepdf.Name.NoAction
    for page in document.pages:
        _clear_notes(page)


def _leave_out(thing: pikepdf.Object, names: Iterable[str]) -> None:
    for name in names:
        if name in thing:
            del thing[name]


def _things(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every dictionary of the document, those within others too."""
    for thing in document.objects:
        yield from _within(thing, DEEPEST)


def _within(thing: object, depth: int) -> Iterator[pikepdf.Object]:
    """Yield a dictionary and those written inside it; what has a number of its own is not."""
    if isinstance(thing, pikepdf.Array):
        parts = list(thing)
    elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        yield thing
        parts = [value for _name, value in thing.items()]
    else:
        return
    for part in parts:
        if depth and isinstance(part, pikepdf.Object) and not part.is_indirect:
            yield from _within(part, depth - 1)


def _clear_notes(page: pikepdf.Page) -> None:
    notes = page.obj.get("/Annots")
    if not isinstance(notes, pikepdf.Array):
        return
    left = [
        note
        for note in notes
        if isinstance(note, pikepdf.Dictionary) and str(note.get("/Subtype", "")) not in ACTING
    ]
    for note in left:
        # The name of a form's field is not a person's.
        is_field = str(note.get("/Subtype", "")) == "/Widget"
        _leave_out(note, (name for name in OF_A_NOTE if not (is_field and name == "/T")))
    page.obj.Annots = pikepdf.Array(left)
