"""Documents as agencies send them (Markdown, HTML, DOCX), made into clean markup that keeps its headings.

A DOCX has been taken apart and cleaned by `core.inspection` before it comes here.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

from app.documents.markup import TooMuch, clean_html, from_markdown

LARGEST_DOCX_XML = 6_000_000
"""Octets of the text part of a DOCX, unpacked: some 300 pages; 3.5 million take seven seconds to read."""


@dataclass(frozen=True)
class Source:
    """Clean markup, and how many pictures had to be left out."""

    html: str
    pictures: int = 0


def of_text(name: str, text: str) -> Source:
    """A text by the extension of its name: `.html` is HTML, everything else Markdown. Raises TooMuch."""
    if name.lower().endswith((".html", ".htm")):
        return Source(
            clean_html(text, headings=True), len(re.findall(r"<(?:img|svg)\b", text, re.IGNORECASE))
        )
    return Source(from_markdown(text, headings=True), len(re.findall(r"!\[", text)))


def of_docx(file: Path) -> Source:
    """The text of a Word document by its styles. Raises TooMuch, and ValueError when it cannot be read."""
    import mammoth  # 0.12 s to import: only where a Word document is imported

    try:
        with zipfile.ZipFile(file) as parts:
            if parts.getinfo("word/document.xml").file_size > LARGEST_DOCX_XML:
                raise TooMuch
        with file.open("rb") as content:
            made = mammoth.convert_to_html(content, convert_image=mammoth.images.img_element(_no_picture))
    except TooMuch:
        raise
    except Exception as fault:
        raise ValueError("not a Word document that can be read") from fault
    return Source(clean_html(made.value, headings=True), made.value.count("<img"))


def _no_picture(_image: object) -> dict[str, str]:
    """Pictures are counted, not taken over: a law is words."""
    return {"src": ""}
