"""Several clerks at the dates of one consultation, on both databases: nobody meets an error, one plan stands whole."""

from app.core import clock, db
from app.core.permissions import SYSTEM
from app.factory import Sawt
from participation.consultations import phases, queries
from participation.consultations.actions import preparing
from participation.consultations.models import Consultation
from participation.consultations.phases import Planned
from participation.consultations.written import Rules
from tests.factories.agencies import water
from tests.factories.consultations import KINDS, planned_consultation
from tests.together import together

CLERKS = 8


def all_of(days: int) -> list[Planned]:
    """Every phase of this many days."""
    return [Planned(kind, days) for kind in KINDS]


def plan(made: Consultation, days: int) -> None:
    preparing.plan(SYSTEM, queries.by_id(made.id), all_of(days), clock.today(), Rules())


def test_clerks_who_set_the_dates_at_once_leave_one_whole_plan(app: Sawt) -> None:
    with app.app_context():
        water()
        made = planned_consultation()
        clerks = [lambda days=days: plan(made, days) for days in range(10, 10 + CLERKS)]
        assert together(app, clerks) == [None] * CLERKS
        with db.transaction(reading=True):
            kept = phases.plan_of(queries.by_id(made.id).phases, clock.zone())
            assert kept in [all_of(days) for days in range(10, 10 + CLERKS)]
