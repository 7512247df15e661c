"""Open data: what is public and nothing else, the same bytes each time, no formula, no small number of people."""

import json
import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.core import clock, db
from app.core.jobs import work_off
from app.core.permissions import NOBODY
from app.core.tables import csv_rows
from app.factory import Sawt
from participation.consultations import queries as consultations
from participation.consultations.models import Consultation, DataFile, PointStance, SurveyAnswer
from participation.consultations.open_data import dictionary, jobs, polis, queries
from participation.consultations.open_data.polis import Conversation, Statement, Vote
from participation.consultations.shares import suppressed, wilson
from participation.discussion import actions as discussion
from participation.discussion.models import Post, Thread
from participation.discussion.state import change_state
from tests.client import Browser
from tests.factories import moderation, people
from tests.factories.agencies import water
from tests.factories.answering import (
    acting,
    answer,
    confidential,
    crowd,
    end,
    ended,
    family_of,
    family_of_response,
    ready_to_end,
    said,
)
from tests.factories.consultations import open_consultation, responded, with_key_points, with_questions

FORMULAS = (
    '=HYPERLINK("http://evil.example")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "‏=1+1 بعد علامة اتجاه",
    "العربية أولًا\n=1+1",
    "＝1+1",
    "'=1+1",
    "'",
    'plain, "quoted"; text',
)


@pytest.fixture(autouse=True)
def unit(app: Sawt) -> Iterator[None]:
    with app.app_context():
        water()
        yield


def exported(made: Consultation) -> dict[str, bytes]:
    with db.transaction(reading=True):
        return {file.name: file.content for file in queries.files(consultations.by_id(made.id))}


def table(made: Consultation, name: str) -> list[dict[str, str]]:
    head, *rows = csv_rows(exported(made)[f"{name}.csv"].decode("utf-8-sig"))
    return [dict(zip(head, row, strict=True)) for row in rows]


def voted(made: Consultation, count: int) -> None:
    """This many people agree with a comment, and stand in part by the first key point."""
    post = said(made, people.huda())
    with db.transaction():
        point, *_more = with_key_points(made)
        for person in crowd(count):
            discussion.react(acting(person), post, "agree")
            stance = {"key_point_id": point.id, "author_key": f"person:{person.id}", "stance": "partly"}
            db.session().add(PointStance(**stance, person_id=person.id))


def test_c19_every_formula_is_neutralised_and_every_text_comes_back_as_typed() -> None:
    made = open_consultation()
    with db.transaction():
        for number, body in enumerate(FORMULAS):
            said(made, people.huda(), f"{body} {'نص' * number}", part="art_1")
        bodies = {post.body for post in _posts(made)}
    assert {row["body"] for row in table(made, "contributions")} == bodies
    for name, content in exported(made).items():
        if name.endswith(".csv"):
            for line in content.decode("utf-8-sig").split("\r\n"):
                cells = [cell.strip('"') for cell in line.split('","')]
                assert not any(cell.lstrip("‏\t ").startswith(("=", "+", "@", "＝")) for cell in cells), name


def _posts(made: Consultation) -> list[Post]:
    here = select(Post).join(Thread, Thread.id == Post.thread_id).where(Thread.place_id == str(made.id))
    return list(db.session().scalars(here))


CANARIES = {
    "body": "كناري-السر-٩٩ لا يخرج من الجهة أبدًا",
    "organisation": "جمعية الكناري المخفية",
    "name": "كناري بن سالم",
}


def test_c02_no_canary_of_a_confidential_response_a_guest_or_an_account_is_in_any_file() -> None:
    made = ready_to_end()
    facts = {"organisation": "هيئة معلنة", "name": CANARIES["name"]}
    public = responded(made, people.yusuf(), "نص المنظمة المعلن", **facts)
    answer(made, family_of_response(public), decision="considered")
    end(made)
    with db.transaction():
        confidential(made, **CANARIES)
    files = exported(made)
    everything = b"\n".join(files.values()).decode()
    assert "هيئة معلنة" in everything, (
        "what is public must be there, or the absence of the rest proves nothing"
    )
    for canary in CANARIES.values():
        assert canary not in everything
    with db.transaction(reading=True):
        for person in (people.huda(), people.yusuf()):
            for secret in (
                str(person.id),
                person.id.hex,
                person.email or "?",
                person.display_name,
                person.public_id,
            ):
                assert secret not in everything


def downloaded(client: Browser, made: Consultation, name: str) -> str:
    """The text of a file, from the page of the open data."""
    path = f"/en/consultations/{made.slug}/data"
    links = re.findall(rf'href="({path}/[^"]+)"><bdi dir="ltr">([^<]+)<', client.get(path).text)
    return client.get({file: link for link, file in links}[name]).text


def named_on(page: str, part: str) -> list[str]:
    """The keys that this part of the page explains."""
    section = page.partition(f'aria-labelledby="json-{part}"')[2].partition("</section>")[0]
    return re.findall(r'<dt><code dir="ltr">([^<]+)<', section)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_names_the_keys_of_the_json_files_and_no_others(client: Browser, language: str) -> None:
    made = ended()
    jobs.make(str(made.id))
    page = client.get(f"/{language}/consultations/{made.slug}/data").text
    content = json.loads(downloaded(client, made, "data.json"))
    assert list(content) == named_on(page, "data")
    for described in dictionary.TABLES:
        columns = [column.name for column in described.columns]
        assert all(list(row) == columns for row in content[described.name]), described.name
    manifest = json.loads(downloaded(client, made, "manifest.json"))
    about = [column.name for column in dictionary.ABOUT]
    assert list(manifest) == [*about, *named_on(page, "manifest")]
    assert {key: manifest[key] for key in about} == {key: content[key] for key in about}


def test_no_canary_is_in_the_json_as_anybody_downloads_it(client: Browser) -> None:
    made = open_consultation()
    said(made, people.huda(), "رأي معلن في المسودة")
    with db.transaction():
        confidential(made, **CANARIES)
    jobs.make(str(made.id))
    content = downloaded(client, made, "data.json")
    assert "رأي معلن في المسودة" in content
    huda = people.huda()
    secrets = [*CANARIES.values(), str(huda.id), huda.email, huda.display_name, huda.public_id]
    assert [secret for secret in secrets if secret and secret in content] == []


def test_a_hidden_text_is_in_no_file_and_the_files_are_made_anew(app: Sawt) -> None:
    made = open_consultation()
    post = said(made, people.huda(), "نص سيُحجب بعد قليل لأنه مسيء.")
    jobs.make(str(made.id))
    with db.transaction():
        change_state(post, "hidden", "insult")
    jobs.make(str(made.id))
    assert "سيُحجب" not in b"".join(exported(made).values()).decode()
    assert "سيُحجب" not in _served(app, made)


def test_struck_words_leave_the_files_as_soon_as_a_hidden_text(app: Sawt) -> None:
    made = open_consultation()
    post = said(made, people.huda(), "الموظف فلان كسول، والمادة 3 ظالمة.")
    jobs.make(str(made.id))
    assert "فلان" in _served(app, made)
    with time_machine.travel(clock.now(), tick=True):
        moderation.decided(post, "censored", strike=["فلان"])
    with time_machine.travel(clock.now() + 2 * jobs.SOON, tick=True):
        work_off()
    assert "فلان" not in _served(app, made)


def _served(app: Sawt, made: Consultation) -> str:
    browser: Browser = app.test_client()  # type: ignore[assignment]
    with db.transaction(reading=True):
        _consultation, shown = queries.newest(NOBODY, made.slug)
        assert shown is not None
        ids = [file.public_id for file in shown.files]
    return "".join(browser.get(f"/ar/consultations/{made.slug}/data/{key}").text for key in ids)


def test_two_exports_are_equal_byte_by_byte() -> None:
    made = open_consultation()
    voted(made, 12)
    assert exported(made) == exported(made)


def test_files_are_made_once_for_one_content_and_old_ids_open_nothing(client: Browser) -> None:
    made = open_consultation()
    said(made, people.huda())
    jobs.make(str(made.id))
    first = _file_ids()
    jobs.make(str(made.id))
    assert _file_ids() == first
    said(made, people.yusuf(), "Something entirely different about meters at home.")
    jobs.make(str(made.id))
    assert not set(_file_ids()) & set(first)
    assert client.get(f"/ar/consultations/{made.slug}/data/{first[0]}").status_code == 404


def _file_ids() -> list[str]:
    with db.transaction(reading=True):
        return list(db.session().scalars(select(DataFile.public_id)))


def test_the_manifest_names_every_file_with_its_digest() -> None:
    files = exported(ended())
    manifest = json.loads(files["manifest.json"])
    assert {one["name"] for one in manifest["files"]} == set(files) - {"manifest.json"}
    assert all(one["size"] == len(files[one["name"]]) for one in manifest["files"])


def test_the_files_are_downloads_that_no_browser_runs(client: Browser) -> None:
    made = open_consultation()
    jobs.make(str(made.id))
    answered = client.get(f"/en/consultations/{made.slug}/data/{_file_ids()[0]}")
    assert answered.headers["Content-Disposition"].startswith("attachment")
    assert answered.headers["Content-Security-Policy"] == "sandbox"
    assert answered.headers["X-Content-Type-Options"] == "nosniff"


# Small numbers


@pytest.mark.parametrize("voters", [9, 10])
def test_votes_are_published_from_ten_voters_on(voters: int) -> None:
    made = open_consultation()
    voted(made, voters)
    votes = csv_rows(exported(made)["polis-votes.csv"].decode("utf-8-sig"))
    assert len(votes) - 1 == (0 if voters < 10 else 2 * voters)


def test_votes_lead_to_no_account_and_are_no_finer_than_a_week() -> None:
    made = open_consultation()
    voted(made, 12)
    talk = polis.read(_polis_of(made))
    assert {vote.week.weekday() for vote in talk.votes} == {0}
    assert {vote.voter for vote in talk.votes} == set(range(12))
    assert {vote.value for vote in talk.votes} == {0, 1}
    assert polis.miscounted(_polis_of(made)) == []


def _polis_of(made: Consultation) -> dict[str, str]:
    files = exported(made)
    return {name: files[f"polis-{name}"].decode("utf-8-sig") for name in polis.FILES}


def test_exported_imported_and_exported_again_the_votes_are_equal_byte_by_byte() -> None:
    made = open_consultation()
    voted(made, 12)
    once = _polis_of(made)
    assert polis.files(polis.read(once)) == once


TEXTS = st.text(alphabet=st.sampled_from("=+-@'\"\t\r\n, ;نص؟‏AZ09"), max_size=20)


@given(st.lists(TEXTS, max_size=6), st.integers(0, 14), st.randoms(use_true_random=False))
def test_any_conversation_comes_back_whatever_its_order(
    bodies: list[str], voters: int, order: random.Random
) -> None:
    monday = date(2026, 11, 23)
    statements = [Statement(number, monday, number % 3 - 1, body) for number, body in enumerate(bodies)]
    votes = [
        Vote(monday, one.number, voter, order.choice((-1, 0, 1)))
        for one in statements
        for voter in range(voters)
        if order.random() < 0.7
    ]
    written = polis.files(Conversation("موضوع", "http://localhost/", "=وصف", statements, votes))
    shuffled = order.sample(statements, len(statements)), order.sample(votes, len(votes))
    assert polis.files(Conversation("موضوع", "http://localhost/", "=وصف", *shuffled)) == written
    assert polis.files(polis.read(written)) == written
    assert [one.body for one in polis.read(written).statements] == bodies


def test_survey_cells_of_few_people_are_empty_and_do_not_follow_from_the_total() -> None:
    made = open_consultation()
    with db.transaction():
        choice = with_questions(made)[0]
        keys = [option["key"] for option in choice.options["options"]]
        for number, person in enumerate(crowd(30)):
            chosen = [keys[0] if number < 27 else keys[1]]
            key = f"person:{person.id}"
            db.session().add(
                SurveyAnswer(question_id=choice.id, author_key=key, person_id=person.id, chosen=chosen)
            )
    rows = [row for row in table(made, "survey") if row["question"] == choice.public_id]
    shown = [row["people"] for row in rows]
    assert "3" not in shown
    assert shown.count("") >= 2


@given(st.lists(st.integers(0, 40), min_size=2, max_size=5))
def test_no_small_count_stands_in_a_row_or_can_be_found_by_subtraction(numbers: list[int]) -> None:
    counts = {str(place): number for place, number in enumerate(numbers)}
    shown = suppressed(counts)
    assert not any(count is not None and 0 < count < 10 for count in shown.values())
    hidden = [key for key, count in shown.items() if count is None]
    small = [number for number in numbers if 0 < number < 10]
    assert not small or len(hidden) >= 2
    assert small or sum(numbers) < 10 or not hidden


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (38, 120, 0.2404, 0.4044),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_the_interval_is_wilson_s(count: int, n: int, low: float, high: float) -> None:
    """The last row: Newcombe (1998), table I."""
    assert list(wilson(count, n)) == pytest.approx([low, high], abs=6e-4)


def test_the_answer_of_a_family_stands_in_the_data_in_both_languages() -> None:
    made = open_consultation()
    post = said(made, people.huda())
    answer(made, family_of(post), decision="partly", reason=("جزئيًا.", "In part."))
    (family,) = table(made, "families")
    (entry,) = table(made, "contributions")
    assert (family["decision"], family["reason_ar"], family["reason_en"]) == ("partly", "جزئيًا.", "In part.")
    assert entry["state"] == "partly"


def test_the_command_checks_exported_votes_and_names_what_was_altered(app: Sawt, tmp_path: Path) -> None:
    made = open_consultation()
    voted(made, 12)
    for name, content in exported(made).items():
        (tmp_path / name).write_bytes(content)
    check = ["consultations", "check-data", str(tmp_path)]
    assert app.test_cli_runner().invoke(args=check).exit_code == 0
    comments = tmp_path / "polis-comments.csv"
    comments.write_bytes(comments.read_bytes().replace(b'"12","0"', b'"13","0"'))
    refused = app.test_cli_runner().invoke(args=check)
    assert refused.exit_code == 1
    assert "polis-comments.csv" in refused.output


def test_recount_names_a_wrong_family_and_mends_it(app: Sawt) -> None:
    made = open_consultation()
    with db.transaction():
        family_of(said(made, people.huda())).size = 9
    runner = app.test_cli_runner()
    assert runner.invoke(args=["consultations", "recount", "--check"]).exit_code == 1
    assert runner.invoke(args=["consultations", "recount"]).exit_code == 0
    assert runner.invoke(args=["consultations", "recount", "--check"]).exit_code == 0


def test_the_dictionary_names_every_column_of_every_table() -> None:
    made = ended()
    described = {(row["file"], row["column"]) for row in table(made, "dictionary")}
    for name in ("contributions", "families", "outcomes", "figures", "survey"):
        head = csv_rows(exported(made)[f"{name}.csv"].decode("utf-8-sig"))[0]
        assert {(f"{name}.csv", column) for column in head} <= described
