"""Add likeness

Revision: 2026_11_28_155807, after 2026_11_28_155801
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_155807"
down_revision = "2026_11_28_155801"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "placed_texts",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("text_id", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placed_texts")),
        sa.UniqueConstraint("scope", "text_id", name=op.f("uq_placed_texts_scope_text_id")),
    )
    with op.batch_alter_table("placed_texts", schema=None) as batch_op:
        batch_op.create_index("ix_placed_texts_digest", ["scope", "digest"], unique=False)
        batch_op.create_index("ix_placed_texts_family", ["scope", "family", "id"], unique=False)

    op.create_table(
        "text_bands",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("placed_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["placed_id"],
            ["placed_texts.id"],
            name=op.f("fk_text_bands_placed_id_placed_texts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_bands")),
        sa.UniqueConstraint("band", "family", name=op.f("uq_text_bands_band_family")),
    )
    with op.batch_alter_table("text_bands", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_bands_placed_id"), ["placed_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("text_bands", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_bands_placed_id"))

    op.drop_table("text_bands")
    with op.batch_alter_table("placed_texts", schema=None) as batch_op:
        batch_op.drop_index("ix_placed_texts_family")
        batch_op.drop_index("ix_placed_texts_digest")

    op.drop_table("placed_texts")
