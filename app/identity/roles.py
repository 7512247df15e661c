"""The names of roles and levels, as people read them."""

from typing import Any

from app.core.i18n import gettext as _
from app.core.permissions import Role
from app.identity.ports import agency_name


def role_name(role: Role | str) -> str:
    names: dict[Any, str] = {
        Role.OFFICIAL: _("Agency official"),
        Role.SUPERVISOR: _("Supervisor"),
        Role.AGENCY_ADMINISTRATOR: _("Agency administrator"),
        Role.CLERK: _("Clerk"),
        Role.MODERATOR: _("Moderator"),
        Role.POLICYMAKER: _("Policymaker"),
        Role.ARBITER: _("Sorting desk"),
        Role.AUDITOR: _("Auditor"),
        Role.ADMINISTRATOR: _("Administrator"),
    }
    return names[Role(role)]


def held_role(role: Role | str, agency_key: str) -> str:
    """The role, and the agency in which it is held, if it is held in one."""
    if not agency_key:
        return role_name(role)
    return str(_("%(role)s, %(agency)s", role=role_name(role), agency=agency_name(agency_key)))


def level_name(level: int) -> str:
    """How sure the platform is who somebody is."""
    names: tuple[str, ...] = (
        _("Not confirmed yet"),
        _("E-mail address confirmed"),
        _("Confirmed by the national identity service"),
        _("Confirmed in person"),
    )
    return names[level]


def reason_name(reason: str) -> str:
    """Why somebody on duty read a person's data."""
    known: dict[str, str] = {
        "duty": _("Working on your request"),
        "administration": _("Administration of accounts"),
        "verification": _("Confirming who you are"),
    }
    return known.get(reason) or str(_("Other official duty"))


def subject_name(kind: str) -> str:
    """What was read."""
    known: dict[str, str] = {"person": _("Your account"), "case": _("A request of yours")}
    return known.get(kind) or str(_("Something of yours"))
