"""Moderate public responses: the text of each becomes a post

Revision: 2026_11_28_210500, after 2026_11_28_203100
"""

import secrets
import uuid
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "2026_11_28_210500"
down_revision = "2026_11_28_203100"
branch_labels = None
depends_on = None

KIND = "response"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
AT_ONCE = 500

RESPONSES = sa.table(
    "consultation_responses",
    *(sa.column(name, sa.Uuid()) for name in ("id", "consultation_id", "person_id")),
    *(sa.column(name) for name in ("public_id", "author_key", "body", "language", "state", "sent_at")),
    sa.column("is_confidential", sa.Boolean()),
)
THREADS = sa.table(
    "threads",
    sa.column("id", sa.Uuid()),
    *(sa.column(name) for name in ("public_id", "place_kind", "place_id", "part")),
    sa.column("is_locked", sa.Boolean()),
    *(sa.column(name) for name in ("post_count", "last_post_at", "created_at")),
)
POSTS = sa.table(
    "posts",
    *(sa.column(name, sa.Uuid()) for name in ("id", "thread_id", "author_id")),
    *(
        sa.column(name)
        for name in ("public_id", "author_key", "client_id", "guest_name", "agency_key", "kind")
    ),
    sa.column("is_official", sa.Boolean()),
    *(sa.column(name) for name in ("body", "wording", "wording_state", "language", "state", "reason")),
    *(sa.column(name) for name in ("created_at", "published_at")),
    *(sa.column(name) for name in ("agree_count", "disagree_count", "disputed", "reply_count")),
)
LINKS = sa.table("response_posts", *(sa.column(name, sa.Uuid()) for name in ("response_id", "post_id")))
CONTRIBUTIONS = sa.table(
    "contributions", *(sa.column(name, sa.Uuid()) for name in ("post_id", "response_id"))
)


def upgrade() -> None:
    op.create_table(
        "response_posts",
        sa.Column("response_id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_response_posts_post_id_posts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["consultation_responses.id"],
            name=op.f("fk_response_posts_response_id_consultation_responses"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_response_posts")),
        sa.UniqueConstraint("post_id", name=op.f("uq_response_posts_post_id")),
    )
    waiting = sa.select(RESPONSES).where(
        RESPONSES.c.is_confidential.is_(sa.false()), RESPONSES.c.id.not_in(sa.select(LINKS.c.response_id))
    )
    while found := op.get_bind().execute(waiting.limit(AT_ONCE)).all():
        for row in found:
            _give_a_post(row)


def _give_a_post(row: Any) -> None:
    thread_id, post_id = uuid.uuid4(), uuid.uuid4()
    is_public = row.state == "published"
    thread_public_id = _public_id()
    op.get_bind().execute(
        THREADS.insert().values(
            id=thread_id,
            public_id=thread_public_id,
            place_kind=KIND,
            place_id=str(row.consultation_id),
            part=row.public_id,
            is_locked=False,
            post_count=int(is_public),
            last_post_at=row.sent_at if is_public else None,
            created_at=row.sent_at,
        )
    )
    op.get_bind().execute(
        POSTS.insert().values(
            id=post_id,
            public_id=_public_id(),
            thread_id=thread_id,
            author_id=row.person_id,
            author_key=row.author_key,
            client_id=f"text:{thread_public_id}",
            is_official=False,
            kind="comment",
            body=row.body,
            language=row.language,
            state=row.state,
            created_at=row.sent_at,
            published_at=row.sent_at if is_public else None,
            wording_state="none",
            **dict.fromkeys(("guest_name", "agency_key", "wording", "reason"), ""),
            **dict.fromkeys(("agree_count", "disagree_count", "disputed", "reply_count"), 0),
        )
    )
    its_own = RESPONSES.update().where(RESPONSES.c.id == row.id)
    op.get_bind().execute(its_own.values(body=""))
    op.get_bind().execute(LINKS.insert().values(response_id=row.id, post_id=post_id))
    registered = CONTRIBUTIONS.update().where(CONTRIBUTIONS.c.response_id == row.id)
    op.get_bind().execute(registered.values(post_id=post_id))


def _public_id() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def downgrade() -> None:
    """What a moderator hid or has to read, or its sender took back, keeps its state, which the site of before shows to nobody."""
    line = op.get_bind()
    texts = sa.select(POSTS.c.id).join(THREADS, THREADS.c.id == POSTS.c.thread_id)
    texts = texts.where(THREADS.c.place_kind == KIND)
    ids = list(line.execute(texts).scalars())
    for start in range(0, len(ids), AT_ONCE):
        _take_back(ids[start : start + AT_ONCE])
    line.execute(THREADS.delete().where(THREADS.c.place_kind == KIND))
    op.drop_table("response_posts")


def _take_back(post_ids: list[uuid.UUID]) -> None:
    line = op.get_bind()
    for post in line.execute(
        sa.select(POSTS.c.id, POSTS.c.body, POSTS.c.state).where(POSTS.c.id.in_(post_ids))
    ):
        state = "published" if post.state == "censored" else post.state
        linked = sa.select(LINKS.c.response_id).where(LINKS.c.post_id == post.id)
        its_own = RESPONSES.update().where(RESPONSES.c.id.in_(linked))
        line.execute(its_own.values(body=post.body, state=state))
    line.execute(CONTRIBUTIONS.update().where(CONTRIBUTIONS.c.post_id.in_(post_ids)).values(post_id=None))
    line.execute(POSTS.delete().where(POSTS.c.id.in_(post_ids)))
