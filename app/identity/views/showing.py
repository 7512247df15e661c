"""Pages of identity as they are shown: with the status that fits the form, and with words for whoever must wait."""

from typing import Any

from flask import make_response, render_template
from flask.typing import ResponseReturnValue

from app.core.errors import TooMany
from app.core.forms import Form
from app.core.i18n import gettext as _
from app.identity.actions import signing_in


def show(template: str, form: Form | None = None, status: int = 200, **facts: Any) -> ResponseReturnValue:
    """The page with its form: 422 when something in it is wrong."""
    wrong = form is not None and bool(form.errors)
    response = make_response(
        render_template(f"identity/{template}", form=form, **facts),
        422 if wrong and status == 200 else status,
    )
    if status == TooMany.status:
        response.headers["Retry-After"] = str(signing_in.WAIT_SECONDS)
    return response


def too_many(template: str, form: Form, field: str, **facts: Any) -> ResponseReturnValue:
    form[field].errors = [
        _("Too many tries. Wait 15 minutes and try again, or set a new password by e-mail.")
    ]
    return show(template, form, TooMany.status, **facts)


def later(template: str, form: Form, **facts: Any) -> ResponseReturnValue:
    """Too many mails are asked for from here; what was typed stays."""
    form["email"].errors = [_("Too many tries from here. Please wait an hour and try again.")]
    return show(template, form, TooMany.status, **facts)
