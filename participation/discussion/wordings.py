"""What became of the wordings that people suggested: decided by the agency, shown on the post."""

import uuid
from collections.abc import Collection

from sqlalchemy import update

from app.core import db
from participation.discussion.models import Post

AT_ONCE = 500


def settle(post_ids: Collection[uuid.UUID], is_accepted: bool) -> None:
    """Mark the suggestions among these posts as accepted or rejected; other posts stay as they are."""
    _mark(post_ids, "accepted" if is_accepted else "rejected")


def reopen(post_ids: Collection[uuid.UUID]) -> None:
    """The suggestions among these posts read differently now: nobody has decided on these words."""
    _mark(post_ids, "pending")


def _mark(post_ids: Collection[uuid.UUID], state: str) -> None:
    them = sorted(post_ids)
    for start in range(0, len(them), AT_ONCE):
        suggested = update(Post).where(Post.id.in_(them[start : start + AT_ONCE]), Post.kind == "wording")
        db.session().execute(suggested.values(wording_state=state))
