"""Documents of the library, with articles in both languages."""

import io
from collections.abc import Sequence
from datetime import date

from werkzeug.datastructures import FileStorage

from app.core import uploads
from app.core.permissions import SYSTEM
from app.documents import actions, queries
from app.documents.articles import PART, ArticleText
from app.documents.models import Document, DocumentFile
from tests.factories.agencies import water
from tests.factories.people import unit

DATED = date(2026, 3, 1)

ARABIC = (
    ArticleText("chp_1", PART, "1", "الباب الأول: أحكام عامة"),
    ArticleText(
        "art_1", number="1", heading="التعريفات", text="المرفق: مؤسسة المياه.\nالمشترك: كل من له عداد."
    ),
    ArticleText("art_2", number="2", heading="الانقطاع", text="يُعلَن عن كل انقطاع قبل ٢٤ ساعة على الأقل."),
    ArticleText(
        "art_3", number="3", heading="التعويض", text="يُعوَّض المشترك عن كل يوم انقطاع بخصم من فاتورته."
    ),
)
ENGLISH = (
    ArticleText("chp_1", PART, "1", "Chapter one: General provisions"),
    ArticleText(
        "art_1",
        number="1",
        heading="Definitions",
        text="Utility: the water company.\nSubscriber: anybody with a meter.",
    ),
    ArticleText(
        "art_2", number="2", heading="Outages", text="Every outage is announced at least 24 hours before."
    ),
    ArticleText(
        "art_3",
        number="3",
        heading="Compensation",
        text="The subscriber is compensated for each day of an outage by a lower bill.",
    ),
)


def document(
    kind: str = "draft", title: tuple[str, str] = ("قانون المياه", "Water Act"), **fields: object
) -> Document:
    """A document of the water company without any text."""
    with unit():
        return actions.create_document(SYSTEM, water(), kind, title, **fields)  # type: ignore[arg-type]


def write(
    document: Document,
    number: int = 1,
    arabic: Sequence[ArticleText] = ARABIC,
    english: Sequence[ArticleText] = ENGLISH,
    dated: date = DATED,
    changes: tuple[str, str] = ("", ""),
) -> None:
    """The draft of a version; a language without articles stays unwritten."""
    with unit():
        for language, articles, new in (("ar", arabic, changes[0]), ("en", english, changes[1])):
            if articles:
                actions.write_version(SYSTEM, document, language, number, dated, articles, new)


def publish(document: Document, number: int = 1) -> None:
    with unit():
        actions.publish(SYSTEM, document, number)


def draft_law(published: bool = True, kind: str = "draft", **fields: object) -> Document:
    """A draft law of the water company: a chapter and three articles, in Arabic and English, as version 1."""
    made = document(kind, **fields)  # type: ignore[arg-type]
    write(made)
    if published:
        publish(made)
    return made


def changed(articles: Sequence[ArticleText], key: str, text: str) -> tuple[ArticleText, ...]:
    """The same articles, one of them with other words."""
    return tuple(
        ArticleText(each.key, each.kind, each.number, each.heading, text=text) if each.key == key else each
        for each in articles
    )


def file_of(
    document: Document, number: int = 1, name: str = "القانون.txt", content: str = "نص القانون"
) -> DocumentFile:
    """A file form of the Arabic side."""
    sent = FileStorage(io.BytesIO(content.encode()), name, content_type="text/plain")
    stored = uploads.receive(SYSTEM, sent)
    with unit():
        version = queries.draft_pair(document.id, number)["ar"]
        assert version is not None
        return actions.attach_file(SYSTEM, document, version, stored, "text")
