"""Search at size: as many public posts as there are cases, half of them Arabic; a rare and a common word of each."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import islice

from sqlalchemy import func, insert, select

from app.cases.models import Case
from app.core import clock, db, search
from app.core.search import Indexed, SearchEntry
from benchmarks.measuring import Operation, Prepare

BATCH = 1_000
ARABIC = (
    "أؤيد هذه المادة من مشروع القانون لأنها تحمي الأشجار في {place}، وأقترح أن تكون المهلة {number} يومًا.",
    "الرسوم في {place} مرتفعة على الأسر محدودة الدخل، ورقم المعاملة {number} ما زال بلا جواب من البلدية.",
    "نطلب إنارة الشوارع وصيانة الأرصفة في {place} قبل الشتاء، فالحفر كثيرة أمام المدرسة رقم {number}.",
)
ENGLISH = (
    "I support this article because it protects the trees in {place}; the deadline should be {number} days.",
    "The fees in {place} are too high for families, and application {number} still has no answer.",
    "Please repair the street lights and pavements in {place}, near school number {number}, before winter.",
)
ARABIC_PLACES = ("حي النخيل", "شارع الوادي", "حي الزهور", "السوق القديم", "ضاحية الميناء")
ENGLISH_PLACES = ("Palm Street", "Harbour Road", "Old Town", "River Park", "North Gate")
QUESTIONS = {
    "search for a common Arabic word": "القوانين",
    "search for a rare Arabic word": "سنديان",
    "search for a common English word": "families",
    "search for a rare English word": "sycamores",
    "search for three words": "رسوم الأسر المرتفعة",
}
RARE_EVERY = 5_000


def operations(getting: Callable[[str], Prepare], floor: Prepare) -> dict[str, Callable[[], Operation]]:
    """One row for each question, asked on the page; the index is filled when the first is its turn."""
    return {
        name: partial(_asked, getting, f"/ar/search?q={question}", floor)
        for name, question in QUESTIONS.items()
    }


def _asked(getting: Callable[[str], Prepare], path: str, floor: Prepare) -> Operation:
    fill_up()
    return Operation(getting(path), floor, "25 rows by Core and Jinja")


def fill_up() -> None:
    """Have as many posts in the index as there are cases."""
    with db.transaction(reading=True) as session:
        cases = session.scalar(select(func.count()).select_from(Case)) or 0
        present = session.scalar(select(func.count()).select_from(SearchEntry)) or 0
    made = _posts(present, cases)
    while batch := list(islice(made, BATCH)):
        with db.transaction() as session:
            session.execute(insert(SearchEntry), [search.row_of(post) for post in batch])


def _posts(first: int, until: int) -> Iterator[Indexed]:
    chance, now = random.Random(first), clock.now()  # noqa: S311  # made-up posts, not secrets
    for number in range(first, until):
        is_arabic = number % 2 == 0
        texts, places = (ARABIC, ARABIC_PLACES) if is_arabic else (ENGLISH, ENGLISH_PLACES)
        body = " ".join(
            chance.choice(texts).format(place=chance.choice(places), number=number) for _ in range(3)
        )
        rare = (" سنديانة قديمة" if is_arabic else " an old sycamore") if number % RARE_EVERY < 2 else ""
        yield Indexed(
            "post", f"bench-{number}", body[:60], body + rare, "ar" if is_arabic else "en", f"posts/{number}",
            at=now - timedelta(seconds=until - number), facets={"year": "2026"},
        )  # fmt: skip
