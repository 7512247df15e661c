"""The door of the demo: one click in, and no door anywhere else."""

import re

import pytest

from app.core import clock
from app.demo import actions, script
from app.factory import Sawt
from tests.client import Browser


@pytest.fixture
def country(app: Sawt, nothing_public: None, monkeypatch: pytest.MonkeyPatch) -> None:
    some = script.stories(clock.now())[:2]
    monkeypatch.setattr(script, "stories", lambda now: some)
    with app.app_context():
        actions.load()


@pytest.fixture
def demo(app: Sawt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SETTINGS", app.config["SETTINGS"].model_copy(update={"ENV": "demo"}))


def token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def knock(client: Browser, person: str, language: str = "ar") -> tuple[int, str]:
    page = client.get(f"/{language}/inquiries/new").text
    answer = client.post(f"/{language}/demo/entrance", data={"person": person, "csrf_token": token(page)})
    return answer.status_code, answer.location or ""


AT_THE_DOOR = [person.key for person in script.cast() if person.landing]


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("person", AT_THE_DOOR)
def test_one_click_leads_to_the_page_a_person_works_on(
    client: Browser, country: None, demo: None, person: str, language: str
) -> None:
    status, landing = knock(client, person, language)
    assert (status, landing.startswith(f"/{language}/")) == (303, True)
    assert client.get(landing).status_code == 200


def test_outside_the_demo_there_is_no_door_and_no_banner(client: Browser, country: None) -> None:
    assert knock(client, "huda")[0] == 404
    assert "demo-banner" not in client.get("/ar/").text
    with client.session_transaction() as session:
        assert "sign_in" not in session


@pytest.mark.parametrize("person", ["", "zorro", "majid", "um-rashid", "../huda", "x" * 100_000, "هدى\u202e"])
def test_nobody_else_can_be_entered_as(client: Browser, country: None, demo: None, person: str) -> None:
    assert knock(client, person)[0] == 404


def test_a_click_from_elsewhere_is_refused(client: Browser, country: None, demo: None) -> None:
    assert client.post("/ar/demo/entrance", data={"person": "huda"}).status_code == 400


def test_the_banner_names_everybody_in_the_readers_language(client: Browser, demo: None) -> None:
    for language, name in (("ar", "هدى"), ("en", "Huda")):
        page = client.get(f"/{language}/").text
        assert f"<bdi>{name}</bdi>" in page
        assert page.count('name="person"') == len(AT_THE_DOOR)
