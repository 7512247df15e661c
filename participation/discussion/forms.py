"""What a person fills in to say something in public, to change it, and to choose what to read."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import InputRequired, Optional, StopValidation, ValidationError

from app.core.forms import BodyField, LineField, OnceForm, choices
from app.core.i18n import NAMES
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.identity import names, ports
from app.identity.forms import name_fault
from app.identity.queries import is_name_taken
from participation.discussion.models import Post
from participation.discussion.places import POST_KINDS, STANCES, Rights
from participation.discussion.words import kind_name, own_stance_name

LONGEST = 5_000
SHORTEST = 3
"""Letters and digits a text needs: "Yes" is one, a row of dots is none."""


def stripped(chosen: str | None) -> str:
    """A choice of blanks is none; else `Optional` would let it pass unlooked at."""
    return (chosen or "").strip()


class SaysSomething:
    """The text has words in it. Of a suggested wording the reasons may be left out: the wording says it."""

    def __call__(self, form: Any, field: BodyField) -> None:
        if form.is_wording and field is form.body and not field.data:
            raise StopValidation
        if sum(map(str.isalnum, field.data or "")) < SHORTEST:
            raise StopValidation(_("Write what you want to say, in your own words."))


class NeededForWording:
    field_flags = {"optional": True}

    def __call__(self, form: Any, field: BodyField) -> None:
        if not form.is_wording:
            field.data, field.errors = "", []
            raise StopValidation
        if sum(map(str.isalnum, field.data or "")) < SHORTEST:
            raise StopValidation(_("Write how the text should read instead."))


class GuestNameField(LineField):
    """The name of somebody without an account: none that looks like an office, an official, or somebody else."""

    def __init__(self, label: Any, **kwargs: Any):
        super().__init__(label, [InputRequired(_l("Choose a name to appear under."))], limit=200, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        fault = names.fault_of(self.data, ports.what_agencies_are_called())
        if fault is None and is_name_taken(self.data):
            fault = names.NameFault.TAKEN
        if fault is not None:
            raise ValidationError(name_fault(fault))


class PostForm(OnceForm):
    """A post. Fields that the place does not ask of this person are not there."""

    stance = RadioField(_l("Where do you stand?"), [Optional()], choices=[])
    kind = RadioField(_l("What is it?"), [Optional()], choices=[], default="comment")
    wording = BodyField(_l("How should it read?"), [NeededForWording()], limit=LONGEST)
    body = BodyField(_l("Your comment"), [SaysSomething()], limit=LONGEST)
    guest_name = GuestNameField(_l("Your name, as it will appear"))
    official = BooleanField(_l("Answer officially"))
    language = RadioField(
        _l("Language of your comment"), [Optional()], choices=[], default="", filters=[stripped]
    )
    parent = HiddenField(label=_l("Answers the comment"))

    @property
    def is_wording(self) -> bool:
        return "kind" in self and self.kind.data == "wording"

    def fit(
        self, rights: Rights, is_guest: bool, agencies: Sequence[tuple[str, str]], is_reply: bool = False
    ) -> "PostForm":
        """Ask what the place asks of this person now, and nothing else."""
        kinds = [kind for kind in POST_KINDS if kind in rights.kinds]
        self.kind.choices = choices((kind, kind_name(kind)) for kind in kinds)
        self.stance.choices = choices((stance, own_stance_name(stance)) for stance in STANCES)
        self.language.choices = choices([("", _("As the text is written")), *NAMES.items()])
        if is_reply or len(kinds) < 2:
            del self.kind
        if is_reply or "wording" not in kinds:
            del self.wording
        if is_reply or not rights.takes_stance:
            del self.stance
        if not (is_guest and rights.least_level == 0):
            del self.guest_name
        if agencies:
            self.official.label.text = _("Answer officially, for %(agency)s", agency=agencies[0][1])
        else:
            del self.official
        return self

    def value(self, name: str) -> Any:
        """What was chosen; None where it was not asked."""
        return self[name].data if name in self else None


class EditForm(OnceForm):
    """Another wording of one's own post."""

    wording = BodyField(_l("How should it read?"), [NeededForWording()], limit=LONGEST)
    body = BodyField(_l("Your comment"), [SaysSomething()], limit=LONGEST)
    language = RadioField(_l("Language of your comment"), [Optional()], choices=[], filters=[stripped])

    @property
    def is_wording(self) -> bool:
        return "wording" in self

    def fit(self, post: Post) -> "EditForm":
        self.language.choices = choices(NAMES.items())
        if post.kind != "wording":
            del self.wording
        return self

    def value(self, name: str) -> Any:
        return self[name].data if name in self else None
