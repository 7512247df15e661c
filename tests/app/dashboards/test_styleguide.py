"""The style guide and the pages of refusal, as plain HTML in both languages."""

import re
from collections import Counter

import html5lib
import pytest
from flask.testing import FlaskClient

from app.core import errors
from app.core.i18n import direction, speaking
from app.factory import Sawt

IDS = re.compile(r'\sid="([^"]+)"')
POINTERS = re.compile(r'\s(?:for|aria-describedby|aria-labelledby|popovertarget|data-dialog)="([^"]+)"')


def faults_of(page: str) -> list[str]:
    """What a validator would say: parse errors, doubled ids, and pointers to ids that are not there."""
    parser = html5lib.HTMLParser()
    parser.parse(page)
    ids = Counter(IDS.findall(page))
    doubled = [f"id {name} stands {times} times" for name, times in ids.items() if times > 1]
    lost = {name for names in POINTERS.findall(page) for name in names.split()} - set(ids)
    return [str(error) for error in parser.errors] + doubled + [f"nothing has the id {name}" for name in lost]


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_style_guide_is_valid_html_in_both_languages(client: FlaskClient, language: str) -> None:
    page = client.get(f"/{language}/styleguide").get_data(as_text=True)
    assert faults_of(page) == []
    assert f'<html lang="{language}" dir="{direction(language)}">' in page
    assert page.count("<h1") == 1


def test_the_check_for_valid_html_finds_faults() -> None:
    assert faults_of('<!DOCTYPE html><title>x</title><p id="a"><p id="a"></div>')


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("status", sorted(errors.KNOWN))
def test_each_refusal_is_a_whole_page_that_says_what_to_do_next(
    app: Sawt, status: int, language: str
) -> None:
    with app.test_request_context(f"/{language}/styleguide"):
        app.preprocess_request()
        with speaking(language):
            response = errors.page(status)
    page = response.get_data(as_text=True)
    assert response.status_code == status
    assert faults_of(page) == []
    assert page.count("<h1") == 1
    assert f'lang="{language}"' in page


def without_token(client: FlaskClient, posted: dict[str, str]) -> str:
    """The page that answers a form whose token has expired, at a view that leaves the check to the house."""
    answer = client.post("/ar/cases/contact/some-token", data=posted)
    assert answer.status_code == 400
    return answer.get_data(as_text=True)


def test_an_expired_form_gives_the_text_back_to_send_again(client: FlaskClient) -> None:
    text = 'A <b>"long"</b> complaint about the water in our street\nسطر ثانٍ'
    page = without_token(client, {"text": text, "kind": "complaint"})
    sent = html5lib.parse(page, namespaceHTMLElements=False).find(".//form[@class='form']")
    assert sent.get("action") is None, "it goes to the address of the page itself"
    assert sent.find(".//textarea[@name='text']").text == text
    assert sent.find(".//input[@name='kind']").get("value") == "complaint"
    assert sent.find(".//input[@name='csrf_token']").get("value")
    assert faults_of(page) == []


def test_an_expired_form_with_a_password_does_not_print_it(client: FlaskClient) -> None:
    page = without_token(client, {"password": "correct horse battery", "email": "huda@example.org"})
    assert "correct horse" not in page
    assert "huda@example.org" not in page
