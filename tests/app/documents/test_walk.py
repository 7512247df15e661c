from tests.client import Browser
from tests.factories import people
from tests.factories.documents import ARABIC, changed, draft_law, publish, write


def test_walk(client: Browser) -> None:
    law = draft_law(kind="law")
    write(law, 2, changed(ARABIC, "art_2", "يُعلَن عن كل انقطاع قبل ٤٨ ساعة."), changes=("م", "c"))
    publish(law, 2)
    write(law, 3)
    base = f"docs/law/{law.year}/{law.number}"
    desk = base.replace("docs", "documents", 1)
    client.enter(people.salma())
    bad = []
    for lang in ("ar", "en"):
        for page in ("docs", base, f"{base}?version=1", f"{base}@2026-03-04", f"{base}/history", f"{base}/comparison?from=1&to=2",
            f"{base}/comparison?from=1&to=2&view=side", "docs/feed.atom", "docs/feed.json", "documents", "documents/new", desk, f"{desk}/description",
            f"{desk}/versions/3", f"{desk}/versions/2", f"{desk}/versions/3/description", f"{desk}/versions/3/articles/art_1", f"{desk}/versions/3/articles/new", f"{desk}/versions/3/import"):
            try:
                answer = client.get(f"/{lang}/{page}")
                if answer.status_code != 200: bad.append((lang, page, answer.status_code))
            except Exception as e:
                bad.append((lang, page, repr(e)[:1500]))
    assert not bad, "\n".join(map(str, bad))
