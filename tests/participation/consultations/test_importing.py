"""Importing open data: what comes in goes out again byte by byte, is read and no more, and faults are named."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core import db
from app.core.errors import Denied
from app.core.jobs import work_off
from app.core.mail import Mail
from app.core.search import SearchEntry
from app.core.tables import csv_rows
from app.demo import actions as demo
from app.demo import script
from app.factory import Sawt
from app.identity.models import Person
from app.notifications.models import Notice
from participation.consultations import queries as consultations
from participation.consultations.actions import preparing
from participation.consultations.answering import actions as answering
from participation.consultations.models import Consultation, ImportedSet, SurveyAnswer
from participation.consultations.open_data import archive
from participation.consultations.permissions import may_answer, may_prepare, may_record
from participation.consultations.queries import imported_sets
from participation.discussion import actions as discussion
from participation.discussion import pseudonyms
from participation.discussion.models import Post, Reaction, Thread
from participation.discussion.state import change_state
from tests.client import Browser
from tests.conftest import empty_tables
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.answering import (
    acting,
    answer,
    close_comments,
    confidential,
    crowd,
    families,
    fresh,
    outcome,
    said,
)
from tests.factories.consultations import open_consultation, responded, with_questions
from tests.inspection import faults_of
from tests.participation.consultations.test_open_data import CANARIES, FORMULAS, exported, voted

BESIDE = Path("shared", "data", "polis")
POLIS = next(
    (parent / BESIDE for parent in Path(__file__).resolve().parents if (parent / BESIDE).is_dir()), BESIDE
)
FREE = ("--licence", "CC-BY-4.0")


@pytest.fixture(autouse=True)
def unit(app: Sawt) -> Iterator[None]:
    with app.app_context():
        water()
        yield


@pytest.fixture
def desk(app: Sawt, tmp_path: Path) -> "Desk":
    return Desk(app, tmp_path)


class Desk:
    """Where somebody types commands."""

    def __init__(self, app: Sawt, folder: Path):
        self.app, self.file = app, folder / "set.zip"

    def run(self, *args: str) -> tuple[int, str]:
        done = self.app.test_cli_runner().invoke(args=["consultations", *args])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    def opens(self, *options: str, agency: str = "water") -> tuple[int, str]:
        return self.run("import-data", str(self.file), "--agency", agency, *options)

    def imports(self, files: dict[str, bytes], *options: str, agency: str = "water") -> tuple[int, str]:
        archive.write(self.file, files)
        return self.opens(*options, agency=agency)

    def takes(self, files: dict[str, bytes], *options: str) -> Consultation:
        code, told = self.imports(files, *options)
        assert code == 0, told
        return newest()

    def refuses(self, files: dict[str, bytes], *options: str) -> str:
        before = count(Consultation)
        code, told = self.imports(files, *options)
        assert code == 1, told
        assert count(Consultation) == before, "a refused set leaves something behind"
        return told


def newest() -> Consultation:
    with db.transaction(reading=True):
        found = select(ImportedSet.consultation_id).order_by(ImportedSet.consultation_id.desc()).limit(1)
        return consultations.by_id(db.session().scalars(found).one())


def count(model: type[db.Base]) -> int:
    with db.transaction(reading=True):
        return db.session().scalar(select(func.count()).select_from(model)) or 0


def posts_of(made: Consultation) -> list[Post]:
    with db.transaction(reading=True) as session:
        here = select(Post).join(Thread, Thread.id == Post.thread_id).where(Thread.place_id == str(made.id))
        return list(session.scalars(here.order_by(Post.id)))


def everything_said() -> Consultation:
    """An ended consultation with every kind of row, votes, few and many people, and what no file may hold."""
    made = open_consultation()
    voted(made, 12)
    with db.transaction():
        some = crowd(34, "قارئ")
        for number, body in enumerate(FORMULAS):
            said(made, people.huda(), f"{body} {'نص' * number}", part="art_1", stance="oppose")
        for person in some[:11]:
            said(made, person, f"عداد {person.display_name} لا يقرأ.", part="art_2", stance="support")
        said(made, people.yusuf(), "أوضح.", part="art_2", kind="wording", wording="=تقرأ كل شهرين.")
        said(made, people.yusuf(), "Which meters are meant?", part="", kind="question")
        _answer_survey(made, some)
    responded(made, people.huda(), organisation="جمعية السكان", stance="partly")
    responded(made, people.huda(), "نص ثان للجمعية نفسها.", organisation="جمعية السكان")
    confidential(made, **CANARIES)
    _end(made)
    return made


def _answer_survey(made: Consultation, crowded: list[Person]) -> None:
    choice = with_questions(made)[0]
    for number, person in enumerate(crowded):
        chosen = ["home" if number % 2 else "work"]
        key = f"person:{person.id}"
        db.session().add(SurveyAnswer(question_id=choice.id, author_key=key, chosen=chosen))


def _end(made: Consultation) -> None:
    shown = outcome(made)
    for place, family in enumerate(families(made)):
        answer(made, family, decision=("rejected", "partly", "considered")[place % 3], outcome=shown)
    with db.transaction():
        close_comments(made)
        ending = fresh(made)
        ending.closing_words = ("نشكر كل من شارك.", "Thank you for taking part.")
        db.session().flush()
        answering.publish_response(acting(people.salma()), ending)


# There and back


def test_what_was_exported_imported_and_exported_again_is_equal_byte_by_byte(desk: Desk) -> None:
    once = exported(everything_said())
    rows = {name: len(csv_rows(once[name].decode())) - 1 for name in once if name.endswith(".csv")}
    assert all(rows.values()), f"a table without rows proves nothing: {rows}"
    empty_tables()
    water()
    again = desk.takes(once)
    assert exported(again) == once
    with db.transaction(reading=True):
        origin = imported_sets.origin(again)
        assert origin is not None
        assert origin.told["ids"] == {}, "ids that are free are kept"


def test_a_set_comes_back_too_where_its_consultation_stands_already(desk: Desk) -> None:
    made = everything_said()
    once = exported(made)
    again = desk.takes(once)
    assert again.slug != made.slug
    assert exported(again) == once
    assert exported(made) == once


def test_votes_that_were_withheld_stay_withheld_and_their_counts_are_kept(desk: Desk) -> None:
    made = open_consultation()
    voted(made, 9)
    said(made, people.yusuf(), "Something else entirely about the meters at home.", part="art_1")
    once = exported(made)
    assert b'"9","0"' in once["contributions.csv"]
    assert exported(desk.takes(once)) == once
    assert desk.app.test_cli_runner().invoke(args=["discussion", "recount", "--check"]).exit_code == 0


def test_kept_counters_of_an_imported_consultation_are_what_they_count(desk: Desk) -> None:
    made = everything_said()
    assert desk.run("recount")[0] == 0  # agreement with a comment is counted later on
    desk.takes(exported(made))
    for name in ("discussion", "consultations"):
        done = desk.app.test_cli_runner().invoke(args=[name, "recount", "--check"])
        assert done.exit_code == 0, done.output


def test_the_demo_consultations_come_back_byte_by_byte(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script, "stories", lambda now: [])
    monkeypatch.setattr(script, "boards", lambda now: [])
    demo.load()
    with db.transaction(reading=True):
        public = select(Consultation).where(Consultation.published_at.is_not(None))
        every = list(db.session().scalars(public))
    assert len(every) >= 3
    for made in every:
        once = exported(made)
        assert exported(desk.takes(once)) == once, made.slug


def test_the_archive_that_one_command_writes_the_other_reads(desk: Desk, tmp_path: Path) -> None:
    made = everything_said()
    written = tmp_path / "written.zip"
    assert desk.run("export-data", made.slug, str(written))[0] == 0
    first = written.read_bytes()
    assert desk.run("export-data", made.slug, str(written))[0] == 0
    assert written.read_bytes() == first
    assert archive.read(written) == exported(made)
    assert desk.run("import-data", str(written), "--agency", "water")[0] == 0
    assert desk.run("export-data", "no-such", str(written))[0] == 1


def test_the_same_set_twice_is_one_consultation(desk: Desk) -> None:
    once = exported(everything_said())
    made = desk.takes(once)
    code, told = desk.imports(once)
    assert code == 0
    assert f"Nothing to do: this set was imported before as {made.shown_number}" in told
    assert count(ImportedSet) == 1


def test_c02_no_canary_of_a_confidential_response_is_in_a_set_or_comes_with_it(
    desk: Desk, client: Browser
) -> None:
    once = exported(everything_said())
    assert "جمعية السكان" in b"".join(once.values()).decode(), "what is public must be there"
    empty_tables()
    water()
    made = desk.takes(once)
    client.inspects = False  # Latin words stand in Arabic sentences that people wrote
    ways = ("", "/responses", "/data", "/articles/art_3")
    pages = "".join(client.get(f"/ar/consultations/{made.slug}{way}").text for way in ways)
    for secret in CANARIES.values():
        assert secret not in b"".join([*once.values(), *exported(made).values()]).decode()
        assert secret not in pages


# Read, and no more


@pytest.mark.parametrize(
    ("language", "words", "author"),
    [("ar", "عُقدت هذه الاستشارة في موقع آخر", "المشارك"), ("en", "was held elsewhere", "Participant")],
)
def test_an_imported_consultation_is_read_and_says_where_it_comes_from(
    desk: Desk, client: Browser, language: str, words: str, author: str
) -> None:
    source = everything_said()
    made = desk.takes(exported(source))
    client.inspects = False  # Latin words stand in Arabic sentences that people wrote
    here = f"/{language}/consultations/{made.slug}"
    page = client.get(here).text
    for told in (words, source.shown_number, f"/consultations/{source.slug}", "CC-BY-4.0"):
        assert told in page
    article = client.get(f"{here}/articles/art_2")
    assert article.status_code == 200
    assert words in article.text
    assert author in article.text
    for way in ("", "/articles/art_2", "/comments", "/figures", "/responses", "/outcome", "/data", "/moved"):
        shown = client.get(here + way)
        assert shown.status_code == 200, way
        assert not [fault for fault in faults_of(shown) if "Latin letters" not in fault], way
    assert client.get(f"{here}/articles/art_99").status_code == 404


def test_nobody_adds_changes_or_answers_anything_in_an_imported_consultation(desk: Desk) -> None:
    made = desk.takes(exported(everything_said()))
    post_id = posts_of(made)[0].id
    with db.transaction() as session:
        made = consultations.by_id(made.id)
        post = session.get_one(Post, post_id)
        thread = session.get_one(Thread, post.thread_id)
        for person in (people.huda(), people.omar(), people.salma(), people.adam()):
            actor = acting(person)
            with pytest.raises(Denied):
                discussion.post(actor, thread, discussion.NewPost("أضيف شيئًا.", str(person.id)))
            with pytest.raises(Denied):
                discussion.react(actor, post, "agree")
            with pytest.raises(Denied):
                preparing.describe(actor, made, {"title": ("آخر", "Other")})
            for rule in (may_answer, may_prepare, may_record):
                assert not rule(actor, made)


def test_imported_authors_have_no_account_and_nobody_is_told_anything(desk: Desk) -> None:
    once = exported(everything_said())
    work_off()
    before = [count(model) for model in (Person, Mail, Notice)]
    made = desk.takes(once)
    work_off()
    assert [count(model) for model in (Person, Mail, Notice)] == before
    posts = posts_of(made)
    assert posts
    assert {post.author_id for post in posts} == {None}
    known = (pseudonyms.AUTHOR, pseudonyms.RESPONDENT)
    for post in posts:
        assert [pseudonyms.number_of(post.author_key, series) is None for series in known].count(False) == 1


def test_a_moderator_hides_an_imported_comment_and_it_leaves_the_files(desk: Desk) -> None:
    made = desk.takes(exported(everything_said()))
    hidden = next(post for post in posts_of(made) if post.wording)
    with db.transaction() as session:
        change_state(session.get_one(Post, hidden.id), "hidden", "insult")
    assert hidden.wording not in b"".join(exported(made).values()).decode()


def test_as_a_draft_only_its_agency_sees_it_until_it_is_imported_without_that(
    desk: Desk, client: Browser
) -> None:
    once = exported(everything_said())
    made = desk.takes(once, "--as-draft")
    client.inspects = False  # Latin words stand in Arabic sentences that people wrote
    assert client.get(f"/ar/consultations/{made.slug}").status_code == 404
    with db.transaction(reading=True):
        assert consultations.find(acting(people.salma()), made.slug)
    assert desk.imports(once, "--as-draft")[1].startswith("Nothing to do")
    code, told = desk.imports(once)
    assert (code, told.split(":")[0]) == (0, "Published")
    assert client.get(f"/ar/consultations/{made.slug}").status_code == 200
    assert exported(made) == once


def test_imported_texts_are_found_by_their_words(desk: Desk) -> None:
    once = exported(everything_said())
    empty_tables()
    water()
    desk.takes(once)
    with db.transaction(reading=True):
        assert {"consultation", "post"} <= set(db.session().scalars(select(SearchEntry.kind)))


# Damaged sets


@pytest.fixture
def good() -> dict[str, bytes]:
    return exported(everything_said())


def sealed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files with a manifest that fits them: what is wrong in them is found by itself."""
    manifest = json.loads(files["manifest.json"])
    others = {name: content for name, content in files.items() if name != "manifest.json"}
    manifest["files"] = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in others.items()
    ]
    return {**others, "manifest.json": json.dumps(manifest, ensure_ascii=False, indent=1).encode()}


def changed(files: dict[str, bytes], name: str, column: str, value: str) -> dict[str, bytes]:
    """With another value in one cell of the first row, and a manifest that fits."""
    head, *body = csv.reader(io.StringIO(files[name].decode("utf-8-sig"), newline=""))
    body[0][head.index(column)] = value
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([head, *body])
    return sealed({**files, name: ("\ufeff" + written.getvalue()).encode()})


NOWHERE = "0" * 12
CELLS = [
    ("contributions.csv", "id", "../../etc", "contributions.csv, row 2: id cannot be '../../etc'"),
    ("contributions.csv", "family", NOWHERE, f"row 2: family {NOWHERE} is not in families.csv"),
    ("contributions.csv", "channel", "telepathy", "contributions.csv, row 2: channel cannot be"),
    ("contributions.csv", "day", "2026-13-40", "contributions.csv, row 2: day cannot be '2026-13-40'"),
    ("contributions.csv", "day", "2020-01-01", "contributions.csv, row 2: polis-comments.csv has no"),
    ("contributions.csv", "agree", "-1", "contributions.csv, row 2: agree cannot be '-1'"),
    ("contributions.csv", "agree", "9" * 11, "contributions.csv, row 2: agree cannot be"),
    ("contributions.csv", "agree", "11", "contributions.csv, row 2: polis-comments.csv has no statement"),
    ("contributions.csv", "body", "غير ذلك", "contributions.csv, row 2: polis-comments.csv has no statement"),
    ("contributions.csv", "state", "read", "contributions.csv, line 2: does not follow"),
    ("contributions.csv", "part", "<script>", "contributions.csv, row 2: part cannot be '<script>'"),
    ("contributions.csv", "body", "x" * 100_001, "contributions.csv, row 2: body is too long"),
    ("families.csv", "contributions", "7", "families.csv, row 2: contributions says 7"),
    ("families.csv", "people", "7", "families.csv, row 2: people says 7"),
    ("families.csv", "people", "0", "families.csv, row 2: people says 0"),
    ("families.csv", "outcome", NOWHERE, f"families.csv, row 2: outcome {NOWHERE} is not in outcomes.csv"),
    ("figures.csv", "people", "99", "data.json, line"),
    ("figures.csv", "part", "art_77", "figures.csv: nobody takes a stance on part 'art_77'"),
    ("survey.csv", "people", "many", "survey.csv, row 2: people cannot be 'many'"),
    ("survey.csv", "people", "99", "data.json, line"),
    ("outcomes.csv", "progress", "", "outcomes.csv, row 2: progress is empty"),
    ("polis-comments.csv", "agrees", "5", "polis-comments.csv: statement 0: its counts are not those"),
    ("polis-comments.csv", "comment-id", "7", "two statements have the same number"),
    ("polis-votes.csv", "vote", "4", "cannot vote 4"),
    ("polis-votes.csv", "comment-id", "999", "votes on statement 999, which is not there"),
    ("polis-votes.csv", "timestamp", "9" * 30, "not of Polis' shape"),
    ("polis-participants-votes.csv", "n-votes", "77", "polis-participants-votes.csv, line 2: does not"),
    ("polis-stats-history.csv", "n-votes", "77", "polis-stats-history.csv, line 2: does not follow"),
]


def test_a_wrong_cell_is_named(desk: Desk, good: dict[str, bytes]) -> None:
    for name, column, value, told in CELLS:
        assert told in desk.refuses(changed(good, name, column, value)), (name, column, value[:80])


def test_figures_that_do_not_follow_from_the_comments_are_named(desk: Desk, good: dict[str, bytes]) -> None:
    eleven, twelve = b'"art_2","support","11","11"', b'"art_2","support","12","12"'
    assert eleven in good["figures.csv"]
    other = sealed({**good, "figures.csv": good["figures.csv"].replace(eleven, twelve)})
    assert "figures.csv: contributions.csv gives other numbers for part 'art_2'" in desk.refuses(other)


def test_files_that_do_not_fit_the_manifest_are_named(desk: Desk, good: dict[str, bytes]) -> None:
    longer = {**good, "families.csv": good["families.csv"] + b"x"}
    assert "families.csv: has " in desk.refuses(longer)
    other = {**good, "families.csv": good["families.csv"][:-3] + b"x\r\n"}
    assert "families.csv: its SHA-256 is not that of the manifest" in desk.refuses(other)
    fewer = {name: content for name, content in good.items() if name != "survey.csv"}
    assert "survey.csv: is in the manifest and not in the archive" in desk.refuses(fewer)
    assert "survey.csv: is missing" in desk.refuses(sealed(fewer))
    assert "evil.csv: is not in the manifest" in desk.refuses({**good, "evil.csv": b"x"})
    assert "evil.csv: a set has no such file" in desk.refuses(sealed({**good, "evil.csv": b"x"}))


def test_unknown_columns_short_rows_and_broken_texts_are_named(desk: Desk, good: dict[str, bytes]) -> None:
    def refused(name: str, content: bytes) -> str:
        return desk.refuses(sealed({**good, name: content}))

    survey = good["survey.csv"]
    wider = survey.replace(b'"of"', b'"of","password"', 1)
    assert "survey.csv: the dictionary knows no column 'password'" in refused("survey.csv", wider)
    swapped = survey.replace(b'"people","of"', b'"of","people"', 1)
    assert "survey.csv: the columns must be question" in refused("survey.csv", swapped)
    short = good["figures.csv"] + b'"art_1","support"\r\n'
    assert "has 2 cells instead of 4" in refused("figures.csv", short)
    assert "figures.csv: is not UTF-8" in refused("figures.csv", b"\xff\xfe")
    assert "figures.csv: holds a NUL" in refused("figures.csv", b"\0")
    assert "figures.csv: the columns must be" in refused("figures.csv", b"")
    _head, _break, first = good["families.csv"].partition(b"\r\n")
    assert "stands there more than once" in refused("families.csv", good["families.csv"] + first)


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("licence", "All rights reserved", "manifest.json: licence cannot be"),
        ("slug", "../x", "manifest.json: slug cannot be"),
        ("state", "draft", "manifest.json: state cannot be 'draft'"),
        ("title_ar", 7, "manifest.json: title_ar cannot be '7'"),
        ("title_ar", "\ud800", "manifest.json: title_ar cannot be"),
        ("title_en", "a\0b", "manifest.json: title_en cannot be"),
        ("consultation", None, "manifest.json: consultation cannot be 'None'"),
        ("confidential_responses", 3, "manifest.json: confidential_responses cannot be '3'"),
        ("confidential_responses", True, "manifest.json: confidential_responses cannot be 'True'"),
        ("role", "administrator", "manifest.json: nobody knows what 'role' means"),
        ("files", "none", "manifest.json: names no files"),
    ],
)
def test_a_manifest_that_says_what_it_cannot_is_refused(
    desk: Desk, key: str, value: object, told: str
) -> None:
    good = exported(open_consultation())
    manifest = {**json.loads(good["manifest.json"]), key: value}
    assert told in desk.refuses({**good, "manifest.json": json.dumps(manifest).encode()})


def test_what_is_no_json_is_refused(desk: Desk) -> None:
    good = exported(open_consultation())
    for content in (b"{", b"[]", b"[" * 100_000, b"\xff"):
        assert "manifest.json: " in desk.refuses({**good, "manifest.json": content})


# Archives


def test_c18_folders_doubled_names_and_what_is_no_archive_are_refused(desk: Desk) -> None:
    good = exported(open_consultation())
    for name in ("../evil.csv", "/etc/passwd", "folder/families.csv", "a\\b.csv", "ملف.csv", "x.exe"):
        assert "a set has no file of this name" in desk.refuses({**good, name: b"x"})
    assert "at most 40" in desk.refuses({f"{number}.csv": b"" for number in range(41)})
    assert "neither a set of this kind nor one of Polis" in desk.refuses({"x.csv": b""})
    assert "no active agency" in desk.imports(good, agency="nobody")[1]
    with zipfile.ZipFile(desk.file, "w") as made:
        made.writestr("families.csv", "x")
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("families.csv", "y")
    assert "stands in the archive more than once" in desk.opens()[1]
    desk.file.write_bytes(b"PK no archive")
    assert "cannot be read" in desk.opens()[1]


def test_c18_a_bomb_is_not_unpacked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_BYTES", 1_000_000)
    assert "the archive unpacks to 5000000 bytes" in desk.refuses({"families.csv": b"0" * 5_000_000})
    told, lie = (5_000_000).to_bytes(4, "little"), (999).to_bytes(4, "little")
    desk.file.write_bytes(desk.file.read_bytes().replace(told, lie))
    code, refusal = desk.opens()
    assert code == 1
    assert "cannot be read" in refusal or "unpacks to more" in refusal


# Votes as Polis publishes them

COMMENTS = (
    "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
    "1403067224363,x,48,215,9,9,1,العدادات قديمة\n"
    '1403067224363,x,5,215,0,0,0,"Meters, old ones"\n'
    "1403067224363,x,7,3,0,0,-1,rejected words\n"
)
MATRIX = (
    "participant,group-id,n-comments,n-votes,n-agree,n-disagree,5,7,48\n0,0,1,2,1,1,1,,-1\n4,,0,2,0,0,,1,1\n"
)
TALK = {
    "summary.csv": "topic,العدادات\nurl,https://pol.is/2demo\nconversation-description,=وصف\n".encode(),
    "comments.csv": COMMENTS.encode(),
    "participants-votes.csv": MATRIX.encode(),
}
VOTES = (
    b"timestamp,datetime,comment-id,voter-id,vote\n1403067224363,x,5,0,1\n1403067224363,x,48,0,-1\n"
    b"1403067224363,x,48,4,1\n1403067224363,x,7,4,1\n"
)


@pytest.mark.parametrize("votes", [{}, {"votes.csv": VOTES}], ids=["matrix", "list"])
def test_statements_of_polis_become_comments_and_votes_become_agreement(
    desk: Desk, client: Browser, votes: dict[str, bytes]
) -> None:
    made = desk.takes({**TALK, **votes}, *FREE)
    said_here = {post.body: (post.language, post.agree_count, post.disagree_count) for post in posts_of(made)}
    assert said_here == {"العدادات قديمة": ("ar", 1, 1), "Meters, old ones": ("en", 1, 0)}
    assert count(Reaction) == 3
    client.inspects = False  # Latin words stand in an Arabic page because people wrote them
    assert "https://pol.is/2demo" in client.get(f"/ar/consultations/{made.slug}/comments").text
    _code, told = desk.imports({**TALK, **votes}, *FREE)
    assert "1 statements that moderators rejected were left out" in told
    assert "Nothing to do" in told


def test_votes_of_polis_that_cannot_be_are_named(desk: Desk) -> None:
    twice = VOTES + b"1403067224363,x,5,0,1\n"
    assert "voter 0 votes twice on statement 5" in desk.refuses({**TALK, "votes.csv": twice}, *FREE)
    stray = {**TALK, "participants-votes.csv": MATRIX.replace("5,7,48", "5,7,49").encode()}
    assert "statement 49, which is not there" in desk.refuses(stray, *FREE)
    broken = {**TALK, "participants-votes.csv": MATRIX.replace("1,,-1", "x,,-1").encode()}
    assert "not of Polis' shape" in desk.refuses(broken, *FREE)


def test_passes_have_no_place_here_and_are_left_out_only_when_one_says_so(desk: Desk) -> None:
    passing = {**TALK, "participants-votes.csv": MATRIX.replace("1,,-1", "0,,-1").encode()}
    assert "1 votes pass on a statement" in desk.refuses(passing, *FREE)
    code, told = desk.imports(passing, *FREE, "--without-passes")
    assert code == 0
    assert "1 passes were left out" in told


def test_a_set_of_polis_is_refused_without_a_licence_or_one_of_its_files(desk: Desk) -> None:
    assert "say it with --licence" in desk.refuses(TALK)
    assert "say it with --licence" in desk.refuses(TALK, "--licence", "Proprietary")
    for lacking, told in (
        ("summary.csv", "summary.csv: is missing"),
        ("participants-votes.csv", "so is part"),
    ):
        fewer = {name: content for name, content in TALK.items() if name != lacking}
        assert told in desk.refuses(fewer, *FREE)


def test_the_five_files_of_votes_alone_are_a_set_of_polis(desk: Desk) -> None:
    once = exported(everything_said())
    votes = {name: content for name, content in once.items() if name.startswith("polis-")}
    again = exported(desk.takes(votes, *FREE))
    assert {name: again[name] for name in votes} == votes


@pytest.mark.skipif(
    not POLIS.is_dir(), reason="the sets of Polis are not in ../shared/data: none is imported"
)
@pytest.mark.parametrize("name", ["scoop-hivemind.taxes", "london.youth.policing"])
def test_a_published_set_of_polis_is_imported_and_its_export_comes_back_byte_by_byte(
    desk: Desk, name: str
) -> None:
    files = {file.name: file.read_bytes() for file in (POLIS / name).iterdir()}
    once = exported(desk.takes(files, *FREE, "--without-passes"))
    statements = csv.DictReader(io.StringIO(files["comments.csv"].decode("utf-8-sig"), newline=""))
    shown = [row["comment-body"] for row in statements if row["moderated"] != "-1"]
    head, *rows = csv_rows(once["contributions.csv"].decode("utf-8-sig"))
    assert sorted(row[head.index("body")] for row in rows) == sorted(shown)
    assert exported(desk.takes(once)) == once
