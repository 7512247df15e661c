"""What a person fills in to send an inquiry: first the matter, then where it goes and how to be told."""

from wtforms import HiddenField, MultipleFileField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, StopValidation
from wtforms.widgets import HiddenInput

from app.cases.forms import LONGEST_TEXT, NeedsText
from app.core.forms import BodyField, LineField, OnceForm, OptionalAddressField
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l

OTHER, UNKNOWN = "other", "unknown"


class WriteForm(OnceForm):
    """The first page: only the matter, in one's own words."""

    body = BodyField(
        _l("What is it about?"),
        [NeedsText(_l("Write what it is about, in your own words."))],
        limit=LONGEST_TEXT,
    )


class NeededWithOther:
    """The list is asked when the person wants another agency; otherwise it does not matter."""

    field_flags = {"optional": True}

    def __call__(self, form: "SendForm", field: SelectField) -> None:
        if form.agency.data != OTHER:
            field.errors = []
            raise StopValidation
        if not field.data:
            raise StopValidation(_("Choose the agency from the list, or say that you do not know."))


class SendForm(OnceForm):
    """The second page: the agency, files, and how to be told. It carries the text along."""

    body = BodyField(
        _l("Your text"),
        [NeedsText(_l("Write what it is about, in your own words."))],
        limit=LONGEST_TEXT,
        widget=HiddenInput(),
    )
    agency = RadioField(
        _l("Which agency should receive this?"),
        validators=[InputRequired(_l("Choose an agency, or say that you do not know."))],
    )
    other_agency = SelectField(_l("Another agency"), [NeededWithOther()])
    name = LineField(_l("Your name"), [Optional()], limit=100)
    email = OptionalAddressField(_l("E-mail"))
    files = MultipleFileField(_l("Files"), [Optional()])
    kept_files = HiddenField(_l("Files already received"))

    @property
    def chosen_key(self) -> str | None:
        """Key of the chosen agency; None for "I do not know"."""
        chosen = self.other_agency.data if self.agency.data == OTHER else self.agency.data
        return None if chosen == UNKNOWN else chosen
