"""Saying something in public: who may, what counts, what comes back."""

import uuid

from app.core import db
from app.factory import Sawt
from participation.discussion import queries
from tests.client import Browser
from tests.factories import discussion
from tests.factories.people import huda, yusuf


def test_what_a_resident_says_is_public_at_once_and_counted(app: Sawt, client: Browser) -> None:
    thread = discussion.thread()
    answer = client.enter(huda()).send(
        f"/ar/threads/{thread.public_id}/posts",
        {"body": discussion.ARABIC, "client_id": str(uuid.uuid4()), "stance": "oppose", "kind": "comment"},
    )
    assert answer.status_code == 303
    page = client.another().get(f"/ar/threads/{thread.public_id}")
    assert "الأسر الكبيرة" in page.text
    assert "معارض" in page.text
    with db.transaction(reading=True):
        assert queries.post_counts(thread.place_kind, thread.place_id) == {"": 1}


def test_a_reply_to_a_reply_hangs_on_the_post_above(app: Sawt) -> None:
    thread = discussion.thread()
    root = discussion.said(thread, huda())
    reply = discussion.said(thread, yusuf(), discussion.ENGLISH, reply_to=root)
    deeper = discussion.said(thread, huda(), "شكرًا لك", reply_to=reply)
    assert deeper.parent_id == root.id
    assert discussion.fresh(root).reply_count == 2
