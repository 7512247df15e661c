"""Forms of accounts and of their administration. A password is never shown again."""

from typing import Any

from markupsafe import Markup
from wtforms import BooleanField, PasswordField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.core.forms import ADDRESS, LONGEST_ADDRESS, Form, LineField, choices
from app.core.i18n import NAMES
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.core.permissions import Role
from app.identity import names, passwords, ports
from app.identity.passwords import Weakness
from app.identity.roles import role_name

LANGUAGES = choices(
    (code, Markup('<bdi lang="{0}">{1}</bdi>').format(code, name)) for code, name in NAMES.items()
)


class TextField(LineField):
    """One line that must be there: after validation it is a text."""

    data: str


class SecretField(PasswordField):
    """A password to be compared; never shown again."""

    data: str


class AddressField(TextField):
    """An e-mail address that must be there."""

    def __init__(self, label: Any, **kwargs: Any):
        super().__init__(
            label, [InputRequired(_l("Enter your e-mail address."))], limit=LONGEST_ADDRESS, **kwargs
        )

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not ADDRESS.fullmatch(self.data):
            raise ValidationError(
                _("Enter an e-mail address in the form name@example.org, in Latin letters.")
            )


class NewPasswordField(SecretField):
    """A password being chosen."""

    def __init__(self, label: Any, **kwargs: Any):
        super().__init__(label, [InputRequired(_l("Choose a password."))], **kwargs)

    def pre_validate(self, form: Any) -> None:
        fault = passwords.weakness(self.data or "", form.about())
        if self.data and fault is not None:
            raise ValidationError(_password_fault(fault))


def _password_fault(fault: Weakness) -> str:
    words: dict[Any, str] = {
        Weakness.SHORT: _(
            "The password is too short. Use at least %(num)d characters.", num=passwords.SHORTEST
        ),
        Weakness.LONG: _("The password is too long. Use at most %(num)d characters.", num=passwords.LONGEST),
        Weakness.COMMON: _(
            "This password is easy to guess: it is made of common words, names or numbers. Four words that "
            "have nothing to do with each other make a good one."
        ),
    }
    return words[fault]


class NameField(TextField):
    """The public name."""

    def __init__(self, label: Any, **kwargs: Any):
        super().__init__(label, [InputRequired(_l("Choose a name."))], limit=200, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        fault = names.fault_of(self.data or "", ports.what_agencies_are_called())
        if self.data and fault is not None:
            raise ValidationError(name_fault(fault))


def name_fault(fault: names.NameFault) -> str:
    """What the reader is told about a name."""
    words: dict[Any, str] = {
        names.NameFault.SHORT: _("The name needs at least %(num)d letters.", num=names.SHORTEST),
        names.NameFault.LONG: _("The name is too long. Use at most %(num)d characters.", num=names.LONGEST),
        names.NameFault.OFFICIAL: _(
            "This name looks like that of an office or an official. Choose another one."
        ),
        names.NameFault.TAKEN: _(
            "Somebody already has this name, or one that looks like it. Choose another one."
        ),
    }
    return words[fault]


class AccountForm(Form):
    """Base of the forms in which a password is chosen."""

    def about(self) -> tuple[str, ...]:
        """What others know of the person and a password must not be made of."""
        return ()


class SignUpForm(AccountForm):
    email = AddressField(_l("E-mail address"))
    name = NameField(_l("Name shown in public"))
    password = NewPasswordField(_l("Password"))

    def about(self) -> tuple[str, ...]:
        return (self.email.data or "", self.name.data or "")


class SignInForm(Form):
    email = AddressField(_l("E-mail address"))
    password = SecretField(_l("Password"), [InputRequired(_l("Enter your password."))])


class CodeForm(Form):
    code = TextField(_l("Code"), [InputRequired(_l("Enter the code."))], limit=40)


class AddressForm(Form):
    email = AddressField(_l("E-mail address"))


class ConfirmForm(Form):
    """The button behind a mailed link; in a browser other than that of the sign-up it asks more."""

    password = SecretField(_l("Password"), [InputRequired(_l("Enter the password you chose at sign-up."))])


class PressForm(Form):
    """A button alone."""


class NewPasswordForm(AccountForm):
    password = NewPasswordField(_l("New password"))

    def __init__(self, *args: Any, about: tuple[str, ...] = (), **kwargs: Any):
        self._about = about
        super().__init__(*args, **kwargs)

    def about(self) -> tuple[str, ...]:
        return self._about


class ChangePasswordForm(NewPasswordForm):
    present = SecretField(_l("Current password"), [InputRequired(_l("Enter your current password."))])


class ChangeAddressForm(Form):
    email = AddressField(_l("New e-mail address"))
    present = SecretField(_l("Current password"), [InputRequired(_l("Enter your current password."))])


class ProofForm(Form):
    password = SecretField(_l("Password"), [InputRequired(_l("Enter your password."))])


class PreferencesForm(Form):
    name = NameField(_l("Name shown in public"))
    language = RadioField(_l("Language of e-mails and notices"), choices=LANGUAGES)
    prefers_hijri = BooleanField(_l("Show Hijri dates beside the Gregorian ones"), [Optional()])


class GrantForm(Form):
    """A role, and the agency for those roles that are held in one."""

    role = SelectField(_l("Role"))
    agency = SelectField(_l("Agency"), [Optional()])

    def offer(self, roles: list[Role], agencies: list[ports.AgencyName], platform: bool) -> None:
        """Offer what the actor may give."""
        self.role.choices = choices((role.value, role_name(role)) for role in roles)
        none = choices([("", _("None: a role for the whole platform"))]) if platform else []
        self.agency.choices = none + choices((agency.key, agency.name) for agency in agencies)


class InvitationForm(GrantForm):
    email = AddressField(_l("E-mail address"))
    language = RadioField(_l("Language of the invitation"), choices=LANGUAGES, default="ar")


class SuspensionForm(Form):
    reason = TextField(
        _l("Reason, as the person will read it"),
        [InputRequired(_l("Give a reason: the person will read it."))],
        limit=300,
    )


class VerificationForm(Form):
    real_name = TextField(
        _l("Full name as it appears in the document"),
        [InputRequired(_l("Enter the name as it appears in the document."))],
        limit=120,
    )
