"""A later version of the draft while people comment: nothing that was said is lost, and nobody is left to guess.

Marks that move by themselves are the fault of comparable platforms (consuldemocracy/consuldemocracy#5529): here each
contribution stays at the words it was written about, and the register says what became of them.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, func, update

from app.core import audit, db, events
from app.core.errors import WrongState
from app.core.permissions import Actor, require
from participation.consultations import comparing
from participation.consultations.actions.preparing import lock
from participation.consultations.comparing import Fate
from participation.consultations.events import VersionOpened
from participation.consultations.models import Consultation, Contribution
from participation.consultations.permissions import may_prepare
from participation.consultations.queries import drafts

KEPT, MOVED, ORPHANED = "kept", "moved", "orphaned"


def open_version(
    actor: Actor, consultation: Consultation, number: int, merged: Mapping[str, str] | None = None
) -> None:
    """Let people comment on a later published version from now on.

    Each earlier contribution is kept (its article is the same), moved (changed, renumbered, or merged into another
    one) or orphaned (gone). `merged`: key of an article that is gone -> key of the one that took it in. Raises
    WrongState when it is no later version, or not published.
    """
    require(may_prepare(actor, consultation))
    lock(consultation)
    if consultation.state not in {"draft", "published"} or number <= (consultation.version_number or 0):
        raise WrongState
    if number not in drafts.published_numbers(consultation):
        raise WrongState
    found = comparing.fates(consultation, number) if consultation.version_number else []
    consultation.version_number = number
    there = {fate.key for fate in found if fate.kind != "gone"}
    for fate in found:
        _carry(consultation, fate, (merged or {}).get(fate.key, ""), there)
    _keep_whole(consultation)
    db.session().flush()
    audit.record(actor, "consultation.version", "consultation", consultation.id, number=number)
    if consultation.published_at is not None:
        events.publish(VersionOpened(consultation.id, number))


def _carry(consultation: Consultation, fate: Fate, into: str, there: set[str]) -> None:
    """Say of everything at this article what became of it."""
    if fate.kind == "gone":
        moved, to = (MOVED, into) if into in there else (ORPHANED, "")
        _mark(consultation, fate.key, moved=moved, moved_to=to)
    elif fate.kind in {"changed", "renumbered"}:
        _mark(consultation, fate.key, moved=MOVED, moved_to=fate.key)
    else:
        _mark(consultation, fate.key, Contribution.moved == "", moved=KEPT)


def _mark(consultation: Consultation, key: str, *where: ColumnElement[bool], **facts: str) -> None:
    """Everything that stands at this article now, whether it was written there or moved there before."""
    stands = func.coalesce(func.nullif(Contribution.moved_to, ""), Contribution.part) == key
    of_this = Contribution.consultation_id == consultation.id, Contribution.moved != ORPHANED
    db.session().execute(update(Contribution).where(*of_this, stands, *where).values(**facts))


def _keep_whole(consultation: Consultation) -> None:
    """What was said about the draft as a whole is still about the draft."""
    _mark(consultation, "", Contribution.moved == "", moved=KEPT)
