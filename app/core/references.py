"""Public references, secret receipts and random public ids.

A reference has 12 random Crockford characters (60 bits: neither volume nor neighbours can be guessed) and a
check character, shown in groups of 4: `7K3M-9QXT-2WDR-5`. A receipt has 16 (80 bits) and opens a case
without an account; only its keyed digest is stored.
"""

import secrets

from app.core import crypto
from app.core.text import fold_digits

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_LENGTH = 13
RECEIPT_LENGTH = 16
_ALIKE = str.maketrans("OIL", "011")


def new_reference() -> str:
    """A new reference in canonical form: 13 characters without hyphens."""
    body = random_characters(REFERENCE_LENGTH - 1)
    return body + check_character(body)


def random_characters(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_public_id() -> str:
    """60 random bits for posts, files and exports."""
    return random_characters(12)


def check_character(body: str) -> str:
    """Luhn's check modulo 32 (ISO/IEC 7812 generalised): every single wrong character is found."""
    total = 0
    for place, character in enumerate(reversed(body)):
        doubled = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += doubled // 32 + doubled % 32
    return ALPHABET[-total % 32]


def parse_reference(typed: str) -> str | None:
    """The canonical reference a person meant, or None: any case, any digits, spaces and hyphens, O for 0."""
    found = _canonical(typed)
    if len(found) != REFERENCE_LENGTH or check_character(found[:-1]) != found[-1]:
        return None
    return found


def parse_receipt(typed: str) -> str | None:
    found = _canonical(typed)
    return found if len(found) == RECEIPT_LENGTH else None


def _canonical(typed: str) -> str:
    kept = "".join(c for c in fold_digits(typed[:200]).upper().translate(_ALIKE) if c.isalnum())
    return kept if all(c in ALPHABET for c in kept) else ""


def grouped(code: str) -> str:
    """As shown to people: groups of 4."""
    return "-".join(code[i : i + 4] for i in range(0, len(code), 4))


def receipt_for(author_key: str, client_id: str) -> str:
    """The receipt of a submit: the same for a repeat of it by the same browser, unguessable for others."""
    digest = crypto.keyed("receipt", f"{author_key}\0{client_id}")
    return "".join(ALPHABET[byte % 32] for byte in digest[:RECEIPT_LENGTH])


def receipt_digest(receipt: str) -> str:
    """What the database keeps of a receipt (64 hex digits)."""
    return crypto.keyed("receipt digest", receipt).hex()
