"""Published text is closed in the database itself: also to a hand that goes round our code."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from app.core import db
from app.factory import Sawt
from tests.factories.documents import draft_law

CLOSED = (
    "UPDATE document_versions SET dated = '2020-01-01'",
    "UPDATE document_versions SET digest = 'x'",
    "UPDATE document_versions SET published_at = NULL",
    "UPDATE document_versions SET changes = 'نص آخر'",
    "DELETE FROM document_versions",
    "UPDATE document_articles SET text = 'نص آخر'",
    "UPDATE document_articles SET html = 'نص آخر' WHERE key = 'art_2'",
    "DELETE FROM document_articles WHERE key = 'art_2'",
    "UPDATE document_articles SET position = position + 100",
)


@pytest.mark.parametrize("statement", CLOSED)
def test_a_published_version_refuses_every_change(app: Sawt, statement: str) -> None:
    draft_law()
    with (
        pytest.raises(DatabaseError, match="published version is never changed"),
        db.transaction() as session,
    ):
        session.execute(sa.text(statement))


@pytest.mark.parametrize("statement", CLOSED)
def test_a_draft_takes_the_same_changes(app: Sawt, statement: str) -> None:
    draft_law(published=False)
    with db.transaction() as session:
        session.execute(sa.text("DELETE FROM document_articles WHERE key = 'art_1'"))
        if statement != "DELETE FROM document_versions":
            session.execute(sa.text(statement))


def test_no_article_joins_a_published_version(app: Sawt) -> None:
    draft_law()
    copy = "INSERT INTO document_articles (id, version_id, key, kind, position, number, heading, html, text) "
    copy += "SELECT document_id, id, 'art_9', 'article', 99, '9', '', '', '' FROM document_versions"
    copy += " WHERE language = 'ar'"
    with (
        pytest.raises(DatabaseError, match="published version is never changed"),
        db.transaction() as session,
    ):
        session.execute(sa.text(copy))


def test_a_version_is_withdrawn_once(app: Sawt) -> None:
    draft_law()
    withdraw = (
        "UPDATE document_versions SET withdrawn_at = '2026-11-28 10:00:00+00:00', withdrawal_reason = '{}'"
    )
    with db.transaction() as session:
        session.execute(sa.text(withdraw.format("سبب")))
    with (
        pytest.raises(DatabaseError, match="published version is never changed"),
        db.transaction() as session,
    ):
        session.execute(sa.text(withdraw.format("سبب آخر")))
