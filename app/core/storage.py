"""Keeps the bytes of files under names that nobody can guess: three acts, whatever stands behind them."""

import os
import shutil
from pathlib import Path
from typing import BinaryIO, Protocol


class Storage(Protocol):
    """A place for files. A name is 32 hexadecimal digits, chosen by the caller."""

    def put(self, name: str, source: Path) -> None:
        """Keep a copy of the source, wholly or not at all, before this returns. Raises OSError."""

    def open(self, name: str) -> BinaryIO:
        """The content. Raises FileNotFoundError."""

    def remove(self, name: str) -> None:
        """Forget the file; one that is gone already is no error."""


class LocalFolder:
    """A folder of the server, with 256 folders inside."""

    def __init__(self, root: Path):
        self._root = root

    def put(self, name: str, source: Path) -> None:
        place = self._place(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_suffix(".part")
        try:
            with source.open("rb") as content, draft.open("wb") as copy:
                shutil.copyfileobj(content, copy)
                copy.flush()
                os.fsync(copy.fileno())
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(place.parent)

    def open(self, name: str) -> BinaryIO:
        return self._place(name).open("rb")

    def remove(self, name: str) -> None:
        self._place(name).unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        if len(name) != 32 or not set(name) <= set("0123456789abcdef"):
            raise FileNotFoundError("no name of a stored file")
        return self._root / name[:2] / name


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
