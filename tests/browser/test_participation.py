"""The journeys of participation as people make them, in both languages, with scripts and without.

A guest comments on an article and becomes known; others agree and report; a moderator decides and is appealed; an
official answers; the author reads what became of it; a policymaker sees the figures.
"""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.core import db
from app.core.permissions import Role
from app.factory import Sawt
from app.identity.models import Person
from participation.consultations.models import Consultation
from participation.discussion.models import Post
from tests.browser.conftest import Windows
from tests.browser.walking import LOOKS, NAMED_LOOKS, Walker, entered, follow, with_password
from tests.factories import answering, people
from tests.factories.agencies import water
from tests.factories.answering import close_comments
from tests.factories.consultations import open_consultation, with_key_points, with_questions

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

COMMENTS = {
    "ar": "إنذاران لا يكفيان: جارتي كانت في المستشفى ولم يصلها شيء. اقرؤوا الرقم 600-555-123.",
    "en": "Two warnings are not enough: my neighbour was in hospital and got neither. Call 600-555-123.",
}
REASONS = ("صار الإنذار الثاني باتصال هاتفي.", "The second warning is now a telephone call.")
OUTCOME = {
    "theme_ar": "إنذار ثانٍ",
    "theme_en": "A second warning",
    "said_ar": "طلبتم أن يصل الإنذار إلى من لا يقرأ الرسائل.",
    "said_en": "You asked that the warning reach those who read no messages.",
    "did_ar": "صار الإنذار الثاني باتصال هاتفي.",
    "did_en": "The second warning is now a telephone call.",
}
APPEALS = {
    "ar": "هذا رأيي في المادة ولا يخالف شيئًا.",
    "en": "This is my view of the article; it breaks no rule.",
}
EACH = [(language, scripts) for language in ("ar", "en") for scripts in (True, False)]
NAMED = [f"{language}-{'scripts' if scripts else 'plain'}" for language, scripts in EACH]


@pytest.fixture
def consultation(app: Sawt) -> Consultation:
    """One that is open, with points and a survey, and a cast that can sign in."""
    with db.transaction():
        water()
    for person in (people.huda, people.yusuf, people.salma, people.lina, people.nour, second_moderator):
        with_password(person())
    made = open_consultation()
    with_key_points(made)
    with_questions(made)
    return made


def second_moderator() -> Person:
    return people.person("زينب", "zaynab@sawt.example", (Role.MODERATOR, ""))


def comment(walker: Walker, slug: str, body: str) -> None:
    """From the list to an article, and say something there."""
    walker.go("/consultations")
    follow(walker, f"/consultations/{slug}")
    follow(walker, "/articles/art_3")
    form = walker.form("/posts")
    form.locator("input[name=stance][value=oppose]").check()
    form.locator("textarea[name=body]").fill(body)
    walker.send("/posts")


def only_post() -> Post:
    with db.transaction(reading=True) as session:
        return session.scalars(select(Post)).one()


@pytest.mark.parametrize(("language", "scripts"), EACH, ids=NAMED)
def test_what_a_guest_says_counts_once_the_guest_is_known_and_is_answered(
    windows: Windows, consultation: Consultation, language: str, scripts: bool
) -> None:
    guest = Walker(windows.open(360, scripts=scripts), language)
    comment(guest, consultation.slug, COMMENTS[language])
    assert COMMENTS[language][:20] in guest.text()
    assert only_post().state == "unconfirmed"
    follow(guest, "/sign-in")
    guest.sign_in(people.yusuf())
    guest.look()
    assert only_post().state == "published"

    official = entered(windows, language, scripts, people.salma())
    answer(official, consultation)
    guest.go(f"/consultations/{consultation.slug}/articles/art_3")
    assert guest.page.locator(".comment .pill").count() >= 2
    follow(guest, "/families/")
    assert REASONS[0 if language == "ar" else 1] in guest.text()

    policymaker = entered(windows, language, scripts, people.nour())
    policymaker.go(f"/consultations/{consultation.slug}/overview")
    assert "1" in policymaker.text()


def answer(official: Walker, consultation: Consultation) -> None:
    """From the list of what people say to one answer for the chosen text."""
    official.go("/answering")
    follow(official, f"/consultations/{consultation.slug}/answering")
    follow(official, "/answering/families/")
    official.go(f"/consultations/{consultation.slug}/answering?state=all")
    official.page.check("input[name=family]")
    official.send("/selection?state=all", ".button-primary")
    official.page.check("input[name=decision][value=accepted]")
    official.page.fill("textarea[name=reason_ar]", REASONS[0])
    official.page.fill("textarea[name=reason_en]", REASONS[1])
    official.send()


@pytest.mark.parametrize(
    ("language", "scripts"), [("ar", False), ("en", True)], ids=["ar-plain", "en-scripts"]
)
def test_the_response_is_refused_with_what_is_missing_and_then_told_to_who_took_part(
    windows: Windows, consultation: Consultation, language: str, scripts: bool
) -> None:
    author = entered(windows, language, scripts, people.huda(), 360)
    comment(author, consultation.slug, COMMENTS[language])
    close_comments(consultation)
    official = entered(windows, language, scripts, people.salma())
    official.go(f"/consultations/{consultation.slug}/response")
    official.send(button="[value=publish]")
    missing = official.page.locator("[role=alert]")
    assert missing.locator("li:visible").count() >= 5
    missing.locator("a[href*='/answering/families/']").first.click()
    answer(official, consultation)

    official.go(f"/consultations/{consultation.slug}/outcomes/new")
    for name, words in OUTCOME.items():
        official.page.fill(f"[name={name}]", words)
    official.page.check("input[name=decision][value=partly]")
    official.send()
    official.go(f"/consultations/{consultation.slug}/response")
    official.page.fill("[name=closing_words_ar]", "شكرًا لكل من كتب.")
    official.page.fill("[name=closing_words_en]", "Thank you to everybody who wrote.")
    official.send(button="[value=publish]")
    assert OUTCOME[f"did_{language}"] in official.text()

    author.go("/notices")
    link = author.page.locator(f"main a[href$='/consultations/{consultation.slug}/outcome']")
    author.visit.open(urlsplit(link.first.get_attribute("href") or "").path)  # of the address people know
    author.look()
    assert OUTCOME[f"said_{language}"] in author.text()


@pytest.mark.parametrize(("language", "scripts"), EACH, ids=NAMED)
def test_a_hidden_comment_says_why_and_comes_back_by_appeal(
    windows: Windows, consultation: Consultation, language: str, scripts: bool
) -> None:
    author = entered(windows, language, scripts, people.huda(), 360)
    comment(author, consultation.slug, COMMENTS[language])
    reader = entered(windows, language, scripts, people.yusuf())
    reader.go(f"/consultations/{consultation.slug}/articles/art_3")
    follow(reader, "/flag")
    reader.page.locator("input[name=reason]").first.check()
    reader.send()

    decide(entered(windows, language, scripts, people.lina()), "hidden")
    assert only_post().state == "hidden"
    author.go(f"/consultations/{consultation.slug}/articles/art_3")
    follow(author, "/appeal")
    author.page.fill("textarea[name=body]", APPEALS[language])
    author.send()

    decide(entered(windows, language, scripts, second_moderator()), "restored")
    assert only_post().state == "published"
    author.go("/moderation-log")
    assert author.page.locator("main table tbody tr").count() >= 2


def decide(moderator: Walker, act: str) -> None:
    """Take what waits and decide on it."""
    moderator.go("/moderation")
    moderator.send("/claim")
    moderator.page.check(f"input[name=act][value={act}]")
    if act == "hidden":
        moderator.page.locator("select[name=reason]").select_option(index=1)
    moderator.send("/decision")


@pytest.mark.parametrize(("language", "scripts"), EACH, ids=NAMED)
def test_three_minutes_are_enough_to_take_part(
    windows: Windows, consultation: Consultation, language: str, scripts: bool
) -> None:
    resident = entered(windows, language, scripts, people.huda(), 360)
    resident.go(f"/consultations/{consultation.slug}")
    follow(resident, "/short")
    while re.search(r"/short/\d+$", resident.page.url):
        with resident.page.expect_navigation():
            resident.page.locator("button[name=stance][value=support]").click()
        resident.look()
    resident.go(f"/consultations/{consultation.slug}/survey")
    resident.page.locator("main input[type=radio]").first.check()
    resident.send("/survey")
    with db.transaction(reading=True) as session:
        told = session.connection().exec_driver_sql(
            "SELECT (SELECT count(*) FROM point_stances), (SELECT count(*) FROM survey_answers)"
        )
        assert told.one() == (3, 1)


@pytest.mark.parametrize(("language", "scripts", "width"), LOOKS, ids=NAMED_LOOKS)
def test_a_guest_is_heard_at_once_under_a_name_of_the_own_choice_where_nobody_need_be_known(
    windows: Windows, consultation: Consultation, language: str, scripts: bool, width: int
) -> None:
    open_to_all = open_consultation(least_level=0, document=None)
    guest = Walker(windows.open(width, scripts=scripts), language)
    guest.go(f"/consultations/{open_to_all.slug}/articles/art_3")
    form = guest.form("/posts")
    form.locator("input[name=stance][value=partly]").check()
    form.locator("textarea[name=body]").fill(COMMENTS[language])
    form.locator("input[name=guest_name]").fill("ليلى")
    guest.send("/posts")
    assert (only_post().state, only_post().guest_name) == ("published", "ليلى")
    reader = Walker(windows.open(width, scripts=scripts), language)
    reader.go(f"/consultations/{open_to_all.slug}/articles/art_3")
    said = reader.page.locator(".comment").inner_text()
    assert "ليلى" in said
    assert COMMENTS[language][:20] in said


@pytest.mark.parametrize(("language", "scripts", "width"), LOOKS, ids=NAMED_LOOKS)
def test_a_policymaker_comes_from_the_menu_to_figures_that_are_right(
    windows: Windows, consultation: Consultation, language: str, scripts: bool, width: int
) -> None:
    """Three people about one article, one of whom is answered; one about another."""
    first, *others = answering.crowd(3)
    answering.said(consultation, people.huda(), part="art_1", body="Who reads the meters on public holidays?")
    answered = answering.said(consultation, first, stance="oppose")
    for number, person in enumerate(others):
        body = f"{number} أؤيد هذه المادة لسبب آخر {'مختلف ' * number} عما قيل"
        answering.said(consultation, person, body, stance="support")
    answering.answer(consultation, answering.family_of(answered), decision="considered")

    policymaker = entered(windows, language, scripts, people.nour(), width)
    policymaker.go("/")
    by_menu(policymaker, "/answering")
    follow(policymaker, f"/consultations/{consultation.slug}/overview")
    assert {part: figures_of(policymaker, part) for part in ("art_1", "art_3")} == {
        "art_1": (0, 1, 1),
        "art_3": (3, 3, 2),
    }


def by_menu(walker: Walker, link: str) -> None:
    """Choose an entry of the main menu, which small screens open by a button."""
    if walker.page.locator(".menu-open").is_visible():
        walker.page.click(".menu-open")
    with walker.page.expect_navigation():
        walker.page.click(f".site-navigation a[href$='{link}']")
    walker.look()


def figures_of(walker: Walker, part: str) -> tuple[int, ...]:
    """People with a stance on the part, contributions, texts not yet answered; digits of either script."""
    row = walker.page.locator(f"tr:has(th a[href$='/articles/{part}'])")
    return tuple(int(told) for told in row.locator("td.number").all_inner_texts())


@pytest.mark.parametrize("language", ["ar", "en"])
def test_an_official_chooses_and_opens_texts_with_the_keyboard_alone(
    windows: Windows, consultation: Consultation, language: str
) -> None:
    for person, body in ((people.huda(), COMMENTS["ar"]), (people.yusuf(), "Read the meters more often.")):
        answering.said(consultation, person, body)
    official = entered(windows, language, True, people.salma())
    official.go(f"/consultations/{consultation.slug}/answering")
    press, chosen = official.page.keyboard.press, official.page.locator("input[name=family]:checked")
    for key, row in (("j", 0), ("j", 1), ("j", 1), ("k", 0), ("k", 0)):
        press(key)
        assert focused_row(official) == row, key
    press("x")
    assert chosen.count() == 1
    press("x")
    assert chosen.count() == 0
    for key in "xjx":
        press(key)
    assert chosen.count() == 2
    opened = official.page.evaluate("document.activeElement.href")
    with official.page.expect_navigation():
        press("Enter")
    assert official.page.url == opened
    official.look()

    official.go(f"/consultations/{consultation.slug}/answering?state=all")
    for key in "jxjx":
        press(key)
    reach(official, "form[data-inbox] .button-primary")
    with official.page.expect_navigation():
        press("Enter")
    official.look()
    assert COMMENTS["ar"][:20] in official.text()
    assert "Read the meters more often." in official.text()


def test_the_keys_of_the_inbox_are_where_they_lie_when_the_keyboard_writes_arabic(
    windows: Windows, consultation: Consultation
) -> None:
    answering.said(consultation, people.huda(), COMMENTS["ar"])
    official = entered(windows, "ar", True, people.salma())
    official.go(f"/consultations/{consultation.slug}/answering")
    keyboard = official.page.context.new_cdp_session(official.page)
    for letter, code in (("ت", "KeyJ"), ("ء", "KeyX")):
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": letter, "code": code})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": letter, "code": code})
    assert focused_row(official) == 0
    assert official.page.locator("input[name=family]:checked").count() == 1


def focused_row(walker: Walker) -> int:
    """The row of the list whose text has the focus."""
    rows = "[...document.querySelectorAll('[data-inbox] tbody tr')]"
    place: int = walker.page.evaluate(f"{rows}.findIndex(row => row.contains(document.activeElement))")
    return place


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_comment_is_written_with_the_keyboard_alone_on_a_narrow_screen(
    windows: Windows, consultation: Consultation, language: str
) -> None:
    writer = entered(windows, language, True, people.huda(), 360)
    writer.go(f"/consultations/{consultation.slug}/articles/art_3")
    reach(writer, "textarea[name=body]")
    writer.page.keyboard.type(COMMENTS[language])
    reach(writer, "form[action$='/posts'] button[type=submit]")
    with writer.page.expect_navigation():
        writer.page.keyboard.press("Enter")
    assert only_post().body == COMMENTS[language]


SHOWN = """() => {
  const at = document.activeElement;
  const seen = [at, at.parentElement, at.parentElement?.parentElement].filter(Boolean).map(getComputedStyle);
  return at === document.body || seen.some((ring) => ring.outlineStyle !== "none" || ring.boxShadow !== "none");
}"""
"""Whether the element with the focus, or the box of its label, shows it."""


def reach(walker: Walker, selector: str, most: int = 80) -> None:
    """Go there by Tab; each stop on the way shows where one is."""
    for _step in range(most):
        walker.page.keyboard.press("Tab")
        assert walker.page.evaluate(SHOWN), "where one is cannot be seen"
        if walker.page.evaluate("s => document.activeElement.matches(s)", selector):
            return
    raise AssertionError(f"Tab does not lead to {selector}")
