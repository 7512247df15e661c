"""The browser's side of a sign-in: what stands in the session cookie, and the actor found from it."""

from datetime import timedelta

from flask import g, request, session

from app.core import clock, db, drafts, visitor
from app.core.headers import SAFE_METHODS
from app.core.permissions import Actor
from app.identity.actions.sign_ins import note_seen, open_sign_in
from app.identity.devices import device_of
from app.identity.models import Person, SignIn, actor_of
from app.identity.queries import live_sign_in

SEEN_EVERY = timedelta(minutes=5)
KEPT_OVER_SIGN_IN = ("language", "receipts")


def load_actor() -> Actor:
    """The actor of this request: two queries with an account, none without."""
    sign_in = current_sign_in()
    if sign_in is None:
        return Actor(browser=_browser(), receipts=visitor.held_receipts())
    if sign_in.last_seen_at < clock.now() - SEEN_EVERY:
        db.owe(lambda: note_seen(sign_in.id))
    actor = actor_of(sign_in.person, _browser(), visitor.held_receipts())
    if actor.is_staff and not sign_in.second_factor:
        return Actor(actor.person_id, actor.name, actor.browser, level=actor.level, receipts=actor.receipts)
    return actor


def _browser() -> str:
    """A browser gets its id with its first unsafe request, so that mere reading leaves no cookie."""
    return visitor.browser_id() if request.method not in SAFE_METHODS else session.get("browser", "")


def current_sign_in() -> SignIn | None:
    """The live sign-in of this browser; loaded once in a request."""
    if "sign_in" not in g:
        secret = session.get("sign_in")
        g.sign_in = live_sign_in(secret) if secret else None
    return g.sign_in  # type: ignore[no-any-return]


def sign_in_here(person: Person, second_factor: bool = False) -> None:
    """Open a sign-in in this browser: every id is new, drafts, receipts and language stay."""
    before = visitor.current_actor()
    kept = {name: session[name] for name in KEPT_OVER_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    session["sign_in"] = open_sign_in(person, device_of(request.user_agent.string), second_factor)
    forget()
    if before.browser:
        drafts.adopt(Actor(browser=before.browser), actor_of(person))


def sign_out_here() -> None:
    """Forget everything about the person in this browser; the next one may sit at the same machine."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    forget()


def forget() -> None:
    g.pop("sign_in", None)
    visitor.forget_actor()
