"""Pictures: drawn anew, so that nothing but the picture is left."""

from __future__ import annotations

import io

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from mipex_site.base.errors import Refusal

FORMATS = ("JPEG", "PNG")
QUALITY = 92
KEPT = ("transparency",)
"""Of all that a picture says of itself, what is needed to draw it."""
MODES = {"JPEG": ("RGB", "L", "CMYK"), "PNG": ("RGB", "RGBA", "L", "LA", "P", "1", "I;16")}


def clean_picture(content: bytes) -> bytes:
    """Return the picture, upright, without EXIF, texts, colour profile or a second frame.

    Raises Refusal for what is no picture, and for one of more dots than Pillow takes.
    """
    too_large = _("This picture has too many dots. Make it smaller and upload it again.")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > (Image.MAX_IMAGE_PIXELS or 0):
                raise Refusal(too_large)
            return _drawn_anew(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refusal(too_large) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refusal(_("This picture is damaged, so it cannot be stored.")) from error


def _drawn_anew(picture: Image.Image) -> bytes:
    form = picture.format or ""
    upright = ImageOps.exif_transpose(picture)
    if upright.mode not in MODES[form]:
        upright = upright.convert("RGB")
    upright.info = {name: upright.info[name] for name in KEPT if name in upright.info}
    drawn = io.BytesIO()
    upright.save(drawn, form, quality=QUALITY) if form == "JPEG" else upright.save(drawn, form)
    return drawn.getvalue()
