from app.core import db
from app.documents import diff, queries
from app.factory import Sawt
from tests.client import Browser
from tests.factories.documents import ARABIC, ENGLISH, changed, draft_law, publish, write


def test_a_version_is_read_in_both_languages_and_what_lacks_comes_in_the_other(app: Sawt) -> None:
    law = draft_law()
    write(law, 2, changed(ARABIC, "art_2", "يُعلَن عن كل انقطاع قبل ٤٨ ساعة."), ENGLISH[:3])
    publish(law, 2)
    with db.transaction(reading=True):
        assert queries.newest_number(law.id) == 2
        rows = queries.article_rows(queries.published_pair(law.id, 2), "en")
        assert [(row.key, row.language) for row in rows] == [
            ("chp_1", "en"), ("art_1", "en"), ("art_2", "en"), ("art_3", "ar"),
        ]  # fmt: skip
        older, newer = (queries.version(law.id, number, "ar") for number in (1, 2))
        changes = diff.articles(older, newer)
        assert [change.kind for change in changes] == ["same", "same", "changed", "same"]
        assert changes[2].hunks[0].anchor == "art_2__h1"


def test_the_pages_open(client: Browser) -> None:
    law = draft_law()
    write(law, 2)
    publish(law, 2)
    assert "التعويض" in client.get(f"/ar/docs/draft/{law.year}/1").text
    assert client.get(f"/ar/docs/draft/{law.year}/1/comparison?from=1&to=2").status_code == 200
