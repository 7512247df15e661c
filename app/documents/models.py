"""Documents, their addresses of before, versions per language, articles, files, events and relations."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.agencies.models import Agency
from app.core import clock, db
from app.core.i18n import DIRECTIONS, Bilingual
from app.core.privacy import INTERNAL, PUBLIC, personal
from app.core.references import new_public_id

KINDS = ("law", "policy", "draft", "report", "form")
PREDICATES = ("amends", "repeals", "implements", "cites", "adopts")
ADOPTED = ("law", "policy")
"""Kinds that a draft becomes: what is adopted, and applies."""
EVENTS = ("assent", "publication", "commencement", "amendment", "repeal")
WORKING = "answering for what was done"


class Document(db.Base):
    """A work: the law as such, whatever its versions and languages. Its address is kind/year/number."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("kind", "year", "number"),
        UniqueConstraint("created_by", "client_id"),
        Index("ix_documents_list", "kind", "year", "id"),
        CheckConstraint("kind IN ('law', 'policy', 'draft', 'report', 'form')", name="kind"),
        CheckConstraint("authentic_language IN ('ar', 'en', 'both')", name="authentic_language"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    kind: Mapped[str] = mapped_column(info=PUBLIC)
    year: Mapped[int]
    number: Mapped[int]
    agency_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("agencies.id"), index=True)
    licence: Mapped[str] = mapped_column(default="CC-BY-4.0", info=PUBLIC)
    authentic_language: Mapped[str] = mapped_column(default="ar", info=PUBLIC)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by: Mapped[str] = mapped_column(default="system", info=personal(WORKING))
    client_id: Mapped[str] = mapped_column(default=new_public_id, info=INTERNAL)

    title = Bilingual()
    summary = Bilingual()
    keywords = Bilingual()

    agency: Mapped[Agency] = relationship()


class DocumentAlias(db.Base):
    """An address the document had before it got another kind, year or number."""

    __tablename__ = "document_aliases"
    __table_args__ = (UniqueConstraint("kind", "year", "number"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("documents.id"), index=True)
    kind: Mapped[str] = mapped_column(info=PUBLIC)
    year: Mapped[int]
    number: Mapped[int]


class Version(db.Base):
    """The text in one language under one version number. Arabic and English of a number belong together.

    `dated`: the date of the text; the two languages may differ, and the page says so. Published, it is never
    changed: triggers of the database refuse it (see the migration), because not every hand goes through our code.
    `digest` is the SHA-256 of its canonical text. Withdrawn, its page keeps the reason and the digest.
    `findings`: what an import could not take over and is unsure of, for whoever reviews the draft.
    """

    __tablename__ = "document_versions"
    __table_args__ = (
        UniqueConstraint("document_id", "language", "number"),
        CheckConstraint("language IN ('ar', 'en')", name="language"),
        CheckConstraint("number >= 1", name="number"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("documents.id"))
    language: Mapped[str] = mapped_column(info=PUBLIC)
    number: Mapped[int]
    dated: Mapped[date]
    changes: Mapped[str] = mapped_column(default="", info=PUBLIC)
    is_correction: Mapped[bool] = mapped_column(default=False)
    digest: Mapped[str] = mapped_column(default="", info=PUBLIC)
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict, info=INTERNAL)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by: Mapped[str] = mapped_column(default="system", info=personal(WORKING))
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(info=personal(WORKING))
    withdrawn_at: Mapped[datetime | None]
    withdrawal_reason: Mapped[str] = mapped_column(default="", info=PUBLIC)

    document: Mapped[Document] = relationship()
    articles: Mapped[list["Article"]] = relationship(
        back_populates="version",
        order_by="Article.position",
        cascade="all, delete-orphan",
        lazy="raise_on_sql",
    )

    @property
    def direction(self) -> str:
        return DIRECTIONS[self.language]

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def is_public(self) -> bool:
        """Published and not withdrawn: its text may be read."""
        return self.is_published and self.withdrawn_at is None


class Article(db.Base):
    """One article (or heading of a part) of a version.

    `key` is stable across versions, languages and renumbering (`art_3`, `art_3a`, `chp_1`): comments, links and
    diffs hang on it. `number` is what the text calls it at that date. `html` is cleaned and canonical; `text` its
    plain words, one paragraph per line: what is compared and searched.
    """

    __tablename__ = "document_articles"
    __table_args__ = (
        UniqueConstraint("version_id", "key"),
        UniqueConstraint("version_id", "position"),
        CheckConstraint("kind IN ('part', 'article')", name="kind"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("document_versions.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(info=PUBLIC)
    kind: Mapped[str] = mapped_column(default="article", info=PUBLIC)
    position: Mapped[int]
    number: Mapped[str] = mapped_column(default="", info=PUBLIC)
    heading: Mapped[str] = mapped_column(info=PUBLIC)
    html: Mapped[str] = mapped_column(default="", info=PUBLIC)
    text: Mapped[str] = mapped_column(default="", info=PUBLIC)

    version: Mapped[Version] = relationship(back_populates="articles", lazy="raise_on_sql")


class DocumentFile(db.Base):
    """A file form of a version. `text_state`: `text`, `ocr` or `none` (pictures of pages: not accessible)."""

    __tablename__ = "document_files"
    __table_args__ = (CheckConstraint("text_state IN ('text', 'ocr', 'none')", name="text_state"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    version_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("document_versions.id", ondelete="CASCADE"), index=True
    )
    file_public_id: Mapped[str] = mapped_column(unique=True, info=INTERNAL)
    name: Mapped[str] = mapped_column(info=PUBLIC)
    media_type: Mapped[str] = mapped_column(info=PUBLIC)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(info=PUBLIC)
    text_state: Mapped[str] = mapped_column(default="text", info=PUBLIC)
    added_at: Mapped[datetime] = mapped_column(default=clock.now)


class DocumentEvent(db.Base):
    """What happened to a document, or to one article of it, on a day; the status is computed from these.

    Two events of one day follow each other by `seq`, never by the time at which they were typed.
    """

    __tablename__ = "document_events"
    __table_args__ = (
        UniqueConstraint("document_id", "seq"),
        CheckConstraint(
            "kind IN ('assent', 'publication', 'commencement', 'amendment', 'repeal')", name="kind"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("documents.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(info=PUBLIC)
    day: Mapped[date]
    article_key: Mapped[str] = mapped_column(default="", info=PUBLIC)
    version_number: Mapped[int | None]
    source_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("documents.id"))
    is_correction: Mapped[bool] = mapped_column(default=False)

    source: Mapped[Document | None] = relationship(foreign_keys=[source_id])


class Relation(db.Base):
    """One document amends, repeals, implements or cites another, from provision to provision.

    `adopts`: the law or policy is what became of the draft, as a whole.
    """

    __tablename__ = "document_relations"
    __table_args__ = (
        UniqueConstraint("document_id", "article_key", "predicate", "target_id", "target_key"),
        CheckConstraint(
            "predicate IN ('amends', 'repeals', 'implements', 'cites', 'adopts')", name="predicate"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    document_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("documents.id"))
    article_key: Mapped[str] = mapped_column(default="", info=PUBLIC)
    predicate: Mapped[str] = mapped_column(info=PUBLIC)
    target_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("documents.id"), index=True)
    target_key: Mapped[str] = mapped_column(default="", info=PUBLIC)


class ManifestHead(db.Base):
    """The signed digest of the whole library at the end of a day.

    `root`: SHA-256 of all lines of the manifest; the lines can be made again for any day, because nothing published
    is ever changed. The public key stands beside each signature, so that old ones can be checked for ever.
    """

    __tablename__ = "manifest_heads"
    __table_args__ = (UniqueConstraint("day"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=db.new_id)
    day: Mapped[date]
    lines: Mapped[int]
    root: Mapped[str] = mapped_column(info=PUBLIC)
    key_id: Mapped[str] = mapped_column(info=PUBLIC)
    public_key: Mapped[str] = mapped_column(info=PUBLIC)
    signature: Mapped[str] = mapped_column(info=PUBLIC)
    signed_at: Mapped[datetime] = mapped_column(default=clock.now)
