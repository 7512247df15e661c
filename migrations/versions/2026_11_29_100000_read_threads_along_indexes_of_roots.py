"""Read threads along indexes that hold roots alone

Revision: 2026_11_29_100000, after 2026_11_29_090000
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_100000"
down_revision = "2026_11_29_090000"
branch_labels = None
depends_on = None

SORTED = {
    "ix_posts_supported": "agree_count",
    "ix_posts_disputed": "disputed",
    "ix_posts_replied": "reply_count",
    "ix_posts_official": "is_official",
}
ROOTS = sa.text("parent_id IS NULL")


def upgrade() -> None:
    for name, column in SORTED.items():
        op.drop_index(name, "posts")
        _index(name, column)
    _index("ix_posts_roots")
    _index("ix_posts_best", "stance", "agree_count")


def _index(name: str, *columns: str) -> None:
    op.create_index(name, "posts", ["thread_id", *columns, "id"], sqlite_where=ROOTS, postgresql_where=ROOTS)


def downgrade() -> None:
    op.drop_index("ix_posts_best", "posts")
    op.drop_index("ix_posts_roots", "posts")
    for name, column in SORTED.items():
        op.drop_index(name, "posts")
        op.create_index(name, "posts", ["thread_id", "parent_id", column, "id"])
