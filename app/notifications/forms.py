"""The wishes of a person as one form: a tick and a choice for each kind, and the quiet hours."""

from typing import Any

from wtforms import BooleanField, SelectField

from app.core.forms import Form, choices
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.notifications.kinds import ByMail
from app.notifications.queries import Wish
from app.notifications.quiet import QuietHours

NO_HOUR = ""


class WishesForm(Form):
    """The quiet hours; `for_wishes` adds the kinds, which only the registered features know."""

    quiet_start = SelectField(_l("No e-mail from"))
    quiet_until = SelectField(_l("No e-mail until"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        hours = [(NO_HOUR, _("No quiet hours")), *((str(hour), f"{hour:02}:00") for hour in range(24))]
        self.quiet_start.choices = self.quiet_until.choices = choices(hours)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        start, until = self.quiet_start.data, self.quiet_until.data
        if valid and (start == NO_HOUR) != (until == NO_HOUR):
            self.quiet_until.errors = [_("Choose both a beginning and an end, or neither.")]
            return False
        if valid and start == until != NO_HOUR:
            self.quiet_until.errors = [_("The end must differ from the beginning.")]
            return False
        return valid

    def quiet_hours(self) -> QuietHours | None:
        if self.quiet_start.data == NO_HOUR:
            return None
        return QuietHours(int(self.quiet_start.data), int(self.quiet_until.data))


def for_wishes(wishes: list[Wish], quiet: QuietHours | None) -> WishesForm:
    """A form filled with what holds now."""
    fields = {name: field for wish in wishes for name, field in _fields_of(wish).items()}
    now = {"quiet_start": str(quiet.start), "quiet_until": str(quiet.until)} if quiet else {}
    return type("WishesOfPersonForm", (WishesForm,), fields)(data=now)  # type: ignore[no-any-return]


def _fields_of(wish: Wish) -> dict[str, Any]:
    by_mail = [
        (ByMail.NOW.value, _("At once")),
        (ByMail.DAILY.value, _("Once a day, in one e-mail")),
        (ByMail.OFF.value, _("Not by e-mail")),
    ]
    return {
        in_site_name(wish): BooleanField(_("Show it in my notices"), default=wish.in_site),
        by_mail_name(wish): SelectField(_("By e-mail"), choices=choices(by_mail), default=wish.by_mail.value),
    }


def in_site_name(wish: Wish) -> str:
    return f"in_site_{wish.kind.key}"


def by_mail_name(wish: Wish) -> str:
    return f"by_mail_{wish.kind.key}"
