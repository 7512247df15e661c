"""The page to go back to after signing in: only one of our own, whatever the address claims."""

import re
from urllib.parse import urlsplit

from flask import request

from app.core.i18n import language

LONGEST = 2000
_ENTRANCE = re.compile(r"/(?:ar|en)/(?:sign-in|sign-up|password|confirm|account/proof)(?:/|\?|$)")
_OWN = re.compile(
    r"/(?:ar|en)/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*(?:\?[A-Za-z0-9._~%!$&'()*+,;=:@/?-]*)?(?:#[A-Za-z0-9._~%-]*)?"
)


def own_page(address: str | None) -> str | None:
    """The address if it is a path of this site under a language, else None.

    It begins with `/ar/` or `/en/`, so that no host can hide in it (`//host`, `/\\host`, `/%09/host`,
    `user@host`).
    """
    if not address or len(address) > LONGEST or not _OWN.fullmatch(address):
        return None
    return address


def wanted_page() -> str:
    """Where the reader wanted to go: named by form or address, else the page left, else home."""
    named = own_page(request.form.get("next") or request.args.get("next"))
    return named or _referring_page() or f"/{language()}/"


def _referring_page() -> str | None:
    came = urlsplit(request.referrer or "")
    if came.netloc != request.host or request.method != "GET":
        return None
    page = own_page(came.path + (f"?{came.query}" if came.query else ""))
    return None if page is None or _ENTRANCE.match(page) else page
