"""The main journey as people make it, in both languages, with scripts and without: ask, be answered, settle.

Each page on the way is looked at: by axe, at the widths of phones, and through the browser's complaints.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.cases import canned
from app.core import assets, db
from app.factory import Sawt
from feedback.routing import registry
from feedback.routing.model import Model
from feedback.routing.seeds import load_seeds
from feedback.routing.training import train
from tests import world
from tests.browser.conftest import Windows
from tests.browser.walking import (
    Walker,
    attach,
    decide,
    download,
    find,
    say,
    search,
    with_password,
    write,
)
from tests.factories import cases, people
from tests.factories.agencies import roads, water

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("app", ["sqlite"], indirect=True)]

KEYS = {"water-sanitation": "water", "roads-transport": "roads"}
NAMES = {"ar": "هدى سالم", "en": "Huda Salem"}
QUESTIONS = {"ar": cases.ARABIC, "en": cases.ENGLISH}
ANSWERS = {"ar": "أصلحنا المضخة، وتعود المياه الليلة.", "en": "The pump is repaired; water is back tonight."}
CANNED = {"ar": "نعتذر عن الانقطاع.", "en": "We apologise for the interruption."}
WORDS_IN = {"ar": "حي النخيل", "en": "Palm Street"}
DECIDING = {"ar": "المياه", "en": "water"}


@pytest.fixture(scope="session")
def router() -> Model:
    """Knows water from roads."""
    return train([replace(row, label=KEYS[row.label]) for row in load_seeds() if row.label in KEYS])


@pytest.fixture(autouse=True)
def advice(app: Sawt, router: Model) -> Iterator[None]:
    """The two agencies, the cast with passwords, a canned answer, and the router in use."""
    with db.transaction():
        water(), roads()
    for person in (people.huda, people.omar, people.salma, people.karim, people.arbiter):
        with_password(person())
    with db.transaction():
        title = ("اعتذار", "An apology")
        canned.add(world.actor(people.salma()), "water", title, (CANNED["ar"], CANNED["en"]))
    instance = Path(app.config["INSTANCE"])
    folder = registry.folder_for(instance, router)
    router.save(folder)
    registry.use(instance, folder)
    yield
    (registry.models_folder(instance) / "CURRENT").unlink()


@pytest.fixture
def nothing_built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "manifest.json")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_resident_without_an_account_asks_and_is_answered(
    windows: Windows, language: str, scripts: bool
) -> None:
    _whole_journey(windows, language, scripts)


def test_the_journey_needs_nothing_that_is_built(windows: Windows, nothing_built: None) -> None:
    _whole_journey(windows, "ar", scripts=True, by_axe=False)


def _whole_journey(windows: Windows, language: str, scripts: bool, by_axe: bool = True) -> None:
    def somebody() -> Walker:
        return Walker(windows.open(1280, scripts=scripts), language, by_axe)

    resident = somebody()
    write(resident, QUESTIONS[language])
    assert DECIDING[language] in resident.page.locator(".suggestion mark").all_inner_texts()
    reference, receipt = decide(resident, "water", NAMES[language])
    later = somebody()
    find(later, reference, receipt)
    official = somebody()
    _official_finds_it(official, language, reference)
    _official_answers(official, language)
    _resident_reads_and_replies(later, reference, language)
    _official_closes(official, reference)
    _resident_rates_and_reopens(later, reference)
    _official_hands_it_on(official, reference)
    colleague = somebody()
    colleague.go("/sign-in?next=/" + language + "/inbox")
    colleague.sign_in(people.karim())
    assert search(colleague, reference).count() == 1


def _official_finds_it(official: Walker, language: str, reference: str) -> None:
    official.go(f"/sign-in?next=/{language}/inbox")
    official.sign_in(people.omar())
    for words in (reference, WORDS_IN[language], NAMES[language]):
        assert search(official, words).count() == 1, words
    with official.page.expect_navigation():
        search(official, reference).click()
    official.look()


def _official_answers(official: Walker, language: str) -> None:
    say(official, "notes", "Pump 12-B")
    attach(official, "answers", "خطة.txt", "خطة العمل\n".encode())
    if official.visit.scripts:
        official.page.click("#answer details summary")
        official.page.click("[data-insert]")
        assert official.form("/answers").locator("textarea").input_value() == CANNED[language]
    say(official, "answers", f"{CANNED[language]}\n\n{ANSWERS[language]}")
    assert ANSWERS[language] in official.text()


def _resident_reads_and_replies(resident: Walker, reference: str, language: str) -> None:
    resident.go(f"/cases/{reference}")
    assert ANSWERS[language] in resident.text()
    assert "Pump 12-B" not in resident.page.content()
    name, content = download(resident, resident.page.locator(".timeline .file-names a"))
    assert (name, content.decode()) == ("خطة.txt", "خطة العمل\n")
    say(resident, "messages", "وماذا عن الضغط؟")
    assert "وماذا عن الضغط؟" in resident.text()


def _official_closes(official: Walker, reference: str) -> None:
    official.go(f"/inbox/{reference}")
    assert "وماذا عن الضغط؟" in official.text()
    say(official, "closure", "The pressure is back to normal.")


def _resident_rates_and_reopens(resident: Walker, reference: str) -> None:
    resident.go(f"/cases/{reference}")
    assert "The pressure is back to normal." in resident.text()
    resident.page.check("input[name=rating][value='4']")
    resident.send("/rating")
    say(resident, "reopening", "لا ماء في الطابق الثالث.")
    assert resident.form("/messages").is_visible()


def _official_hands_it_on(official: Walker, reference: str) -> None:
    official.go(f"/inbox/{reference}")
    assert "لا ماء في الطابق الثالث." in official.text()
    official.page.locator('details:has(form[action$="/transfer"]) > summary').click()
    official.form("/transfer").locator("select").select_option("roads")
    official.form("/transfer").locator("textarea").fill("The road works cut the pipe.")
    official.send("/transfer")
    assert search(official, reference).count() == 0


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_text_lives_through_error_language_and_sign_in_and_the_sorting_desk_sends_it_on(
    windows: Windows, language: str, scripts: bool
) -> None:
    resident = Walker(windows.open(390, scripts=scripts), language)
    text = QUESTIONS[language]
    resident.go("/inquiries/new")
    resident.send()
    assert resident.page.locator(".error-summary").count() == 1
    _write_through_both_languages(resident, text)
    _write_through_sign_in(resident, text)
    resident.send(button=".button-primary")
    assert resident.page.locator(".error-summary").count() == 0
    resident.page.locator("input[name=email]").fill("no address")
    resident.page.check("input[name=agency][value=unknown]")
    resident.send(button=".button-primary")
    assert resident.page.locator(".error-summary").count() == 1
    assert text in resident.page.inner_text(".page-aside")
    resident.page.locator("input[name=email]").fill("")
    reference, _receipt = decide(resident, "unknown")
    _sorting_desk_sends_it_on(Walker(windows.open(390, scripts=scripts), language), reference)
    _answered_case_is_among_mine(resident, reference)


def _write_through_both_languages(resident: Walker, text: str) -> None:
    """By the button of the form, which needs no scripts."""
    language = resident.language
    resident.page.fill("textarea[name=body]", text)
    for there in ("en" if language == "ar" else "ar", language):
        resident.language = there
        resident.send(button="button[value=language]")
        assert resident.page.input_value("textarea[name=body]") == text


def _write_through_sign_in(resident: Walker, text: str) -> None:
    resident.send(button="button[value='sign-in']")
    resident.sign_in(people.huda())
    assert resident.page.input_value("textarea[name=body]") == text


def _sorting_desk_sends_it_on(arbiter: Walker, reference: str) -> None:
    arbiter.go(f"/sign-in?next=/{arbiter.language}/inbox")
    arbiter.sign_in(people.arbiter())
    with arbiter.page.expect_navigation():
        search(arbiter, reference).click()
    arbiter.look()
    arbiter.form("/routing").locator("select").select_option("water")
    arbiter.send("/routing")
    assert search(arbiter, reference).count() == 0


def _answered_case_is_among_mine(resident: Walker, reference: str) -> None:
    resident.go("/cases")
    with resident.page.expect_navigation():
        resident.page.locator(f'main .card:has-text("{reference}") a').click()
    assert {"ar": "مؤسسة المياه", "en": "Water Company"}[resident.language] in resident.text()
