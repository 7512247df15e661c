"""What people fill in to take part: the survey, a response of its own kind, and what a clerk types from paper."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional, StopValidation, ValidationError
from wtforms.widgets import HiddenInput

from app.core.forms import BodyField, Form, LineField, OnceForm, WholeNumberField, choices
from app.core.i18n import NAMES
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.core.text import language_of
from app.identity import names, ports
from participation.consultations.models import Question, SurveyAnswer
from participation.consultations.showing import option_label
from participation.consultations.written import LONGEST_ANSWER, Given, Sent
from participation.discussion.places import STANCES
from participation.discussion.words import own_stance_name

LONGEST_RESPONSE = 40_000
LONGEST_CSV = 400_000
SHORTEST = 3


class Answered:
    """A question that must be answered is; the others may stay empty."""

    def __init__(self, is_required: bool):
        self.field_flags = {} if is_required else {"optional": True}
        self._is_required = is_required

    def __call__(self, form: Form, field: Field) -> None:
        if not field.data and self._is_required:
            raise StopValidation(_("Answer this question."))
        if not field.data:
            field.errors = []
            raise StopValidation


class Among:
    """Several of these keys. The library would say so in English on Arabic pages, too, and repeat what was sent."""

    def __init__(self, *offered: str):
        self._offered = frozenset(offered)

    def __call__(self, form: Form, field: Field) -> None:
        if not self._offered.issuperset(field.data):
            raise ValidationError(_("Choose only among the answers offered here."))


def survey_form(questions: Sequence[Question], own: Mapping[uuid.UUID, SurveyAnswer]) -> Form:
    """The form of these questions, with what the reader has answered before."""
    fields = {question.public_id: _field(question) for question in questions}
    given = {question.public_id: _written(question, own.get(question.id)) for question in questions}
    made: Form = type("SurveyForm", (Form,), fields)(data=given)
    return made


def _field(question: Question) -> Any:
    label, needed = str(question.prompt), Answered(question.is_required)
    if question.kind == "text":
        return BodyField(label, [needed], limit=LONGEST_ANSWER)
    if question.kind == "scale":
        return RadioField(label, [needed], choices=choices([(str(n), str(n)) for n in range(1, 6)]))
    options = question.options.get("options", [])
    offered = choices([(option["key"], str(option_label(option))) for option in options])
    if question.kind == "choices":
        among = Among(*(option["key"] for option in options))
        return SelectMultipleField(label, [needed, among], choices=offered, validate_choice=False)
    return RadioField(label, [needed], choices=offered)


def _written(question: Question, answer: SurveyAnswer | None) -> Any:
    if answer is None:
        return [] if question.kind == "choices" else None
    if question.kind == "choices":
        return answer.chosen
    if question.kind == "scale":
        return str(answer.scale) if answer.scale else None
    return answer.body if question.kind == "text" else next(iter(answer.chosen), None)


def given(form: Form, questions: Sequence[Question]) -> dict[uuid.UUID, Given]:
    """The answers of a form that is right, by question."""
    return {question.id: _given(question.kind, form[question.public_id].data) for question in questions}


def _given(kind: str, value: Any) -> Given:
    if not value:
        return Given()
    if kind == "scale":
        return Given(scale=int(value))
    if kind == "text":
        return Given(body=value)
    return Given(chosen=tuple(value) if kind == "choices" else (value,))


# Responses


class SaysSomething:
    def __call__(self, form: Form, field: BodyField) -> None:
        if sum(map(str.isalnum, field.data or "")) < SHORTEST:
            raise StopValidation(_("Write what you want to say, in your own words."))


class OrganisationField(LineField):
    """The name of an organisation: none that readers take for an agency."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if names.is_called_as_an_agency(self.data or "", ports.what_agencies_are_called()):
            raise ValidationError(
                _("This name is that of a government agency, or looks like it. Enter the organisation's own.")
            )


class ResponseForm(OnceForm):
    """One response to the draft as a whole, for oneself or for an organisation."""

    organisation = OrganisationField(_l("Name of the organisation"), [Optional()], limit=160)
    members_asked = WholeNumberField(
        _l("How many members were asked?"), [Optional(), NumberRange(1, 10_000_000)]
    )
    stance = RadioField(_l("Do you support the draft?"), [Optional()])
    body = BodyField(_l("The response"), [SaysSomething()], limit=LONGEST_RESPONSE)
    is_confidential = BooleanField(_l("In confidence: count it, and never show it"))

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.stance.choices = _stances()

    @property
    def sent(self) -> Sent:
        organisation, body = self.organisation.data or "", self.body.data or ""
        return Sent(
            body=body,
            client_id=self.key_of(body, organisation),
            language=language_of(body),
            organisation=organisation,
            members_asked=self.members_asked.data if organisation else None,
            stance=self.stance.data or None,
            is_confidential=self.is_confidential.data,
        )


def _stances() -> Any:
    return choices([(stance, own_stance_name(stance)) for stance in STANCES])


class PaperForm(ResponseForm):
    """A response that came on paper, typed by a clerk; the writer's name is kept and never shown."""

    name = LineField(_l("Name on the paper"), [Optional()], limit=120)
    text_language = RadioField(_l("Language of the response"), [Optional()])

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.text_language.choices = choices(NAMES.items())

    @property
    def typed(self) -> Sent:
        sent, name = self.sent, self.name.data or ""
        return sent.on_paper(name, self.text_language.data or sent.language, self.key_of(sent.body, name))


class PaperTableForm(Form):
    """A table of responses that came on paper."""

    file = FileField(_l("Table (CSV)"), [Optional()])
    table = BodyField(_l("Or paste the table here"), [Optional()], limit=LONGEST_CSV)


class ConfirmTableForm(OnceForm):
    """The same table once more, after the clerk has looked at what was read."""

    table = BodyField(_l("Table (CSV)"), [InputRequired()], limit=LONGEST_CSV, widget=HiddenInput())
    is_checked = HiddenField(_l("Checked"))
