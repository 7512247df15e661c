"""Where the front-end files are: the built one when there is one, else our own as it is committed.

`tools/build_assets.py` writes `app/static/dist/manifest.json`: logical name -> file in `dist` with a hash in
its name. The site works without any of it: own stylesheet and scripts, the system's fonts, plain forms.
"""

import hashlib
import json
import logging
import re
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for

log = logging.getLogger(__name__)

STATIC = Path(__file__).resolve().parents[1] / "static"
MANIFEST = STATIC / "dist" / "manifest.json"
BUILT = re.compile(r"dist/.+\.[0-9a-f]{10}\.\w+")
"""A file with the hash of its content in its name."""

FOR_GOOD = "public, max-age=31536000, immutable"


def register(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset
    app.after_request(_keep_for_good)


def _keep_for_good(response: Response) -> Response:
    """A built file never changes under its name; all others are asked for again each time."""
    is_file = request.endpoint == "static" and response.status_code in (200, 304)
    if is_file and BUILT.fullmatch((request.view_args or {}).get("filename", "")):
        response.headers["Cache-Control"] = FOR_GOOD
    return response


def asset(name: str) -> str | None:
    """The address of `css/sawt.css`, `htmx.js`, `fonts/arabic-400.woff2` …; None if there is no such file.

    Each address changes with the content, so that browsers may keep the file for a year.
    """
    built = _built(_written(MANIFEST)).get(name)
    if built is not None:
        return url_for("static", filename=f"dist/{built}")
    version = _version(name, _written(STATIC / name))
    return url_for("static", filename=name, v=version) if version else None


def _written(file: Path) -> int:
    """When the file was last written, in nanoseconds; 0 if it is not there."""
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=2)
def _built(written: int) -> dict[str, str]:
    """The manifest; a damaged one counts as none, and is told to the operator once."""
    if not written:
        return {}
    try:
        names = json.loads(MANIFEST.read_text("utf-8"))
        return {str(name): str(file) for name, file in names.items() if (MANIFEST.parent / file).is_file()}
    except (OSError, ValueError, AttributeError, TypeError):
        log.exception("the manifest of built files cannot be read; run tools/build_assets.py again")
        return {}


@lru_cache(maxsize=64)
def _version(name: str, written: int) -> str | None:
    """Eight hexadecimal digits of the content of one of our own files."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:8] if written else None
