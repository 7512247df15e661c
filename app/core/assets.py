"""Where the front-end files are: the built one when there is one, else our own as it is committed.

`tools/build_assets.py` writes `app/static/dist/manifest.json`: logical name -> file in `dist` with a hash in
its name. The site works without any of it: own stylesheet and scripts, the system's fonts, plain forms.
"""

import hashlib
import json
import logging
from functools import cache
from pathlib import Path

from flask import Flask, current_app, url_for

log = logging.getLogger(__name__)

STATIC = Path(__file__).resolve().parents[1] / "static"
MANIFEST = STATIC / "dist" / "manifest.json"


def register(app: Flask) -> None:
    app.jinja_env.globals["asset"] = asset


def asset(name: str) -> str | None:
    """The address of `css/sawt.css`, `htmx.js`, `fonts/arabic-400.woff2` …; None if it has not been built.

    Each address changes with the content, so that browsers may keep the file for a year.
    """
    built = _fresh_manifest().get(name)
    if built is not None:
        return url_for("static", filename=f"dist/{built}")
    version = _version(name) if not current_app.debug else _version.__wrapped__(name)
    return url_for("static", filename=name, v=version) if version else None


def _fresh_manifest() -> dict[str, str]:
    try:
        written = MANIFEST.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return manifest(written)


@cache
def manifest(_written: int) -> dict[str, str]:
    """The manifest as it was written at this moment; a damaged one counts as none, and is told to the operator."""
    try:
        names = json.loads(MANIFEST.read_text("utf-8"))
        return {str(name): str(file) for name, file in names.items() if (MANIFEST.parent / file).is_file()}
    except (OSError, ValueError, AttributeError):
        log.exception("the manifest of built files cannot be read; run tools/build_assets.py again")
        return {}


@cache
def _version(name: str) -> str | None:
    """Eight hexadecimal digits of the content of one of our own files; None if there is no such file."""
    file = STATIC / name
    return hashlib.sha256(file.read_bytes()).hexdigest()[:8] if file.is_file() else None
