"""What people fill in to flag, to decide, to appeal, and to keep the list of words."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.core.forms import BodyField, Form, OnceForm, choices
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from participation.discussion.models import Post
from participation.discussion.moderation.rules import REASONS
from participation.discussion.moderation.words import decision_name, reason_name

LONGEST_NOTE = 1_000
MOST_PHRASES = 500


class FlagForm(OnceForm):
    """Why a post breaks the rules."""

    reason = RadioField(_l("Which rule does it break?"), [InputRequired(_l("Choose a rule."))], choices=[])
    note = BodyField(_l("What should the moderator know?"), [Optional()], limit=LONGEST_NOTE)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.reason.choices = choices((reason, reason_name(reason)) for reason in REASONS)


class DecisionForm(Form):
    """What a moderator decides. `seen_at`: when the page was made; later copies are not decided unseen."""

    act = RadioField(_l("Decision"), [InputRequired(_l("Choose a decision."))], choices=[])
    reason = SelectField(_l("Rule that was broken"), [Optional()], choices=[])
    strike = BodyField(_l("Words to strike out"), [Optional()], limit=LONGEST_NOTE)
    note = BodyField(_l("Words to the author"), [Optional()], limit=LONGEST_NOTE)
    whole_group = BooleanField(_l("Decide the same on all of them"))
    seen_at = HiddenField(label=_l("Time of the page"))

    def fit(self, post: Post, acts: Sequence[str], size: int) -> "DecisionForm":
        """Offer what can be decided on this post, and the group only where there is one."""
        self.act.choices = choices((act, decision_name(act, post.state)) for act in acts)
        named = [("", _("Choose a rule")), *((reason, reason_name(reason)) for reason in REASONS)]
        self.reason.choices = choices(named)
        if size < 2 or "appeal refused" in acts:
            del self.whole_group
        return self

    @property
    def words(self) -> list[str]:
        """The words to strike out: one line each."""
        lines = (self.strike.data or "").splitlines()
        return [line.strip() for line in lines if line.strip()] if self.act.data == "censored" else []

    def validate_act(self, field: RadioField) -> None:
        if field.data == "appeal refused" and not self.note.data:
            raise ValidationError(_("Write to the author why the decision stands."))
        if field.data in {"hidden", "censored"} and not self.reason.data:
            raise ValidationError(_("Choose the rule that was broken."))
        if field.data == "censored" and not self.words:
            raise ValidationError(_("Write the words to strike out, one line each."))


class AppealForm(OnceForm):
    """Why the author thinks that the decision was wrong."""

    body = BodyField(
        _l("Why should it be looked at again?"),
        [InputRequired(_l("Write in a few words why the decision was wrong."))],
        limit=LONGEST_NOTE,
    )


class PhrasesForm(OnceForm):
    """Words to add to the list."""

    phrases = BodyField(
        _l("Words or phrases, one on each line"),
        [InputRequired(_l("Write at least one word."))],
        limit=20_000,
    )

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in (self.phrases.data or "").splitlines() if line.strip()]

    def validate_phrases(self, field: BodyField) -> None:
        if len(self.lines) > MOST_PHRASES:
            raise ValidationError(_("Add at most %(most)d at once.", most=MOST_PHRASES))
