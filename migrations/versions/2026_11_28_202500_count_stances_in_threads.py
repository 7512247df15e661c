"""Count stances in threads

Revision: 2026_11_28_202500, after 2026_11_28_202000
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_202500"
down_revision = "2026_11_28_202000"
branch_labels = None
depends_on = None

STANCES = ("support", "partly", "oppose")
COUNT = """
UPDATE threads SET {stance}_count = (
  SELECT count(*) FROM (
    SELECT stance, row_number() OVER (PARTITION BY author_key ORDER BY id DESC) AS place
    FROM posts
    WHERE posts.thread_id = threads.id AND state IN ('published', 'censored')
      AND stance IS NOT NULL AND NOT is_official
  ) AS last
  WHERE place = 1 AND stance = '{stance}'
)
"""


def upgrade() -> None:
    for stance in STANCES:
        op.add_column(
            "threads", sa.Column(f"{stance}_count", sa.Integer(), nullable=False, server_default="0")
        )
    for stance in STANCES:
        op.execute(COUNT.format(stance=stance))


def downgrade() -> None:
    for stance in STANCES:
        op.drop_column("threads", f"{stance}_count")
