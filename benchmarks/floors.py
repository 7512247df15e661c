"""The bare floor: Flask, Jinja and SQLAlchemy Core doing the like without sessions, rights or translation.

What a page of ours costs above it is the price of what makes it ours.
"""

from typing import Any

import sqlalchemy as sa
from flask import Flask, render_template_string, request
from flask.testing import FlaskClient

from app.agencies.models import Agency
from app.cases.models import Case, CaseEvent, CaseText
from app.core import db
from app.identity.models import Person
from benchmarks.measuring import Act, Prepare
from feedback.routing.seeds import load_seeds
from participation.discussion.models import Post

ROWS = """<!doctype html><html lang="en"><title>Floor</title><h1>Floor</h1><ul>
{% for row in rows %}<li>{% for cell in row %}<p>{{ cell }}</p>{% endfor %}</li>{% endfor %}
</ul>"""
LISTED = 25

_scratch = sa.MetaData()
_filed = sa.Table(
    "floor_cases", _scratch, sa.Column("id", sa.Integer, primary_key=True), sa.Column("body", sa.Text)
)
_happened = sa.Table(
    "floor_events", _scratch, sa.Column("id", sa.Integer, primary_key=True), sa.Column("case_id", sa.Integer)
)


def floor_client() -> FlaskClient:
    """A client of the bare application, on the database that is connected."""
    app = Flask("floor")
    app.add_url_rule("/agencies", view_func=agencies)
    app.add_url_rule("/form", view_func=form)
    app.add_url_rule("/case", view_func=case)
    app.add_url_rule("/list", view_func=newest)
    app.add_url_rule("/posts", view_func=posts)
    app.add_url_rule("/filing", view_func=file_one, methods=["POST"])
    _scratch.create_all(db.engine())
    return app.test_client()


def getting(client: FlaskClient, path: str) -> Prepare:
    """Get a page, anew each time."""

    def act() -> int:
        return len(client.get(path).data)

    return lambda: act


def posting(client: FlaskClient, path: str, **fields: str) -> Prepare:
    def act() -> int:
        return len(client.post(path, data=fields).data)

    return lambda: act


def agencies() -> str:
    return _listed(sa.select(Agency.__table__.c.name_ar, Agency.__table__.c.remit_ar))


def newest() -> str:
    columns = (Case.reference, Case.title, Case.state, Case.touched_at)
    return _listed(sa.select(*columns).order_by(Case.touched_at.desc()).limit(LISTED))


def case() -> str:
    one = sa.select(Case.id).limit(1).scalar_subquery()
    wanted = sa.select(CaseEvent.kind, CaseEvent.at, CaseText.body).outerjoin(CaseText)
    return _listed(wanted.where(CaseEvent.case_id == one))


def posts() -> str:
    columns = (
        Person.display_name,
        Post.stance,
        Post.created_at,
        Post.body,
        Post.agree_count,
        Post.disagree_count,
    )
    wanted = sa.select(*columns).outerjoin(Person, Person.id == Post.author_id).order_by(Post.id.desc())
    return _listed(wanted.where(Post.parent_id.is_(None)).limit(request.args.get("size", 50, type=int)))


def form() -> str:
    return render_template_string(ROWS, rows=[("What is it about?", "<textarea>")] * 8)


def file_one() -> str:
    """Two statements and a commit, as durable as ours."""
    with db.transaction() as session:
        key = session.scalar(sa.insert(_filed).values(body="A text. " * 24).returning(_filed.c.id))
        session.execute(sa.insert(_happened).values(case_id=key))
    return ""


def one_row() -> Prepare:
    """One row and a commit, as durable as ours."""

    def act() -> int:
        with db.transaction() as session:
            session.execute(sa.insert(_filed).values(body="A text. " * 24))
        return 0

    act_once: Act = act
    return lambda: act_once


def _listed(wanted: sa.Select[*tuple[Any, ...]]) -> str:
    with db.engine().connect() as connection:
        return render_template_string(ROWS, rows=connection.execute(wanted).all())


def plain_classifier() -> Prepare:
    """Plain scikit-learn on the same texts: TF-IDF of words and a logistic regression."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # heavy: seconds to import
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    rows = [row for row in load_seeds() if row.label]
    plain = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), min_df=2), LogisticRegression(max_iter=200))
    plain.fit([row.text for row in rows], [row.label for row in rows])

    def act() -> int:
        return int(plain.predict_proba(["The water has been cut off in our street for two days."]).size)

    act_once: Act = act
    return lambda: act_once
