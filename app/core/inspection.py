"""What a file must be before it is kept: of an allowed type, truly of that type, within limits, cleaned.

The name decides nothing but the name: type by content and type by extension must agree (OWASP ASVS 5.0, 5.2).
"""

import hashlib
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import puremagic
from werkzeug.datastructures import FileStorage

from app.core import antivirus
from app.core.i18n import gettext as _
from app.core.i18n import number
from app.core.text import clean_line

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
CLEANING_SECONDS = 25
HEAD_BYTES = 8192
LONGEST_NAME = 150


class WrongFile(Exception):
    """The file is not taken; the text says why and what to do, in the reader's language."""


@dataclass(frozen=True)
class Kind:
    """A type of file that is taken: its cleaner, and what its first bytes must look like.

    No signature: a text, which the cleaner judges.
    """

    cleaner: str
    signatures: frozenset[str]


def _kind(cleaner: str, *signatures: str) -> Kind:
    return Kind(cleaner, frozenset(signatures))


KINDS = {
    "jpg": _kind("jpeg", ".jpg"),
    "jpeg": _kind("jpeg", ".jpg"),
    "png": _kind("png", ".png"),
    "gif": _kind("gif", ".gif"),
    "webp": _kind("webp", ".webp"),
    "heic": _kind("heic", ".heif", ".heic"),
    "heif": _kind("heic", ".heif", ".heic"),
    "pdf": _kind("pdf", ".pdf"),
    "docx": _kind("docx", ".docx"),
    "xlsx": _kind("xlsx", ".xlsx"),
    "odt": _kind("odt", ".odt"),
    "txt": _kind("txt"),
    "csv": _kind("csv"),
}

EXTENSIONS = {"image/jpeg": ("jpg", "jpeg"), "image/png": ("png",)}


@dataclass(frozen=True)
class Cleaned:
    """A file that may be kept, at its passing place."""

    path: Path
    name: str
    media_type: str

    def sha256(self) -> str:
        with self.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()


def cleaned(file: FileStorage, folder: Path, most_bytes: int) -> Cleaned:
    """Take the file apart and together again in the folder. Raises WrongFile."""
    name = kept_name(file.filename or "")
    kind = KINDS.get(_extension(name))
    if kind is None:
        raise WrongFile(REASONS["unknown-type"]())
    source, target = folder / "source", folder / "target"
    _receive(file, source, most_bytes)
    if antivirus.is_test_virus(source):
        raise WrongFile(REASONS["virus"]())
    if not _looks_like(source, kind):
        raise WrongFile(REASONS["other-content"]())
    media_type = _clean_apart(kind, source, target)
    if target.stat().st_size > most_bytes:
        raise WrongFile(_too_large(most_bytes))
    return Cleaned(target, fitting_name(name, media_type), media_type)


def kept_name(sent: str) -> str:
    """The name as it is kept: its last part, one visible line, Arabic and all, at most 150 characters."""
    last = re.split(r"[/\\]", sent[-1000:])[-1]
    name = clean_line(last).strip(". ")
    stem, dot, extension = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}" if dot and stem else name[:LONGEST_NAME]


def fitting_name(name: str, media_type: str) -> str:
    """The name with the extension of what the file has become (a HEIC photo is kept as JPEG)."""
    fitting = EXTENSIONS.get(media_type)
    if fitting is None or _extension(name) in fitting:
        return name
    return f"{name.rpartition('.')[0]}.{fitting[0]}"


def _extension(name: str) -> str:
    stem, _dot, extension = name.rpartition(".")
    return extension.lower() if stem and extension.isascii() else ""


def _receive(file: FileStorage, target: Path, most_bytes: int) -> None:
    size = 0
    with target.open("wb") as copy:
        while piece := file.stream.read(1 << 16):
            size += len(piece)
            if size > most_bytes:
                raise WrongFile(_too_large(most_bytes))
            copy.write(piece)
    if not size:
        raise WrongFile(_("This file is empty."))


def _looks_like(file: Path, kind: Kind) -> bool:
    if not kind.signatures:
        return True
    with file.open("rb") as content:
        head = content.read(HEAD_BYTES)
    try:
        found = {match.extension for match in puremagic.magic_string(head)}
    except puremagic.PureError:
        return False
    return bool(found & kind.signatures)


def _clean_apart(kind: Kind, source: Path, target: Path) -> str:
    """Clean in a process of its own, without our environment: secrets stay out of a decoder's reach."""
    command = [
        sys.executable,
        "-c",
        "from app.core.cleaning import run; run()",
        kind.cleaner,
        str(source),
        str(target),
    ]
    environment = {
        name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ
    }
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter, no shell, paths of our own making
            command, cwd=ROOT, env=environment, capture_output=True, timeout=CLEANING_SECONDS, check=False
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        answer = {"refused": "damaged", "fault": "died"}
    if "refused" in answer:
        log.info("a file was refused: %s %s", answer["refused"], answer.get("fault", ""))
        raise WrongFile(REASONS[answer["refused"]]())
    return str(answer["media_type"])


def _too_large(most_bytes: int) -> str:
    return str(_("This file is too large. The limit is %(num)s MB.", num=number(most_bytes // 1_000_000)))


REASONS: dict[str, Callable[[], str]] = {
    "unknown-type": lambda: _(
        "Files of this type are not accepted. "
        "Send a picture (JPEG, PNG, WebP, GIF, HEIC), a PDF, a document (DOCX, XLSX, ODT) "
        "or a text (TXT, CSV)."
    ),
    "other-content": lambda: _(
        "The content of this file does not fit its name. Save it again in its own program and try again."
    ),
    "virus": lambda: _("This file contains a virus. It was not kept."),
    "too-large-picture": lambda: _("This picture has too many pixels. Make it smaller and send it again."),
    "encrypted": lambda: _("This document is locked with a password. Remove the password and send it again."),
    "macros": lambda: _(
        "This document contains macros or other files inside it. Save it as a PDF and send that instead."
    ),
    "bomb": lambda: _("This file unpacks to far more than it seems. It was not kept."),
    "not-utf-8": lambda: _("This text is not in UTF-8. Save it with the encoding UTF-8 and send it again."),
    "damaged": lambda: _(
        "This file is damaged or cannot be read. Save it again in its own program and try again."
    ),
}
"""The sentence for each code of the cleaner (cleaning.Unwanted) and of this page."""
