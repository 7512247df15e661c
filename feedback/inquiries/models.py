"""Inquiries: cases that begin as a question in a person's own words."""

import uuid
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.models import Case
from app.core.privacy import INTERNAL


class Inquiry(Case):
    """A question, with what the router said of it when it was sent.

    `suggestion`: the top three as [[agency key, probability], …], `is_sure`, the spans that decided (offsets into
    the first message), the variety of the text and the model's version. `choice`: `suggested`, `other` (the
    person chose another agency) or `unknown` (left to triage).
    """

    __tablename__ = "inquiries"
    __mapper_args__ = {"polymorphic_identity": "inquiry"}

    id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    suggestion: Mapped[dict[str, Any]] = mapped_column(default=dict, info=INTERNAL)
    choice: Mapped[str] = mapped_column(info=INTERNAL)
