"""C7: one person, one vote, however often and from however many windows it is clicked.

Real processes, real threads, both databases: two servers on one database, every click a request of its own.
"""

import hashlib
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from app.core import crypto, db
from app.identity.actions import open_sign_in
from participation.consultations.models import SUBJECT
from participation.discussion import actions, recount
from participation.discussion.models import Post, Reaction
from tests.conftest import DATABASES, KEYS
from tests.factories import discussion
from tests.factories.consultations import open_consultation
from tests.factories.people import person
from tests.sites import Answer, Site, Visitor, free_port, fresh_database, running_site

AT_ONCE = 24
SECRET = "of-this-test-and-its-servers-alone" * 2
"""Signs the cookies here as on the servers."""


@pytest.fixture(params=DATABASES)
def sites(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[list[Site]]:
    """Two serving processes of one site."""
    with (
        fresh_database(request.param, tmp_path) as database,
        running_site(database, tmp_path, SECRET_KEYS=SECRET) as first,
    ):
        second = replace(first, port=free_port(), serving=None)
        second.start()
        try:
            yield [first, second]
        finally:
            second.kill()


def founded(site: Site, people: int) -> tuple[str, list[str]]:
    """A post in an open consultation (its public id), and the secrets of the sign-ins of so many people."""
    with inside(site), db.transaction():
        consultation = open_consultation()
        thread = actions.open_thread(SUBJECT, str(consultation.id), "art_1")
        discussion.crowd(thread, roots=1)
        post = db.session().scalars(sa.select(Post.public_id)).one()
        crowd = [person(f"مقيم {n}", f"resident{n}@example.org") for n in range(people)]
        return post, [open_sign_in(one, "firefox/linux") for one in crowd]


@contextmanager
def inside(site: Site) -> Iterator[None]:
    with site.look_inside():
        crypto.use_keys((SECRET,), KEYS["PII_KEYS"])
        yield


def clicks(sites: list[Site], secrets: list[str], times: int) -> list[tuple[Visitor, str, str]]:
    """Every click as (window, token, kind): each person from a net of their own, in windows on both servers."""
    csrf = hashlib.sha1(b"one for all", usedforsecurity=False).hexdigest()
    token = str(URLSafeTimedSerializer(SECRET, "wtf-csrf-token").dumps(csrf))
    signing = signer()
    made = []
    for number, secret in enumerate(secrets):
        cookie = signing.dumps({"csrf_token": csrf, "sign_in": secret, "_permanent": True})
        for time in range(times):
            window = Visitor(sites[time % 2], f"198.51.{number // 250}.{number % 250}", 120)
            window.cookies.load(f"sawt={cookie}")
            made.append((window, token, "agree" if time % 3 else "disagree"))
    random.Random(7).shuffle(made)
    return made


def signer() -> URLSafeTimedSerializer:
    """What signs session cookies on the servers."""
    bare = Flask("bare")
    bare.secret_key = SECRET
    made = SecureCookieSessionInterface().get_signing_serializer(bare)
    assert made is not None
    return made


def sent(post: str, made: list[tuple[Visitor, str, str]]) -> list[Answer]:
    start = threading.Barrier(AT_ONCE)

    def send(share: list[tuple[Visitor, str, str]]) -> list[Answer]:
        start.wait(60)
        path = f"/ar/posts/{post}/reaction"
        return [window.post(path, csrf_token=token, kind=kind) for window, token, kind in share]

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        shares = [made[n::AT_ONCE] for n in range(AT_ONCE)]
        return [answer for answers in crowd.map(send, shares) for answer in answers]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("people", "times"), [(20, 20), pytest.param(200, 50, marks=pytest.mark.long)], ids=["small", "full"]
)
def test_c07_one_person_has_one_vote_however_often_it_is_clicked(
    sites: list[Site], people: int, times: int
) -> None:
    post, secrets = founded(sites[0], people)
    answers = sent(post, clicks(sites, secrets, times))
    assert {answer.status for answer in answers} == {303}
    assert len(answers) == people * times
    with inside(sites[0]), db.transaction(reading=True) as session:
        each = session.execute(
            sa.select(Reaction.author_key, sa.func.count()).group_by(Reaction.author_key)
        ).all()
        assert [count for _key, count in each] == [1] * people
        now = session.scalars(sa.select(Post).where(Post.public_id == post)).one()
        assert now.agree_count + now.disagree_count == people
        assert list(recount.differences()) == []
