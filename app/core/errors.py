"""Errors of the domain, and the pages they become, in the reader's language.

To the citizen: what happened and what to do next, with the number of the request. To the operator, in the
log: ids and cause, never message text.
"""

import logging
from typing import Any

from flask import Flask, current_app, g, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable
from werkzeug.wrappers import Response

from app.core import db, fragments, plain

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
DATABASE_BACK_SECONDS = 5


def register(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain_page)
    app.register_error_handler(HTTPException, _http_page)
    app.register_error_handler(SQLAlchemyError, _database_page)
    app.register_error_handler(Exception, _crash_page)


def _domain_page(error: DomainError) -> Response:
    return page(error.status, error.retry_after if isinstance(error, TooMany) else None)


def _http_page(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return error.get_response()
    asked = getattr(error, "retry_after", None)
    response = page(error.code, asked if isinstance(asked, int) else None)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _database_page(error: SQLAlchemyError) -> Response:
    """Nothing was stored when the database was away: the person is asked to send it again, and may."""
    if not db.is_passing(error):
        return _crash_page(error)
    log.error(
        "the database cannot serve", extra={"endpoint": request.endpoint, "request_id": g.get("request_id")}
    )
    return page(ServiceUnavailable.code, DATABASE_BACK_SECONDS)


def _crash_page(error: Exception) -> Response:
    if current_app.testing and current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    log.exception("request failed", extra=_ids())
    return page(InternalServerError.code)


def _ids() -> dict[str, str | None]:
    return {"endpoint": request.endpoint, "request_id": g.get("request_id")}


def page(status: int, retry_after: int | None = None) -> Response:
    """The error page of this status; 4xx without a page of its own use the one of 400.

    `retry_after`: seconds until a repeat makes sense. A page that fails because the database has gone away
    meanwhile becomes the page that says so.
    """
    known = status if status in KNOWN else 500 if status >= 500 else 400
    try:
        shown = _shown(known, status=status, retry_after=retry_after, typed=_typed())
    except SQLAlchemyError as fault:
        return _database_page(fault)
    response = current_app.make_response((shown, status))
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return fragments.into_main(response) if fragments.is_asked() else response


def _shown(known: int, **facts: Any) -> str:
    """Failures of our own are shown without menus and names: whatever broke must not break their page, too."""
    if known < 500:
        return render_template(f"errors/{known}.html", **facts)
    page = current_app.jinja_env.get_template(f"errors/{known}.html")
    return page.render(plain.context(), **facts)


def _typed() -> list[tuple[str, str]]:
    """What was sent, to be shown again; nothing when it was more than we read."""
    try:
        return list(request.form.items(multi=True))
    except HTTPException:
        return []
