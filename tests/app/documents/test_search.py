"""The articles of the newest public text are found, in each language; what is withdrawn or a draft is not."""

import sqlalchemy as sa

from app.core import db, finding
from app.core.permissions import NOBODY, SYSTEM
from app.core.search import SearchEntry
from app.documents import actions, indexing, queries
from app.factory import Sawt
from tests.client import Browser
from tests.factories.documents import ARABIC, changed, draft_law, publish, write


def indexed() -> dict[str, str]:
    """What the index holds: the path of each entry, and its words."""
    with db.transaction(reading=True) as session:
        entries = session.scalars(sa.select(SearchEntry).where(SearchEntry.kind == indexing.KIND))
        return {f"{entry.language} {entry.url_key}": entry.body for entry in entries}


def test_the_articles_of_the_newest_text_are_found_in_both_languages(app: Sawt) -> None:
    law = draft_law()
    write(law, 2, changed(ARABIC, "art_2", "تركيب العدادات الذكية."))
    assert "يُعلَن" in indexed()[f"ar docs/draft/{law.year}/1#art_2"], "a draft is not searched"
    publish(law, 2)
    assert len(indexed()) == 8
    assert indexed()[f"ar docs/draft/{law.year}/1#art_2"] == "تركيب العدادات الذكية."
    with app.test_request_context("/ar/"), db.transaction(reading=True):
        (hit,) = finding.find(NOBODY, "عداد ذكي").hits
        assert hit.id.endswith("/ar/art_2")


def test_a_draft_that_nobody_published_is_never_searched(app: Sawt) -> None:
    draft_law(published=False)
    assert indexed() == {}


def test_what_is_withdrawn_is_no_longer_found(app: Sawt) -> None:
    law = draft_law()
    with db.transaction():
        actions.withdraw(SYSTEM, queries.by_id(law.id), 1, "خطأ")
    assert indexed() == {}


def test_a_renamed_document_is_found_at_its_new_address(app: Sawt) -> None:
    law = draft_law()
    with db.transaction():
        actions.rename(SYSTEM, queries.by_id(law.id), "law", 2025, 9)
    assert {path.split("#")[0][3:] for path in indexed()} == {"docs/law/2025/9"}


def test_what_is_listed_for_a_new_index_is_what_stands_in_the_index(app: Sawt) -> None:
    law = draft_law()
    write(law, 2)
    publish(law, 2)
    draft_law(kind="law")
    with db.transaction(reading=True):
        listed = {f"{each.language} {each.url_key}": each.body for each in indexing.everything()}
    assert listed == indexed()


def test_a_hit_leads_to_its_article(client: Browser) -> None:
    law = draft_law()
    page = client.get(f"/ar/docs/draft/{law.year}/1").text
    assert all(f'id="{path.rpartition("#")[2]}"' in page for path in indexed())
