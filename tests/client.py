"""A browser-like test client: enters as somebody of the cast, sends forms, inspects every page it gets."""

import hashlib
import os
from typing import Any

from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from app.core import db
from app.identity.actions import open_sign_in
from app.identity.models import Person
from tests.inspection import faults_of


class Browser(FlaskClient):
    """One browser with its own cookies."""

    inspects = True
    """Whether each answer is inspected; a test that asks for a broken page on purpose says no."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs.setdefault("buffered", True)
        with (
            self.application.app_context()
        ):  # a test may hold a context open: a request must not share its `g`
            answer = super().open(*args, **kwargs)
        if self.inspects:
            faults = faults_of(answer)
            assert not faults, "\n".join(faults)
        return answer

    def enter(self, person: Person) -> "Browser":
        """Sign in as this person, with the second step done where there is one."""
        with db.transaction():
            secret = open_sign_in(person, "firefox/linux", second_factor=person.totp_confirmed_at is not None)
        with self.session_transaction() as session:
            session["sign_in"] = secret
        return self

    def another(self) -> "Browser":
        """A second browser, with cookies of its own."""
        return type(self)(self.application, self.application.response_class, use_cookies=True)

    def leave(self) -> "Browser":
        """Forget everything: a fresh browser."""
        with self.session_transaction() as session:
            session.clear()
        return self

    def token(self) -> str:
        """A CSRF token of this browser's session, as any of our pages would carry it."""
        with self.session_transaction() as session:
            secret = session.setdefault("csrf_token", hashlib.sha1(os.urandom(64)).hexdigest())
        return str(URLSafeTimedSerializer(self.application.secret_key or "", "wtf-csrf-token").dumps(secret))

    def send(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """Post a form of ours: with the token, and the Origin a browser sends."""
        kwargs.setdefault("headers", {"Origin": "http://localhost"})
        return self.post(path, data={"csrf_token": self.token(), **(data or {})}, **kwargs)
