"""The page on which everything public is searched."""

from app.core import db, search
from app.core.search import Indexed
from tests.client import Browser


def put_in(*things: Indexed) -> None:
    with db.transaction():
        for thing in things:
            search.index(thing)


def test_the_page_shows_the_words_as_they_were_written_and_marks_those_that_answer(client: Browser) -> None:
    put_in(
        Indexed(
            "document", "1", "قانون حماية الأشجار", "تُحمى الأشجارُ المعمّرة في المدن.", "ar", "docs/law/2026/1"
        )
    )
    page = client.get("/ar/search?q=شجره").text
    assert "<mark>الأشجار</mark>" in page
    assert "<mark>الأشجارُ</mark> المعمّرة" in page
    assert 'href="/ar/docs/law/2026/1"' in page
