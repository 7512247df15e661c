"""What cases ask for: the agencies that may answer a text, by the model in use.

Without a usable model there is no advice, and everything goes to triage; a page never fails for it.
"""

from pathlib import Path
from threading import Lock

import structlog

from app.cases.ports import Advice, Span
from feedback.routing import registry
from feedback.routing.decision import is_urgent
from feedback.routing.files import ModelRefused
from feedback.routing.model import Model, Suggestion

log = structlog.get_logger(__name__)


class Adviser:
    """Answers with the model in use; looks at each text whether another one was put into use meanwhile."""

    def __init__(self, instance_path: Path) -> None:
        self._instance = instance_path
        self._lock = Lock()
        self._loaded: tuple[str, Model | None] = ("", None)

    def __call__(self, text: str) -> Advice | None:
        """Advice for a text, None while no model is in use or the one named was refused."""
        model = self._model()
        return _advice(model.suggest(text), text) if model else None

    def warm_up(self) -> None:
        """Read the model and its word lists now, lest the first citizen wait for it."""
        self("مرحبا hello")

    def _model(self) -> Model | None:
        approved = registry.approved(self._instance)
        with self._lock:
            if approved != self._loaded[0]:
                self._loaded = (approved, self._read())
            return self._loaded[1]

    def _read(self) -> Model | None:
        try:
            return registry.load_in_use(self._instance)
        except ModelRefused as refused:
            log.error("routing_model_refused", reason=str(refused))
            return None


def _advice(suggestion: Suggestion, text: str) -> Advice:
    return Advice(
        top=tuple(suggestion.top),
        is_sure=suggestion.sure,
        spans=tuple(Span(each.start, each.end, each.weight) for each in suggestion.explanation),
        variety=suggestion.variety,
        model_version=suggestion.model_version,
        is_urgent=is_urgent(text),
    )
