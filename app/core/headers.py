"""Security headers of every answer. No inline script or style, hence no nonce (a nonce breaks 304 answers)."""

import uuid

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import Forbidden, NotFound

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
FIXED = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask) -> None:
    app.before_request(_name_request)
    app.before_request(_refuse_nul)
    app.before_request(refuse_foreign_origin)
    app.after_request(_add_headers)


def _name_request() -> None:
    g.request_id = uuid.uuid4().hex[:12]


def _refuse_nul() -> None:
    """Nothing of ours has a NUL in its address, and PostgreSQL fails when asked for one."""
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        raise NotFound


def refuse_foreign_origin() -> None:
    """An unsafe request must come from our own pages (the CSRF token is checked besides)."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    own = {request.host_url.rstrip("/"), current_app.config["BASE_URL"]}
    if (origin and origin not in own) or request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        raise Forbidden


def _add_headers(response: Response) -> Response:
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
    response.headers.setdefault("X-Request-ID", g.get("request_id", ""))
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.update(("Cookie", "Accept-Language"))
    return response
