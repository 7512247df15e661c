"""Identity columns: encrypted at rest, found by blind index, signed tokens.

Keys come newest first; the newest writes, all of them read, so that keys are rotated without a pause. Blind
indexes and receipts use keys derived from the *last* (oldest) key: they must stay findable over a rotation.
"""

import hashlib
import hmac
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import LargeBinary, TypeDecorator
from sqlalchemy.engine.interfaces import Dialect

_fernet: MultiFernet | None = None
_index_key = b""
_secret = b""


def use_keys(secret_keys: tuple[str, ...], pii_keys: tuple[str, ...]) -> None:
    """Set the keys (settings SECRET_KEYS and PII_KEYS), newest first."""
    global _fernet, _index_key, _secret
    _fernet = MultiFernet([Fernet(key) for key in pii_keys])
    _index_key = hashlib.sha256(b"blind index" + pii_keys[-1].encode()).digest()
    _secret = secret_keys[-1].encode()


def encrypt(text: str) -> bytes:
    assert _fernet is not None, "use_keys() comes first"
    return _fernet.encrypt(text.encode())


def decrypt(token: bytes) -> str:
    assert _fernet is not None, "use_keys() comes first"
    return _fernet.decrypt(token).decode()


def rotated(token: bytes) -> bytes:
    """The same content under the newest key."""
    assert _fernet is not None, "use_keys() comes first"
    return _fernet.rotate(token)


def blind_index(value: str, purpose: str) -> str:
    """Keyed digest (64 hex digits) of a value that must be found again without being readable."""
    return hmac.new(_index_key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def email_index(address: str) -> str:
    """Blind index of an e-mail address: case and surrounding blanks do not matter."""
    return blind_index(address.strip().casefold(), "email")


def keyed(purpose: str, value: str) -> bytes:
    """32 bytes that only this deployment can derive from the value (receipts, tokens)."""
    return hmac.new(_secret, f"{purpose}\0{value}".encode(), hashlib.sha256).digest()


class Encrypted(TypeDecorator[str]):
    """Text that stands in the database only as ciphertext; compare through a blind index instead."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else encrypt(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else decrypt(bytes(value))


def are_equal(one: str, other: str) -> bool:
    """Compare secrets in a time that tells nothing."""
    return hmac.compare_digest(one.encode(), other.encode())
