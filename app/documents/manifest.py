"""The manifest: one line for each published text and file, and an Ed25519 signature of all of them. No database.

The key is derived from the deployment's oldest secret key, so that it outlives the rotation of secrets.
"""

import hashlib
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.core import crypto

PURPOSE = "signing key of the library"


def root_of(lines: Iterable[str]) -> str:
    """SHA-256 of the lines, each ended by a line feed, in their order."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def own_public_key() -> str:
    """32 bytes in hexadecimal."""
    return _key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def key_id(public_key: str) -> str:
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]


def sign(day: str, root: str) -> str:
    """The signature of a day's root, in hexadecimal."""
    return _key().sign(_message(day, root)).hex()


def is_signed(day: str, root: str, public_key: str, signature: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), _message(day, root))
    except (InvalidSignature, ValueError):
        return False
    return True


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(crypto.keyed(PURPOSE, "1"))


def _message(day: str, root: str) -> bytes:
    return f"sawt library {day} {root}".encode()
