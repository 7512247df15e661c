"""What is known of an uploaded form: whether a machine can read its words, or sees pictures of pages alone."""

from typing import BinaryIO

import pikepdf

MOST_PAGES = 50
READABLE = ("text/", "application/vnd.", "application/msword")


def text_state(media_type: str, content: BinaryIO) -> str:
    """`text` or `none`. A page without any font has no words: it was scanned."""
    if media_type == "application/pdf":
        return "text" if _has_font(content) else "none"
    return "text" if media_type.startswith(READABLE) else "none"


def _has_font(content: BinaryIO) -> bool:
    try:
        with pikepdf.open(content) as document:
            return any("/Font" in page.resources for page in document.pages[:MOST_PAGES])
    except (pikepdf.PdfError, ValueError, AttributeError):
        return False
