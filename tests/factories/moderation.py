"""Reviews as they come about, and decisions as moderators make them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core import db, jobs
from app.core.permissions import Role
from app.identity.models import Person
from participation.discussion.models import ModerationAct, Post, Review
from participation.discussion.moderation import actions
from participation.discussion.moderation.actions import Decision
from participation.discussion.moderation.queries import waiting
from tests.factories import discussion, people
from tests.factories.people import lina, yusuf


def second_moderator() -> Person:
    return people.person("ماجد", "majed@sawt.example", (Role.MODERATOR, ""))


def flagged(post: Post, by: Person | None = None, reason: str = "insult", note: str = "") -> Review:
    """The open review of a post that somebody has reported."""
    with db.transaction():
        actions.flag(discussion.acting(by or yusuf()), discussion.fresh(post), reason, note)
        return open_review(post)


def reviews() -> list[Review]:
    with db.transaction(reading=True) as session:
        wanted = select(Review).options(joinedload(Review.post)).order_by(Review.id)
        return list(session.scalars(wanted))


def open_review(post: Post) -> Review:
    wanted = select(Review).where(Review.post_id == post.id, Review.is_open.is_(True))
    return db.session().scalars(wanted.options(*waiting.WITH_POST)).one()


def decided(post: Post, act: str = "hidden", by: Person | None = None, **more: Any) -> Post:
    """The post after a moderator's decision, through the actions."""
    with db.transaction():
        moderator = discussion.acting(by or lina())
        actions.look_again(moderator, discussion.fresh(post))
        reason = {} if act in {"published", "restored"} else {"reason": "insult"}
        actions.decide(moderator, open_review(post), Decision(act, **{**reason, **more}))
    return discussion.fresh(post)


def appealed(post: Post, by: Person, body: str = "لم أذكر أحدًا باسمه.") -> Review:
    with db.transaction():
        actions.appeal(discussion.acting(by), discussion.fresh(post), body)
        return open_review(post)


def acts() -> list[ModerationAct]:
    with db.transaction(reading=True) as session:
        return list(session.scalars(select(ModerationAct).order_by(ModerationAct.id)))


def after_the_rules() -> None:
    """The rules have looked at everything that was said."""
    jobs.work_off()
