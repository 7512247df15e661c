"""Add forums; read the followers of a thing in portions

Revision: 2026_11_28_155823, after 2026_11_28_155817
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_28_155823"
down_revision = "2026_11_28_155817"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_follows_subject", table_name="follows")
    op.create_index("ix_follows_subject", "follows", ["subject_kind", "subject_id", "id"])
    op.create_table(
        "boards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("least_level", sa.Integer(), nullable=False),
        sa.Column("moderation", sa.Text(), nullable=False),
        sa.Column("topic_count", sa.Integer(), nullable=False),
        sa.Column("title_ar", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("title_state", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("description_ar", sa.Text(), nullable=False),
        sa.Column("description_en", sa.Text(), nullable=False),
        sa.Column(
            "description_state", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("moderation IN ('before', 'after')", name=op.f("ck_boards_moderation")),
        sa.CheckConstraint("least_level BETWEEN 0 AND 3", name=op.f("ck_boards_least_level")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_boards_agency_id_agencies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boards")),
        sa.UniqueConstraint("key", name=op.f("uq_boards_key")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("board_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("lock_reason", sa.Text(), nullable=False),
        sa.Column("merged_into_id", sa.Uuid(), nullable=True),
        sa.Column("opening_id", sa.Uuid(), nullable=True),
        sa.Column("answer_id", sa.Uuid(), nullable=True),
        sa.Column("post_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_post_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["posts.id"], name=op.f("fk_topics_answer_id_posts"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["persons.id"], name=op.f("fk_topics_author_id_persons"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["board_id"], ["boards.id"], name=op.f("fk_topics_board_id_boards")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["topics.id"], name=op.f("fk_topics_merged_into_id_topics")
        ),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["posts.id"], name=op.f("fk_topics_opening_id_posts"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topics")),
        sa.UniqueConstraint("public_id", name=op.f("uq_topics_public_id")),
    )
    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.create_index(
            "ix_topics_list", ["board_id", "is_public", "is_pinned", "last_post_at", "id"], unique=False
        )
        batch_op.create_index("ix_topics_newest", ["is_public", "last_post_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_topics_opening_id"), ["opening_id"], unique=False)

    op.create_table(
        "topic_tags",
        sa.Column("topic_id", sa.Uuid(), nullable=False),
        sa.Column("normalised", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["topic_id"], ["topics.id"], name=op.f("fk_topic_tags_topic_id_topics"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("topic_id", "normalised", name=op.f("pk_topic_tags")),
    )
    with op.batch_alter_table("topic_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_topic_tags_normalised"), ["normalised"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_follows_subject", table_name="follows")
    op.create_index("ix_follows_subject", "follows", ["subject_kind", "subject_id"])
    with op.batch_alter_table("topic_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_topic_tags_normalised"))

    op.drop_table("topic_tags")
    with op.batch_alter_table("topics", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_topics_opening_id"))
        batch_op.drop_index("ix_topics_newest")
        batch_op.drop_index("ix_topics_list")

    op.drop_table("topics")
    op.drop_table("boards")
