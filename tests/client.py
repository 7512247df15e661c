"""A browser-like test client that can enter as somebody of the cast without the sign-in form."""

from flask.testing import FlaskClient

from app.core import db
from app.identity.actions import open_sign_in
from app.identity.models import Person


class Browser(FlaskClient):
    """One browser with its own cookies."""

    def enter(self, person: Person) -> "Browser":
        """Sign in as this person, with the second step done where there is one."""
        with db.transaction():
            secret = open_sign_in(person, "firefox/linux", second_factor=person.totp_confirmed_at is not None)
        with self.session_transaction() as session:
            session["sign_in"] = secret
        return self

    def leave(self) -> "Browser":
        """Forget everything: a fresh browser."""
        with self.session_transaction() as session:
            session.clear()
        return self
