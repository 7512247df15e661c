"""C6: nobody looks like an office, an official or somebody else; everybody else keeps an honest name."""

import uuid
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.core import db
from app.core.text import clean_line
from app.factory import Sawt
from participation.discussion.forms import PostForm
from participation.discussion.models import Post, Thread
from participation.discussion.places import Rights
from tests.client import Browser
from tests.factories import discussion
from tests.factories.agencies import roads, water
from tests.factories.people import karim, omar, person, salma

RLO, LRI, FSI, PDI, LRM, ALM = "\u202e", "\u2066", "\u2068", "\u2069", "\u200e", "\u061c"
ZWJ, ZWNJ, ZWSP, BOM, SHY = "\u200d", "\u200c", "\u200b", "\ufeff", "\u00ad"

LOOK_ALIKES = [
    # offices, in both languages, whole and inside of something
    "موظف رسمي", "الموظف", "موظفة", "رسمي", "المشرف", "مشرف المحتوى", "مدير المنصة",
    "المدير العام", "الإدارة", "وزير المياه", "وزارة الأشغال", "الحكومة", "بلدية المدينة", "الدعم",
    "منصة صوت", "admin", "Admin2", "Moderator", "Official", "Off1cial", "0fficial",
    "OFFICIAL Water", "Support", "Ministry of Water", "Minister", "Government", "Sawt",
    "Sawt Support", "Police", "Administrator", "Adm1n1strator", "staff", "the staff",
    # the same, dressed up
    "م" + "ـ" * 3 + "وظف", "مـوظـف رسـمي", "مُوَظَّف رَسْمِيّ", f"موظ{ZWNJ}ف", f"مو{ZWJ}ظف",
    f"{RLO}فظوم{PDI} موظف", "ﻣﻮﻇﻒ ﺭﺳﻤﻲ", "ﻣﻮﻇﻒ", "ⓞⓕⓕⓘⓒⓘⓐⓛ", "Ｏｆｆｉｃｉａｌ", "𝐎𝐟𝐟𝐢𝐜𝐢𝐚𝐥", "оfficial",
    "Оffiсiаl", "ΟfficiaΙ", "Offıcial", "Official" + SHY, f"Off{ZWSP}icial", f"{BOM}Official",
    f"{LRM}admin", "аdmin", "ad-min", "A.d.m.i.n", "adm!n", "@dmin", "Óffícíál",
    # the agencies of the country
    "مؤسسة المياه", "مؤسسه المياه", "موسسة المياة", "مؤسسة  المياه", "مؤسسة-المياه",
    f"مؤسسة{ZWNJ}المياه", "مؤسّسة المياه", "مؤسسة المياه الرسمية", "صفحة مؤسسة المياه",
    "هيئة الطرق", "هيئه الطرق", "هيئة الطرق ١", "Water Company", "Water C0mpany", "WaterCompany",
    "Wаter Cоmpany", "Vvater Company", "The Water Company", "Roads Authority", "R0ads Authority",
    "Roads  Authorіty",
    # people who are there: an official above all
    "عمر", "عُمَر", "عـمر", f"ع{ALM}مر", "عمــر", "سلمى", "سلمي", "سَلمى", f"{FSI}كريم{PDI}",
    "كريم.", "ڪريم", "Huda Salem", "Huda Sa1em", "huda salem", "Hυda Salem", "HudaSalem",
]  # fmt: skip

HONEST = [
    "هدى سالم", "عمر الفاروق", "ليلى", "نورة", "أبو خالد", "أم سعيد", "عبد الله", "عبدالرحمن",
    "محمد علي", "فاطمة الزهراء", "كريمة", "سلمان", "سليم", "عمّار", "مروان", "يوسف إدريس", "مريم",
    "آمنة", "إيمان", "شيماء", "رؤى", "ضحى", "جوري", "تالا", "خلدون", "غسان", "وسيم", "طارق",
    "زينب", "ابن البلد", "ساكن حي النخيل", "مواطنة من الشرق", "معلمة علوم", "طبيب أسنان", "مزارع",
    "طالبة هندسة", "عطشان", "محب الماء", "جار النهر", "ساقية", "بنت النيل", "مهندس مدني",
    "محمد رضا", "گلناز", "پروین", f"می{ZWNJ}خواهم", "Huda Sal", "Yusuf Idris", "Omari",
    "Omar Khayyam", "Karima", "Salman", "Anna-Lena", "O'Brien", "José", "Zoë", "Jean-Luc", "Priya",
    "Nguyễn", "Wei", "Björk", "Ahmed 1985", "reader7", "waterlily", "Roadrunner", "Palm Street",
    "Thirsty", "A resident", "Farmer Joe", "teacher_22", "Statler", "Adminah", "Minna",
]  # fmt: skip


def test_c06_the_corpora_are_large_enough() -> None:
    assert len(set(LOOK_ALIKES)) >= 60
    assert len(set(HONEST)) >= 60


@pytest.fixture
def asked(app: Sawt) -> Iterator[None]:
    """A country with two agencies and the people whose names are theirs, and a form at hand."""
    water(), roads(), omar(), salma(), karim()
    person("Huda Salem", "huda.salem@example.org")
    with app.test_request_context("/ar/", method="POST"), db.transaction(reading=True):
        yield


def refused(name: str) -> bool:
    """Whether the form of a guest refuses the name."""
    rights = Rights(see=True, post=True, least_level=0)
    form = PostForm(meta={"csrf": False}).fit(rights, is_guest=True, agencies=())
    form.guest_name.process_formdata([name])
    return not form.guest_name.validate(form)


def test_c06_every_look_alike_is_refused(asked: None) -> None:
    passed = [name for name in LOOK_ALIKES if not refused(name)]
    assert not passed, f"{len(passed)} of {len(LOOK_ALIKES)} pass: {passed}"


def test_c06_every_honest_name_is_taken(asked: None) -> None:
    lost = [name for name in HONEST if refused(name)]
    assert not lost, f"{len(lost)} of {len(HONEST)} are refused: {lost}"


@pytest.mark.parametrize("trick", [RLO, LRI, FSI, PDI, LRM, ALM, ZWJ, ZWSP, BOM, SHY, "\u202a", "\u2067"])
def test_c06_no_mark_that_turns_or_hides_letters_stays_in_a_name(trick: str) -> None:
    assert trick not in clean_line(f"ليلى{trick}النور{trick}")


def test_c06_a_name_and_a_text_cannot_turn_the_page(client: Browser) -> None:
    thread = discussion.thread(least_level=0)
    said = {
        "body": f"نص {RLO}مقلوب{PDI} خبيث",
        "guest_name": f"ليلى{RLO}النور",
        "client_id": str(uuid.uuid4()),
    }
    assert client.send(f"/ar/threads/{thread.public_id}/posts", said).status_code == 303
    page = client.another().get(f"/ar/threads/{thread.public_id}").text
    assert "ليلىالنور" in page
    assert RLO not in page


@pytest.mark.parametrize("who", ["guest", "resident"])
def test_c06_nobody_puts_on_the_badge(client: Browser, who: str) -> None:
    """Not by a field of the form, not by the kind, and not by markup in name or text."""
    water()
    thread: Thread = discussion.thread(least_level=0)
    if who == "resident":
        client.enter(person("Huda Salem", "huda.salem@example.org"))
    badge = '<span class="badge badge-official">رد رسمي</span>'
    fields = {
        "official": "y",
        "is_official": "1",
        "agency_key": "water",
        "as_agency": "water",
    }
    said = {"body": f"{badge} قالت المؤسسة", "guest_name": "ليلى", "client_id": str(uuid.uuid4()), **fields}
    answer = client.send(f"/ar/threads/{thread.public_id}/posts", said)
    assert answer.status_code == 303
    assert badge not in client.get(f"/ar/threads/{thread.public_id}").text
    with db.transaction(reading=True) as session:
        assert session.execute(sa.select(Post.is_official, Post.agency_key, Post.kind)).all() == [
            (False, "", "comment")
        ]
