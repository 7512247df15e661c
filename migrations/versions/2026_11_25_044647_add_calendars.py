"""Add calendars

Revision: 2026_11_25_044647, after 2026_11_25_044003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_25_044647"
down_revision = "2026_11_25_044003"
branch_labels = None
depends_on = None

CONTACTS = ("email", "phone", "website")


def upgrade() -> None:
    op.create_table(
        "calendar_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_calendar_versions_version")),
        sa.ForeignKeyConstraint(
            ["agency_id"],
            ["agencies.id"],
            name=op.f("fk_calendar_versions_agency_id_agencies"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_versions")),
        sa.UniqueConstraint("agency_id", "version", name=op.f("uq_calendar_versions_agency_id_version")),
    )
    for name in CONTACTS:
        op.add_column("agencies", sa.Column(name, sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    for name in CONTACTS:
        op.drop_column("agencies", name)
    op.drop_table("calendar_versions")
