"""Consultations, their phases, questions and key points, what people sent, and what became of it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.agencies.models import Agency
from app.core import clock, db
from app.core.i18n import DIRECTIONS, Bilingual
from app.core.privacy import INTERNAL, PUBLIC, personal, sensitive
from app.core.references import new_public_id
from app.documents.models import Document
from participation.discussion.models import Post

TAKING_PART = "hearing what people say about a draft"
ANSWERING = "answering what people said about a draft"

SUBJECT = "consultation"
"""Its name as a subject to follow, a place of threads, a kind of hit and in the audit."""

RESPONSE = "response"
"""The kind of place at which the text of each public response stands."""


class Consultation(db.Base):
    """A document opened for comment by an agency.

    `state`: `draft` (being prepared, seen by its agency), `published`, `ended` (its response is published),
    `cancelled`. Which phase runs is told by the clock, never stored. `version_number`: the version people comment on
    now. `results_hidden`: survey results are shown only after the comment phase. `override_reason`: why it was
    published though the checklist was not met; `cancellation`: why it was cancelled. `is_imported`: it was held
    elsewhere and is only read here (`ImportedSet`). Its address is its `slug`.
    """

    __tablename__ = "consultations"
    __table_args__ = (
        UniqueConstraint("year", "number"),
        Index("ix_consultations_list", "state", "published_at", "id"),
        CheckConstraint("state IN ('draft', 'published', 'ended', 'cancelled')", name="state"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    year: Mapped[int]
    number: Mapped[int]
    slug: Mapped[str] = mapped_column(unique=True, info=PUBLIC)
    form_key: Mapped[str | None] = mapped_column(unique=True, info=INTERNAL)
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("documents.id"), index=True)
    version_number: Mapped[int | None]
    response_document_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("documents.id"))
    state: Mapped[str] = mapped_column(default="draft", info=PUBLIC)
    results_hidden: Mapped[bool] = mapped_column(default=False)
    takes_confidential: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal("answering for what was done")
    )
    published_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    override_reason: Mapped[str] = mapped_column(default="", info=PUBLIC)
    is_imported: Mapped[bool] = mapped_column(default=False, server_default=false())

    title = Bilingual()
    lead = Bilingual()
    summary = Bilingual()
    open_to_change = Bilingual()
    data_notice = Bilingual()
    closing_words = Bilingual()
    cancellation = Bilingual()

    agency: Mapped[Agency] = relationship()
    document: Mapped[Document | None] = relationship(foreign_keys=[document_id])
    phases: Mapped[list["Phase"]] = relationship(
        back_populates="consultation", order_by="Phase.position", cascade="all, delete-orphan"
    )

    @property
    def shown_number(self) -> str:
        return f"CONS-{self.year}-{self.number:03d}"


class Phase(db.Base):
    """A stretch of time and what may be done in it. The rights of people are the phase's, then the role's.

    `kind`: `information`, `comment`, `analysis`, `response`. A phase runs from `starts_at` up to, not including,
    `ends_at`; an early or late end is an act with a public reason (`changes`: {moment: {from, to, ar, en, by}}).
    """

    __tablename__ = "consultation_phases"
    __table_args__ = (
        UniqueConstraint("consultation_id", "position"),
        Index("ix_consultation_phases_time", "starts_at", "ends_at"),
        CheckConstraint("kind IN ('information', 'comment', 'analysis', 'response')", name="kind"),
        CheckConstraint("moderation IN ('before', 'after')", name="moderation"),
        CheckConstraint("least_level BETWEEN 0 AND 3", name="least_level"),
        CheckConstraint("ends_at > starts_at", name="order"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(info=PUBLIC)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    takes_posts: Mapped[bool] = mapped_column(default=False)
    takes_reactions: Mapped[bool] = mapped_column(default=False)
    takes_answers: Mapped[bool] = mapped_column(default=False)
    least_level: Mapped[int] = mapped_column(default=1)
    moderation: Mapped[str] = mapped_column(default="after", info=PUBLIC)
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict, info=INTERNAL)

    title = Bilingual()

    consultation: Mapped[Consultation] = relationship(back_populates="phases")


class Question(db.Base):
    """One question of the survey. `options`: [{key, ar, en}] of a choice; a scale runs from 1 to 5."""

    __tablename__ = "survey_questions"
    __table_args__ = (
        UniqueConstraint("consultation_id", "position"),
        CheckConstraint("kind IN ('choice', 'choices', 'scale', 'text')", name="kind"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=PUBLIC)
    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(info=PUBLIC)
    is_required: Mapped[bool] = mapped_column(default=False)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict, info=PUBLIC)

    prompt = Bilingual()
    hint = Bilingual()


class SurveyAnswer(db.Base):
    """One person's answer to one question: one row, changeable while the phase runs."""

    __tablename__ = "survey_answers"
    __table_args__ = (UniqueConstraint("question_id", "author_key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=INTERNAL)
    question_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("survey_questions.id", ondelete="CASCADE"))
    author_key: Mapped[str] = mapped_column(index=True, info=personal("counting each person once"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal(TAKING_PART)
    )
    chosen: Mapped[list[str]] = mapped_column(default=list, info=sensitive(TAKING_PART))
    scale: Mapped[int | None]
    body: Mapped[str] = mapped_column(default="", info=sensitive(TAKING_PART))
    language: Mapped[str] = mapped_column(default="ar", info=INTERNAL)
    is_confirmed: Mapped[bool] = mapped_column(default=True)
    given_at: Mapped[datetime] = mapped_column(default=clock.now)


class KeyPoint(db.Base):
    """One point of the draft in plain words, for the short mode; it leads to its article."""

    __tablename__ = "key_points"
    __table_args__ = (UniqueConstraint("consultation_id", "position"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=PUBLIC)
    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    position: Mapped[int]
    article_key: Mapped[str] = mapped_column(default="", info=PUBLIC)

    text = Bilingual()


class PointStance(db.Base):
    """Where one person stands on one key point: one row, changeable while the phase runs."""

    __tablename__ = "point_stances"
    __table_args__ = (
        UniqueConstraint("key_point_id", "author_key"),
        CheckConstraint("stance IN ('support', 'partly', 'oppose')", name="stance"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    key_point_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("key_points.id", ondelete="CASCADE"))
    author_key: Mapped[str] = mapped_column(index=True, info=personal("counting each person once"))
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal(TAKING_PART)
    )
    stance: Mapped[str] = mapped_column(info=sensitive(TAKING_PART))
    is_confirmed: Mapped[bool] = mapped_column(default=True)
    given_at: Mapped[datetime] = mapped_column(default=clock.now)


class ResponsePost(db.Base):
    """Which post is the text of a public response."""

    __tablename__ = "response_posts"

    response_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("consultation_responses.id", ondelete="CASCADE"), primary_key=True
    )
    post_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), unique=True)

    @classmethod
    def its(cls, told: Any) -> Any:
        """What the post of a response tells: to be asked beside the response."""
        return select(told).join(cls, cls.post_id == Post.id).correlate_except(Post, cls)


class Response(db.Base):
    """A submission of its own kind beside the posts: of an organisation, confidential, late, or on paper.

    The text of a public one is a post at a place of its own (`ResponsePost`), as any other to moderators and search.
    A confidential one has no post: it is counted and never shown or exported; only officials of the agency read it,
    and `own_body` and `own_state` (`published` or `unconfirmed`) are its own. `body` and `state` are those of either.
    A paper one was typed by a clerk (`recorded_by_id`), who is never its author.
    """

    __tablename__ = "consultation_responses"
    __table_args__ = (
        UniqueConstraint("author_key", "client_id"),
        Index("ix_consultation_responses_list", "consultation_id", "is_confidential", "id"),
        CheckConstraint("channel IN ('web', 'paper')", name="channel"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=PUBLIC)
    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    article_key: Mapped[str] = mapped_column(default="", info=INTERNAL)
    author_key: Mapped[str] = mapped_column(info=personal("telling a repeated submit from a new one"))
    client_id: Mapped[str] = mapped_column(info=INTERNAL)
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal(ANSWERING)
    )
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal("answering for what was done")
    )
    channel: Mapped[str] = mapped_column(default="web", info=INTERNAL)
    is_confidential: Mapped[bool] = mapped_column(default=False)
    is_late: Mapped[bool] = mapped_column(default=False)
    organisation: Mapped[str] = mapped_column(default="", info=sensitive(TAKING_PART))
    members_asked: Mapped[int | None]
    name: Mapped[str] = mapped_column(default="", info=personal(TAKING_PART))
    stance: Mapped[str | None] = mapped_column(info=sensitive(TAKING_PART))
    own_body: Mapped[str] = mapped_column("body", default="", info=sensitive(TAKING_PART))
    language: Mapped[str] = mapped_column(info=INTERNAL)
    own_state: Mapped[str] = mapped_column("state", default="published", info=INTERNAL)
    sent_at: Mapped[datetime] = mapped_column(default=clock.now)

    body: Mapped[str] = column_property(
        func.coalesce(
            ResponsePost.its(Post.body).where(ResponsePost.response_id == id).scalar_subquery(), own_body
        )
    )
    state: Mapped[str] = column_property(
        func.coalesce(
            ResponsePost.its(Post.state).where(ResponsePost.response_id == id).scalar_subquery(), own_state
        )
    )
    post: Mapped[Post | None] = relationship(
        secondary="response_posts", viewonly=True, uselist=False, lazy="raise_on_sql"
    )

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]


class Family(db.Base):
    """Contributions to one part of a consultation that say the same in (nearly) the same words; often just one.

    `decision`: `open`, `considered`, `accepted`, `partly`, `rejected`; everything but `open` is an answer and has its
    reason. One answer answers all members. The response cannot be published while a family is open. Confidential
    contributions are a family of their own (`is_public` false). Derived, and checked by `recount`: `size`
    (contributions), `people` (distinct authors), `support` (people and those who agree), `novelty` (share of the lead's
    words that no earlier family of the part has, 1-100), `rank` (support x novelty). `revision` counts its answers.
    """

    __tablename__ = "families"
    __table_args__ = (
        UniqueConstraint("consultation_id", "likeness"),
        Index("ix_families_inbox", "consultation_id", "decision", "rank", "id"),
        Index("ix_families_ranked", "consultation_id", "rank", "id"),
        CheckConstraint(
            "decision IN ('open', 'considered', 'accepted', 'partly', 'rejected')", name="decision"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=PUBLIC)
    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    part: Mapped[str] = mapped_column(default="", info=PUBLIC)
    language: Mapped[str] = mapped_column(info=INTERNAL)
    likeness: Mapped[str] = mapped_column(info=INTERNAL)
    is_public: Mapped[bool] = mapped_column(default=True)
    size: Mapped[int] = mapped_column(default=0)
    people: Mapped[int] = mapped_column(default=0)
    support: Mapped[int] = mapped_column(default=0)
    novelty: Mapped[int] = mapped_column(default=100)
    rank: Mapped[int] = mapped_column(default=0)
    theme: Mapped[str] = mapped_column(default="", info=INTERNAL)
    assignee_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal(ANSWERING)
    )
    decision: Mapped[str] = mapped_column(default="open", info=PUBLIC)
    revision: Mapped[int] = mapped_column(default=0)
    outcome_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("outcomes.id", ondelete="SET NULL"), index=True
    )
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal("answering for what was done")
    )

    reason = Bilingual()

    @property
    def is_answered(self) -> bool:
        return self.decision != "open"

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]


class FamilyAnswer(db.Base):
    """One answer of the agency to a family, as it was given: an answer that is changed later keeps its earlier words.

    `act_key`: the sent form; the answers of one act on many families share it.
    """

    __tablename__ = "family_answers"
    __table_args__ = (UniqueConstraint("family_id", "seq"), UniqueConstraint("family_id", "act_key"))

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("families.id", ondelete="CASCADE"))
    seq: Mapped[int]
    act_key: Mapped[str] = mapped_column(info=INTERNAL)
    decision: Mapped[str] = mapped_column(info=PUBLIC)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal("answering for what was done")
    )

    reason = Bilingual()


class Contribution(db.Base):
    """The register: one row for each post or response sent to a consultation, whatever became of it.

    A public response has both `response_id` and `post_id`, that of its text.

    `placed_as`: under which name its present wording stands in the likeness register. `read_at`: when an official first
    read it: a public fact. `moved`: what a later version of the draft did to it:
    `kept`, `moved` or `orphaned`; empty while the version it was written about is the one that is open.
    """

    __tablename__ = "contributions"
    __table_args__ = (Index("ix_contributions_family", "family_id", "id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    consultation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("consultations.id", ondelete="CASCADE"), index=True
    )
    part: Mapped[str] = mapped_column(default="", info=PUBLIC)
    post_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), unique=True)
    response_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("consultation_responses.id", ondelete="CASCADE"), unique=True
    )
    family_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("families.id"))
    placed_as: Mapped[str] = mapped_column(default="", info=INTERNAL)
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), index=True, info=personal(ANSWERING)
    )
    author_key: Mapped[str] = mapped_column(info=personal("counting each person once"))
    stance: Mapped[str | None] = mapped_column(info=sensitive(TAKING_PART))
    language: Mapped[str] = mapped_column(info=INTERNAL)
    is_public: Mapped[bool] = mapped_column(default=True)
    version_number: Mapped[int | None]
    moved: Mapped[str] = mapped_column(default="", info=PUBLIC)
    moved_to: Mapped[str] = mapped_column(default="", info=PUBLIC)
    read_at: Mapped[datetime | None]
    read_by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal("answering for what was done")
    )
    registered_at: Mapped[datetime] = mapped_column(default=clock.now)


class Outcome(db.Base):
    """One row of "you said, we did": part, theme, what people said, the decision, what was changed.

    `hunk`: the anchor of the changed words in the comparison of `from_version` and `to_version`. `revision`: how often
    it was changed since it was written; `act_key`: the form by which it was.
    """

    __tablename__ = "outcomes"
    __table_args__ = (
        UniqueConstraint("consultation_id", "position"),
        UniqueConstraint("consultation_id", "act_key"),
        CheckConstraint("decision IN ('accepted', 'partly', 'rejected')", name="decision"),
        CheckConstraint("progress IN ('planned', 'under-way', 'done', 'dropped')", name="progress"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=PUBLIC)
    consultation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"))
    position: Mapped[int]
    part: Mapped[str] = mapped_column(default="", info=PUBLIC)
    decision: Mapped[str] = mapped_column(info=PUBLIC)
    from_version: Mapped[int | None]
    to_version: Mapped[int | None]
    hunk: Mapped[str] = mapped_column(default="", info=PUBLIC)
    progress: Mapped[str] = mapped_column(default="planned", info=PUBLIC)
    act_key: Mapped[str] = mapped_column(info=INTERNAL)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    theme = Bilingual()
    said = Bilingual()
    did = Bilingual()

    updates: Mapped[list["OutcomeUpdate"]] = relationship(
        order_by="OutcomeUpdate.at", cascade="all, delete-orphan", lazy="raise_on_sql"
    )


class OutcomeUpdate(db.Base):
    """Later news of an outcome, told to the authors whose contributions it answers."""

    __tablename__ = "outcome_updates"
    __table_args__ = (UniqueConstraint("outcome_id", "act_key"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    outcome_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("outcomes.id", ondelete="CASCADE"))
    act_key: Mapped[str] = mapped_column(info=INTERNAL)
    progress: Mapped[str] = mapped_column(info=PUBLIC)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("persons.id", ondelete="SET NULL"), info=personal("answering for what was done")
    )

    text = Bilingual()


class DataSet(db.Base):
    """The open data of a consultation as one set of files. `digest`: of all their bytes; the newest one is shown."""

    __tablename__ = "data_sets"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    consultation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("consultations.id", ondelete="CASCADE"), unique=True
    )
    digest: Mapped[str] = mapped_column(info=PUBLIC)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)

    files: Mapped[list["DataFile"]] = relationship(
        order_by="DataFile.position", cascade="all, delete-orphan", lazy="raise_on_sql"
    )


class DataFile(db.Base):
    """One file of a data set."""

    __tablename__ = "data_files"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    public_id: Mapped[str] = mapped_column(unique=True, default=new_public_id, info=PUBLIC)
    data_set_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("data_sets.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(info=PUBLIC)
    media_type: Mapped[str] = mapped_column(info=PUBLIC)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(info=PUBLIC)
    storage_name: Mapped[str] = mapped_column(unique=True, info=INTERNAL)


class ImportedSet(db.Base):
    """Where an imported consultation comes from: an open-data set of another site.

    `url`, `shown_number`, `slug`, `agency_key`, `state`: what it is called there, and how far it had come; empty where
    the set does not say so. `digest`: of all files, by which the same set is known again. `confidential`: how many
    responses were sent there in confidence, None when too few to be told. `told`: what no rows stand behind here, as
    the set tells it: the tables `figures` and `survey` (lists of cells), and `ids`, the public id in the set of each
    row whose id was taken on this site, by the id that it has here.
    """

    __tablename__ = "imported_sets"

    consultation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("consultations.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(unique=True, info=PUBLIC)
    url: Mapped[str] = mapped_column(default="", info=PUBLIC)
    shown_number: Mapped[str] = mapped_column(default="", info=PUBLIC)
    slug: Mapped[str] = mapped_column(default="", info=PUBLIC)
    agency_key: Mapped[str] = mapped_column(default="", info=PUBLIC)
    state: Mapped[str] = mapped_column(default="published", info=PUBLIC)
    licence: Mapped[str] = mapped_column(info=PUBLIC)
    confidential: Mapped[int | None]
    told: Mapped[dict[str, Any]] = mapped_column(default=dict, info=PUBLIC)
    imported_at: Mapped[datetime] = mapped_column(default=clock.now)
