"""Who is at the browser: its random id, the actor, and the receipts it holds.

The session cookie is signed and holds only random ids and times. `identity` fills in the loader of the actor,
so that the ground floor asks for the actor without knowing accounts.
"""

import secrets
import time
import uuid
from collections.abc import Callable

from flask import g, has_request_context, session

from app.core.permissions import NOBODY, Actor

RECEIPT_HELD = 60 * 60 * 12
RECEIPTS_HELD_AT_MOST = 20

_load: Callable[[], Actor] = lambda: NOBODY  # noqa: E731


def load_actor_with(loader: Callable[[], Actor]) -> None:
    """Set how the actor of a request is found (identity does)."""
    global _load
    _load = loader


def current_actor() -> Actor:
    """The actor of this request; loaded once. Outside a request: nobody."""
    if not has_request_context():
        return NOBODY
    if "actor" not in g:
        g.actor = _load()
    return g.actor  # type: ignore[no-any-return]


def forget_actor() -> None:
    """Load the actor anew at the next question (after signing in or out)."""
    g.pop("actor", None)


def browser_id() -> str:
    """A random id of this browser session: owner of drafts and of what is sent without an account."""
    if "browser" not in session:
        session["browser"] = secrets.token_urlsafe(16)
        session.permanent = True
    return str(session["browser"])


def hold_receipt(case_id: uuid.UUID) -> None:
    """Let this browser open the case for some hours, after its receipt has been shown or given."""
    held = {k: t for k, t in session.get("receipts", {}).items() if t > time.time() - RECEIPT_HELD}
    held[case_id.hex] = int(time.time())
    newest = sorted(held.items(), key=lambda item: item[1])[-RECEIPTS_HELD_AT_MOST:]
    session["receipts"] = dict(newest)


def held_receipts() -> frozenset[uuid.UUID]:
    held = session.get("receipts", {})
    return frozenset(uuid.UUID(key) for key, at in held.items() if at > time.time() - RECEIPT_HELD)


def drop_receipts() -> None:
    session.pop("receipts", None)
