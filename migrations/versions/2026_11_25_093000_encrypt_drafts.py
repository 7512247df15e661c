"""Encrypt drafts

What is typed and not sent may hold a name and an address, which stand in the database only as ciphertext.

Revision: 2026_11_25_093000, after 2026_11_25_045247
"""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.core import crypto

revision = "2026_11_25_093000"
down_revision = "2026_11_25_045247"
branch_labels = None
depends_on = None

DRAFTS = sa.table(
    "drafts",
    sa.column("id", sa.Integer()),
    sa.column("fields", sa.JSON().with_variant(postgresql.JSONB(), "postgresql")),
    sa.column("sealed_fields", sa.LargeBinary()),
)


def upgrade() -> None:
    op.add_column("drafts", sa.Column("sealed_fields", sa.LargeBinary(), nullable=True))
    for number, fields in op.get_bind().execute(sa.select(DRAFTS.c.id, DRAFTS.c.fields)).all():
        sealed = crypto.encrypt(json.dumps(fields, ensure_ascii=False))
        op.get_bind().execute(DRAFTS.update().where(DRAFTS.c.id == number).values(sealed_fields=sealed))
    with op.batch_alter_table("drafts") as table:
        table.alter_column("sealed_fields", existing_type=sa.LargeBinary(), nullable=False)
        table.drop_column("fields")


def downgrade() -> None:
    op.add_column("drafts", sa.Column("fields", DRAFTS.c.fields.type, nullable=True))
    for number, sealed in op.get_bind().execute(sa.select(DRAFTS.c.id, DRAFTS.c.sealed_fields)).all():
        fields = json.loads(crypto.decrypt(bytes(sealed)))
        op.get_bind().execute(DRAFTS.update().where(DRAFTS.c.id == number).values(fields=fields))
    with op.batch_alter_table("drafts") as table:
        table.alter_column("fields", existing_type=DRAFTS.c.fields.type, nullable=False)
        table.drop_column("sealed_fields")
