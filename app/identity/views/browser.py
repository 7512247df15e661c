"""The browser's side of a sign-in: what stands in its cookies, and the actor found from them."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import Response, after_this_request, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from app.core import clock, crypto, db, drafts, events, uploads, visitor
from app.core.crypto import email_index
from app.core.errors import Denied
from app.core.headers import SAFE_METHODS
from app.core.permissions import Actor, require
from app.identity.actions.sign_ins import note_seen, open_sign_in
from app.identity.actions.signing_in import KnownDevice
from app.identity.devices import device_of
from app.identity.events import BrowserSignedIn
from app.identity.models import Person, SignIn, actor_of
from app.identity.queries import live_sign_in
from app.identity.views.returning import own_page
from config import Settings

V = TypeVar("V", bound=Callable[..., Any])

SEEN_EVERY = timedelta(minutes=5)
KEPT_OVER_SIGN_IN = ("language", "receipts")
PROOF_LASTS = timedelta(minutes=15)
TIME_TO_FILL_IN = timedelta(minutes=15)
"""A form opened with a fresh proof may still be sent after it: nobody loses what was typed."""

KNOWN = "sawt_known"
KNOWN_FOR = timedelta(days=365)
MOST_KNOWN = 5


# who is here


def load_actor() -> Actor:
    """The actor of this request: two queries with an account, none without."""
    sign_in = current_sign_in()
    if sign_in is None:
        _close_ended_sign_in()
        return Actor(browser=_browser(), receipts=visitor.held_receipts())
    if sign_in.last_seen_at < clock.now() - SEEN_EVERY:
        db.owe(lambda: note_seen(sign_in.id))
    actor = actor_of(sign_in.person, _browser(), visitor.held_receipts())
    if actor.is_staff and not sign_in.second_factor:
        return Actor(actor.person_id, actor.name, actor.browser, level=actor.level, receipts=actor.receipts)
    return actor


def _close_ended_sign_in() -> None:
    """A sign-in ended elsewhere closes here what it had opened: "everywhere" includes the cases it held."""
    if session.pop("sign_in", None) is not None:
        visitor.drop_receipts()


def _browser() -> str:
    """A browser gets its id with its first unsafe request, so that mere reading leaves no cookie.

    A page of another site that posts here comes without our cookie (SameSite), and a new one in the answer
    would take the place of the reader's own: drafts, receipts and sign-in would be gone.
    """
    reads = request.method in SAFE_METHODS or "is_foreign" in g
    return session.get("browser", "") if reads else visitor.browser_id()


def current_sign_in() -> SignIn | None:
    """The live sign-in of this browser; loaded once in a request."""
    if "sign_in" not in g:
        secret = session.get("sign_in")
        g.sign_in = live_sign_in(secret) if isinstance(secret, str) else None
    return g.sign_in  # type: ignore[no-any-return]


def sign_in_at_hand() -> SignIn:
    """The sign-in of a view marked `@signed_in`."""
    found = current_sign_in()
    if found is None:
        raise Denied
    return found


def person_here() -> Person:
    return sign_in_at_hand().person


# in and out


def sign_in_here(person: Person, second_factor: bool = False) -> None:
    """Open a sign-in in this browser: every id is new; drafts, their files, receipts and language stay.

    Of a person who is still signed in here nothing stays: the next one may be somebody else.
    """
    before = visitor.current_actor()
    if not before.is_anonymous:
        visitor.drop_receipts()
    kept = {name: session[name] for name in KEPT_OVER_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    session["sign_in"] = open_sign_in(person, device_of(request.user_agent.string), second_factor)
    forget()
    remember_device(person)
    if before.is_anonymous and before.browser:
        drafts.adopt(Actor(browser=before.browser), actor_of(person))
        uploads.adopt(Actor(browser=before.browser), actor_of(person))
        events.publish(BrowserSignedIn(before.key, person.id))


def enter_as(person: Person) -> None:
    """Sign in as a person of the demo country by one click, second step included; Denied outside the demo."""
    settings: Settings = current_app.config["SETTINGS"]
    require(settings.is_demo)
    sign_in_here(person, second_factor=True)


def sign_out_here() -> None:
    """Forget everything about the person in this browser; the next one may sit at the same machine."""
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    forget()


def forget() -> None:
    """Ask anew who is here, at the next question."""
    g.pop("sign_in", None)
    visitor.forget_actor()


# browsers that have signed in before


def known_device(address: str) -> KnownDevice | None:
    """This browser as one known to the account, by a signed cookie that no one else can make."""
    for entry in _known():
        device, _dot, mark = entry.partition(".")
        if crypto.are_equal(mark, _mark(device, email_index(address))):
            return KnownDevice(device)
    return None


def remember_device(person: Person) -> None:
    """Let this browser be known to the account from now on."""
    if person.email is None or person.email_index is None or known_device(person.email):
        return
    device = secrets.token_urlsafe(12)
    entries = [f"{device}.{_mark(device, person.email_index)}", *_known()][:MOST_KNOWN]

    @after_this_request
    def _set(response: Response) -> Response:
        response.set_cookie(
            KNOWN,
            "~".join(entries),
            max_age=KNOWN_FOR,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
        return response


def _known() -> list[str]:
    return [entry for entry in request.cookies.get(KNOWN, "")[:1000].split("~") if "." in entry][:MOST_KNOWN]


def _mark(device: str, account: str) -> str:
    return crypto.keyed("known device", f"{device} {account}").hex()[:32]


# pages that need somebody


def signed_in(view: V) -> V:
    """Mark a view that needs an account: others are led to the sign-in, and back."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        if current_sign_in() is None:
            return redirect(url_for("identity.sign_in", next=_this_page()), 303)
        return view(*args, **kwargs)  # type: ignore[no-any-return]

    return guarded  # type: ignore[return-value]


def recently_proved(view: V) -> V:
    """Mark a view with consequences: the password must have been given here in the last 15 minutes."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        grace = timedelta() if request.method in SAFE_METHODS else TIME_TO_FILL_IN
        if sign_in_at_hand().proved_at < clock.now() - PROOF_LASTS - grace:
            return redirect(url_for("identity.prove", next=_this_page()), 303)
        return view(*args, **kwargs)  # type: ignore[no-any-return]

    return signed_in(guarded)  # type: ignore[return-value]


def _this_page() -> str | None:
    """Where to come back to: this page, or the one whose form was sent."""
    if request.method in SAFE_METHODS:
        return own_page(request.full_path.rstrip("?"))
    referrer = request.referrer or ""
    return own_page(referrer.removeprefix(request.host_url.rstrip("/")))
