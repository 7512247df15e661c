"""What people fill in to open a topic, moderators to keep order, administrators to describe a board."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from app.agencies.models import Agency
from app.core.forms import BodyField, Form, LineField, WholeNumberField, choices
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from participation.discussion.forms import LONGEST, SHORTEST, PostForm, SaysSomething
from participation.discussion.places import Rights
from participation.forums.models import LONGEST_TAG, MOST_TAGS, Board

LONGEST_TITLE = 150
LONGEST_REASON = 200
KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RESERVED = frozenset({"new"})
NAMED_TOPIC = re.compile(r"(?:.*/)?([0-9A-Z]{12})/?(?:[?#].*)?")
COMMAS = re.compile("[,،;؛\n]+")


class TopicForm(PostForm):
    """A topic: its title, its first post, the words to find it by. `seen`: similar topics have been shown."""

    title = LineField(
        _l("Title"), [InputRequired(_l("Say in a few words what it is about."))], limit=LONGEST_TITLE
    )
    body = BodyField(_l("What you want to say"), [SaysSomething()], limit=LONGEST)
    tags = LineField(_l("Tags"), [Optional()], limit=MOST_TAGS * (LONGEST_TAG + 2))
    seen = HiddenField()
    agency_key = ""

    def validate_title(self, field: LineField) -> None:
        if sum(map(str.isalnum, field.data or "")) < SHORTEST:
            raise ValidationError(_("Say in a few words what it is about."))

    def validate_tags(self, field: LineField) -> None:
        if len(self.words) > MOST_TAGS:
            raise ValidationError(_("Choose at most %(num)s tags.", num=MOST_TAGS))
        if any(len(word) > LONGEST_TAG for word in self.words):
            raise ValidationError(_("A tag has at most %(num)s characters.", num=LONGEST_TAG))

    def fit(
        self, rights: Rights, is_guest: bool, agencies: Sequence[tuple[str, str]], is_reply: bool = False
    ) -> "TopicForm":
        super().fit(rights, is_guest, agencies, is_reply)
        self.agency_key = agencies[0][0] if agencies else ""
        return self

    @property
    def words(self) -> tuple[str, ...]:
        """The tags; commas of either script part them."""
        parts = (part.strip(" #") for part in COMMAS.split(self.tags.data or ""))
        return tuple(part for part in parts if part)


class LockForm(Form):
    reason = LineField(
        _l("Why it is locked"),
        [InputRequired(_l("Say why: everybody reads it on the topic."))],
        limit=LONGEST_REASON,
    )


class MoveForm(Form):
    board = SelectField(_l("Move to the board"))

    def offer(self, boards: Sequence[Board]) -> "MoveForm":
        self.board.choices = choices((board.key, board.title.text) for board in boards)
        return self


class MergeForm(Form):
    into = LineField(_l("Address of the other topic"), [InputRequired(_l("Enter the address."))], limit=300)

    @property
    def public_id(self) -> str:
        """The id that the address ends with; empty when it has none."""
        found = NAMED_TOPIC.fullmatch(self.into.data or "")
        return found[1] if found else ""


class BoardForm(Form):
    """A board, in both languages, and its rules."""

    title_ar = LineField(_l("Name in Arabic"), [InputRequired(_l("Enter the name in Arabic."))], limit=80)
    title_en = LineField(_l("Name in English"), [InputRequired(_l("Enter the name in English."))], limit=80)
    description_ar = BodyField(
        _l("What it is for, in Arabic"), [InputRequired(_l("Say in Arabic what it is for."))], limit=400
    )
    description_en = BodyField(
        _l("What it is for, in English"), [InputRequired(_l("Say in English what it is for."))], limit=400
    )
    agency = SelectField(_l("Agency that answers here"), [Optional()])
    least_level = RadioField(_l("Whose posts count"), default="1")
    moderation = RadioField(_l("When moderators read posts"), default="after")
    position = WholeNumberField(
        _l("Place in the list"),
        [InputRequired(_l("Enter a number.")), NumberRange(0, 999, _l("Enter a number from 0 to 999."))],
        default=0,
    )

    def offer(self, agencies: Sequence[Agency]) -> "BoardForm":
        self.agency.choices = choices([("", _("Any agency")), *((a.key, a.name.text) for a in agencies)])
        levels = (
            _("Everybody's, also without an account"),
            _("Those of people with a confirmed e-mail address"),
            _("Those of people with a confirmed identity"),
            _("Those of people seen in person"),
        )
        self.least_level.choices = choices((str(level), name) for level, name in enumerate(levels))
        self.moderation.choices = choices(
            [("after", _("After they appear")), ("before", _("Before they appear"))]
        )
        return self

    def facts(self, agencies: Sequence[Agency]) -> dict[str, Any]:
        """What `actions.BoardRules` is made of."""
        return {
            "title": (self.title_ar.data or "", self.title_en.data or ""),
            "description": (self.description_ar.data or "", self.description_en.data or ""),
            "agency": next((agency for agency in agencies if agency.key == self.agency.data), None),
            "least_level": int(self.least_level.data),
            "moderation": self.moderation.data,
            "position": self.position.data or 0,
        }

    @staticmethod
    def written(board: Board) -> dict[str, Any]:
        """The board as the form shows it."""
        texts = ("title_ar", "title_en", "description_ar", "description_en", "moderation", "position")
        facts: dict[str, Any] = {name: getattr(board, name) for name in texts}
        agency = board.agency.key if board.agency else ""
        return {**facts, "agency": agency, "least_level": str(board.least_level)}


class NewBoardForm(BoardForm):
    """As above, with the key, which never changes afterwards."""

    key = LineField(_l("Key"), [InputRequired(_l("Enter a key."))], limit=40, digits=True)

    def validate_key(self, field: LineField) -> None:
        if not KEY.fullmatch(field.data or "") or field.data in RESERVED:
            raise ValidationError(
                _("A key has small Latin letters, digits and single hyphens, such as roads-and-transport.")
            )

    def refuse_key(self) -> None:
        self.key.errors = [_("Another board has this key.")]
