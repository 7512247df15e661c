"""What people fill in about a case."""

from wtforms import BooleanField, HiddenField, IntegerField, MultipleFileField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from app.core.forms import BodyField, Form, LineField, OnceForm, choices
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l

LONGEST_TEXT = 10_000
MOST_FILES = 5


class NeedsText:
    """The text must be there: says what to do, and marks the field as required."""

    field_flags = {"required": True}

    def __init__(self, message: object):
        self._message = message

    def __call__(self, form: Form, field: BodyField) -> None:
        if not field.data:
            raise ValidationError(str(self._message))


class FindCaseForm(Form):
    """Reference and receipt together open a case without an account."""

    reference = LineField(
        _l("Reference"),
        [InputRequired(_l("Enter the reference, for example 7K3M-9QXT-2WDR-5."))],
        limit=60,
        digits=True,
    )
    receipt = LineField(
        _l("Receipt"),
        [InputRequired(_l("Enter the receipt you were given when you sent it."))],
        limit=60,
        digits=True,
    )


class MessageForm(OnceForm):
    """A further message of the person."""

    body = BodyField(_l("Your message"), [NeedsText(_l("Write your message."))], limit=LONGEST_TEXT)
    files = MultipleFileField(_l("Files"), [Optional()])
    kept_files = HiddenField(_l("Files already received"))


class ReasonForm(OnceForm):
    """An act that needs a reason: reopening, closing."""

    body = BodyField(_l("Your reason"), [NeedsText(_l("Say why, in a sentence or two."))], limit=2_000)


class SettleForm(OnceForm):
    """The person says the matter is settled; nothing more is asked."""


class RatingForm(OnceForm):
    """How content the person is with the answer."""

    rating = RadioField(
        _l("How satisfied are you with the answer?"),
        choices=choices(
            [
                ("5", _l("Very satisfied")),
                ("4", _l("Satisfied")),
                ("3", _l("Neither satisfied nor dissatisfied")),
                ("2", _l("Dissatisfied")),
                ("1", _l("Very dissatisfied")),
            ]
        ),
        validators=[InputRequired(_l("Choose one of the five."))],
    )
    body = BodyField(_l("What could have been better?"), [Optional()], limit=2_000)


class AnswerForm(OnceForm):
    """An official's answer, or a question back. `seen_seq`: the newest event on the page it was written on."""

    body = BodyField(_l("Your answer"), [NeedsText(_l("Write the answer."))], limit=LONGEST_TEXT)
    files = MultipleFileField(_l("Files"), [Optional()])
    kept_files = HiddenField(_l("Files already received"))
    asks = BooleanField(_l("This is a question: the case waits for the citizen's reply"))
    seen_seq = IntegerField(widget=HiddenInput(), validators=[NumberRange(min=0, max=2**31 - 1)], default=0)


class NoteForm(OnceForm):
    """An internal note."""

    body = BodyField(_l("Your note"), [NeedsText(_l("Write the note."))], limit=LONGEST_TEXT)


class TransferForm(OnceForm):
    """To another agency, or back to triage, with a reason the person reads."""

    agency = SelectField(_l("Agency"), [InputRequired(_l("Choose an agency."))])
    body = BodyField(
        _l("Reason, for the citizen to read"),
        [NeedsText(_l("Say why another agency answers for this."))],
        limit=2_000,
    )


class RouteForm(Form):
    """Out of triage."""

    agency = SelectField(_l("Agency"), [InputRequired(_l("Choose an agency."))])


class AssignForm(Form):
    assignee = SelectField(_l("Official"), [InputRequired(_l("Choose an official."))])


class CannedAnswerForm(Form):
    """Both languages; one side may wait."""

    title_ar = LineField(_l("Title in Arabic"), [Optional()], limit=120)
    title_en = LineField(_l("Title in English"), [Optional()], limit=120)
    body_ar = BodyField(_l("Text in Arabic"), [Optional()], limit=LONGEST_TEXT)
    body_en = BodyField(_l("Text in English"), [Optional()], limit=LONGEST_TEXT)
    agency = SelectField(_l("Agency"), [InputRequired(_l("Choose an agency."))])

    def validate_title_ar(self, field: LineField) -> None:
        if not field.data and not self.title_en.data:
            raise ValidationError(_("Enter a title in at least one language."))

    def validate_body_ar(self, field: BodyField) -> None:
        if not field.data and not self.body_en.data:
            raise ValidationError(_("Write the text in at least one language."))
