"""Add search

Revision: 2026_11_28_160900, after 2026_11_28_155823
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_28_160900"
down_revision = "2026_11_28_155823"
branch_labels = None
depends_on = None

FULL_TEXT = (
    "CREATE VIRTUAL TABLE search_index USING fts5"
    "(terms, content='search_entries', content_rowid='id', tokenize='ascii', detail='none', columnsize=0)",
    "CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN"
    " INSERT INTO search_index(rowid, terms) VALUES (new.id, new.terms); END",
    "CREATE TRIGGER search_entries_removed AFTER DELETE ON search_entries BEGIN"
    " INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.id, old.terms); END",
    "CREATE TRIGGER search_entries_changed AFTER UPDATE OF terms ON search_entries BEGIN"
    " INSERT INTO search_index(search_index, rowid, terms) VALUES ('delete', old.id, old.terms);"
    " INSERT INTO search_index(rowid, terms) VALUES (new.id, new.terms); END",
)


def upgrade() -> None:
    op.create_table(
        "search_entries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facets", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("terms", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
        sa.Column("title_terms", sa.Text(), nullable=False),
        sa.Column("analyser", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entries")),
        sa.UniqueConstraint("kind", "thing_id", name=op.f("uq_search_entries_kind_thing_id")),
    )
    op.create_index("ix_search_entries_analyser", "search_entries", ["analyser"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_search_entries_terms ON search_entries USING gin (terms) WITH (fastupdate = off)"
        )
        op.execute("ALTER TABLE search_entries ALTER COLUMN terms SET STATISTICS 1000")
    else:
        for statement in FULL_TEXT:
            op.execute(statement)
    op.create_table(
        "search_misses",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_misses")),
        sa.UniqueConstraint("day", "language", "words", name=op.f("uq_search_misses_day_language_words")),
    )
    op.create_table(
        "lexicon_groups",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("words", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lexicon_groups")),
    )


def downgrade() -> None:
    op.drop_table("lexicon_groups")
    op.drop_table("search_misses")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_index")
    op.drop_table("search_entries")
