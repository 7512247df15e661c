"""Add documents

Revision: 2026_11_28_155801, after 2026_11_25_094500
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_28_155801"
down_revision = "2026_11_25_094500"
branch_labels = None
depends_on = None


# A published version, its articles and its files are never changed or deleted; a version may be withdrawn, once.
FROZEN = (
    "id", "document_id", "language", "number", "dated", "changes", "is_correction", "digest", "created_at",
    "published_at",
)  # fmt: skip


def _sqlite_guards() -> list[str]:
    refuse = "BEGIN SELECT RAISE(ABORT, 'a published version is never changed'); END"
    same = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in FROZEN)
    published = (
        "EXISTS (SELECT 1 FROM document_versions WHERE id = {}.version_id AND published_at IS NOT NULL)"
    )
    guards = [
        f"CREATE TRIGGER document_versions_update BEFORE UPDATE ON document_versions WHEN OLD.published_at IS NOT NULL "
        f"AND ({same} OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at IS NOT OLD.withdrawn_at "
        f"OR NEW.withdrawal_reason IS NOT OLD.withdrawal_reason))) {refuse}",
        f"CREATE TRIGGER document_versions_delete BEFORE DELETE ON document_versions "
        f"WHEN OLD.published_at IS NOT NULL {refuse}",
    ]
    for table in ("document_articles", "document_files"):
        for act, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            if table == "document_files" and act == "INSERT":
                continue  # a file form may follow the text
            guards.append(
                f"CREATE TRIGGER {table}_{act.lower()}_{row.lower()} BEFORE {act} ON {table} "
                f"WHEN {published.format(row)} {refuse}"
            )
    return guards


def _postgresql_guards() -> list[str]:
    same = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in FROZEN)
    refuse = "RAISE EXCEPTION 'a published version is never changed' USING ERRCODE = 'restrict_violation';"
    return [
        f"""CREATE FUNCTION guard_document_versions() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD.published_at IS NOT NULL THEN
                IF TG_OP = 'DELETE' THEN {refuse} END IF;
                IF {same} OR (OLD.withdrawn_at IS NOT NULL AND (NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at
                    OR NEW.withdrawal_reason IS DISTINCT FROM OLD.withdrawal_reason)) THEN {refuse} END IF;
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW; END $$""",
        f"""CREATE FUNCTION guard_document_parts() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF TG_OP <> 'INSERT' AND EXISTS (SELECT 1 FROM document_versions
                WHERE id = OLD.version_id AND published_at IS NOT NULL) THEN {refuse} END IF;
            IF TG_OP <> 'DELETE' AND EXISTS (SELECT 1 FROM document_versions
                WHERE id = NEW.version_id AND published_at IS NOT NULL) THEN {refuse} END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW; END $$""",  # noqa: S608  # words of our own
        "CREATE TRIGGER document_versions_guard BEFORE UPDATE OR DELETE ON document_versions "
        "FOR EACH ROW EXECUTE FUNCTION guard_document_versions()",
        "CREATE TRIGGER document_articles_guard BEFORE INSERT OR UPDATE OR DELETE ON document_articles "
        "FOR EACH ROW EXECUTE FUNCTION guard_document_parts()",
        "CREATE TRIGGER document_files_guard BEFORE UPDATE OR DELETE ON document_files "
        "FOR EACH ROW EXECUTE FUNCTION guard_document_parts()",
    ]


GUARDS = {"sqlite": _sqlite_guards(), "postgresql": _postgresql_guards()}
LIFTED = {
    "postgresql": (
        "DROP TRIGGER document_versions_guard ON document_versions",
        "DROP TRIGGER document_articles_guard ON document_articles",
        "DROP TRIGGER document_files_guard ON document_files",
        "DROP FUNCTION guard_document_versions()",
        "DROP FUNCTION guard_document_parts()",
    )
}
"""SQLite drops triggers with their tables."""


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("authentic_language", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("title_ar", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_state", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("summary_ar", sa.Text(), nullable=False),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("summary_state", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("keywords_ar", sa.Text(), nullable=False),
        sa.Column("keywords_en", sa.Text(), nullable=False),
        sa.Column("keywords_state", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.CheckConstraint(
            "authentic_language IN ('ar', 'en', 'both')", name=op.f("ck_documents_authentic_language")
        ),
        sa.CheckConstraint(
            "kind IN ('law', 'policy', 'draft', 'report', 'form')", name=op.f("ck_documents_kind")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_documents_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("created_by", "client_id", name=op.f("uq_documents_created_by_client_id")),
        sa.UniqueConstraint("kind", "year", "number", name=op.f("uq_documents_kind_year_number")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_documents_agency_id"), ["agency_id"], unique=False)
        batch_op.create_index("ix_documents_list", ["kind", "year", "id"], unique=False)

    op.create_table(
        "document_aliases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_aliases_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_aliases")),
        sa.UniqueConstraint("kind", "year", "number", name=op.f("uq_document_aliases_kind_year_number")),
    )
    with op.batch_alter_table("document_aliases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_aliases_document_id"), ["document_id"], unique=False)

    op.create_table(
        "document_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("article_key", sa.Text(), nullable=False),
        sa.Column("version_number", sa.Integer(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("is_correction", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('assent', 'publication', 'commencement', 'amendment', 'repeal')",
            name=op.f("ck_document_events_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_events_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["documents.id"], name=op.f("fk_document_events_source_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_events")),
        sa.UniqueConstraint("document_id", "seq", name=op.f("uq_document_events_document_id_seq")),
    )
    op.create_table(
        "document_relations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("article_key", sa.Text(), nullable=False),
        sa.Column("predicate", sa.Text(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("target_key", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "predicate IN ('amends', 'repeals', 'implements', 'cites')",
            name=op.f("ck_document_relations_predicate"),
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_relations_document_id_documents")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["documents.id"], name=op.f("fk_document_relations_target_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_relations")),
        sa.UniqueConstraint(
            "document_id",
            "article_key",
            "predicate",
            "target_id",
            "target_key",
            name=op.f("uq_document_relations_document_id_article_key_predicate_target_id_target_key"),
        ),
    )
    with op.batch_alter_table("document_relations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_relations_target_id"), ["target_id"], unique=False)

    op.create_table(
        "document_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("is_correction", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("findings", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("language IN ('ar', 'en')", name=op.f("ck_document_versions_language")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_document_versions_number")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["documents.id"], name=op.f("fk_document_versions_document_id_documents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_versions")),
        sa.UniqueConstraint(
            "document_id", "language", "number", name=op.f("uq_document_versions_document_id_language_number")
        ),
    )
    op.create_table(
        "document_articles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('part', 'article')", name=op.f("ck_document_articles_kind")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["document_versions.id"],
            name=op.f("fk_document_articles_version_id_document_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_articles")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_document_articles_version_id_key")),
        sa.UniqueConstraint("version_id", "position", name=op.f("uq_document_articles_version_id_position")),
    )
    op.create_table(
        "document_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("file_public_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("text_state", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "text_state IN ('text', 'ocr', 'none')", name=op.f("ck_document_files_text_state")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["document_versions.id"],
            name=op.f("fk_document_files_version_id_document_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_files")),
        sa.UniqueConstraint("file_public_id", name=op.f("uq_document_files_file_public_id")),
    )
    with op.batch_alter_table("document_files", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_files_version_id"), ["version_id"], unique=False)

    op.create_table(
        "manifest_heads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manifest_heads")),
        sa.UniqueConstraint("day", name=op.f("uq_manifest_heads_day")),
    )
    for statement in GUARDS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in LIFTED.get(op.get_bind().dialect.name, ()):
        op.execute(statement)
    op.drop_table("manifest_heads")
    with op.batch_alter_table("document_files", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_files_version_id"))

    op.drop_table("document_files")
    op.drop_table("document_articles")
    op.drop_table("document_versions")
    with op.batch_alter_table("document_relations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_relations_target_id"))

    op.drop_table("document_relations")
    op.drop_table("document_events")
    with op.batch_alter_table("document_aliases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_aliases_document_id"))

    op.drop_table("document_aliases")
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.drop_index("ix_documents_list")
        batch_op.drop_index(batch_op.f("ix_documents_agency_id"))

    op.drop_table("documents")
