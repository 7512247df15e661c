"""Consultations can be imported

Revision: 2026_11_28_203100, after 2026_11_28_202500
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_28_203100"
down_revision = "2026_11_28_202500"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "consultations",
        sa.Column("is_imported", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "imported_sets",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("shown_number", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("agency_key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=False),
        sa.Column("confidential", sa.Integer(), nullable=True),
        sa.Column("told", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_imported_sets_consultation_id_consultations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", name=op.f("pk_imported_sets")),
        sa.UniqueConstraint("digest", name=op.f("uq_imported_sets_digest")),
    )


def downgrade() -> None:
    op.drop_table("imported_sets")
    op.drop_column("consultations", "is_imported")
