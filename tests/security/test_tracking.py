"""C30: a reference cannot be guessed, a receipt cannot be tried out, and no answer tells what there is."""

import re
import time
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
import time_machine
from werkzeug.test import TestResponse

from app.cases.actions import Opened
from app.core.references import ALPHABET, check_character, grouped, new_reference, random_characters
from app.factory import Sawt
from tests.client import Browser
from tests.factories import people
from tests.factories.cases import inquiry
from tests.inspection import CHANGING

FIND = "/ar/cases/find"
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def huda(app: Sawt) -> Opened:
    """What Huda has sent, with its receipt."""
    with app.app_context():
        return inquiry(people.huda())


@pytest.fixture
def yusuf(app: Sawt) -> Opened:
    with app.app_context():
        return inquiry(people.yusuf())


def tried(browser: Browser, reference: str, receipt: str | None, net: str = "192.0.2.7") -> TestResponse:
    fields = {"reference": reference, "receipt": receipt or ""}
    return browser.send(FIND, fields, environ_overrides={"REMOTE_ADDR": net})


def bare(answer: TestResponse, *typed: str | None) -> str:
    """The page without what changes from one to the next, and without what was typed."""
    text = CHANGING.sub(r"\1", answer.text)
    for word in filter(None, typed):
        text = text.replace(word, "…")
    return re.sub(r'value="[^"]*"', "", text)


def wrong_pairs(huda: Opened, yusuf: Opened) -> dict[str, tuple[str, str]]:
    """Every way in which reference and receipt do not belong together."""
    real, mistyped = huda.case.reference, changed(huda.case.reference, 5)
    return {
        "no such case": (new_reference(), random_characters(16)),
        "another receipt": (real, random_characters(16)),
        "the receipt of another case": (real, str(yusuf.receipt)),
        "one character of the receipt": (real, changed(str(huda.receipt), 15)),
        "one character of the reference": (mistyped, str(huda.receipt)),
        "no reference at all": ("مرحبا", str(huda.receipt)),
        "half a receipt": (real, str(huda.receipt)[:8]),
    }


def changed(code: str, place: int) -> str:
    other = ALPHABET[(ALPHABET.index(code[place]) + 1) % 32]
    return code[:place] + other + code[place + 1 :]


def test_c30_a_wrong_pair_gets_one_answer_whatever_is_wrong_with_it(
    client: Browser, huda: Opened, yusuf: Opened
) -> None:
    answers = {}
    for number, (kind, pair) in enumerate(wrong_pairs(huda, yusuf).items()):
        answer = tried(client, *pair, net=f"198.51.100.{number}")
        answers[kind] = (answer.status_code, bare(answer, *pair), sorted(answer.headers.keys()))
    assert len({repr(answer) for answer in answers.values()}) == 1, answers.keys()
    assert answers["no such case"][0] == 422
    right = tried(client, huda.case.reference, huda.receipt)
    assert right.location == f"/ar/cases/{huda.case.shown_reference}", "the right pair opens nothing, either"


def test_c30_it_takes_as_long_whether_the_case_exists(client: Browser, huda: Opened) -> None:
    """Medians of the CPU time of 40 alternating tries differ by less than a fifth."""
    took: dict[str, list[float]] = {huda.case.reference: [], new_reference(): []}
    client.inspects = False
    for _round in range(40):
        for reference, times in took.items():
            client.application.extensions["limiters"].memory.storage.reset()
            began = time.process_time()
            assert tried(client, reference, random_characters(16)).status_code == 422
            times.append(time.process_time() - began)
    one, other = (median(times) for times in took.values())
    assert abs(one - other) < 0.2 * max(one, other)


def test_c30_a_net_has_ten_wrong_tries_in_an_hour(client: Browser, huda: Opened) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        got = [tried(client, huda.case.reference, random_characters(16)).status_code for _ in range(12)]
        assert got == [422] * 10 + [429] * 2
        assert tried(client.another(), huda.case.reference, huda.receipt).status_code == 429, (
            "another browser"
        )
        assert tried(client, huda.case.reference, huda.receipt, net="192.0.2.8").status_code == 303
        clock.shift(timedelta(hours=1, seconds=1))
        assert tried(client, huda.case.reference, huda.receipt).status_code == 303


def test_c30_the_last_answer_does_not_tell_a_right_pair_from_a_wrong_one(
    client: Browser, huda: Opened
) -> None:
    for _try in range(10):
        tried(client, new_reference(), random_characters(16))
    wrong = (new_reference(), random_characters(16))
    right = (huda.case.reference, str(huda.receipt))
    one, other = (tried(client, *pair) for pair in (wrong, right))
    assert one.status_code == other.status_code == 429
    assert bare(one, *wrong) == bare(other, *right)


def test_c30_right_pairs_are_not_counted(client: Browser, huda: Opened) -> None:
    """A whole neighbourhood may come from behind one address."""
    for _person in range(15):
        assert tried(client.another(), huda.case.reference, huda.receipt).status_code == 303


@pytest.mark.parametrize("who", [None, people.yusuf, people.karim, people.adam])
def test_c30_addresses_of_cases_tell_nobody_which_there_are(client: Browser, huda: Opened, who) -> None:  # type: ignore[no-untyped-def]
    if who is not None:
        client.enter(who())
    real, none = huda.case.shown_reference, grouped(new_reference())
    for pattern in (
        "/ar/cases/{}",
        "/ar/inbox/{}",
        "/ar/inquiries/sent/{}",
        "/ar/cases/{}/attachments/000000000000",
    ):
        there, nowhere = (client.get(pattern.format(reference)) for reference in (real, none))
        assert there.status_code == nowhere.status_code, pattern
        assert bare(there, real) == bare(nowhere, none), pattern
        assert (there.location or "").replace(real, "") == (nowhere.location or "").replace(none, "")


def test_c30_a_mistyped_reference_leads_nowhere_even_its_owner(client: Browser, huda: Opened) -> None:
    client.enter(people.huda())
    real = huda.case.reference
    assert client.get(f"/ar/cases/{real}").status_code == 200
    neighbours = [changed(real, place) for place in range(13)]
    assert {client.get(f"/ar/cases/{code}").status_code for code in neighbours} == {404}
    repaired = [code[:12] + check_character(code[:12]) for code in neighbours[:12]]
    assert {client.get(f"/ar/cases/{code}").status_code for code in repaired} == {404}
