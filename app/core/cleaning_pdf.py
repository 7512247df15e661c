"""PDF: kept to what is seen. Authors, scripts, embedded files and actions go; encrypted files are refused."""

import zlib
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from app.core.cleaning_bounds import MOST_PIXELS, Unwanted

MOST_UNPACKED = 100_000_000
"""Bytes of everything but pictures, unpacked: a page of text has a few thousand."""

MOST_PICTURE_BYTES = 250_000_000
DEEPEST = 60

_ACTS_OR_TELLS = (
    "/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/Metadata", "/PieceInfo", "/XFA",
    "/LastModified", "/Collection", "/RichMediaContent", "/Movie", "/Sound", "/Thumb",
)  # fmt: skip
"""Keys that go wherever they stand: what acts by itself, and what tells of the author."""

_FIXED_ANNOTATIONS = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
_JPEG = Name("/DCTDecode")


def clean(source: Path, target: Path) -> str:
    """Write the cleaned PDF. Raises Unwanted for encrypted files and bombs."""
    try:
        with pikepdf.open(source) as document:
            if document.is_encrypted:
                raise Unwanted("encrypted")
            _clean(document)
            document.save(target, deterministic_id=True, fix_metadata_version=False)
    except pikepdf.PasswordError:
        raise Unwanted("encrypted") from None
    return "application/pdf"


def _clean(document: Pdf) -> None:
    if "/Info" in document.trailer:
        del document.trailer["/Info"]
    budget = _Budget()
    for thing in document.objects:
        if isinstance(thing, Stream):
            budget.spend(thing)
            _strip_photograph(thing)
        if isinstance(thing, Dictionary | Array | Stream):
            _disarm(thing, 0)


def _disarm(thing: Any, depth: int) -> None:
    """Remove what acts or tells, here and in every value that stands directly inside."""
    if depth > DEEPEST:
        raise Unwanted("damaged")
    if isinstance(thing, Array):
        _disarm_values(list(thing), depth)
        return
    for key in _ACTS_OR_TELLS:
        if key in thing:
            del thing[key]
    if "/S" in thing and _is_action(thing):
        _make_idle(thing)
    if thing.get("/Subtype") is not None and str(thing.get("/Subtype")) in _FIXED_ANNOTATIONS:
        thing["/Subtype"] = Name("/Text")
    if "/T" in thing and str(thing.get("/Subtype", "")) != "/Widget" and "/Rect" in thing:
        del thing["/T"]  # the author of a note
    _disarm_values([thing[key] for key in list(thing)], depth)


def _make_idle(action: Any) -> None:
    """An action that does nothing: what the action was for (a file, an address) goes with it."""
    for key in list(action):
        if key != "/Type":
            del action[key]
    action["/S"], action["/N"] = Name("/Named"), Name("/NoAction")


def _disarm_values(values: list[Any], depth: int) -> None:
    for value in values:
        if isinstance(value, Object) and not value.is_indirect and isinstance(value, Dictionary | Array):
            _disarm(value, depth + 1)


_ACTIONS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie",
    "/Sound", "/Hide", "/SetOCGState", "/Trans", "/GoTo3DView", "/RichMediaExecute", "/ResetForm", "/Thread",
}  # fmt: skip


def _is_action(thing: Any) -> bool:
    return str(thing["/S"]) in _ACTIONS


class _Budget:
    """How much the streams of one file may hold once unpacked."""

    def __init__(self) -> None:
        self._left = MOST_UNPACKED
        self._left_for_pictures = MOST_PICTURE_BYTES

    def spend(self, stream: Stream) -> None:
        filters = _filters(stream)
        if filters.count("/FlateDecode") > 1:
            raise Unwanted("bomb")
        is_picture = str(stream.get("/Subtype", "")) == "/Image"
        if is_picture:
            _refuse_huge(stream)
        left = self._left_for_pictures if is_picture else self._left
        size = _unpacked_size(stream, filters, left)
        if size > left:
            raise Unwanted("bomb")
        if is_picture:
            self._left_for_pictures -= size
        else:
            self._left -= size


def _filters(stream: Stream) -> list[str]:
    named = stream.get("/Filter")
    if named is None:
        return []
    return [str(each) for each in named] if isinstance(named, Array) else [str(named)]


def _refuse_huge(picture: Stream) -> None:
    if int(picture.get("/Width", 0)) * int(picture.get("/Height", 0)) > 4 * MOST_PIXELS:
        raise Unwanted("too-large-picture")


def _unpacked_size(stream: Stream, filters: list[str], most: int) -> int:
    """Bytes after unpacking, counted without keeping them; stops soon after `most`."""
    if filters[:1] == ["/FlateDecode"]:
        return _inflated_size(stream.read_raw_bytes(), most)
    if "/FlateDecode" in filters or "/LZWDecode" in filters or "/RunLengthDecode" in filters:
        return len(stream.read_bytes())
    return 0


def _inflated_size(packed: bytes, most: int) -> int:
    unpacking, size, rest = zlib.decompressobj(), 0, packed
    try:
        while rest and size <= most and not unpacking.eof:
            size += len(unpacking.decompress(rest, 1 << 20))
            rest = unpacking.unconsumed_tail
    except zlib.error:
        pass  # a damaged stream unpacks to no more than this
    return size


def _strip_photograph(stream: Stream) -> None:
    """Take EXIF, GPS and comments out of a JPEG inside the document."""
    if _filters(stream) == [str(_JPEG)]:
        stream.write(without_segments(stream.read_raw_bytes()), filter=_JPEG)


def without_segments(jpeg: bytes) -> bytes:
    """A JPEG without its APP1 to APP13, APP15 and comment segments (ISO/IEC 10918-1, B.1.1)."""
    kept, at = bytearray(jpeg[:2]), 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF and jpeg[at + 1] != 0xDA:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if not (0xE1 <= marker <= 0xED or marker in (0xEF, 0xFE)):
            kept += jpeg[at : at + 2 + length]
        at += 2 + length
    return bytes(kept + jpeg[at:])
