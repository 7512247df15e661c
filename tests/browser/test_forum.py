"""The forum as people use it: one asks, another agrees, the agency answers, a moderator keeps order."""

import pytest

from app.core import db
from app.factory import Sawt
from participation.forums.models import Topic
from tests.browser.conftest import Windows
from tests.browser.walking import LOOKS, NAMED_LOOKS, entered, follow, with_password
from tests.factories import forums, people

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

LOCKED = "أُجيب عن السؤال."


@pytest.fixture(autouse=True)
def board(app: Sawt) -> None:
    """A board of the water company, and a cast that can sign in."""
    forums.board()
    for person in (people.huda, people.yusuf, people.omar, people.lina):
        with_password(person())


def only_topic() -> Topic:
    with db.transaction(reading=True) as session:
        return session.query(Topic).one()


@pytest.mark.parametrize(("language", "scripts", "width"), LOOKS, ids=NAMED_LOOKS)
def test_a_question_is_agreed_with_answered_pinned_and_locked(
    windows: Windows, language: str, scripts: bool, width: int
) -> None:
    citizen = entered(windows, language, scripts, people.huda(), width)
    citizen.go("/forum/boards/water")
    follow(citizen, "/topics/new")
    citizen.page.fill("input[name=title]", forums.TITLE)
    citizen.page.fill("textarea[name=body]", forums.OPENING)
    citizen.send()
    address = f"/forum/topics/{only_topic().public_id}"
    assert citizen.page.url.endswith(address)

    neighbour = entered(windows, language, scripts, people.yusuf(), width)
    neighbour.go("/forum/boards/water")
    follow(neighbour, address)
    neighbour.form("/posts").locator("textarea[name=body]").fill("وعندنا أيضًا في الشارع المجاور.")
    neighbour.send("/posts")

    official = entered(windows, language, scripts, people.omar(), width)
    official.go(address)
    form = official.form("/posts")
    form.locator("textarea[name=body]").fill(forums.ANSWER)
    form.locator("input[name=official]").check()
    official.send("/posts")
    official.send("/answer")

    moderator = entered(windows, language, scripts, people.lina(), width)
    moderator.go(f"{address}/order")
    moderator.send("/pin")
    follow(moderator, "/order")
    moderator.page.fill("input[name=reason]", LOCKED)
    moderator.send("/lock")

    topic = only_topic()
    assert (topic.post_count, topic.is_pinned, topic.is_locked) == (3, True, True)
    citizen.go(address)
    assert forums.ANSWER in citizen.page.locator("section:has(> #answer-title)").inner_text()
    assert LOCKED in citizen.text()
    assert citizen.page.locator(".composer-post").count() == 0
    assert citizen.page.locator(".hero .pill").count() == 2
