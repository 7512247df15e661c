"""Looks at people without an account

Revision: 2026_11_25_045247, after 2026_11_25_044647
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_25_045247"
down_revision = "2026_11_25_044647"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("identity_looks") as table:
        table.alter_column("person_id", existing_type=sa.Uuid(), nullable=True)


def downgrade() -> None:
    looks = sa.table("identity_looks", sa.column("person_id", sa.Uuid()))
    op.execute(looks.delete().where(looks.c.person_id.is_(None)))  # the older schema has no place for them
    with op.batch_alter_table("identity_looks") as table:
        table.alter_column("person_id", existing_type=sa.Uuid(), nullable=False)
