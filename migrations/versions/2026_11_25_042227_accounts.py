"""Accounts

Passwords, second factor, sign-ins, links, invitations and looks; display names become unique. The table of
persons is altered in place: rebuilding it on SQLite would cascade into everything that points to it.

Revision: 2026_11_25_042227, after 2026_11_25_041040
"""

import secrets

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "2026_11_25_042227"
down_revision = "2026_11_25_041040"
branch_labels = None
depends_on = None


JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
PERSONS = sa.table(
    "persons",
    sa.column("id", sa.Uuid()),
    sa.column("display_name_skeleton", sa.Text()),
    sa.column("public_id", sa.Text()),
)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _name_for_the_outside() -> None:
    """Give every person a random id that may stand in an address."""
    for (person_id,) in op.get_bind().execute(sa.select(PERSONS.c.id)).all():
        random = "".join(secrets.choice(CROCKFORD) for _ in range(12))
        op.get_bind().execute(PERSONS.update().where(PERSONS.c.id == person_id).values(public_id=random))


def _part_equal_names() -> None:
    """Give all but the first of several equal names a skeleton of its own, so that the index can be unique."""
    seen: set[str] = set()
    query = sa.select(PERSONS.c.id, PERSONS.c.display_name_skeleton).order_by(PERSONS.c.id)
    for person_id, skeleton in op.get_bind().execute(query).all():
        if skeleton in seen:
            own = PERSONS.update().where(PERSONS.c.id == person_id)
            op.get_bind().execute(own.values(display_name_skeleton=f"{skeleton}#{person_id.hex}"))
        seen.add(skeleton)


def upgrade() -> None:
    op.create_table(
        "identity_invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("agency_key", sa.Text(), nullable=False),
        sa.Column("invited_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["invited_by_id"],
            ["persons.id"],
            name=op.f("fk_identity_invitations_invited_by_id_persons"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_invitations")),
        sa.UniqueConstraint("digest", name=op.f("uq_identity_invitations_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_identity_invitations_public_id")),
    )
    with op.batch_alter_table("identity_invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_invitations_agency_key"), ["agency_key"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_identity_invitations_email_index"), ["email_index"], unique=False
        )

    op.create_table(
        "identity_looks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("looked_by_id", sa.Uuid(), nullable=True),
        sa.Column("agency_key", sa.Text(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["looked_by_id"],
            ["persons.id"],
            name=op.f("fk_identity_looks_looked_by_id_persons"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_identity_looks_person_id_persons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_looks")),
        sa.UniqueConstraint("public_id", name=op.f("uq_identity_looks_public_id")),
    )
    with op.batch_alter_table("identity_looks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_looks_looked_by_id"), ["looked_by_id"], unique=False)
        batch_op.create_index("ix_identity_looks_person_id_id", ["person_id", "id"], unique=False)

    op.create_table(
        "identity_tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["persons.id"],
            name=op.f("fk_identity_tokens_person_id_persons"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_tokens")),
        sa.UniqueConstraint("digest", name=op.f("uq_identity_tokens_digest")),
    )
    with op.batch_alter_table("identity_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identity_tokens_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_identity_tokens_person_id"), ["person_id"], unique=False)

    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_sign_ins_person_id_persons"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("digest", name=op.f("uq_sign_ins_digest")),
        sa.UniqueConstraint("public_id", name=op.f("uq_sign_ins_public_id")),
    )
    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_ins_person_id"), ["person_id"], unique=False)

    op.add_column(
        "persons", sa.Column("prefers_hijri", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("persons", sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("persons", sa.Column("suspension_reason", sa.Text(), nullable=True))
    op.add_column("persons", sa.Column("password", sa.Text(), nullable=True))
    op.add_column("persons", sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("persons", sa.Column("totp_secret", sa.LargeBinary(), nullable=True))
    op.add_column("persons", sa.Column("totp_confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("persons", sa.Column("totp_counter", sa.Integer(), nullable=True))
    op.add_column(
        "persons", sa.Column("recovery_codes", JSON, nullable=False, server_default=sa.text("'[]'"))
    )
    op.add_column("persons", sa.Column("public_id", sa.Text(), nullable=False, server_default=""))
    _name_for_the_outside()
    op.create_index("ix_persons_public_id", "persons", ["public_id"], unique=True)
    _part_equal_names()
    op.drop_index("ix_persons_display_name_skeleton", "persons")
    op.create_index("ix_persons_display_name_skeleton", "persons", ["display_name_skeleton"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_persons_public_id", "persons")
    op.drop_index("ix_persons_display_name_skeleton", "persons")
    op.create_index("ix_persons_display_name_skeleton", "persons", ["display_name_skeleton"], unique=False)
    for column in (
        "public_id",
        "recovery_codes",
        "totp_counter",
        "totp_confirmed_at",
        "totp_secret",
        "password_changed_at",
        "password",
        "suspension_reason",
        "email_confirmed_at",
        "prefers_hijri",
    ):
        op.drop_column("persons", column)

    with op.batch_alter_table("sign_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_ins_person_id"))

    op.drop_table("sign_ins")
    with op.batch_alter_table("identity_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_tokens_person_id"))
        batch_op.drop_index(batch_op.f("ix_identity_tokens_expires_at"))

    op.drop_table("identity_tokens")
    with op.batch_alter_table("identity_looks", schema=None) as batch_op:
        batch_op.drop_index("ix_identity_looks_person_id_id")
        batch_op.drop_index(batch_op.f("ix_identity_looks_looked_by_id"))

    op.drop_table("identity_looks")
    with op.batch_alter_table("identity_invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_invitations_email_index"))
        batch_op.drop_index(batch_op.f("ix_identity_invitations_agency_key"))

    op.drop_table("identity_invitations")
