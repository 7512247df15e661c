"""The journeys of participation as people make them, in both languages, with scripts and without.

A guest comments on an article and becomes known; others agree and report; a moderator decides and is appealed; an
official answers; the author reads what became of it; a policymaker sees the figures.
"""

import re

import pytest
from sqlalchemy import select

from app.core import db
from app.core.permissions import Role
from app.factory import Sawt
from app.identity.models import Person
from participation.consultations.models import Consultation
from participation.discussion.models import Post
from tests.browser.conftest import Windows
from tests.browser.walking import Walker, with_password
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.consultations import open_consultation, with_key_points, with_questions

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

COMMENTS = {
    "ar": "إنذاران لا يكفيان: جارتي كانت في المستشفى ولم يصلها شيء. اقرؤوا الرقم 600-555-123.",
    "en": "Two warnings are not enough: my neighbour was in hospital and got neither. Call 600-555-123.",
}
REASONS = ("صار الإنذار الثاني باتصال هاتفي.", "The second warning is now a telephone call.")
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


def entered(windows: Windows, language: str, scripts: bool, person: Person, width: int = 1280) -> Walker:
    """Somebody who has signed in."""
    walker = Walker(windows.open(width, scripts=scripts), language)
    walker.go("/sign-in")
    walker.sign_in(person)
    return walker


def follow(walker: Walker, link: str) -> None:
    """Click the first link whose address matches, and look at the page it leads to."""
    with walker.page.expect_navigation():
        walker.page.locator(f"main a[href*='{link}']").first.click()
    walker.look()


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
    guest = Walker(windows.open(390, scripts=scripts), language)
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


@pytest.mark.parametrize(("language", "scripts"), EACH, ids=NAMED)
def test_a_hidden_comment_says_why_and_comes_back_by_appeal(
    windows: Windows, consultation: Consultation, language: str, scripts: bool
) -> None:
    author = entered(windows, language, scripts, people.huda(), 390)
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
    resident = entered(windows, language, scripts, people.huda(), 390)
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
