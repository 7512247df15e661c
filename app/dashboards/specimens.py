"""Sample contents for the style guide: every component in every state, in the reader's language.

Invented, and full of what breaks layouts: telephone numbers, dates and codes inside Arabic, names in the
other script, long words.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    FileField,
    Form,
    FormField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from app.core import i18n
from app.core.i18n import gettext as _

AT = datetime(2026, 12, 4, 19, 59, tzinfo=UTC)

NUMBERS_IN_ARABIC = (
    "أقترح إضافة رقم الخدمة 600-555-123 والبريد trees@example.org قبل 2026-11-23، والرد خلال 3-5 أيام."
)
NUMBERS_IN_ENGLISH = (
    "Please add the service number 600-555-123 and answer within 3-5 days, before 2026-11-23."
)
NAME_IN_LATIN = "Salem K."
NAME_IN_ARABIC = "أمينة ر."


class BirthDate(Form):
    """Three parts of a date; forgiving of what people type."""

    day = StringField()
    month = StringField()
    year = StringField()


class SampleForm(Form):
    """One field of each kind."""

    name = StringField()
    email = EmailField()
    phone = StringField()
    password = PasswordField()
    born = FormField(BirthDate)
    district = SelectField()
    text = TextAreaField()
    stance = RadioField()
    agency = RadioField()
    named = BooleanField()
    channels = SelectMultipleField()
    photo = FileField()


def form(with_errors: bool = False) -> SampleForm:
    """The sample form, empty or as it comes back when nothing in it was right."""
    posted = (
        MultiDict({"phone": "12", "born-day": "31", "born-month": "2", "text": "…"}) if with_errors else None
    )
    made = SampleForm(posted, prefix="wrong-" if with_errors else "")
    _name_fields(made)
    made.district.choices = [("1", _("Choose a district")), ("2", _("Harbour")), ("3", _("Old town"))]
    made.stance.choices = [
        ("support", _("Yes, I support it")),
        ("partly", _("Partly")),
        ("oppose", _("No, I oppose it")),
    ]
    made.agency.choices = [
        *[(c.value, c.agency) for c in choices()],
        ("other", _("Another agency")),
        ("unknown", _("I do not know")),
    ]
    made.agency.data = "water"
    made.channels.choices = [("email", _("By e-mail")), ("site", _("On this site"))]
    made.channels.data = ["site"]
    if with_errors:
        _refuse(made)
    return made


def _name_fields(made: SampleForm) -> None:
    labels = {
        "name": _("Full name"),
        "email": _("E-mail address"),
        "phone": _("Telephone number"),
        "password": _("Password"),
        "born": _("Date of birth"),
        "district": _("District"),
        "text": _("Your comment"),
        "agency": _("Which agency should receive this?"),
        "stance": _("Do you support this article?"),
        "named": _("Publish my comment under my name"),
        "channels": _("How may we tell you?"),
        "photo": _("Attach a file"),
    }
    for name, words in labels.items():
        made[name].label.text = words
    made.photo.flags.optional = True


def _refuse(made: SampleForm) -> None:
    faults: dict[str, str] = {
        "name": _("Enter your full name"),
        "email": _("Enter an e-mail address, such as name@example.org"),
        "phone": _("Enter a telephone number with at least 7 digits"),
        "district": _("Choose a district"),
        "text": _("Write your comment"),
        "stance": _("Say whether you support the article"),
        "photo": _("The file is larger than 10 MB"),
    }
    for name, words in faults.items():
        made[name].errors = [words]
    _birth_day(made).errors = [_("The date of birth must be a real date")]


def _birth_day(made: SampleForm) -> Field:
    return made.born.form.day


@dataclass(frozen=True)
class Link:
    """An entry of tabs."""

    label: str
    url: str = "#main"
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Event:
    """A row of the timeline or a message of the conversation."""

    side: str
    title: str
    text: str | None = None
    author: str | None = None
    official: bool = False
    state: str | None = None
    seq: int = 0
    lang: str = "ar"
    dir: str = "rtl"
    at: datetime = AT


@dataclass(frozen=True)
class Post:
    """A public comment."""

    anchor: str
    author: str
    paragraphs: list[str]
    lang: str
    dir: str
    official: str | None = None
    stance: str | None = None
    tone: str = "neutral"
    is_new: bool = False
    at: datetime = AT


@dataclass(frozen=True)
class Row:
    """A row of the officials' queue."""

    subject: str
    reference: str
    status: str
    tone: str
    clock: str
    language: str
    url: str = "#main"
    assignee: str | None = None
    topic: str | None = None
    unread: bool = False
    overdue: bool = False


@dataclass(frozen=True)
class Choice:
    """A suggested agency."""

    value: str
    agency: str
    confidence: str
    reason: list[tuple[str, bool]] = field(default_factory=list)
    remit: str = ""


def timeline() -> list[Event]:
    return [
        Event("citizen", _("Complaint sent"), NUMBERS_IN_ARABIC, NAME_IN_ARABIC),
        Event("system", _("Receipt sent by e-mail")),
        Event("note", _("Internal note"), "ورد بلاغ عن الشارع نفسه الأسبوع الماضي.", NAME_IN_LATIN),
        Event("official", _("Answered"), NUMBERS_IN_ENGLISH, NAME_IN_LATIN, lang="en", dir="ltr"),
    ]


def messages() -> list[Event]:
    return [
        Event(
            "system",
            "",
            _("Omar from the water agency has joined."),
            seq=1,
            lang=i18n.language(),
            dir=i18n.direction(),
        ),
        Event("theirs", "", NUMBERS_IN_ENGLISH, "Omar", official=True, seq=2, lang="en", dir="ltr"),
        Event("mine", "", NUMBERS_IN_ARABIC, _("You"), state=_("Delivered"), seq=3),
        Event("note", "", "Ask the roads department.", "Salma", seq=4, lang="en", dir="ltr"),
    ]


def posts() -> list[Post]:
    english = ["15 working days is too long when a tree is dangerous.", NUMBERS_IN_ENGLISH]
    return [
        Post("post-1", NAME_IN_LATIN, english, "en", "ltr", stance=_("Partly"), tone="wait"),
        Post(
            "post-2",
            NAME_IN_ARABIC,
            [NUMBERS_IN_ARABIC],
            "ar",
            "rtl",
            stance=_("Supports"),
            tone="good",
            is_new=True,
        ),
        Post(
            "post-3",
            _("Ministry of Climate"),
            ["شكرًا لكم، سنضيف إجراءً عاجلًا."],
            "ar",
            "rtl",
            _("Trees department"),
        ),
    ]


def queue() -> list[Row]:
    return [
        Row("لا ماء في الحي منذ يومين", "7K2M-9QXA-4TRW", _("New"), "info", _("Overdue since yesterday"),
            "ar", topic=_("Water supply"), unread=True, overdue=True),
        Row("Broken street light at 12 Harbour Road", "3HVP-0ZNE-8KCD", _("In progress"), "wait",
            _("2 working days left"), "en", assignee=NAME_IN_LATIN, topic=_("Street lighting")),
        Row("استفسار عن رسوم الرخصة 2026", "5YBT-6MWJ-1GFS", _("Answered"), "good", _("No deadline"), "ar",
            assignee=NAME_IN_ARABIC),
    ]  # fmt: skip


def choices() -> list[Choice]:
    reason = [("في شارعنا ", False), ("انقطاع المياه", True), (" منذ الصباح", False)]
    return [
        Choice("water", _("Water company"), "high", reason),
        Choice("roads", _("Municipality, roads"), "medium"),
        Choice("energy", _("Energy company"), "low"),
    ]


def tabs() -> list[Link]:
    return [
        Link(_("Unassigned"), current=True, count=12),
        Link(_("Mine"), count=3),
        Link(_("Waiting"), count=0),
        Link(_("Overdue"), count=1),
    ]


def difference() -> list[tuple[str, str]]:
    return [
        ("same", "تردّ الجهة المختصة خلال "),
        ("removed", "15 يوم عمل"),
        ("added", "10 أيام عمل، أو 24 ساعة عند الخطر"),
        ("same", " من تاريخ الطلب."),
    ]


def everything() -> dict[str, Any]:
    return {
        "fresh": form(),
        "wrong": form(with_errors=True),
        "at": AT,
        "timeline_events": timeline(),
        "chat_messages": messages(),
        "posts": posts(),
        "queue_rows": queue(),
        "agency_choices": choices(),
        "tab_links": tabs(),
        "diff_parts": difference(),
        "arabic": NUMBERS_IN_ARABIC,
        "english": NUMBERS_IN_ENGLISH,
    }
