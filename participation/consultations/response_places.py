"""Where the text of a public response stands: a place of one text, which is moderated, found and withdrawn as any post.

A place is named by the consultation's id, and the public id of the response as its part.
"""

from datetime import datetime

from flask import url_for

from app.core import i18n
from app.core.i18n import LocalText
from app.core.i18n import gettext as _
from app.core.permissions import Actor
from app.core.text import isolate
from participation.consultations import phases, places
from participation.consultations.models import RESPONSE
from participation.consultations.permissions import may_see
from participation.discussion.places import PlaceKind, Rights, register_place


def register() -> None:
    register_place(
        PlaceKind(
            RESPONSE,
            rights,
            title,
            url,
            places.agencies,
            titles=places.titles,
            heading=response_to,
            is_one_text=True,
        )
    )


def response_to(title: str) -> str:
    return _("Response to %(title)s", title=title)


def rights(actor: Actor, place_id: str, part: str, now: datetime) -> Rights:
    """Nobody replies or reacts. A late one is measured, and read before, as the phase it is late for asks."""
    consultation = places.find(place_id)
    if consultation is None or not may_see(actor, consultation):
        return Rights()
    phase = phases.comment_phase(consultation, now)
    return Rights(
        see=True,
        least_level=phase.least_level if phase else 1,
        moderation="before" if phase and phase.moderation == "before" else "after",
    )


def title(place_id: str, part: str) -> LocalText:
    """Without the name of the organisation: the public log of moderation names the place."""
    consultation = places.known(place_id)
    return LocalText(response_to(isolate(consultation.title.text)), i18n.language())


def url(place_id: str, part: str) -> str:
    slug = places.known(place_id).slug
    return url_for("taking_part.response", slug=slug, public_id=part, _external=False)
