"""Errors of the domain, and the pages they become, in the reader's language.

To the citizen: what happened and what to do next, with the number of the request. To the operator, in the
log: ids and cause, never message text.
"""

import logging

from flask import Flask, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

log = logging.getLogger(__name__)


class DomainError(Exception):
    """Something a rule of the house forbids; `status` is the HTTP status it becomes."""

    status = 400


class Denied(DomainError):
    """The actor may not do this."""

    status = 403


class Missing(DomainError):
    """There is no such thing, or the actor may not know of it: the same answer for both."""

    status = 404


class WrongState(DomainError):
    """The thing is not in a state that allows this act."""

    status = 409


class Stale(DomainError):
    """Somebody changed the thing since the actor read it."""

    status = 409


class TooMany(DomainError):
    """The actor must wait; `retry_after` in seconds."""

    status = 429

    def __init__(self, retry_after: int = 60):
        super().__init__()
        self.retry_after = retry_after


KNOWN = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503})


def register(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain_page)
    app.register_error_handler(HTTPException, _http_page)
    app.register_error_handler(Exception, _crash_page)


def _domain_page(error: DomainError) -> Response:
    response = page(error.status)
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _http_page(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    response = page(error.code)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _crash_page(error: Exception) -> Response:
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    log.exception("request failed", extra={"endpoint": request.endpoint, "request_id": g.get("request_id")})
    return page(InternalServerError.code)


def page(status: int) -> Response:
    """The error page of this status; 4xx without a page of its own use the one of 400."""
    known = status if status in KNOWN else 500 if status >= 500 else 400
    response = current_app.make_response((render_template(f"errors/{known}.html", status=status), status))
    response.headers["Cache-Control"] = "no-store"
    return response
