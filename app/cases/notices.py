"""Who is told what happens to a case: the person who sent it, and the officials who have it.

People with an account get notices, in the site and by e-mail as they wish. Whoever gave only an address gets one
mail to confirm it, and news after that; no mail carries the receipt or what was written.
"""

import uuid
from collections.abc import Callable

from app.agencies import queries as agencies
from app.cases import queries
from app.cases.events import (
    CaseAssigned,
    CaseClosed,
    CaseOpened,
    CaseReopened,
    CaseRouted,
    CaseTransferred,
    CitizenWrote,
    OfficialWrote,
)
from app.cases.models import Case
from app.cases.permissions import may_open_inbox
from app.cases.workflow import State
from app.core import crypto, i18n, mail, ratelimit
from app.core.events import on
from app.core.i18n import gettext as _
from app.core.rendering import absolute_url
from app.core.text import isolate
from app.notifications.kinds import ByMail, Facts, NoticeKind, register_notice
from app.notifications.notices import tell

UNASKED_MAILS = "5/day"

TO_PERSON: dict[str, tuple[Callable[[], str], Callable[[Facts], str]]] = {
    "case-received": (
        lambda: _("We have received what you sent"),
        lambda facts: _(
            "We have received what you sent. Its reference is %(reference)s.", **_isolated(facts)
        ),
    ),
    "case-answered": (
        lambda: _("An answer to what you sent"),
        lambda facts: _("%(agency)s has answered %(reference)s.", **_isolated(facts)),
    ),
    "case-asked": (
        lambda: _("A question about what you sent"),
        lambda facts: _(
            "%(agency)s has a question about %(reference)s. It is waiting for your reply.", **_isolated(facts)
        ),
    ),
    "case-moved": (
        lambda: _("What you sent goes to another agency"),
        lambda facts: _("%(reference)s has been transferred to %(agency)s.", **_isolated(facts)),
    ),
    "case-resorted": (
        lambda: _("What you sent is being sorted again"),
        lambda facts: _(
            "%(reference)s is back at the sorting desk, which is looking for the right agency.",
            **_isolated(facts),
        ),
    ),
    "case-closed": (
        lambda: _("What you sent has been closed"),
        lambda facts: _(
            "%(agency)s has closed %(reference)s. You can reopen it within 30 days.", **_isolated(facts)
        ),
    ),
}
TO_OFFICIALS: dict[str, tuple[Callable[[], str], Callable[[Facts], str], ByMail]] = {
    "inbox-new": (
        lambda: _("A new case for your agency"),
        lambda facts: _("%(reference)s is new in the inbox.", **_isolated(facts)),
        ByMail.DAILY,
    ),
    "inbox-message": (
        lambda: _("A citizen has written again"),
        lambda facts: _("The citizen has written again in %(reference)s.", **_isolated(facts)),
        ByMail.NOW,
    ),
    "inbox-reopened": (
        lambda: _("A citizen has reopened a case"),
        lambda facts: _("The citizen has reopened %(reference)s.", **_isolated(facts)),
        ByMail.NOW,
    ),
    "inbox-assigned": (
        lambda: _("A case has been assigned to you"),
        lambda facts: _("%(reference)s has been assigned to you.", **_isolated(facts)),
        ByMail.NOW,
    ),
    "inbox-triage": (
        lambda: _("A case is waiting at the sorting desk"),
        lambda facts: _("%(reference)s is waiting to be sorted.", **_isolated(facts)),
        ByMail.DAILY,
    ),
}


def register() -> None:
    """Make the kinds known; the listeners below are known once this module is imported."""
    for key, (label, sentence) in TO_PERSON.items():
        register_notice(NoticeKind(key, label, sentence, _status_url))
    for key, (label, sentence, by_mail) in TO_OFFICIALS.items():
        register_notice(
            NoticeKind(key, label, sentence, _inbox_url, default=by_mail, offered_to=may_open_inbox)
        )


def _status_url(facts: Facts) -> str:
    return absolute_url("cases.show", reference=facts["reference"])


def _inbox_url(facts: Facts) -> str:
    return absolute_url("inbox.show", reference=facts["reference"])


def _isolated(facts: Facts) -> dict[str, str]:
    """What the sentences name: the reference, and the agency in the reader's language."""
    agency = agencies.named(facts["agency"]) if facts.get("agency") else ""
    return {"reference": isolate(facts["reference"]), "agency": isolate(agency)}


def _facts(case: Case) -> Facts:
    return {"reference": case.shown_reference, "agency": case.agency.key if case.agency else ""}


# the person


def _tell_person(case: Case, kind: str, about: object) -> None:
    """One notice to the person, or one mail to the confirmed address of a case without a person."""
    key = f"{kind}:{case.id}:{about}"
    if case.person_id is not None:
        tell([case.person_id], kind, ("case", case.id), _facts(case), key)
    elif case.contact_email and case.contact_confirmed_at is not None:
        _mail_news(case, kind, key)


def _mail_news(case: Case, kind: str, key: str) -> None:
    label, sentence = TO_PERSON[kind]
    with i18n.speaking(case.contact_language):
        facts = {
            "label": label(),
            "sentence": sentence(_facts(case)),
            "action_url": absolute_url("cases.find", reference=case.shown_reference),
        }
    mail.post(case.contact_email or "", case.contact_language, "case-news", facts, dedup_key=key)


@on(CaseOpened)
def confirm_receipt(event: CaseOpened) -> None:
    """The person learns that it has arrived; a bare address is asked to confirm itself, and told no more than that.

    Anybody can type anybody's address: no mailbox gets more than a few such mails a day.
    """
    case = queries.by_id(event.case_id)
    if case.person_id is not None:
        _tell_person(case, "case-received", "opened")
    elif case.contact_email and _may_mail_unasked(case.contact_email):
        with i18n.speaking(case.contact_language):
            url = absolute_url("cases.confirm_contact", token=queries.contact_token(case))
        facts = {"reference": case.shown_reference, "action_url": url}
        mail.post(
            case.contact_email, case.contact_language, "case-received", facts, dedup_key=f"received:{case.id}"
        )
    if case.agency is None:
        _tell(queries.arbiters(), case, "inbox-triage", case.last_seq)


def _may_mail_unasked(address: str) -> bool:
    return ratelimit.hit(UNASKED_MAILS, "unasked mail", crypto.email_index(address))


@on(OfficialWrote)
def tell_of_answer(event: OfficialWrote) -> None:
    case = queries.by_id(event.case_id)
    _tell_person(case, "case-asked" if case.state == State.WAITING else "case-answered", event.seq)


@on(CaseClosed)
def tell_of_closing(event: CaseClosed) -> None:
    if not event.by_citizen:
        case = queries.by_id(event.case_id)
        _tell_person(case, "case-closed", case.last_seq)


@on(CaseTransferred)
def tell_of_transfer(event: CaseTransferred) -> None:
    case = queries.by_id(event.case_id)
    _tell_person(case, "case-moved" if event.to_key else "case-resorted", case.last_seq)
    if event.to_key:
        _tell_agency(case, "inbox-new", case.last_seq)
    else:
        _tell(queries.arbiters(), case, "inbox-triage", case.last_seq)


# the officials


@on(CaseRouted)
def tell_of_arrival(event: CaseRouted) -> None:
    case = queries.by_id(event.case_id)
    _tell_agency(case, "inbox-new", case.last_seq)
    if not event.by_citizen:
        _tell_person(case, "case-moved", case.last_seq)


@on(CitizenWrote)
def tell_of_message(event: CitizenWrote) -> None:
    _tell_holder(queries.by_id(event.case_id), "inbox-message", event.seq)


@on(CaseReopened)
def tell_of_reopening(event: CaseReopened) -> None:
    case = queries.by_id(event.case_id)
    _tell_holder(case, "inbox-reopened", case.last_seq)


@on(CaseAssigned)
def tell_of_assignment(event: CaseAssigned) -> None:
    if event.assignee_id != event.by_id:
        case = queries.by_id(event.case_id)
        _tell([event.assignee_id], case, "inbox-assigned", case.last_seq)


def _tell_holder(case: Case, kind: str, seq: int) -> None:
    """Whoever has the case; everybody of the agency while nobody has it."""
    if case.assignee_id is not None:
        _tell([case.assignee_id], case, kind, seq)
    else:
        _tell_agency(case, kind, seq)


def _tell_agency(case: Case, kind: str, seq: int) -> None:
    if case.agency is not None:
        _tell(queries.officials_of(case.agency.key), case, kind, seq)


def _tell(people: list[uuid.UUID], case: Case, kind: str, seq: int) -> None:
    handlers = [person for person in people if person != case.person_id]
    tell(handlers, kind, ("case", case.id), _facts(case), f"{kind}:{case.id}:{seq}")
