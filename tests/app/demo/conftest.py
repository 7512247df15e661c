"""A country of which only what a test asks for is there."""

import pytest

from app.demo import script


@pytest.fixture
def nothing_public(monkeypatch: pytest.MonkeyPatch) -> None:
    """A country without documents, consultations and a forum."""
    monkeypatch.setattr(script, "documents", lambda now: {})
    for said in ("consultations", "boards"):
        monkeypatch.setattr(script, said, lambda now: [])


@pytest.fixture
def no_inquiries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "stories", lambda now: [])
