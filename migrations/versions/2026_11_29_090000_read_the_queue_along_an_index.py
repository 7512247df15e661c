"""Read the queue of moderators and the families of copies along an index

Revision: 2026_11_29_090000, after 2026_11_28_210500
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_29_090000"
down_revision = "2026_11_28_210500"
branch_labels = None
depends_on = None

PRESSING = (sa.text("score DESC"), "opened_at", "public_id")


def upgrade() -> None:
    op.drop_index("ix_reviews_likeness", "reviews")
    op.create_index("ix_reviews_pressing", "reviews", ["is_open", *PRESSING])
    op.create_index("ix_reviews_likeness", "reviews", ["is_open", "likeness", *PRESSING])
    op.create_index("ix_reviews_place_key", "reviews", ["is_open", "place_key", *PRESSING])
    op.drop_index("ix_placed_texts_digest", "placed_texts")
    op.create_index("ix_placed_texts_digest", "placed_texts", ["scope", "digest", "id"])


def downgrade() -> None:
    op.drop_index("ix_placed_texts_digest", "placed_texts")
    op.create_index("ix_placed_texts_digest", "placed_texts", ["scope", "digest"])
    for name in ("ix_reviews_pressing", "ix_reviews_likeness", "ix_reviews_place_key"):
        op.drop_index(name, "reviews")
    op.create_index("ix_reviews_likeness", "reviews", ["is_open", "likeness", "score", "opened_at"])
