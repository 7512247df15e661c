"""The privacy class of every column, declared where the column stands.

Register, export, erasure, retention and log redaction are generated from these labels; a test refuses a
text or person column without one (privacy rules, 1).
"""

from datetime import timedelta
from typing import Any

PUBLIC: dict[str, Any] = {"privacy": "public"}
INTERNAL: dict[str, Any] = {"privacy": "internal"}


def personal(purpose: str, basis: str = "public task", keep: timedelta | None = None) -> dict[str, Any]:
    """Label for data about a person. `keep`: time after the case or account has ended; None: while it exists."""
    return {"privacy": "personal", "purpose": purpose, "basis": basis, "keep": keep}


def sensitive(purpose: str, basis: str = "public task", keep: timedelta | None = None) -> dict[str, Any]:
    """Label for data that can harm a person: opinions, health, identity numbers, free text of a case."""
    return {"privacy": "sensitive", "purpose": purpose, "basis": basis, "keep": keep}
