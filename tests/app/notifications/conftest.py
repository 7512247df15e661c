"""Two kinds of notices for these tests, and the surroundings that the worker has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.text import isolate
from app.factory import Sawt
from app.notifications import kinds
from app.notifications.kinds import ByMail, Facts, NoticeKind


def _sentence(facts: Facts) -> str:
    return f"رد جديد على {isolate(facts['reference'])}"


@pytest.fixture(autouse=True)
def kinds_of_the_test(app: Sawt, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two kinds, one at once and one daily; an empty mail folder; the context the worker has."""
    monkeypatch.setattr(kinds, "_kinds", {})
    for key, default in (("answer", ByMail.NOW), ("news", ByMail.DAILY)):
        kinds.register_notice(
            NoticeKind(key, lambda: "كلمة", _sentence, lambda f: f"/ar/cases/{f['reference']}", None, default)
        )
    for old in (Path(app.config["INSTANCE"]) / "mail").glob("*.eml"):
        old.unlink()
    with app.app_context():
        yield
