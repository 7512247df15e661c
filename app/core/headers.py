"""Security headers of every answer. No inline script or style, hence no nonce (a nonce breaks 304 answers)."""

import uuid
from typing import TYPE_CHECKING, Any

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import Forbidden, NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

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
OF_OTHERS = {**FIXED, "Cache-Control": "no-store", "Vary": "Cookie, Accept-Language"}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def register(app: Flask) -> None:
    app.before_request(_name_request)
    app.before_request(_refuse_nul)
    app.before_request(refuse_foreign_origin)
    app.after_request(_add_headers)


def around(inner: "WSGIApplication") -> "WSGIApplication":
    """The same headers on answers that do not come from Flask: Socket.IO's own polls and refusals."""

    def dressed(environ: "WSGIEnvironment", start: "StartResponse") -> Any:
        def start_dressed(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            own = {} if any(name == "Content-Security-Policy" for name, _value in headers) else OF_OTHERS
            return start(status, [*headers, *own.items()], *more)

        return inner(environ, start_dressed)

    return dressed


def _name_request() -> None:
    g.request_id = uuid.uuid4().hex[:12]


def _refuse_nul() -> None:
    """Nothing of ours has a NUL in its address, and PostgreSQL fails when asked for one."""
    if "\0" in request.path or any("\0" in value for _name, value in request.args.items(multi=True)):
        raise NotFound


def refuse_foreign_origin() -> None:
    """An unsafe request must come from our own pages (the CSRF token is checked besides)."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    own = {request.host_url.rstrip("/"), current_app.config["BASE_URL"]}
    if (origin and origin not in own) or request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}:
        g.is_foreign = True
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
