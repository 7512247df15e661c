"""Flask-Security as the engine: it hashes passwords, checks one-time codes and makes recovery codes.

Registered with the site it would put a user loader, a token loader and a before_request of its own around
every request, and its pages write on GET and commit by themselves. So it lives in an application that never
serves anybody: our pages call its functions, our transactions keep what they change.
"""

import json
import unicodedata
from functools import cache
from typing import Any

import flask_security
from flask import Flask
from flask_security.datastore import UserDatastore
from flask_security.recovery_codes import MfRecoveryCodesUtil
from flask_security.totp import Totp
from flask_security.utils import hash_password, verify_password

from app.core import crypto, db
from app.core.text import fold_digits
from app.identity.models import Person

ISSUER = "Sawt"
RECOVERY_CODES = 10
CODE_WINDOW_SECONDS = 30
"""A code of the step before or after still counts: telephones' clocks are wrong by some seconds."""

LONGEST_TRIED = 4_000
"""Characters of a password that are looked at; the engine fails with more than 4,096."""

ARGON2 = {"argon2__memory_cost": 19_456, "argon2__time_cost": 2, "argon2__parallelism": 1}
"""OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 rounds, 1 lane."""


class PersonStore(UserDatastore):
    """Flask-Security's way to our rows: the session of the unit at hand, and a commit that does nothing."""

    def __init__(self) -> None:
        super().__init__(Person, None)  # type: ignore[arg-type]  # it never asks for a role

    def put(self, model: Person) -> Person:
        db.session().add(model)
        return model

    def commit(self) -> None:
        """Only core.db commits."""


class OnceTotp(Totp):
    """Codes that work once: the step of the last good code is kept beside the secret (ASVS 6.5.1).

    The secret is plain JSON here because its column is encrypted, under keys that can be rotated.
    """

    def generate_totp_secret(self) -> str:
        return str(self._totp.new().to_json(encrypt=False))

    def get_last_counter(self, user: Any) -> int | None:
        counter: int | None = user.totp_counter
        return counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.totp_counter = tmatch.counter


class DigestedCodes(MfRecoveryCodesUtil):
    """Recovery codes of which only keyed digests are kept."""

    def _encrypt_codes(self, codes: list[str]) -> list[str]:
        return [recovery_digest(code) for code in codes]

    def check_recovery_code(self, user: Any, code: str) -> bool:
        return recovery_digest(code) in user.recovery_codes


def recovery_digest(code: str) -> str:
    bare = "".join(filter(str.isalnum, fold_digits(code[:100]).casefold()))
    return crypto.keyed("recovery code", bare).hex()


@cache
def _engine() -> Flask:
    engine = Flask("identity engine", static_folder=None)
    engine.config.update(
        SECRET_KEY="signs nothing",  # noqa: S106
        SECURITY_PASSWORD_SALT="unused: single hash",  # noqa: S106
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_SINGLE_HASH=[
            "argon2"
        ],  # a pepper would make every password depend on a key that is rotated
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=ARGON2,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_N=RECOVERY_CODES,
        SECURITY_TOTP_SECRETS={"1": "unused: the column is encrypted"},
        SECURITY_TOTP_ISSUER=ISSUER,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
    )
    flask_security.Security(
        engine,
        PersonStore(),
        register_blueprint=False,
        totp_cls=OnceTotp,
        mf_recovery_codes_util_cls=DigestedCodes,
    )
    return engine


def _security() -> flask_security.Security:
    return _engine().extensions["security"]  # type: ignore[no-any-return]


def normalised(password: str) -> str:
    """One spelling of a password, whatever keyboard wrote it (NIST SP 800-63B, 3.1.1.2: NFKC)."""
    return unicodedata.normalize("NFKC", password)


def hashed(password: str) -> str:
    with _engine().app_context():
        return str(hash_password(normalised(password)))


def is_password(password: str, kept: str | None) -> bool:
    """Whether this is the password. Without a kept hash it takes the same time and is never right.

    One that is longer than any can be is wrong and costs no more: bringing marks into order is quadratic.
    """
    tried = normalised(password[:LONGEST_TRIED])[:LONGEST_TRIED]
    with _engine().app_context():
        right = bool(verify_password(tried, kept or _nobodys_hash()))
    return right and kept is not None and len(password) <= LONGEST_TRIED


@cache
def _nobodys_hash() -> str:
    return hashed("nobody has this password")


def warm_up() -> None:
    """Make the hash for unknown people before the first of them comes, lest that one be slow."""
    _nobodys_hash()


def new_totp_secret() -> str:
    with _engine().app_context():
        return str(_security().totp_factory.generate_totp_secret())


def totp_secret_of(base32: str) -> str:
    """The kept form of a key that is already known (the demo's people, tests)."""
    return json.dumps({"v": 1, "type": "totp", "key": base32})


def totp_key(secret: str) -> str:
    """The key in groups of four, for typing into an authenticator by hand."""
    return str(_security().totp_factory.get_totp_pretty_key(secret)).replace("-", " ").upper()


def totp_uri(secret: str, address: str) -> str:
    return str(_security().totp_factory.get_totp_uri(address, secret))


def present_code(secret: str) -> str:
    """The code an authenticator shows now (the demo, tests)."""
    return str(_security().totp_factory.generate_totp_password(secret))


def is_code(person: Any, code: str, secret: str | None = None) -> bool:
    """Whether the authenticator shows this code now; the same code is refused from then on.

    The caller holds the lock on the person's row.
    """
    digits = "".join(filter(str.isdigit, fold_digits(code[:40])))
    secret = secret or person.totp_secret
    return bool(
        secret
        and len(digits) == 6
        and _security().totp_factory.verify_totp(digits, secret, person, window=CODE_WINDOW_SECONDS)
    )


def new_recovery_codes(person: Any) -> list[str]:
    """Ten new codes; the former ones are void. This is the only moment in which they can be read."""
    with _engine().app_context():
        return list(_security().mf_recovery_codes_util.create_recovery_codes(person))


def use_recovery_code(person: Person, code: str) -> bool:
    """Take the code out of those that are left; False if it is none of them."""
    digest = recovery_digest(code)
    if digest not in person.recovery_codes:
        return False
    person.recovery_codes = [kept for kept in person.recovery_codes if kept != digest]
    return True
