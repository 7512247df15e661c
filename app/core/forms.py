"""Forms: CSRF inside the form (an expired page keeps the text), digits folded, text cleaned, sent only once.

Views of forms that hold a person's text are marked `@checks_csrf`: they show the form again with the text in
it, where the global check would answer with a bare error page.
"""

import re
import uuid
from binascii import a2b_qp
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any, Self, TypeVar

from flask import Flask, Request, current_app, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older
from wtforms.validators import Optional, ValidationError

from app.core.headers import SAFE_METHODS
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext
from app.core.text import clean_body, clean_line, fold_digits

V = TypeVar("V", bound=Callable[..., Any])
_csrf = CSRFProtect()

ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,63}"
)
"""An e-mail address in the form that mail servers everywhere take (RFC 5321)."""

LONGEST_ADDRESS = 254


_BARE_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")


class FormReader(FormDataParser):
    """Reads a megabyte of a form in a twentieth of a second; the library's `parse_qsl` takes half a second.

    It makes an object of each encoded byte, and Arabic is nothing but encoded bytes. Encoded bytes that are no UTF-8
    become U+FFFD; a body that is itself no UTF-8 is a form without fields, as to the library. Raises
    RequestEntityTooLarge for more fields than MAX_FORM_PARTS, in forms of both kinds.
    """

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        if mimetype != "application/x-www-form-urlencoded":
            return super().parse(stream, mimetype, content_length, options)
        body = stream.read()
        if content_length is None and self.max_content_length and len(body) >= self.max_content_length:
            raise RequestEntityTooLarge  # where its length is announced, the library has refused it
        if self.max_form_parts is not None and body.count(b"&") >= self.max_form_parts:
            raise RequestEntityTooLarge
        if not _is_text(body):
            return stream, self.cls(), self.cls()
        pairs = (field.partition(b"=") for field in body.split(b"&") if field)
        return stream, self.cls([(_decoded(name), _decoded(value)) for name, _, value in pairs]), self.cls()


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(part: bytes) -> str:
    """A name or value without its encoding, which is that of quoted-printable with another sign: C reads it."""
    quoted = _BARE_PERCENT.sub(b"=25", part.replace(b"+", b" ").replace(b"=", b"=3D"))
    return a2b_qp(quoted.replace(b"%", b"=")).decode(errors="replace")


class FormRequest(Request):
    """Flask's request, with forms read by FormReader."""

    form_data_parser_class = FormReader


def register(app: Flask) -> None:
    app.request_class = FormRequest
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False)
    _csrf.init_app(app)
    app.before_request(_limit_form)
    app.before_request(_check_csrf)


def _limit_form() -> None:
    """Refuse what is longer than any form of ours. Werkzeug limits forms with files by itself, and no others."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = current_app.config["MAX_FORM_MEMORY_SIZE"]


def _check_csrf() -> None:
    """What leads nowhere does nothing: it is told so instead of being asked for a token."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and request.method not in SAFE_METHODS and not getattr(view, "checks_csrf", False):
        _csrf.protect()


def checks_csrf(view: V) -> V:
    """Mark a view whose form checks the token itself and keeps the text when the token has expired."""
    view.checks_csrf = True  # type: ignore[attr-defined]
    return view


def choices(pairs: Iterable[tuple[str, object]]) -> list[SelectChoice]:
    """Choices of a select or radio field from pairs (value, label)."""
    return [SelectChoice(value, label) for value, label in pairs]


class LineField(StringField):
    """One line of text: cleaned of control and bidi characters, trimmed, at most `limit` characters."""

    def __init__(self, *args: Any, limit: int = 200, digits: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.limit = limit
        self._digits = digits

    def process_formdata(self, valuelist: list[str]) -> None:
        line = clean_line(valuelist[0] if valuelist else "")
        self.data = fold_digits(line) if self._digits else line
        self.raw_data = [self.data]  # by which the validators tell an empty field

    def pre_validate(self, form: Any) -> None:
        _refuse_longer(self.data, self.limit)


class WholeNumberField(IntegerField):
    """A whole number in any digits; what is none is shown again without what no page can show."""

    def process_formdata(self, valuelist: list[str]) -> None:
        line = fold_digits(clean_line(valuelist[0] if valuelist else "", 40))
        self.raw_data = [line]
        super().process_formdata([line])


class OptionalAddressField(LineField):
    """An e-mail address, or nothing."""

    def __init__(self, label: Any, **kwargs: Any):
        super().__init__(label, [Optional()], limit=LONGEST_ADDRESS, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if self.data and not ADDRESS.fullmatch(self.data):
            raise ValidationError(_("Enter an e-mail address like name@example.com, or leave it empty."))


class BodyField(TextAreaField):
    """A text of several lines: cleaned, at most `limit` characters; too long is refused, never cut."""

    def __init__(self, *args: Any, limit: int = 10_000, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.limit = limit

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = clean_body(valuelist[0] if valuelist else "")
        self.raw_data = [self.data]

    def pre_validate(self, form: Any) -> None:
        _refuse_longer(self.data, self.limit)


def _refuse_longer(text: str | None, limit: int) -> None:
    if text and len(text) > limit:
        raise ValidationError(
            _("This is %(length)d characters long; the limit is %(limit)d.", length=len(text), limit=limit)
        )


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """Base of every form. A token that no longer fits becomes an error the reader can act on."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> Any:
            """A form is no JSON: parsing what nobody of ours sends would be one more way to make us fail."""
            return None if request.is_json else super().wrap_formdata(form, formdata)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if self.errors.get("csrf_token"):
            self.csrf_token.errors = [
                _("This page had been open for too long. Your text is still here: send it again.")
            ]
        return valid

    def pair(self, name: str) -> tuple[str, str]:
        """What was typed in Arabic and in English into `name`_ar and `name`_en."""
        return self[f"{name}_ar"].data or "", self[f"{name}_en"].data or ""

    def within(self, section: str) -> Self:
        """Give the controls ids of their own section, for a page that shows several forms."""
        for field in self:
            field.id = field.label.field_id = f"{section}-{field.short_name}"
        return self


def side_by_side(forms: Mapping[str, Form], sent: Form | None = None) -> dict[str, Form]:
    """The forms of one page, each with ids of its own; `sent`, which did not pass, stands in place of its like."""
    return {name: (sent if type(sent) is type(form) else form).within(name) for name, form in forms.items()}


class OnceForm(Form):
    """A form that makes something: its hidden key makes a repeated submit harmless."""

    client_id = HiddenField(label=lazy_gettext("Form key"))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        try:
            self.client_id.data = str(uuid.UUID(self.client_id.data or ""))
        except ValueError:
            self.client_id.data = str(uuid.uuid4())

    def key_of(self, text: str, *files: str) -> str:
        """The key of the act: the same for a repeat of the same text with the same files.

        Another text or file under the same form key (back, changed, sent; two windows of one draft) is another
        act: taken for a repeat, it would be lost while the page says that it has been sent.
        """
        return str(uuid.uuid5(uuid.UUID(self.client_id.data), "\0".join([text, *files])))
