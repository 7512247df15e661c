"""Find flags by their author

Whoever signs in takes the flags of the browser along: without an index each sign-in read the whole table.

Revision: 2026_11_28_202000, after 2026_11_28_201000
"""

from alembic import op

revision = "2026_11_28_202000"
down_revision = "2026_11_28_201000"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_flags_author_key"), "flags", ["author_key"])


def downgrade() -> None:
    op.drop_index(op.f("ix_flags_author_key"), "flags")
