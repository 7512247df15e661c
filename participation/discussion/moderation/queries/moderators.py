"""Who moderates."""

import uuid

from sqlalchemy import select

from app.core import db
from app.core.permissions import Role
from app.identity.models import Person, RoleGrant


def on_duty() -> list[uuid.UUID]:
    """The moderators whose accounts are not suspended."""
    moderators = select(RoleGrant.person_id).join(Person).where(Person.suspended_at.is_(None))
    return list(db.session().scalars(moderators.where(RoleGrant.role == Role.MODERATOR)))
