""" "You said, we did": changed words that open, news that is told once, an end that everybody hears of."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.core import db
from app.core.errors import Denied, Missing, Stale
from app.core.i18n import speaking
from app.factory import Sawt
from app.notifications import actions as notifications
from app.notifications.models import Notice
from participation.consultations.answering import actions
from participation.consultations.answering.actions import Change, OutcomeText
from participation.consultations.answering.queries import outcomes
from participation.consultations.models import Consultation, OutcomeUpdate
from tests.client import Browser
from tests.factories import documents, people
from tests.factories.agencies import water
from tests.factories.answering import (
    acting,
    answer,
    close_comments,
    ended,
    family_of,
    fresh,
    outcome,
    ready_to_end,
    said,
)
from tests.factories.consultations import open_consultation


@pytest.fixture(autouse=True)
def unit(app: Sawt) -> Iterator[None]:
    with app.app_context():
        water()
        yield


def of_two_versions() -> Consultation:
    """A consultation on a draft law whose second version announces outages earlier, in both languages."""
    arabic = documents.changed(documents.ARABIC, "art_2", "يُعلَن عن كل انقطاع قبل ٤٨ ساعة على الأقل.")
    english = documents.changed(
        documents.ENGLISH, "art_2", "Every outage is announced at least 48 hours before."
    )
    with db.transaction():
        law = documents.draft_law()
        documents.write(law, 2, arabic, english)
        documents.publish(law, 2)
        return open_consultation(document=law)


def first_change(made: Consultation) -> Change:
    with db.transaction(reading=True), speaking("ar"):
        document = fresh(made).document
        assert document is not None
        found = next(each for each in outcomes.changed_words(document) if each.anchor.startswith("art_2"))
        return Change(found.from_version, found.to_version, outcomes.anchor_in_both(document, found))


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_link_of_an_accepted_row_opens_the_changed_words(client: Browser, lang: str) -> None:
    made = of_two_versions()
    outcome(made, decision="accepted", part="art_2", change=first_change(made))
    page = client.enter(people.omar()).get(f"/{lang}/consultations/{made.slug}/outcome").text
    (link,) = re.findall(r'href="([^"]*(?:comparison|compare)[^"]*)"', page)
    opened = client.leave().get(link.replace("&amp;", "&"))
    assert opened.status_code == 200
    assert f'id="{urlsplit(link).fragment}"' in opened.text


def test_the_form_offers_every_change_and_keeps_the_chosen_one(client: Browser) -> None:
    made = of_two_versions()
    omar = client.enter(people.omar())
    page = omar.get(f"/en/consultations/{made.slug}/outcomes/new").text
    values = re.findall(r'value="(1~2~[^"]*)"', page)
    assert values
    form = {"part": "art_2", "decision": "accepted", "progress": "done", "change": values[0]}
    assert omar.send(f"/en/consultations/{made.slug}/outcomes/new", form).status_code == 303
    with db.transaction(reading=True):
        (row,) = outcomes.all_outcomes(made)
        assert (row.from_version, row.to_version) == (1, 2)
        assert row.hunk.startswith("art_2")
    forged = omar.send(f"/en/consultations/{made.slug}/outcomes/new", {**form, "change": "1~2~art_9__h1"})
    assert forged.status_code == 422


def test_news_of_a_row_is_told_once_to_each_author_whose_text_it_answers() -> None:
    made = open_consultation()
    first, second = said(made, people.huda()), said(made, people.yusuf())
    said(made, people.sami(), "رأي آخر لا علاقة له بالمهلة ولا بالإنذار المكتوب.")
    row = outcome(made)
    answer(made, family_of(first), outcome=row)
    assert family_of(second).outcome_id == row.id
    for _again in range(2):
        with db.transaction():
            kept = outcomes.find_outcome(made, row.public_id)
            text = ("صدر القرار.", "It is in force.")
            actions.update_outcome(acting(people.omar()), fresh(made), kept, "done", text, "one form")
    with db.transaction(reading=True) as session:
        told = session.scalars(select(Notice.person_id).where(Notice.kind == "outcome-updated")).all()
        assert sorted(told) == sorted([people.huda().id, people.yusuf().id])
        assert len(session.scalars(select(OutcomeUpdate)).all()) == 1
        assert outcomes.find_outcome(made, row.public_id).progress == "done"


def test_followers_and_authors_hear_of_the_end_once() -> None:
    made = ready_to_end()
    with db.transaction():
        notifications.follow(acting(people.nour()), "consultation", made.slug)
        notifications.follow(acting(people.huda()), "consultation", made.slug)
    for _again in range(2):
        with db.transaction():
            actions.publish_response(acting(people.salma()), fresh(made))
    with db.transaction(reading=True) as session:
        told = session.scalars(select(Notice.person_id).where(Notice.kind == "consultation-ended")).all()
        assert sorted(told) == sorted([people.huda().id, people.nour().id])


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (people.salma, True),
        (people.rana, True),
        (people.adam, True),
        (people.omar, False),
        (people.karim, False),
        (people.nour, False),
        (people.lina, False),
        (people.huda, False),
    ],
)
def test_who_may_end_a_consultation(who: object, may: bool) -> None:
    made = ready_to_end()
    with db.transaction():
        if may:
            actions.publish_response(acting(who()), fresh(made))  # type: ignore[operator]
            assert fresh(made).state == "ended"
        else:
            with pytest.raises(Denied):
                actions.publish_response(acting(who()), fresh(made))  # type: ignore[operator]


def test_while_people_can_comment_the_response_waits() -> None:
    made = open_consultation()
    with db.transaction(), pytest.raises(actions.NotReady) as refused:
        fresh(made).closing_words = ("شكرًا", "Thanks")
        actions.publish_response(acting(people.salma()), fresh(made))
    assert refused.value.gaps.is_still_open
    close_comments(made)
    with db.transaction():
        fresh(made).closing_words = ("شكرًا", "Thanks")
        actions.publish_response(acting(people.salma()), fresh(made))


def test_a_row_that_a_colleague_changed_meanwhile_is_not_overwritten() -> None:
    made = open_consultation()
    row = outcome(made)
    text = OutcomeText("art_3", "partly", "done", ("أ", "a"), ("ب", "b"), ("ج", "c"))
    with db.transaction():
        mine = outcomes.find_outcome(made, row.public_id)
        actions.change_outcome(acting(people.salma()), fresh(made), mine, text, 0)
        with pytest.raises(Stale):
            actions.change_outcome(acting(people.omar()), fresh(made), mine, text, 0)


def test_a_published_row_is_changed_but_never_removed() -> None:
    made = ended()
    with db.transaction():
        (row,) = outcomes.all_outcomes(made)
        with pytest.raises(Denied):
            actions.remove_outcome(acting(people.omar()), fresh(made), row)


def test_c02_the_rows_are_nobody_s_before_the_response_is_public() -> None:
    made = ready_to_end()
    with db.transaction():
        for who in (people.huda, people.karim, people.nour, people.lina, people.adam):
            with pytest.raises(Missing):
                outcomes.outcomes(acting(who()), fresh(made))
        assert outcomes.outcomes(acting(people.omar()), fresh(made))
