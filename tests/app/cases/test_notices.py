"""What a notice about a case does once the case itself is seen."""

from app.core import db
from app.identity.models import Person, actor_of
from app.notifications.queries import unread_count
from tests.client import Browser
from tests.factories import people
from tests.factories.cases import inquiry


def unread(person: Person) -> int:
    with db.transaction(reading=True):
        return unread_count(actor_of(person))


def test_opening_a_case_reads_the_notices_about_it_on_either_side_and_no_others(client: Browser) -> None:
    huda, omar = people.huda(), people.omar()
    pages = {huda: "/ar/cases/{}", omar: "/ar/inbox/{}"}
    seen, _other = inquiry(huda), inquiry(huda)
    before = [unread(person) for person in pages]
    for person, page in pages.items():
        assert client.another().enter(person).get(page.format(seen.case.reference)).status_code == 200
    assert before == [2, 2]
    assert [unread(person) for person in pages] == [1, 1]
