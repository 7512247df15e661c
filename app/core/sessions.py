"""The signed session cookie, for clocks that differ.

The signer refuses what was stamped later than now: a clock set back by an hour would sign everybody out, and
of two servers whose clocks differ by a second the slower one would sign out whom the other has just served.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import SignatureExpired, TimestampSigner, URLSafeTimedSerializer

CLOCKS_DIFFER_AT_MOST = timedelta(days=1)


class PatientSigner(TimestampSigner):
    """Takes a stamp of the near future, too."""

    def unsign(
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> Any:
        """As the base class. Raises SignatureExpired for what is too old or of too far a future."""
        value, stamped = super().unsign(signed_value, return_timestamp=True)
        age = datetime.fromtimestamp(self.get_timestamp(), UTC) - stamped
        if max_age is not None and not -CLOCKS_DIFFER_AT_MOST <= age <= timedelta(seconds=max_age):
            raise SignatureExpired(f"Signature age {age}", payload=value, date_signed=stamped)
        return (value, stamped) if return_timestamp else value


class Sessions(SecureCookieSessionInterface):
    """Flask's own, with the patient signer."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = PatientSigner
        return serializer


def register(app: Flask) -> None:
    app.session_interface = Sessions()
