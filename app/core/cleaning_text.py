"""Plain texts and tables: UTF-8, no control characters, no direction tricks, no formulas."""

import re
from pathlib import Path

from app.core.cleaning_bounds import Unwanted
from app.core.text import clean_body

_MARKUP = re.compile(
    r"\s*(?:<(?:!doctype|html|head|body|script|svg|\?xml|\?php)|#!|%PDF-|MZ\x90)", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_FORMULA = re.compile(r'(?m)(^|[,;\t])("?)([=@+-])(?![\d.,  -]+(?:%|"|[,;\t]|$))')
"""A cell that a spreadsheet would run: it starts with = @ + or - and is no number (CWE-1236)."""


def clean(source: Path, target: Path, kind: str) -> str:
    """Write the text again. Raises Unwanted for other encodings, and for programs under another name."""
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unwanted("not-utf-8") from None
    if _CONTROL.search(text[:8192]) or _MARKUP.match(text):
        raise Unwanted("other-content")
    if kind == "csv":
        text = _FORMULA.sub(r"\1\2'\3", text)
    target.write_bytes((clean_body(text) + "\n").encode())
    return "text/csv" if kind == "csv" else "text/plain"
