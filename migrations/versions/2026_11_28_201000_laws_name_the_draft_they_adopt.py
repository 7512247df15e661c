"""Laws name the draft they adopt

A law or policy says which draft it came from, so that it waits for the response to that draft's consultation.

Revision: 2026_11_28_201000, after 2026_11_28_160900
"""

from alembic import op

revision = "2026_11_28_201000"
down_revision = "2026_11_28_160900"
branch_labels = None
depends_on = None

BEFORE = "predicate IN ('amends', 'repeals', 'implements', 'cites')"
NOW = "predicate IN ('amends', 'repeals', 'implements', 'cites', 'adopts')"


def upgrade() -> None:
    _allow(NOW)


def downgrade() -> None:
    """The schema of before has no word for it: what was adopted is no longer told."""
    op.execute("DELETE FROM document_relations WHERE predicate = 'adopts'")
    _allow(BEFORE)


def _allow(predicates: str) -> None:
    """SQLite lays the table anew, and leaves its old check out by itself."""
    with op.batch_alter_table("document_relations") as table:
        if op.get_bind().dialect.name == "postgresql":
            table.drop_constraint(op.f("ck_document_relations_predicate"), type_="check")
        table.create_check_constraint(op.f("ck_document_relations_predicate"), predicates)
