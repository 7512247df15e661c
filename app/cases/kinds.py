"""What a feature tells about its kind of case: model, workflow, the panel shown inside the case page.

`cases` owns lists and pages; nothing here knows a feature.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from app.cases.models import Case
from app.cases.workflow import STANDARD, Workflow


@dataclass(frozen=True)
class CaseKind:
    """A kind of case. `label` and `start_endpoint` are asked per request; the panel is optional."""

    key: str
    model: type[Case]
    label: Callable[[], str]
    start_endpoint: str
    workflow: Workflow = field(default_factory=lambda: STANDARD)
    panel_template: str | None = None
    panel_query: Callable[[Case], dict[str, Any]] | None = None


_kinds: dict[str, CaseKind] = {}


def register_kind(kind: CaseKind) -> None:
    _kinds[kind.key] = kind


def kind_of(case: Case) -> CaseKind:
    return _kinds[case.kind]
