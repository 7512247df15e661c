"""What keepers fill in about documents, drafts, and facts."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from app.agencies.forms import DayField
from app.core.forms import BodyField, Form, LineField, OnceForm, choices
from app.core.i18n import LANGUAGES, NAMES
from app.core.i18n import gettext as _
from app.core.i18n import lazy_gettext as _l
from app.documents import words
from app.documents.articles import ARTICLE, PART, ArticleText
from app.documents.description import Description
from app.documents.markup import TooManyMarks, TooMuch, from_markdown
from app.documents.models import ADOPTED, EVENTS, KINDS, PREDICATES, Document

FIRST_YEAR, LAST_YEAR = 1800, 2200
LONGEST_ARTICLE = 50_000
LONGEST_PASTED = 400_000
ADDRESS = re.compile(
    r"(law|policy|draft|report|form)/(\d{4})/(\d{1,6})(?:@[\d-]+)?(?:\?[^#]*)?(?:#([a-z0-9_]{1,60}))?"
)


def _day(label: Any, *validators: Any) -> DayField:
    return DayField(label, list(validators), first_year=FIRST_YEAR, last_year=LAST_YEAR)


def _number(field: LineField, low: int, high: int) -> int:
    if not (field.data or "").isdecimal() or not low <= int(field.data or "0") <= high:
        raise ValidationError(_("Enter a number from %(low)d to %(high)d.", low=low, high=high))
    return int(field.data or "0")


class DescriptionForm(Form):
    """What is said of a work, in both languages; a missing side stays a visible task."""

    title_ar = LineField(_l("Title in Arabic"), [Optional()], limit=300)
    title_en = LineField(_l("Title in English"), [Optional()], limit=300)
    summary_ar = BodyField(_l("Summary in plain Arabic"), [Optional()], limit=2_000)
    summary_en = BodyField(_l("Summary in plain English"), [Optional()], limit=2_000)
    keywords_ar = LineField(_l("Keywords in Arabic"), [Optional()], limit=300)
    keywords_en = LineField(_l("Keywords in English"), [Optional()], limit=300)
    authentic_language = SelectField(_l("Authentic text"), [InputRequired(_l("Choose the authentic text."))])
    licence = SelectField(_l("Licence"), [InputRequired(_l("Choose a licence."))])

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.licence.choices = choices((each, each) for each in words.LICENCES)
        self.authentic_language.choices = choices([*NAMES.items(), ("both", _("Both languages equally"))])

    def validate_title_en(self, field: LineField) -> None:
        if not field.data and not self.title_ar.data:
            raise ValidationError(_("Enter a title in at least one language."))

    def validate_title_ar(self, field: LineField) -> None:
        if not field.data and not self.title_en.data:
            raise ValidationError(_("Enter a title in at least one language."))

    @property
    def description(self) -> Description:
        return Description(
            self.pair("title"),
            self.pair("summary"),
            self.pair("keywords"),
            self.licence.data or "",
            self.authentic_language.data or "",
        )


def written_description(document: Document) -> dict[str, str]:
    """What the form shows first."""
    names = [f"{name}_{code}" for name in ("title", "summary", "keywords") for code in LANGUAGES]
    return {name: getattr(document, name) for name in [*names, "licence", "authentic_language"]}


class AddressForm(Form):
    """The address of a work: kind, year and number."""

    kind = SelectField(_l("Kind of document"), [InputRequired(_l("Choose a kind."))])
    year = LineField(_l("Year"), [InputRequired(_l("Enter a year."))], limit=4, digits=True)
    number = LineField(
        _l("Number of the document"), [InputRequired(_l("Enter a number."))], limit=6, digits=True
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.kind.choices = choices((kind, words.kind_name(kind)) for kind in KINDS)

    def validate_year(self, field: LineField) -> None:
        _number(field, FIRST_YEAR, LAST_YEAR)

    def validate_number(self, field: LineField) -> None:
        _number(field, 1, 999_999)

    def refuse(self) -> None:
        """Show that another document has this address."""
        self.number.errors = [
            _("Another document has or had this kind, year and number. Choose another number.")
        ]


class NewDocumentForm(DescriptionForm, OnceForm):
    """A work without text yet. Without a number it gets the next one."""

    agency = SelectField(_l("Agency"), [InputRequired(_l("Choose an agency."))])
    kind = SelectField(_l("Kind of document"), [InputRequired(_l("Choose a kind."))])
    year = LineField(_l("Year"), [Optional()], limit=4, digits=True)
    number = LineField(_l("Number of the document"), [Optional()], limit=6, digits=True)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.kind.choices = choices((kind, words.kind_name(kind)) for kind in KINDS)

    def validate_year(self, field: LineField) -> None:
        if field.data:
            _number(field, FIRST_YEAR, LAST_YEAR)

    def validate_number(self, field: LineField) -> None:
        if field.data:
            _number(field, 1, 999_999)

    def refuse(self) -> None:
        self.number.errors = [
            _("Another document has or had this kind, year and number. Choose another number.")
        ]


class StartForm(OnceForm):
    """The next version, as a copy of the newest."""

    is_correction = BooleanField(_l("It corrects a mistake and takes effect at once"))


class VersionForm(Form):
    """Date and "what changed" of a draft, by language."""

    dated_ar = _day(_l("Date of the Arabic text"), Optional())
    dated_en = _day(_l("Date of the English text"), Optional())
    changes_ar = BodyField(_l("What changed, in Arabic"), [Optional()], limit=4_000)
    changes_en = BodyField(_l("What changed, in English"), [Optional()], limit=4_000)
    is_correction = BooleanField(_l("It corrects a mistake and takes effect at once"))

    @property
    def dated(self) -> dict[str, date]:
        return {code: self[f"dated_{code}"].day for code in LANGUAGES if self[f"dated_{code}"].day}

    @property
    def changes(self) -> dict[str, str]:
        return {code: self[f"changes_{code}"].data or "" for code in LANGUAGES}


class ArticleForm(Form):
    """One article in both languages. `seen`: the mark of what was on the page it was opened with."""

    kind = RadioField(_l("This is"), [InputRequired(_l("Choose what this is."))])
    number_ar = LineField(_l("Number in the Arabic text"), [Optional()], limit=30, digits=True)
    heading_ar = LineField(_l("Heading in Arabic"), [Optional()], limit=300)
    body_ar = BodyField(_l("Text in Arabic"), [Optional()], limit=LONGEST_ARTICLE)
    number_en = LineField(_l("Number in the English text"), [Optional()], limit=30, digits=True)
    heading_en = LineField(_l("Heading in English"), [Optional()], limit=300)
    body_en = BodyField(_l("Text in English"), [Optional()], limit=LONGEST_ARTICLE)
    continues = SelectField(_l("Continues the article of the version before"), [Optional()])
    seen = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.kind.choices = choices([(ARTICLE, _("An article")), (PART, _("The heading of a part"))])

    def validate_body_ar(self, field: BodyField) -> None:
        """An article is empty when both sides are."""
        if not any(self[f"{name}_{code}"].data for name in ("heading", "body") for code in LANGUAGES):
            raise ValidationError(_("Write the heading or the text in at least one language."))
        _refuse_unreadable(field)

    def validate_body_en(self, field: BodyField) -> None:
        _refuse_unreadable(field)

    @property
    def sides(self) -> dict[str, ArticleText]:
        return {code: self._side(code) for code in LANGUAGES}

    def _side(self, code: str) -> ArticleText:
        return ArticleText(
            kind=self.kind.data or ARTICLE,
            number=self[f"number_{code}"].data or "",
            heading=self[f"heading_{code}"].data or "",
            html=from_markdown(self[f"body_{code}"].data or ""),
        )


def _refuse_unreadable(field: BodyField) -> None:
    try:
        from_markdown(field.data or "")
    except TooManyMarks:
        raise ValidationError(words.too_many_marks()) from None
    except TooMuch:
        raise ValidationError(
            _("Quotes or lists stand too deep in each other. Make the text simpler.")
        ) from None


class ImportForm(Form):
    """A whole text of one language, as a file or pasted."""

    language = RadioField(_l("Language of the text"), [InputRequired(_l("Choose the language of the text."))])
    file = FileField(_l("File"), [Optional()])
    text = BodyField(_l("Or paste the text"), [Optional()], limit=LONGEST_PASTED)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.offer(LANGUAGES)

    def offer(self, languages: Iterable[str]) -> None:
        """Let only these languages be chosen: the other one is public already."""
        self.language.choices = choices((code, NAMES[code]) for code in languages)


class PublicationForm(OnceForm):
    """Publishing: for ever. Without a day the text takes effect as its kind does."""

    takes_effect = _day(_l("Takes effect on"), Optional())
    is_read = BooleanField(
        _l("I have read both languages. What is published can never be changed."),
        [InputRequired(_l("Confirm that you have read the text."))],
    )


class WithdrawalForm(OnceForm):
    reason = BodyField(
        _l("Reason, for everybody to read"),
        [InputRequired(_l("Say why this version is withdrawn."))],
        limit=2_000,
    )


class FormFileForm(OnceForm):
    """A file form of a version, such as the signed PDF."""

    language = RadioField(_l("Language of the file"), [InputRequired(_l("Choose the language of the file."))])
    file = FileField(_l("File"), [InputRequired(_l("Choose a file."))])

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.language.choices = choices(NAMES.items())


class AddressField(LineField):
    """The address of another document as copied from the browser.

    `place`: its kind, year and number; `key`: the article that the address leads to.
    """

    place: tuple[str, int, int] | None = None
    key: str = ""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, limit=400, digits=True, **kwargs)

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        if not self.data:
            return
        found = ADDRESS.search(self.data)
        if found is None:
            raise ValidationError(_("Enter the address of a document, such as /docs/law/2026/12."))
        self.place, self.key = (found[1], int(found[2]), int(found[3])), found[4] or ""


class EventForm(OnceForm):
    """What happened on a day, to the whole or to one article."""

    kind = SelectField(_l("What happened"), [InputRequired(_l("Choose what happened."))])
    day = _day(_l("Day"), InputRequired(_l("Enter the day.")))
    article_key = SelectField(_l("To which part"), [Optional()])
    version_number = SelectField(_l("Text that applies from then on"), [Optional()])
    source = AddressField(_l("By which document"), validators=[Optional()])

    def __init__(self, articles: list[tuple[str, str]], numbers: list[int], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in EVENTS if kind != "publication"]
        self.kind.choices = choices((kind, words.event_name(kind)) for kind in kinds)
        self.article_key.choices = choices([("", _("The whole document")), *articles])
        versions = [(str(number), _("Version %(number)d", number=number)) for number in numbers]
        self.version_number.choices = choices([("", _("The same as before")), *versions])


class RelationForm(OnceForm):
    """What a document of this kind does to another."""

    predicate = SelectField(_l("This document"), [InputRequired(_l("Choose what it does."))])
    target = AddressField(
        _l("Which document"), validators=[InputRequired(_l("Enter the address of the other document."))]
    )
    article_key = SelectField(_l("In which part"), [Optional()])

    def __init__(self, kind: str, articles: list[tuple[str, str]], *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        possible = [each for each in PREDICATES if each != "adopts" or kind in ADOPTED]
        self.predicate.choices = choices((each, words.relation_name(each)) for each in possible)
        self.article_key.choices = choices([("", _("The whole document")), *articles])
