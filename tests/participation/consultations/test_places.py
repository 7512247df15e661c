"""C33: a consultation as a place for talk: the phase says who may post, with a reason in words."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from app.core import clock, db
from app.core.i18n import speaking
from app.core.permissions import NOBODY, Actor
from app.factory import Sawt
from app.identity.models import actor_of
from participation.consultations.models import Consultation
from participation.discussion.places import Rights, place_kind
from tests.factories import people
from tests.factories.agencies import water
from tests.factories.consultations import (
    ARTICLES,
    closed_consultation,
    consultation,
    open_consultation,
    publish_version,
    upcoming_consultation,
)


@pytest.fixture(autouse=True)
def unit(app: Sawt) -> Iterator[None]:
    with app.app_context(), db.transaction():
        water()
        yield


def rights(made: Consultation, part: str = "art_3", actor: Actor = NOBODY) -> Rights:
    return place_kind("consultation").rights(actor, str(made.id), part, clock.now())


def test_everybody_may_post_on_an_article_while_comments_are_open() -> None:
    found = rights(open_consultation(least_level=2, moderation="before"))
    assert found.see and found.post and found.react and found.takes_stance  # noqa: PT018
    assert (found.least_level, found.moderation) == (2, "before")
    assert "wording" in found.kinds


def test_a_wording_is_suggested_for_an_article_not_for_the_whole() -> None:
    assert "wording" not in rights(open_consultation(), "").kinds


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (upcoming_consultation, "Comments open on"),
        (closed_consultation, "Comments closed on"),
        (lambda: open_consultation(state="cancelled"), "was cancelled"),
    ],
)
def test_c33_before_and_after_the_phase_posting_is_refused_with_its_reason(
    make: Callable[[], Consultation], reason: str
) -> None:
    with speaking("en"):
        found = rights(make())
    assert found.see
    assert not found.post
    assert not found.react
    assert reason in found.why_not


def test_the_moment_of_closing_ends_the_right_to_post() -> None:
    made = open_consultation()
    closes = made.phases[1].ends_at
    place = place_kind("consultation")
    assert place.rights(NOBODY, str(made.id), "", closes - timedelta(seconds=1)).post
    assert not place.rights(NOBODY, str(made.id), "", closes).post


def test_a_draft_consultation_is_no_place_for_anybody_but_its_agency() -> None:
    made = consultation()
    assert rights(made) == Rights()
    assert rights(made, actor=actor_of(people.karim())) == Rights()
    assert rights(made, actor=actor_of(people.omar())).see
    assert not rights(made, actor=actor_of(people.omar())).post


def test_an_article_that_is_gone_is_read_on_but_not_commented_on() -> None:
    made = open_consultation()
    assert made.document is not None
    publish_version(made.document, 2, ARTICLES[:2])
    made.version_number = 2
    db.session().flush()
    found = rights(made, "art_3")
    assert found.see
    assert not found.post
    assert found.why_not


@pytest.mark.parametrize("place_id", ["", "x", "00000000-0000-0000-0000-000000000000", "' OR 1=1"])
def test_an_id_that_is_none_gives_no_rights(place_id: str) -> None:
    assert place_kind("consultation").rights(NOBODY, place_id, "", clock.now()) == Rights()


def test_an_article_there_never_was_is_no_place() -> None:
    assert rights(open_consultation(), "art_99") == Rights()


def test_the_place_has_the_title_and_address_of_its_article_in_the_readers_language() -> None:
    made, place = open_consultation(), place_kind("consultation")
    assert str(place.title(str(made.id), "art_3")) == "المادة 3: قطع المياه"
    assert place.url(str(made.id), "art_3") == f"/ar/consultations/{made.slug}/articles/art_3"
    with speaking("en"):
        assert str(place.title(str(made.id), "")) == "Draft regulation on water meters"
        assert place.url(str(made.id), "") == f"/en/consultations/{made.slug}/comments"
    assert place.agencies(str(made.id)) == {"water"}
