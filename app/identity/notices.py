"""Mails about accounts. Secrets go only to the address they are about; every change of access is told."""

import uuid
from datetime import datetime
from typing import Any

from app.core import clock, db, mail
from app.identity.models import Invitation, Person, Token
from app.identity.roles import role_name


def _post(
    person: Person,
    template: str,
    key: object,
    facts: dict[str, Any] | None = None,
    not_after: datetime | None = None,
) -> None:
    if person.email is None:
        return
    told = {"name": person.display_name, **(facts or {})}
    mail.post(
        to=person.email,
        language=person.language,
        template=f"identity/{template}",
        facts=told,
        dedup_key=f"identity/{template} {key}",
        not_after=not_after,
        person_id=person.id,
    )


def confirm_address(token: Token, secret: str, person: Person) -> None:
    _post(person, "confirm", token.id, {"secret": secret}, token.expires_at)


def account_exists(person: Person) -> None:
    """Somebody, perhaps the owner, tried to sign up with this address: at most one mail an hour."""
    _post(person, "account_exists", f"{person.id} {clock.now():%Y-%m-%d %H}")


def set_password(token: Token, secret: str, person: Person) -> None:
    _post(person, "set_password", token.id, {"secret": secret}, token.expires_at)


def password_changed(person: Person) -> None:
    _post(person, "password_changed", db.new_id())


def second_factor_changed(person: Person, is_on: bool) -> None:
    _post(person, "second_factor_changed", db.new_id(), {"is_on": is_on})


def recovery_code_used(person: Person) -> None:
    _post(person, "recovery_code_used", db.new_id(), {"left": len(person.recovery_codes)})


def confirm_new_address(token: Token, secret: str, person: Person, address: str) -> None:
    """To the new address, which nobody has confirmed yet."""
    mail.post(
        to=address,
        language=person.language,
        template="identity/confirm_new_address",
        facts={"name": person.display_name, "secret": secret},
        dedup_key=f"identity/confirm_new_address {token.id}",
        not_after=token.expires_at,
        person_id=person.id,
    )


def address_changed(person: Person, former: str) -> None:
    """To the address the account had before, because its holder may not have wanted this."""
    mail.post(
        to=former,
        language=person.language,
        template="identity/address_changed",
        facts={"name": person.display_name},
        dedup_key=f"identity/address_changed {db.new_id()}",
        person_id=person.id,
    )


def invited(invitation: Invitation, secret: str, agency: tuple[str, str]) -> None:
    """`agency`: its name in Arabic and English, both empty for a role on the platform."""
    mail.post(
        to=invitation.email,
        language=invitation.language,
        template="identity/invitation",
        facts={
            "secret": secret,
            "role": invitation.role,
            "role_name": role_name,
            "agency": agency[0 if invitation.language == "ar" else 1],
            "expires_at": invitation.expires_at,
        },
        dedup_key=f"identity/invitation {invitation.id}",
        not_after=invitation.expires_at,
    )


def suspended(person: Person, reason: str, at: uuid.UUID) -> None:
    _post(person, "suspended", at, {"reason": reason})


def restored(person: Person, at: uuid.UUID) -> None:
    _post(person, "restored", at)
