"""What moderators decided. Ids only."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class PostDecided:
    """A moderator changed how a post reads, or refused an appeal. `act`: as in `ModerationAct`."""

    act_id: uuid.UUID
    post_id: uuid.UUID
    act: str
    is_on_appeal: bool
