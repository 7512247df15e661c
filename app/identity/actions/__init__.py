"""Everything that changes something about people. Other features call what stands here."""

from app.identity.actions.looks import note_look
from app.identity.actions.roles import grant_role, revoke_role, suspend, verify_in_person
from app.identity.actions.sign_ins import open_sign_in, revoke_all, revoke_sign_in

__all__ = [
    "grant_role",
    "note_look",
    "open_sign_in",
    "revoke_all",
    "revoke_role",
    "revoke_sign_in",
    "suspend",
    "verify_in_person",
]
