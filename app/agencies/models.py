"""Agencies."""

import uuid

from sqlalchemy.orm import Mapped, mapped_column

from app.core import db
from app.core.i18n import Bilingual
from app.core.privacy import PUBLIC


class Agency(db.Base):
    """A government body that answers people. Its key is stable: role grants and routing labels use it."""

    __tablename__ = "agencies"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    key: Mapped[str] = mapped_column(unique=True, info=PUBLIC)
    is_active: Mapped[bool] = mapped_column(default=True)

    name = Bilingual()
    remit = Bilingual()
