"""What is at hand while a consultation is played."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.core.permissions import Actor
from app.demo.actions.people import actor_called
from app.demo.script.consultations import DemoConsultation
from app.demo.script.library import DemoDocument
from participation.consultations.models import Consultation


@dataclass(frozen=True)
class Stage:
    """A consultation, as it is told and as it is. `library`: every document by key; nothing happens after `now`."""

    told: DemoConsultation
    consultation: Consultation
    library: Mapping[str, DemoDocument]
    now: datetime

    @property
    def official(self) -> Actor:
        """Whoever prepares and answers it."""
        return actor_called(self.told.by)

    @property
    def document(self) -> DemoDocument:
        return self.library[self.told.document]
