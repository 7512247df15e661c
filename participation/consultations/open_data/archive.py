"""A set of open data as one ZIP archive, written and read (pure). What is read is distrusted: anybody can make one."""

import hashlib
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

MOST_FILES = 40
MOST_BYTES = 200_000_000
"""Of all files together, unpacked; the largest conversation that Polis has published takes about 12 million."""

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.(csv|json)")
MADE = (1980, 1, 1, 0, 0, 0)
"""The moment that stands in the archive: the same files give the same bytes."""


class Faulty(ValueError):
    """A set that cannot be taken over; the message names the file, the row where there is one, and the fault."""


def write(path: Path, files: Mapping[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(zipfile.ZipInfo(name, MADE), content, zipfile.ZIP_DEFLATED)


def read(path: Path) -> dict[str, bytes]:
    """The files by name. Raises Faulty for folders, foreign names, doubled ones, and what unpacks to too much."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive)
            return _unpacked(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as fault:
        raise Faulty(f"the archive cannot be read: {fault}") from None


def _check(archive: zipfile.ZipFile) -> None:
    names = [one.filename for one in archive.infolist()]
    if len(names) > MOST_FILES:
        raise Faulty(f"the archive has {len(names)} files; a set has at most {MOST_FILES}")
    for name in names:
        if not NAME.fullmatch(name):
            raise Faulty(f"{name[:80]!r}: a set has no file of this name, and no folders")
        if names.count(name) > 1:
            raise Faulty(f"{name}: stands in the archive more than once")
    total = sum(one.file_size for one in archive.infolist())
    if total > MOST_BYTES:
        raise Faulty(f"the archive unpacks to {total} bytes; a set has at most {MOST_BYTES}")


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes]:
    """What an archive says of its sizes may be a lie: no more than the rest of the allowance is unpacked."""
    found: dict[str, bytes] = {}
    left = MOST_BYTES
    for one in archive.infolist():
        with archive.open(one) as packed:
            found[one.filename] = packed.read(left + 1)
        left -= len(found[one.filename])
        if left < 0:
            raise Faulty(f"{one.filename}: unpacks to more than a set may have ({MOST_BYTES} bytes)")
    return found


def digest_of(files: Mapping[str, bytes]) -> str:
    """Of all names and contents, whatever their order in the archive: by it a set is known again."""
    lines = (f"{name} {hashlib.sha256(files[name]).hexdigest()}\n" for name in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()
