"""create_app(): the only place that knows all features, from the ground up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import click
from flask import Flask, request
from flask.typing import ResponseReturnValue
from werkzeug.middleware.proxy_fix import ProxyFix

import app.agencies.wiring
import app.cases.wiring
import app.dashboards.wiring
import app.demo.wiring
import app.documents.wiring
import app.identity.wiring
import app.notifications.wiring
import feedback.inquiries.wiring
import feedback.routing.wiring
import participation.consultations.answering.wiring
import participation.consultations.open_data.wiring
import participation.consultations.wiring
import participation.discussion.moderation.wiring
import participation.discussion.wiring
import participation.forums.wiring
from app.core import (
    assets,
    audit,
    cli,
    clock,
    crypto,
    db,
    drafts,
    errors,
    forms,
    headers,
    health,
    i18n,
    lexicon,
    likeness,
    logs,
    mail,
    misses,
    pages,
    production,
    ratelimit,
    realtime,
    search,
    search_cli,
    sessions,
    uploads,
    visitor,
)
from config import Settings, read_settings, refusals

TABLES_OF_THE_GROUND_FLOOR = (
    audit.AuditEntry,
    drafts.Draft,
    likeness.PlacedText,
    lexicon.LexiconGroup,
    misses.SearchMiss,
    search.SearchEntry,
)

FEATURES: tuple[Callable[[Flask], None], ...] = (
    app.identity.wiring.register,
    app.agencies.wiring.register,
    app.notifications.wiring.register,
    app.cases.wiring.register,
    app.documents.wiring.register,
    feedback.routing.wiring.register,
    feedback.inquiries.wiring.register,
    participation.discussion.wiring.register,
    participation.discussion.moderation.wiring.register,
    participation.consultations.wiring.register,
    participation.consultations.answering.wiring.register,
    participation.consultations.open_data.wiring.register,
    participation.forums.wiring.register,
    app.dashboards.wiring.register,
    app.demo.wiring.register,
)


class Sawt(Flask):
    """Flask with one unit of work around each request: the view commits or rolls back."""

    def full_dispatch_request(self) -> Any:
        with db.unit(reading=request.method in headers.SAFE_METHODS):
            return super().full_dispatch_request()

    def dispatch_request(self) -> ResponseReturnValue:
        view = self.view_functions.get(request.endpoint or "")
        if not getattr(view, "own_transactions", False):
            return db.completed(super().dispatch_request)
        visitor.current_actor()
        db.release()
        with db.apart():
            return super().dispatch_request()


def create_app(settings: Settings | None = None) -> Sawt:
    """The application. Starts no thread and writes nothing; the server that runs it starts the worker.

    In production it raises Refused while anything stands against a start; only the command line gets it all
    the same, because its commands are the cures (`migrate`, `make-key`) and the report (`prod-check`).
    """
    settings = settings or read_settings()
    demanding = settings.is_production and click.get_current_context(silent=True) is None
    if demanding:
        production.refuse(refusals(settings))
    made = Sawt("app", static_folder="static", template_folder="templates")
    _configure(made, settings)
    if settings.SECRET_KEYS and settings.PII_KEYS:
        crypto.use_keys(settings.SECRET_KEYS, settings.PII_KEYS)
    clock.use_zone(settings.TIME_ZONE)
    db.use(db.connect(settings.database_url))
    if settings.ENV != "test":
        logs.set_up()
    for part in (
        sessions,
        i18n,
        headers,
        forms,
        ratelimit,
        errors,
        assets,
        pages,
        mail,
        uploads,
        realtime,
        cli,
        search_cli,
    ):
        part.register(made)
    made.register_blueprint(health.blueprint)
    health.needs("database", db.is_answering, vital=True)
    for register in FEATURES:
        register(made)
    if demanding:
        production.refuse(production.refusals_now(settings))
    return made


def _configure(made: Flask, settings: Settings) -> None:
    made.config.update(settings.model_dump())
    made.config.update(
        SETTINGS=settings,
        BASE_URL=settings.base_url,
        TESTING=settings.ENV == "test",
        SECRET_KEY=next(iter(settings.SECRET_KEYS), None),
        SECRET_KEY_FALLBACKS=list(settings.SECRET_KEYS[1:]),
        MAX_CONTENT_LENGTH=settings.MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=3_300_000,  # a megabyte of Arabic as a browser encodes it: refused, and shown again
        MAX_FORM_PARTS=200,
        SESSION_COOKIE_NAME="sawt",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https"),
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
    )
    public = urlsplit(settings.base_url)  # where addresses lead that are made outside of any request
    made.config.update(
        SERVER_NAME=public.netloc, PREFERRED_URL_SCHEME=public.scheme, APPLICATION_ROOT=public.path or "/"
    )
    if settings.TRUSTED_PROXIES:
        hops = settings.TRUSTED_PROXIES
        made.wsgi_app = ProxyFix(made.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
