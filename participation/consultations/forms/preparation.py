"""What officials fill in to prepare a consultation: texts, dates, questions, reasons."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from app.agencies.forms import DayField
from app.agencies.models import Agency
from app.core import clock
from app.core.forms import BodyField, Form, LineField, OnceForm, WholeNumberField, choices
from app.core.i18n import LANGUAGES
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.documents.models import Document
from participation.consultations.models import Consultation, KeyPoint, Question
from participation.consultations.phases import KINDS, Planned
from participation.consultations.written import TEXTS, Asked, Pair, Point, Rules

LONGEST_TITLE, LONGEST_TEXT, LONGEST_REASON = 200, 4_000, 600
MOST_OPTIONS = 12


class BeginForm(OnceForm):
    """The agency, the draft it is about, and the two titles: enough to begin."""

    agency = SelectField(_l("Agency"), [InputRequired(_l("Choose an agency."))])
    document = SelectField(_l("Draft"), [Optional()])
    title_ar = LineField(
        _l("Title in Arabic"), [InputRequired(_l("Enter the title in Arabic."))], limit=LONGEST_TITLE
    )
    title_en = LineField(
        _l("Title in English"), [InputRequired(_l("Enter the title in English."))], limit=LONGEST_TITLE
    )

    def offer(self, agencies: Sequence[Agency], documents: Sequence[Document]) -> None:
        self.agency.choices = choices([(each.key, str(each.name)) for each in agencies])
        drafts = [(str(each.id), str(each.title)) for each in documents]
        self.document.choices = choices([("", _("No draft yet")), *drafts])


class TextsForm(Form):
    """What people read before the draft, in both languages side by side."""

    title_ar = LineField(
        _l("Title in Arabic"), [InputRequired(_l("Enter the title in Arabic."))], limit=LONGEST_TITLE
    )
    title_en = LineField(
        _l("Title in English"), [InputRequired(_l("Enter the title in English."))], limit=LONGEST_TITLE
    )
    lead_ar = BodyField(_l("Lead in Arabic"), [Optional()], limit=600)
    lead_en = BodyField(_l("Lead in English"), [Optional()], limit=600)
    summary_ar = BodyField(_l("Plain-language summary in Arabic"), [Optional()], limit=LONGEST_TEXT)
    summary_en = BodyField(_l("Plain-language summary in English"), [Optional()], limit=LONGEST_TEXT)
    open_to_change_ar = BodyField(_l("What can still change, in Arabic"), [Optional()], limit=LONGEST_TEXT)
    open_to_change_en = BodyField(_l("What can still change, in English"), [Optional()], limit=LONGEST_TEXT)
    data_notice_ar = BodyField(
        _l("What happens with people's data, in Arabic"), [Optional()], limit=LONGEST_TEXT
    )
    data_notice_en = BodyField(
        _l("What happens with people's data, in English"), [Optional()], limit=LONGEST_TEXT
    )

    def __init__(self, consultation: Consultation, **kwargs: Any):
        fields = [f"{name}_{code}" for name in TEXTS for code in LANGUAGES]
        super().__init__(data={name: getattr(consultation, name) for name in fields}, **kwargs)
        self._is_public = consultation.published_at is not None

    def validate(self, extra_validators: Any = None) -> bool:
        """What is public keeps both languages."""
        valid = super().validate(extra_validators)
        return self._keeps_both() and valid

    def _keeps_both(self) -> bool:
        empty = [
            field for field in self if field.name[-3:] in {"_ar", "_en"} and not (field.data or "").strip()
        ]
        if not self._is_public or not empty:
            return True
        for field in empty:
            field.errors = [_("This consultation is public: it needs this text in both languages.")]
        return False

    @property
    def texts(self) -> dict[str, Pair]:
        return {name: self.pair(name) for name in TEXTS}


LEVELS = (
    ("0", _l("Everybody, also without an account")),
    ("1", _l("People with a confirmed e-mail address")),
    ("2", _l("People confirmed by the national identity service")),
    ("3", _l("People confirmed in person")),
)


class ScheduleForm(Form):
    """The first day, and how long each phase lasts from there; a phase of 0 days is left out."""

    first_day = DayField(_l("First day"), [InputRequired(_l("Enter the first day."))])
    information = WholeNumberField(
        _l("Days for reading, before comments open"), [NumberRange(0, 365)], default=0
    )
    comment = WholeNumberField(_l("Days for comments"), [NumberRange(1, 365)], default=28)
    analysis = WholeNumberField(_l("Days for the analysis"), [NumberRange(0, 365)], default=30)
    response = WholeNumberField(_l("Days until the response"), [NumberRange(0, 365)], default=30)
    least_level = RadioField(_l("Whose comments and answers count?"), default="1")
    moderation = RadioField(_l("When does a moderator read comments?"), default="after")
    results_hidden = BooleanField(_l("Show survey results only when comments are closed"))
    takes_confidential = BooleanField(_l("Take confidential responses"), default=True)

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.least_level.choices = choices(LEVELS)
        self.moderation.choices = choices(
            [
                ("after", _("After they are shown, when somebody reports them")),
                ("before", _("Before they are shown")),
            ]
        )

    def validate_first_day(self, field: DayField) -> None:
        if field.day is not None and field.day < clock.today():
            raise ValidationError(_("Choose today or a later day."))

    @property
    def day(self) -> date:
        assert self.first_day.day is not None
        return self.first_day.day

    @property
    def plan(self) -> list[Planned]:
        return [Planned(kind, self[kind].data) for kind in KINDS if self[kind].data]

    @property
    def rules(self) -> Rules:
        return Rules(
            int(self.least_level.data),
            self.moderation.data,
            self.results_hidden.data,
            self.takes_confidential.data,
        )


def written_schedule(consultation: Consultation, plan: Sequence[Planned]) -> dict[str, Any]:
    """What the form shows of the dates there are."""
    if not consultation.phases:
        return {}
    first = consultation.phases[0]
    days = dict.fromkeys(KINDS, 0) | {each.kind: each.days for each in plan}
    return {
        **days,
        "first_day": clock.local(first.starts_at).date().isoformat(),
        "least_level": str(first.least_level),
        "moderation": first.moderation,
        "results_hidden": consultation.results_hidden,
        "takes_confidential": consultation.takes_confidential,
    }


class QuestionForm(OnceForm):
    """One question of the survey, in both languages; options one per line."""

    kind = RadioField(_l("How is it answered?"), default="choice")
    prompt_ar = LineField(
        _l("Question in Arabic"), [InputRequired(_l("Write the question in Arabic."))], limit=300
    )
    prompt_en = LineField(
        _l("Question in English"), [InputRequired(_l("Write the question in English."))], limit=300
    )
    hint_ar = LineField(_l("Hint in Arabic"), [Optional()], limit=300)
    hint_en = LineField(_l("Hint in English"), [Optional()], limit=300)
    options_ar = BodyField(_l("Options in Arabic"), [Optional()], limit=2_000)
    options_en = BodyField(_l("Options in English"), [Optional()], limit=2_000)
    is_required = BooleanField(_l("Must be answered"))

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.kind.choices = choices(
            [
                ("choice", _("One of several options")),
                ("choices", _("Several of several options")),
                ("scale", _("A number from 1 to 5")),
                ("text", _("In one's own words")),
            ]
        )

    def validate_options_ar(self, field: BodyField) -> None:
        if self.kind.data not in {"choice", "choices"}:
            return
        counts = {len(_lines(self.options_ar.data)), len(_lines(self.options_en.data))}
        if len(counts) > 1:
            raise ValidationError(_("Write the same number of options in both languages, one per line."))
        if not 2 <= counts.pop() <= MOST_OPTIONS:
            raise ValidationError(_("Write between 2 and %(most)s options, one per line.", most=MOST_OPTIONS))

    @property
    def asked(self) -> Asked:
        has_options = self.kind.data in {"choice", "choices"}
        options = zip(_lines(self.options_ar.data), _lines(self.options_en.data), strict=False)
        return Asked(
            self.kind.data,
            self.pair("prompt"),
            self.pair("hint"),
            self.is_required.data,
            tuple(options) if has_options else (),
        )


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").split("\n") if line.strip()]


def written_question(question: Question) -> dict[str, Any]:
    options = question.options.get("options", [])
    texts = {
        f"{name}_{code}": getattr(question, f"{name}_{code}")
        for name in ("prompt", "hint")
        for code in LANGUAGES
    }
    lines = {f"options_{code}": "\n".join(each[code] for each in options) for code in LANGUAGES}
    return {"kind": question.kind, "is_required": question.is_required, **texts, **lines}


class PointForm(OnceForm):
    """One key point of the short way, in both languages."""

    text_ar = BodyField(
        _l("The point in Arabic"), [InputRequired(_l("Write the point in Arabic."))], limit=400
    )
    text_en = BodyField(
        _l("The point in English"), [InputRequired(_l("Write the point in English."))], limit=400
    )
    article_key = SelectField(_l("Article"), [Optional()])

    def offer(self, articles: Sequence[tuple[str, str]]) -> None:
        self.article_key.choices = choices([("", _("The draft as a whole")), *articles])

    @property
    def point(self) -> Point:
        return Point(self.pair("text"), self.article_key.data or "")


def written_point(point: KeyPoint) -> dict[str, Any]:
    texts = {f"text_{code}": getattr(point, f"text_{code}") for code in LANGUAGES}
    return {**texts, "article_key": point.article_key}


class ReasonForm(Form):
    """A reason that everybody reads, in both languages."""

    reason_ar = BodyField(
        _l("Reason in Arabic"), [InputRequired(_l("Give the reason in Arabic."))], limit=LONGEST_REASON
    )
    reason_en = BodyField(
        _l("Reason in English"), [InputRequired(_l("Give the reason in English."))], limit=LONGEST_REASON
    )

    @property
    def reason(self) -> Pair:
        return self.pair("reason")


class EndForm(ReasonForm):
    """When a phase ends instead: on another day, or now."""

    day = DayField(_l("New last day"), [Optional()])
    is_now = BooleanField(_l("End it now"))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if self.is_now.data or self.day.day or self.day.errors:
            return valid
        self.day.errors = [_("Enter the new last day, or end it now.")]
        return False

    @property
    def chosen(self) -> date | None:
        """None: now."""
        return None if self.is_now.data else self.day.day

    def refuse(self) -> None:
        self.day.errors = [_("Choose a day from today on, other than the present one.")]


class OverrideForm(Form):
    """Why it is published though the checklist is not met."""

    reason = BodyField(_l("Reason, shown to the public"), [Optional()], limit=LONGEST_REASON)


class CopyForm(OnceForm):
    """The first day of the copy; every other date follows from it."""

    first_day = DayField(_l("First day of the copy"), [InputRequired(_l("Enter the first day."))])


MERGED = "merged-"


def version_form(gone: Sequence[tuple[str, str]], there: Sequence[tuple[str, str]]) -> Form:
    """Where each article that is gone went: into one that is there, or nowhere. Pairs (key, title)."""
    offered = [("", _("Nowhere: it is gone")), *there]
    fields = {
        f"{MERGED}{key}": SelectField(
            _("Where did this go? %(article)s", article=title), [Optional()], choices=choices(offered)
        )
        for key, title in gone
    }
    made: Form = type("VersionForm", (Form,), fields)()
    return made


def merged_in(form: Form) -> dict[str, str]:
    """Key of an article that is gone -> key of the one that took it in."""
    return {
        field.name.removeprefix(MERGED): field.data
        for field in form
        if field.name.startswith(MERGED) and field.data
    }
