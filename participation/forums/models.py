"""Boards and topics. The posts of a topic stand in its thread; its opening text is the thread's first post."""

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agencies.models import Agency
from app.core import clock, db
from app.core.i18n import DIRECTIONS, Bilingual, LocalText
from app.core.privacy import INTERNAL, PUBLIC, personal, sensitive
from app.core.references import new_public_id
from app.identity.models import Person
from participation.discussion.models import Post

MOST_TAGS = 5
LONGEST_TAG = 40
TALKING = "showing in public what a person chose to say in public"


class Board(db.Base):
    """A subject area. `agency_id`: whose officials answer here; empty: any agency's.

    `topic_count` counts public topics; `recount` re-derives it.
    """

    __tablename__ = "boards"
    __table_args__ = (
        CheckConstraint("moderation IN ('before', 'after')", name="moderation"),
        CheckConstraint("least_level BETWEEN 0 AND 3", name="least_level"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    key: Mapped[str] = mapped_column(unique=True, info=PUBLIC)
    position: Mapped[int] = mapped_column(default=0)
    agency_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("agencies.id"))
    is_open: Mapped[bool] = mapped_column(default=True)
    least_level: Mapped[int] = mapped_column(default=1)
    moderation: Mapped[str] = mapped_column(default="after", info=PUBLIC)
    topic_count: Mapped[int] = mapped_column(default=0)

    title = Bilingual()
    description = Bilingual()

    agency: Mapped[Agency | None] = relationship()


class Topic(db.Base):
    """One matter on a board. `post_count` and `last_post_at` are the thread's, kept here for the list.

    `opening_id`: the post it began with, whose state `is_public` follows. `merged_into_id`: its posts stand there
    now and its address leads there. `answer_id`: the post marked as the official answer.
    """

    __tablename__ = "topics"
    __table_args__ = (
        Index("ix_topics_list", "board_id", "is_public", "is_pinned", "last_post_at", "id"),
        Index("ix_topics_newest", "is_public", "last_post_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=PUBLIC)
    board_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("boards.id"))
    author_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal(TALKING)
    )
    title: Mapped[str] = mapped_column(info=sensitive(TALKING))
    language: Mapped[str] = mapped_column(info=PUBLIC)
    is_public: Mapped[bool] = mapped_column(default=False)
    is_pinned: Mapped[bool] = mapped_column(default=False)
    is_locked: Mapped[bool] = mapped_column(default=False)
    lock_reason: Mapped[str] = mapped_column(default="", info=PUBLIC)
    merged_into_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("topics.id"))
    opening_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("posts.id", ondelete="SET NULL"), index=True
    )
    answer_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"))
    post_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_post_at: Mapped[datetime] = mapped_column(default=clock.now)

    board: Mapped[Board] = relationship()
    author: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    opening: Mapped[Post | None] = relationship(foreign_keys=[opening_id])
    answer: Mapped[Post | None] = relationship(foreign_keys=[answer_id], lazy="raise_on_sql")
    merged_into: Mapped["Topic | None"] = relationship(remote_side=[id], lazy="raise_on_sql")
    tags: Mapped[list["TopicTag"]] = relationship(cascade="all, delete-orphan", lazy="raise_on_sql")

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]

    @property
    def shown_title(self) -> LocalText:
        """As others name it: in the language in which it was written."""
        return LocalText(self.title, self.language)


class TopicTag(db.Base):
    """A word under which a topic is found; `tag` as typed, `normalised` as compared."""

    __tablename__ = "topic_tags"

    topic_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    normalised: Mapped[str] = mapped_column(primary_key=True, index=True, info=INTERNAL)
    tag: Mapped[str] = mapped_column(info=PUBLIC)
