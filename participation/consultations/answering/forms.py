"""What officials fill in: answers, outcomes, news of them, closing words."""

import re

from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import HiddenInput

from app.cases.forms import NeedsText
from app.core.forms import BodyField, Form, LineField, OnceForm, choices
from app.core.i18n import lazy_gettext as _l

TOKEN = re.compile(r"([0-9A-Z]{1,20})~(\d{1,9})")
LONGEST_REASON = 5_000
LONGEST_THEME = 80

DECISION_CHOICES = (
    ("considered", _l("Considered")),
    ("accepted", _l("Accepted")),
    ("partly", _l("Accepted in part")),
    ("rejected", _l("Not accepted")),
)
PROGRESS_CHOICES = (
    ("planned", _l("Planned")),
    ("under-way", _l("Under way")),
    ("done", _l("Done")),
    ("dropped", _l("Given up")),
)


class TokensField(HiddenField):
    """Families as a page named them: what is no token is dropped."""

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].split() if valuelist else []
        self.data = " ".join(token for token in typed if TOKEN.fullmatch(token))

    @property
    def seen(self) -> dict[str, int]:
        """Public id of each family -> its revision on the page."""
        return seen_in(self.data or "")


def seen_in(tokens: str) -> dict[str, int]:
    return {match[1]: int(match[2]) for match in map(TOKEN.fullmatch, tokens.split()) if match}


class RevisionField(IntegerField):
    """The revision of a thing on the page on which it is changed; what is no number is shown again as none."""

    widget = HiddenInput()

    def _value(self) -> str:
        return str(self.data or 0)


class AnswerForm(OnceForm):
    """One answer for one or many families."""

    families = TokensField(_l("Families"))
    decision = RadioField(
        _l("How did you decide?"),
        choices=choices(DECISION_CHOICES),
        validators=[InputRequired(_l("Choose how you decided."))],
    )
    outcome = SelectField(_l("Row of “You said, we did”"), [Optional()])
    reason_ar = BodyField(
        _l("Reason in Arabic"), [NeedsText(_l("Write the reason in Arabic."))], limit=LONGEST_REASON
    )
    reason_en = BodyField(
        _l("Reason in English"), [NeedsText(_l("Write the reason in English."))], limit=LONGEST_REASON
    )


class OutcomeForm(OnceForm):
    """One row of "you said, we did"."""

    part = SelectField(_l("Part of the draft"), [Optional()])
    theme_ar = LineField(_l("Theme in Arabic"), [Optional()], limit=LONGEST_THEME)
    theme_en = LineField(_l("Theme in English"), [Optional()], limit=LONGEST_THEME)
    said_ar = BodyField(_l("What people said, in Arabic"), [Optional()], limit=LONGEST_REASON)
    said_en = BodyField(_l("What people said, in English"), [Optional()], limit=LONGEST_REASON)
    decision = RadioField(
        _l("How did you decide?"),
        choices=choices(DECISION_CHOICES[1:]),
        validators=[InputRequired(_l("Choose how you decided."))],
    )
    did_ar = BodyField(_l("What you did, or why not, in Arabic"), [Optional()], limit=LONGEST_REASON)
    did_en = BodyField(_l("What you did, or why not, in English"), [Optional()], limit=LONGEST_REASON)
    change = SelectField(_l("The changed words"), [Optional()])
    progress = SelectField(_l("Progress"), choices=choices(PROGRESS_CHOICES))
    seen_revision = RevisionField(validators=[NumberRange(min=0, max=2**31 - 1)], default=0)


class UpdateForm(OnceForm):
    """How an outcome goes on."""

    progress = SelectField(_l("Progress"), choices=choices(PROGRESS_CHOICES))
    text_ar = BodyField(
        _l("News in Arabic"), [NeedsText(_l("Write the news in Arabic."))], limit=LONGEST_REASON
    )
    text_en = BodyField(
        _l("News in English"), [NeedsText(_l("Write the news in English."))], limit=LONGEST_REASON
    )


class ResponseForm(Form):
    """The closing words and the document of the response. Empty languages are named before anything is published."""

    closing_words_ar = BodyField(_l("Closing words in Arabic"), [Optional()], limit=10_000)
    closing_words_en = BodyField(_l("Closing words in English"), [Optional()], limit=10_000)
    response_document = SelectField(_l("Document of the response"), [Optional()])


class ThemeForm(Form):
    """A theme for the chosen families; empty takes it away."""

    theme = LineField(_l("Theme"), [Optional()], limit=LONGEST_THEME)


class AssignForm(Form):
    """Who takes the chosen families; empty: nobody."""

    assignee = SelectField(_l("Assign to"), [Optional()])
