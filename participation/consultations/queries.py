"""Reading consultations: each query takes the actor and returns what the actor may see."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.agencies import queries as agencies
from app.agencies.models import Agency
from app.core import clock, db
from app.core.errors import Missing
from app.core.i18n import DIRECTIONS
from app.core.paging import newest_first
from app.core.permissions import Actor, require
from app.documents import queries as documents
from app.documents.articles import ARTICLE, ArticleRow
from app.documents.models import Article, Document, DocumentFile, Version
from participation.consultations import checklist
from participation.consultations.checklist import Lack
from participation.consultations.models import (
    SUBJECT,
    Consultation,
    Contribution,
    ImportedSet,
    KeyPoint,
    Phase,
    PointStance,
    Question,
    Response,
    SurveyAnswer,
)
from participation.consultations.permissions import (
    PREPARING,
    SHOWN_STATES,
    is_administrator,
    is_known,
    may_prepare,
    may_prepare_any,
    may_read,
    may_read_confidential,
    may_see,
)
from participation.discussion.models import PUBLIC_STATES, Post, Thread

PAGE = 20
WORDS_A_MINUTE = 180
"""Reading pace for legal prose, below the 200-240 words of ordinary prose."""


def find(actor: Actor, slug: str) -> Consultation:
    """The consultation at this address, with its phases, agency and document. Raises Missing."""
    at_once = _whole(phases=joinedload(Consultation.phases)).where(Consultation.slug == slug)
    found = db.session().scalars(at_once).unique().one_or_none()
    if found is None or not may_see(actor, found):
        raise Missing
    return found


def find_many(actor: Actor, slugs: list[str]) -> dict[str, Consultation]:
    """The same for a list, by slug, without those that are missing."""
    found = db.session().scalars(_whole().where(Consultation.slug.in_(slugs)))
    return {each.slug: each for each in found if may_see(actor, each)}


def by_id(consultation_id: uuid.UUID) -> Consultation:
    """For listeners and jobs, which act for nobody. Raises Missing."""
    found = db.session().scalar(_whole().where(Consultation.id == consultation_id))
    if found is None:
        raise Missing
    return found


def on_document(actor: Actor, document: Document) -> list[Consultation]:
    """Those that opened it or the draft it came from for comment, and those that it answers; the newest first."""
    answered = (Consultation.response_document_id == document.id) & (Consultation.state == "ended")
    wanted = _whole().where(or_(_on_draft_of(document), answered))
    found = db.session().scalars(wanted.order_by(Consultation.id.desc()))
    return [each for each in found if may_see(actor, each)]


def without_response(document: Document) -> list[Consultation]:
    """Those that opened it or the draft it came from for comment and have not published their response.

    A cancelled one has told everybody why nothing comes of it; one that is being prepared has asked nobody yet.
    """
    waiting = _whole().where(_on_draft_of(document), Consultation.state == "published")
    return list(db.session().scalars(waiting.order_by(Consultation.id)))


def adopted(actor: Actor, consultation: Consultation) -> list[Document]:
    """The laws and policies that its draft became."""
    return documents.adopted_from(actor, consultation.document) if consultation.document else []


def _on_draft_of(document: Document) -> ColumnElement[bool]:
    return Consultation.document_id.in_([document.id, *documents.drafts_of(document)])


def to_prepare(actor: Actor, slug: str) -> Consultation:
    """The consultation, for somebody who may prepare it. Raises Missing or Denied."""
    found = find(actor, slug)
    require(may_prepare(actor, found))
    return found


def _whole(phases: ORMOption | None = None) -> Select[Consultation]:
    """With phases, agency and document. `phases`: how else to load the phases, which take a query of their own."""
    return select(Consultation).options(
        joinedload(Consultation.agency),
        joinedload(Consultation.document),
        phases or selectinload(Consultation.phases),
    )


# Lists

Part = Literal["open", "upcoming", "closed"]


@dataclass(frozen=True)
class Listed:
    """One consultation of a list, with what its card says."""

    consultation: Consultation
    contributions: int
    words: int

    @property
    def minutes(self) -> int:
        return max(1, round(self.words / WORDS_A_MINUTE))


@dataclass(frozen=True)
class ConsultationPage:
    """`next_cursor`: the slug after which the next page begins."""

    rows: list[Listed]
    next_cursor: str | None


def page(part: Part, now: datetime, after: str | None = None, agency: str = "") -> ConsultationPage:
    """Published consultations, newest first. Constant in queries, whatever the length of the list."""
    wanted = _whole().where(Consultation.published_at.is_not(None), _stands(part, now))
    if agency:
        wanted = wanted.join(Agency, Agency.id == Consultation.agency_id).where(Agency.key == agency)
    shown, next_cursor = newest_first(wanted, Consultation.id, Consultation.slug, after, PAGE)
    return ConsultationPage(_listed(shown), next_cursor)


def open_now(now: datetime, most: int = 3) -> list[Listed]:
    """What closes next comes first: for the home page."""
    closing = (
        select(Phase.consultation_id, func.min(Phase.ends_at).label("ends_at"))
        .where(Phase.kind == "comment", Phase.starts_at <= now, Phase.ends_at > now)
        .group_by(Phase.consultation_id)
        .subquery()
    )
    wanted = (
        _whole()
        .join(closing, closing.c.consultation_id == Consultation.id)
        .where(Consultation.state == "published")
        .order_by(closing.c.ends_at, Consultation.id)
        .limit(most)
    )
    return _listed(list(db.session().scalars(wanted)))


def _stands(part: Part, now: datetime) -> ColumnElement[bool]:
    """`upcoming`: comments open later; `open`: now; `closed`: everything else that is public."""
    of_this = Phase.consultation_id == Consultation.id, Phase.kind == "comment"
    is_open = select(Phase.id).where(*of_this, Phase.starts_at <= now, Phase.ends_at > now).exists()
    comes = select(Phase.id).where(*of_this, Phase.starts_at > now).exists()
    runs = Consultation.state == "published"
    if part == "open":
        return runs & is_open
    if part == "upcoming":
        return runs & ~is_open & comes
    return or_(Consultation.state != "published", ~is_open & ~comes)


def _listed(found: Sequence[Consultation]) -> list[Listed]:
    if not found:
        return []
    counted, long = contribution_counts([each.id for each in found]), _words(found)
    return [Listed(each, counted.get(each.id, 0), long.get(each.id, 0)) for each in found]


def _words(found: Sequence[Consultation]) -> dict[uuid.UUID, int]:
    """About how many words the drafts have: their blanks, counted by the database."""
    blanks = func.length(Article.text) - func.length(func.replace(Article.text, " ", "")) + 1
    rows = db.session().execute(
        select(Consultation.id, func.sum(blanks))
        .join(
            Version,
            (Version.document_id == Consultation.document_id)
            & (Version.number == Consultation.version_number),
        )
        .join(Article, Article.version_id == Version.id)
        .where(Consultation.id.in_([each.id for each in found]), Version.published_at.is_not(None))
        .group_by(Consultation.id, Version.language)
    )
    words: dict[uuid.UUID, int] = {}
    for consultation_id, count in rows:
        words[consultation_id] = max(words.get(consultation_id, 0), int(count))
    return words


def all_public() -> Iterator[Consultation]:
    """Everything that everybody may read, for the index."""
    yield from db.session().scalars(_whole().where(Consultation.published_at.is_not(None)))


def opened_between(start: datetime, end: datetime) -> list[tuple[Consultation, Phase]]:
    """Consultations whose comment phase opened in this time and runs."""
    return _with_phase(Phase.starts_at > start, Phase.starts_at <= end, Phase.ends_at > end)


def closing_between(start: datetime, end: datetime) -> list[tuple[Consultation, Phase]]:
    """Consultations whose comment phase runs and closes in this time."""
    return _with_phase(Phase.starts_at <= start, Phase.ends_at > start, Phase.ends_at <= end)


def _with_phase(*when: ColumnElement[bool]) -> list[tuple[Consultation, Phase]]:
    wanted = _whole().join(Phase, Phase.consultation_id == Consultation.id).add_columns(Phase)
    wanted = wanted.where(Consultation.state == "published", Phase.kind == "comment", *when)
    return [(row[0], row[1]) for row in db.session().execute(wanted)]


def prepared_by(actor: Actor) -> list[Consultation]:
    """What the actor prepares, newest first."""
    require(may_prepare_any(actor))
    wanted = _whole().where(~Consultation.is_imported).order_by(Consultation.id.desc()).limit(200)
    if not is_administrator(actor):
        wanted = wanted.join(Agency, Agency.id == Consultation.agency_id)
        wanted = wanted.where(Agency.key.in_(actor.agencies(*PREPARING)))
    return list(db.session().scalars(wanted))


def agencies_to_consult_for(actor: Actor) -> list[Agency]:
    """In whose name the actor may prepare one."""
    own = actor.agencies(*PREPARING)
    return [each for each in agencies.all_active() if is_administrator(actor) or each.key in own]


def drafts_of(keys: Sequence[str]) -> list[Document]:
    """The drafts of these agencies that have a published version, newest first."""
    published = select(Version.id).where(
        Version.document_id == Document.id, Version.published_at.is_not(None)
    )
    wanted = (
        select(Document)
        .join(Agency, Agency.id == Document.agency_id)
        .where(Document.kind == "draft", Agency.key.in_(keys), published.exists())
        .options(joinedload(Document.agency))
        .order_by(Document.id.desc())
    )
    return list(db.session().scalars(wanted.limit(200)))


def draft(document_id: str, keys: Sequence[str]) -> Document | None:
    """One of those, by the id its form sent."""
    return next((each for each in drafts_of(keys) if str(each.id) == document_id), None)


# Imported ones


def origin(consultation: Consultation) -> ImportedSet | None:
    """Where an imported consultation comes from; None for one that is held here."""
    return db.session().get(ImportedSet, consultation.id) if consultation.is_imported else None


def imported_parts(consultation: Consultation) -> list[str]:
    """Keys of the articles that an imported set has contributions to; its draft itself is not here."""
    parts = select(Contribution.part).where(Contribution.consultation_id == consultation.id)
    found = db.session().scalars(parts.where(Contribution.part != "").distinct())
    return sorted(found) if consultation.is_imported else []


# The draft


def newest_version(document: Document) -> int | None:
    return documents.newest_number(document.id) or None


def published_numbers(consultation: Consultation) -> set[int]:
    """The numbers of all published versions of its document."""
    public = Version.document_id == consultation.document_id, Version.published_at.is_not(None)
    return set(db.session().scalars(select(Version.number).where(*public, Version.withdrawn_at.is_(None))))


def pair(consultation: Consultation) -> Mapping[str, Version | None]:
    """The version people comment on, in both languages, with its articles."""
    if consultation.document_id is None or consultation.version_number is None:
        return {}
    return documents.published_pair(consultation.document_id, consultation.version_number)


def articles(consultation: Consultation, language: str) -> list[ArticleRow]:
    """The articles in this language, each one that lacks in the other."""
    return documents.article_rows(pair(consultation), language)


class Stood(NamedTuple):
    """An article (or heading) as it stands in one published version."""

    number: int
    language: str
    is_withdrawn: bool
    article: Article


def history(consultation: Consultation, key: str) -> list[Stood]:
    """The article with this key in every published version, the newest first; asked once in a unit that reads."""
    published = (
        select(Version.number, Version.language, Version.withdrawn_at.is_not(None), Article)
        .join(Article, Article.version_id == Version.id)
        .where(Version.document_id == consultation.document_id, Version.published_at.is_not(None))
        .where(Article.key == key)
        .order_by(Version.number.desc())
    )

    def asked() -> list[Stood]:
        return [Stood(*row) for row in db.session().execute(published)]

    return db.once(f"history of {key} in {consultation.document_id}", asked) if db.is_reading() else asked()


def versions_with(consultation: Consultation, key: str) -> set[int]:
    """The numbers of the versions people comment or commented on that have an article (no heading) with this key."""
    newest = consultation.version_number or 0
    found = history(consultation, key)
    return {each.number for each in found if each.number <= newest and each.article.kind == ARTICLE}


def lacks(consultation: Consultation) -> list[Lack]:
    """What stands against opening it."""
    return checklist.lacks(
        consultation,
        pair(consultation),
        questions(consultation),
        key_points(consultation),
        clock.now(),
        clock.zone(),
    )


# Questions and key points


def questions(consultation: Consultation) -> list[Question]:
    of_this = select(Question).where(Question.consultation_id == consultation.id)
    return list(db.session().scalars(of_this.order_by(Question.position)))


def key_points(consultation: Consultation) -> list[KeyPoint]:
    of_this = select(KeyPoint).where(KeyPoint.consultation_id == consultation.id)
    return list(db.session().scalars(of_this.order_by(KeyPoint.position)))


Item = TypeVar("Item", Question, KeyPoint)


def question(consultation: Consultation, public_id: str) -> Question:
    """Raises Missing."""
    return _one(questions(consultation), public_id)


def key_point(consultation: Consultation, public_id: str) -> KeyPoint:
    """Raises Missing."""
    return _one(key_points(consultation), public_id)


def _one(items: Sequence[Item], public_id: str) -> Item:
    found = next((item for item in items if item.public_id == public_id), None)
    if found is None:
        raise Missing
    return found


def text_answers(
    actor: Actor, consultation: Consultation, question: Question, before: str | None = None
) -> tuple[list[SurveyAnswer], str | None]:
    """What people wrote to a question, for the officials who answer: newest first, without names. Raises Denied."""
    require(may_read_confidential(actor, consultation))
    own = SurveyAnswer.question_id == question.id, SurveyAnswer.is_confirmed, SurveyAnswer.body != ""
    return newest_first(
        select(SurveyAnswer).where(*own), SurveyAnswer.id, SurveyAnswer.public_id, before, PAGE
    )


def own_answers(actor: Actor, consultation: Consultation) -> dict[uuid.UUID, SurveyAnswer]:
    """What the actor has answered, by question."""
    rows = select(SurveyAnswer).join(Question, Question.id == SurveyAnswer.question_id)
    rows = rows.where(Question.consultation_id == consultation.id, SurveyAnswer.author_key == actor.key)
    return {row.question_id: row for row in db.session().scalars(rows)} if is_known(actor) else {}


def own_stances(actor: Actor, consultation: Consultation) -> dict[uuid.UUID, PointStance]:
    """Where the actor stands, by key point."""
    rows = select(PointStance).join(KeyPoint, KeyPoint.id == PointStance.key_point_id)
    rows = rows.where(KeyPoint.consultation_id == consultation.id, PointStance.author_key == actor.key)
    return {row.key_point_id: row for row in db.session().scalars(rows)} if is_known(actor) else {}


# Responses of their own kind


def responses(consultation: Consultation, before: str | None = None) -> tuple[list[Response], str | None]:
    """What organisations and people on paper let everybody read, newest first; and where the next page begins.

    Hidden ones among them: their place says why.
    """
    public = Response.consultation_id == consultation.id, Response.is_confidential.is_(False)
    wanted = select(Response).where(*public, Response.state.in_(SHOWN_STATES))
    return newest_first(
        wanted.options(joinedload(Response.post)), Response.id, Response.public_id, before, PAGE
    )


def confidential_count(consultation: Consultation) -> int:
    secret = Response.consultation_id == consultation.id, Response.is_confidential
    counted = select(func.count()).where(*secret, Response.state == "published")
    return db.session().scalar(counted) or 0


def response(actor: Actor, consultation: Consultation, public_id: str) -> Response:
    """One response: a public one for everybody; any of one's own; a confidential one for the agency's officials."""
    wanted = select(Response).options(joinedload(Response.post).joinedload(Post.thread))
    found = db.session().scalar(
        wanted.where(Response.consultation_id == consultation.id, Response.public_id == public_id)
    )
    if found is None or not may_read(actor, consultation, found):
        raise Missing
    return found


def contribution_counts(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many posts of people and responses each has, confidential ones counted."""
    posts, sent = posts_of(ids), sent_counts(ids)
    return {each: posts.get(each, 0) + sent.get(each, 0) for each in posts | sent}


def sent_counts(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many responses each has, confidential ones counted."""
    sent = (
        select(Response.consultation_id, func.count())
        .where(Response.consultation_id.in_(ids), Response.state.in_(PUBLIC_STATES))
        .group_by(Response.consultation_id)
    )
    return {consultation_id: count for consultation_id, count in db.session().execute(sent)}


def posts_of(ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Public posts, counted where the threads keep their number."""
    rows = db.session().execute(
        select(Thread.place_id, func.sum(Thread.post_count))
        .where(Thread.place_kind == SUBJECT, Thread.place_id.in_([str(each) for each in ids]))
        .group_by(Thread.place_id)
    )
    return {uuid.UUID(place_id): int(count) for place_id, count in rows}


def files(consultation: Consultation) -> list[DocumentFile]:
    """The files of the version that is open, in both languages."""
    if consultation.document_id is None:
        return []
    wanted = (
        select(DocumentFile)
        .join(Version, Version.id == DocumentFile.version_id)
        .where(Version.document_id == consultation.document_id, Version.number == consultation.version_number)
        .where(Version.published_at.is_not(None), Version.withdrawn_at.is_(None))
        .order_by(Version.language, DocumentFile.id)
    )
    return list(db.session().scalars(wanted))


# Contributions that lost their article


@dataclass(frozen=True)
class Orphan:
    """A public post on an article that is gone."""

    part: str
    version_number: int | None
    public_id: str
    body: str
    language: str

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]


def merged_into(consultation: Consultation, key: str) -> list[str]:
    """The articles, now gone, whose public contributions moved to this one: none while there is one version."""
    if (consultation.version_number or 0) < 2:
        return []
    came = (
        select(Contribution.part)
        .where(Contribution.consultation_id == consultation.id, Contribution.moved_to == key)
        .where(Contribution.part != key, Contribution.is_public)
        .group_by(Contribution.part)
        .order_by(Contribution.part)
    )
    return list(db.session().scalars(came))


def orphan_count(consultation: Consultation) -> int:
    """How many public contributions stand at articles that are gone."""
    return db.session().scalar(_orphaned(consultation).with_only_columns(func.count())) or 0


@dataclass(frozen=True)
class OrphanPage:
    """`next_cursor`: the public id of the post after which the next page begins."""

    rows: list[Orphan]
    next_cursor: str | None


def orphans(consultation: Consultation, after: str | None = None) -> OrphanPage:
    """Public posts on articles that are no longer in the draft, the newest first."""
    posts, cursor = newest_first(_orphaned(consultation), Post.id, Post.public_id, after, PAGE)
    wanted = select(Contribution).where(Contribution.post_id.in_([post.id for post in posts]))
    registered = {each.post_id: each for each in db.session().scalars(wanted)}
    return OrphanPage([_orphan(post, registered[post.id]) for post in posts], cursor)


def _orphan(post: Post, registered: Contribution) -> Orphan:
    return Orphan(registered.part, registered.version_number, post.public_id, post.body, post.language)


def _orphaned(consultation: Consultation) -> Select[Post]:
    return (
        select(Post)
        .join(Contribution, Contribution.post_id == Post.id)
        .where(Contribution.consultation_id == consultation.id, Contribution.moved == "orphaned")
        .where(Contribution.is_public, Post.state.in_(PUBLIC_STATES))
    )
