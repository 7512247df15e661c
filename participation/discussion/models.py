"""Threads, posts and their earlier wordings, reactions, visits; flags, reviews, acts of moderation, appeals."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock, db
from app.core.i18n import DIRECTIONS
from app.core.privacy import INTERNAL, PUBLIC, personal, sensitive
from app.core.references import new_public_id
from app.identity.models import Person

TALKING = "showing in public what a person chose to say in public"
PUBLIC_STATES = ("published", "censored")
"""In which everybody reads a post."""

MODERATING = "keeping public talk lawful and decent, and answering for it"


class Thread(db.Base):
    """The talk at one place. `post_count` and `last_post_at` count public posts; `recount` re-derives them.

    `support_count` and the like: how many people stand there (tallies.py).
    """

    __tablename__ = "threads"
    __table_args__ = (UniqueConstraint("place_kind", "place_id", "part"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=PUBLIC)
    place_kind: Mapped[str] = mapped_column(info=INTERNAL)
    place_id: Mapped[str] = mapped_column(info=INTERNAL)
    part: Mapped[str] = mapped_column(default="", info=INTERNAL)
    is_locked: Mapped[bool] = mapped_column(default=False)
    post_count: Mapped[int] = mapped_column(default=0)
    support_count: Mapped[int] = mapped_column(default=0, server_default="0")
    partly_count: Mapped[int] = mapped_column(default=0, server_default="0")
    oppose_count: Mapped[int] = mapped_column(default=0, server_default="0")
    last_post_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


_OF_ROOTS: Any = {f"{dialect}_where": text("parent_id IS NULL") for dialect in ("sqlite", "postgresql")}
"""In an index that only names `parent_id`, PostgreSQL sees no order behind "IS NULL": it sorted the whole thread."""


class Post(db.Base):
    """One text of a thread. Two levels: a reply (`parent_id`) has no replies of its own.

    `state`: `unconfirmed` (kept, not yet counted: its author has one step left), `waiting` (to be read by a
    moderator first), `published`, `censored` (public, with words struck out by a moderator), `hidden` (by a
    moderator), `removed` (by its author). A stub stays where a post with public replies was. `agency_key`: an
    official speaks for this agency here. `disputed` is the smaller of the two reaction counts.
    `article_version`: the version of the text it was written about.
    """

    __tablename__ = "posts"
    __table_args__ = (
        UniqueConstraint("author_key", "client_id"),
        Index("ix_posts_newest", "thread_id", "parent_id", "id"),
        Index("ix_posts_roots", "thread_id", "id", **_OF_ROOTS),
        Index("ix_posts_supported", "thread_id", "agree_count", "id", **_OF_ROOTS),
        Index("ix_posts_disputed", "thread_id", "disputed", "id", **_OF_ROOTS),
        Index("ix_posts_replied", "thread_id", "reply_count", "id", **_OF_ROOTS),
        Index("ix_posts_official", "thread_id", "is_official", "id", **_OF_ROOTS),
        Index("ix_posts_best", "thread_id", "stance", "agree_count", "id", **_OF_ROOTS),
        Index("ix_posts_latest", "thread_id", "published_at"),
        Index("ix_posts_author", "author_id", "id"),
        CheckConstraint("kind IN ('comment', 'question', 'information', 'wording')", name="kind"),
        CheckConstraint("stance IS NULL OR stance IN ('support', 'partly', 'oppose')", name="stance"),
        CheckConstraint(
            "state IN ('unconfirmed', 'waiting', 'published', 'censored', 'hidden', 'removed')", name="state"
        ),
        CheckConstraint("language IN ('ar', 'en')", name="language"),
        CheckConstraint("wording_state IN ('none', 'pending', 'accepted', 'rejected')", name="wording_state"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=PUBLIC)
    thread_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("threads.id"))
    parent_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("posts.id"))
    author_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal(TALKING)
    )
    author_key: Mapped[str] = mapped_column(info=personal("telling a repeated submit from a new one"))
    client_id: Mapped[str] = mapped_column(info=INTERNAL)
    guest_name: Mapped[str] = mapped_column(default="", info=personal(TALKING))
    agency_key: Mapped[str] = mapped_column(default="", info=PUBLIC)
    is_official: Mapped[bool] = mapped_column(default=False)

    kind: Mapped[str] = mapped_column(default="comment", info=PUBLIC)
    stance: Mapped[str | None] = mapped_column(info=sensitive(TALKING))
    body: Mapped[str] = mapped_column(info=sensitive(TALKING))
    wording: Mapped[str] = mapped_column(default="", info=sensitive(TALKING))
    wording_state: Mapped[str] = mapped_column(default="none", info=PUBLIC)
    article_version: Mapped[int | None]
    language: Mapped[str] = mapped_column(info=PUBLIC)
    state: Mapped[str] = mapped_column(default="published", info=INTERNAL)
    reason: Mapped[str] = mapped_column(default="", info=PUBLIC)

    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]
    edited_at: Mapped[datetime | None]
    agree_count: Mapped[int] = mapped_column(default=0)
    disagree_count: Mapped[int] = mapped_column(default=0)
    disputed: Mapped[int] = mapped_column(default=0)
    reply_count: Mapped[int] = mapped_column(default=0)

    thread: Mapped[Thread] = relationship(lazy="raise_on_sql")
    author: Mapped[Person | None] = relationship(lazy="raise_on_sql")

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]

    @property
    def anchor(self) -> str:
        """The id of the post on its page."""
        return f"post-{self.public_id}"

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC_STATES


class PostWording(db.Base):
    """What a post said before an edit, by its author or by a moderator who struck words out (`is_public` false)."""

    __tablename__ = "post_wordings"
    __table_args__ = (UniqueConstraint("post_id", "seq"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    post_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    seq: Mapped[int]
    body: Mapped[str] = mapped_column(info=sensitive(TALKING))
    is_public: Mapped[bool] = mapped_column(default=True)
    until: Mapped[datetime] = mapped_column(default=clock.now)


class Reaction(db.Base):
    """One person's agreement or disagreement with one post: one row, whatever is clicked how often."""

    __tablename__ = "reactions"
    __table_args__ = (
        UniqueConstraint("post_id", "author_key"),
        CheckConstraint("kind IN ('agree', 'disagree')", name="kind"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    post_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    author_key: Mapped[str] = mapped_column(index=True, info=personal("counting each person once"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), info=personal("counting each person once")
    )
    kind: Mapped[str] = mapped_column(info=sensitive("counting each person once"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Visit(db.Base):
    """When a person last saw a thread: what is newer is marked. `before`: the visit before the present one."""

    __tablename__ = "thread_visits"

    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), primary_key=True, info=personal("marking what is new")
    )
    thread_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    seen_at: Mapped[datetime]
    before: Mapped[datetime | None]


class Flag(db.Base):
    """Somebody holds a post to break the rules. One per person and post."""

    __tablename__ = "flags"
    __table_args__ = (UniqueConstraint("post_id", "author_key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    post_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    author_key: Mapped[str] = mapped_column(index=True, info=personal(MODERATING))
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal(MODERATING)
    )
    reason: Mapped[str] = mapped_column(info=INTERNAL)
    note: Mapped[str] = mapped_column(default="", info=sensitive(MODERATING))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Review(db.Base):
    """A post that a moderator has to look at: one open review per post. Never decided by a machine.

    `why`: `first` (the phase has posts read before), `flagged`, `words`, `links`, `pace`, `copies` (rules of
    `moderation/rules.py`), `again` (a moderator looks anew), `appeal`. `score`: what comes first.
    `likeness`: the key under which near-identical texts stand together. `claimed_until`: after it another
    moderator may take it. Author and
    place are kept here, the place as it was called then, so that the queue joins no table and asks no feature.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        UniqueConstraint("post_id", "is_open"),
        Index("ix_reviews_pressing", "is_open", text("score DESC"), "opened_at", "public_id"),
        Index("ix_reviews_likeness", "is_open", "likeness", text("score DESC"), "opened_at", "public_id"),
        Index("ix_reviews_place_key", "is_open", "place_key", text("score DESC"), "opened_at", "public_id"),
        Index("ix_reviews_waiting", "is_open", "author_key", "opened_at"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=INTERNAL)
    post_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    is_open: Mapped[bool | None] = mapped_column(default=True)
    why: Mapped[list[str]] = mapped_column(default=list, info=INTERNAL)
    score: Mapped[int] = mapped_column(default=0)
    likeness: Mapped[str] = mapped_column(default="", info=INTERNAL)
    author_key: Mapped[str] = mapped_column(info=personal(MODERATING))
    language: Mapped[str] = mapped_column(info=INTERNAL)
    place_key: Mapped[str] = mapped_column(info=INTERNAL)
    place_ar: Mapped[str] = mapped_column(info=INTERNAL)
    place_en: Mapped[str] = mapped_column(info=INTERNAL)
    opened_at: Mapped[datetime] = mapped_column(default=clock.now)
    claimed_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal(MODERATING)
    )
    claimed_until: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str] = mapped_column(default="", info=INTERNAL)

    post: Mapped[Post] = relationship(lazy="raise_on_sql")
    claimed_by: Mapped[Person | None] = relationship(lazy="raise_on_sql")


class ModerationAct(db.Base):
    """One act of a moderator on a post; the public log is made of these, without names or texts.

    `act`: `published` (let through, or left as it is), `hidden`, `censored`, `restored`, `appeal refused`.
    `reason`: a rule of the policy page. `note`: words to the author. The place as it was called then; empty for a
    place that not everybody sees.
    """

    __tablename__ = "moderation_acts"
    __table_args__ = (
        Index("ix_moderation_acts_post_id", "post_id", "id"),
        CheckConstraint(
            "act IN ('published', 'hidden', 'censored', 'restored', 'appeal refused')", name="act"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=PUBLIC)
    post_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"))
    act: Mapped[str] = mapped_column(info=PUBLIC)
    reason: Mapped[str] = mapped_column(default="", info=PUBLIC)
    note: Mapped[str] = mapped_column(default="", info=sensitive(MODERATING))
    place_ar: Mapped[str] = mapped_column(default="", info=PUBLIC)
    place_en: Mapped[str] = mapped_column(default="", info=PUBLIC)
    by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal(MODERATING)
    )
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Appeal(db.Base):
    """The author asks for a second look, by another moderator. One per act."""

    __tablename__ = "appeals"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    act_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("moderation_acts.id", ondelete="CASCADE"), unique=True
    )
    body: Mapped[str] = mapped_column(info=sensitive(MODERATING))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="", info=INTERNAL)


class BannedPhrase(db.Base):
    """A word or phrase that has a post read by a moderator. `phrase`: normalised, compared by whole words."""

    __tablename__ = "banned_phrases"

    phrase: Mapped[str] = mapped_column(primary_key=True, info=INTERNAL)
    shown: Mapped[str] = mapped_column(info=INTERNAL)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)
