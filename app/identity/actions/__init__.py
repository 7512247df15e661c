"""Everything that changes something about people. Other features call what stands here."""

from app.identity.actions.looks import note_look
from app.identity.actions.sign_ins import open_sign_in, revoke_all, revoke_sign_in

__all__ = ["note_look", "open_sign_in", "revoke_all", "revoke_sign_in"]
