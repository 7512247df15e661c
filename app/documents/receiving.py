"""Takes a document that somebody sends for import, outside of any transaction: checked, cleaned, recognised."""

import tempfile
from pathlib import Path

from flask import current_app
from werkzeug.datastructures import FileStorage

from app.core import inspection
from app.core.i18n import gettext as _
from app.core.inspection import WrongFile
from app.documents import recognition, sources, words
from app.documents.markup import TooManyMarks, TooMuch
from app.documents.recognition import MOST_ARTICLES, Found
from app.documents.sources import Source

TEXTS = (".md", ".markdown", ".txt", ".html", ".htm")
ACCEPTED = ".docx,.md,.txt,.html"


def received(file: FileStorage | None, pasted: str, language: str) -> tuple[Found, int]:
    """What was recognised, and how many pictures were left out. Raises WrongFile with a sentence for the reader."""
    try:
        source = _source(file, pasted)
    except TooManyMarks:
        raise WrongFile(words.too_many_marks()) from None
    except TooMuch:
        raise WrongFile(_("This text is too long or its parts stand too deep in each other.")) from None
    except ValueError:
        raise WrongFile(_("This file is damaged or cannot be read. Save it again and try again.")) from None
    found = recognition.recognise(source.html, language)
    if not found.articles:
        raise WrongFile(_("No text was found in it."))
    if len(found.articles) > MOST_ARTICLES:
        raise WrongFile(_("More than %(most)d articles were found.", most=MOST_ARTICLES))
    return found, source.pictures


def _source(file: FileStorage | None, pasted: str) -> Source:
    name = inspection.kept_name(file.filename or "") if file else ""
    if not file or not name:
        return sources.of_text("pasted.md", pasted)
    if name.lower().endswith(TEXTS):
        return sources.of_text(name, _read(file))
    if name.lower().endswith(".docx"):
        return _word(file)
    raise WrongFile(_("Send a Word document (DOCX), Markdown, HTML or plain text."))


def _read(file: FileStorage) -> str:
    most = current_app.config["MAX_FILE_BYTES"]
    content = file.stream.read(most + 1)
    if len(content) > most:
        raise TooMuch
    return content.decode("utf-8-sig")


def _word(file: FileStorage) -> Source:
    """Cleaned in a process of its own first: no macros, no bombs."""
    with tempfile.TemporaryDirectory(prefix="sawt-") as folder:
        cleaned = inspection.cleaned(file, Path(folder), current_app.config["MAX_FILE_BYTES"])
        return sources.of_docx(cleaned.path)
