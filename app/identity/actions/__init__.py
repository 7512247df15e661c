"""Everything that changes something about people. Other features call what stands here."""

from app.identity.actions.sign_ins import open_sign_in, revoke_all, revoke_sign_in

__all__ = ["open_sign_in", "revoke_all", "revoke_sign_in"]
