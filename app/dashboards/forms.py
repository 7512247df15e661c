"""Forms of the administrators' page of search."""

import re
from typing import Any

from wtforms import ValidationError

from app.core.forms import Form, LineField
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.core.text import normalise

MOST_PHRASES, MOST_WORDS, LEAST_LETTERS = 10, 3, 3
_BETWEEN = re.compile("[,،;؛]")


class LexiconGroupForm(Form):
    """Words or phrases between commas."""

    phrases = LineField(_l("Words that say the same"), limit=300)

    def separate(self) -> list[str]:
        """The phrases, each once whatever its spelling."""
        named = [" ".join(one.split()) for one in _BETWEEN.split(self.phrases.data or "")]
        return list({normalise(one): one for one in named if one}.values())

    def validate_phrases(self, field: Any) -> None:
        phrases = self.separate()
        if not 2 <= len(phrases) <= MOST_PHRASES:
            raise ValidationError(_("Write two to ten words or phrases, with commas between them"))
        if any(len(one.split()) > MOST_WORDS for one in phrases):
            raise ValidationError(_("A phrase has at most three words"))
        if any(len(one) < LEAST_LETTERS for one in phrases):
            raise ValidationError(_("A word has at least three letters"))
