"""What the clock does to consultations: nothing but telling people; the phases themselves need no job."""

from datetime import timedelta

from app.core import clock
from app.core.jobs import job
from participation.consultations import notices
from participation.consultations.phases import CLOSING_SOON
from participation.consultations.queries import lists

LOOK_BACK = timedelta(days=2)
"""So long a stopped worker may be away before nobody is told of an opening any more."""


@job("consultations.tell", every=timedelta(minutes=15))
def tell() -> None:
    """Who follows hears of openings and of what closes within three days. Each notice has its key: once is enough."""
    now = clock.now()
    for consultation, phase in lists.opened_between(now - LOOK_BACK, now):
        notices.tell_of_opening(consultation, phase)
    for consultation, phase in lists.closing_between(now, now + CLOSING_SOON):
        notices.tell_of_closing(consultation, phase)
