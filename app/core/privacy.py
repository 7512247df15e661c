"""The privacy class of every column, declared where the column stands.

What is kept about whom, what for and how long is read off these labels; nothing is removed by them alone: the
jobs named `forget` do that.
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
