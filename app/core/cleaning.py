"""Cleans one file in a process of its own, with limits on memory and time.

What goes in is not trusted and what comes out is: pictures are drawn anew, documents lose who wrote them and
whatever acts by itself. It knows neither settings nor database, so that a broken decoder has nothing to take.
"""

import json
import resource
import sys
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pillow_heif
from PIL import Image, ImageOps

from app.core import cleaning_office, cleaning_pdf, cleaning_text
from app.core.cleaning_bounds import MOST_PIXELS, Unwanted

MEMORY_BYTES = {
    "jpeg": 400_000_000,
    "heic": 400_000_000,
    "png": 400_000_000,
    "gif": 400_000_000,
    "webp": 400_000_000,
}
"""Memory on top of the libraries; pictures are known by their size before they are drawn."""

MEMORY_BYTES_OF_DOCUMENTS = 180_000_000
CPU_SECONDS = 20

Cleaner = Callable[[Path, Path], str]
"""Reads the first path, writes the second, returns the media type of what it wrote."""


def photograph(source: Path, target: Path) -> str:
    """JPEG and HEIC: drawn anew as JPEG, upright, without EXIF, GPS, comments or thumbnails."""
    picture = _opened(source)
    return _write(picture.convert("RGB"), target, "JPEG")


def graphic(source: Path, target: Path) -> str:
    """PNG, GIF and WebP: drawn anew, as JPEG when a WebP is opaque, else as PNG; the first frame stays."""
    picture = _opened(source)
    if picture.format == "WEBP" and picture.mode == "RGB":
        return _write(picture, target, "JPEG")
    return _write(picture.convert("RGBA" if picture.has_transparency_data else "RGB"), target, "PNG")


def _opened(source: Path):  # type: ignore[no-untyped-def]
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = Image.open(source, formats=("JPEG", "PNG", "GIF", "WEBP", "HEIF"))
        picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unwanted("too-large-picture") from None
    kind = picture.format
    ImageOps.exif_transpose(picture, in_place=True)
    picture.format = kind
    return picture


def _write(picture, target: Path, kind: str) -> str:  # type: ignore[no-untyped-def]
    picture.info = {}
    options = {"quality": 88} if kind == "JPEG" else {"compress_level": 4}
    picture.save(target, kind, **options)
    return f"image/{kind.lower()}"


CLEANERS: dict[str, Cleaner] = {
    "jpeg": photograph,
    "heic": photograph,
    "png": graphic,
    "gif": graphic,
    "webp": graphic,
    "pdf": cleaning_pdf.clean,
    **{kind: partial(cleaning_office.clean, kind=kind) for kind in ("docx", "xlsx", "odt")},
    **{kind: partial(cleaning_text.clean, kind=kind) for kind in ("txt", "csv")},
}


def limit_self(kind: str) -> None:
    """Allow so much more than the libraries take: a bomb ends here, never in the site's own process."""
    allowed = _memory_now() + MEMORY_BYTES.get(kind, MEMORY_BYTES_OF_DOCUMENTS)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _memory_now() -> int:
    """Bytes of address space in use; where the system does not tell, a generous guess."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 2_000_000_000


def main(kind: str, source: str, target: str) -> dict[str, str]:
    """The answer to the site: the media type, or the code of the refusal; no text of the file."""
    try:
        return {"media_type": CLEANERS[kind](Path(source), Path(target))}
    except Unwanted as reason:
        return {"refused": str(reason)}
    except Exception as fault:
        return {"refused": "damaged", "fault": type(fault).__name__}


def run() -> None:
    """What the process does: clean `argv[2]` into `argv[3]` as the kind `argv[1]`; answer in JSON."""
    kind, source, target = sys.argv[1:]
    limit_self(kind)
    print(json.dumps(main(kind, source, target)))
