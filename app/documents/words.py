"""What the library's kinds, states, events and relations are called, and how a document is cited."""

from datetime import date

from app.core.i18n import LANGUAGES, NAMES, day, language, ngettext, speaking
from app.core.i18n import gettext as _
from app.core.rendering import absolute_url
from app.core.text import isolate
from app.documents.models import Document, DocumentEvent, Version
from app.documents.standing import Standing


def kind_name(kind: str) -> str:
    return {
        "law": _("Law"),
        "policy": _("Policy"),
        "draft": _("Draft"),
        "report": _("Report"),
        "form": _("Form"),
    }[kind]


def name_of(document: Document) -> str:
    """`Law 12 of 2026`: kind, number and year as people say them."""
    numbers = {"number": document.number, "year": document.year}
    return {
        "law": lambda: _("Law %(number)d of %(year)d", **numbers),
        "policy": lambda: _("Policy %(number)d of %(year)d", **numbers),
        "draft": lambda: _("Draft %(number)d of %(year)d", **numbers),
        "report": lambda: _("Report %(number)d of %(year)d", **numbers),
        "form": lambda: _("Form %(number)d of %(year)d", **numbers),
    }[document.kind]()


STATE_TONES = {"unpublished": "wait", "published": "info", "in-force": "good", "repealed": "bad"}


def state_name(state: str) -> str:
    return {
        "unpublished": _("Not published"),
        "published": _("Published text"),
        "in-force": _("In force"),
        "repealed": _("Repealed"),
    }[state]


def standing_sentence(standing: Standing, kind: str, on: date) -> str:
    """Whether it applies on that day, and since when."""
    if standing.state == "in-force" and standing.since:
        return _("In force since %(day)s.", day=day(standing.since, hijri=True))
    if standing.state == "repealed" and standing.since:
        return _("Repealed since %(day)s.", day=day(standing.since, hijri=True))
    if standing.state == "published" and kind == "law":
        return _("Published, but not in force on %(day)s.", day=day(on, hijri=True))
    if standing.state == "unpublished":
        return _("Not published on %(day)s.", day=day(on, hijri=True))
    return ""


def event_sentence(event: DocumentEvent, article: str = "") -> str:
    """One line of the history. `article`: how the text calls the article the event is about, if it is about one."""
    facts = {"article": isolate(article), "number": event.version_number or 0}
    if event.article_key:
        return {
            "commencement": lambda: _("%(article)s comes into force.", **facts),
            "amendment": lambda: _("%(article)s is amended.", **facts),
            "repeal": lambda: _("%(article)s is repealed.", **facts),
        }.get(event.kind, lambda: event_name(event.kind))()
    if event.version_number and event.kind == "publication":
        if event.is_correction:
            return _("Version %(number)d is published: a correction.", **facts)
        return _("Version %(number)d is published.", **facts)
    if event.version_number and event.kind in ("amendment", "commencement"):
        return _("Version %(number)d comes into force.", **facts)
    return event_name(event.kind)


def event_name(kind: str) -> str:
    return {
        "assent": _("Assent"),
        "publication": _("Publication"),
        "commencement": _("Commencement"),
        "amendment": _("Amendment"),
        "repeal": _("Repeal"),
    }[kind]


def relation_name(predicate: str, is_inverse: bool = False) -> str:
    if is_inverse:
        return {
            "amends": _("Amended by"),
            "repeals": _("Repealed by"),
            "implements": _("Implemented by"),
            "cites": _("Cited by"),
            "adopts": _("This draft became"),
        }[predicate]
    return {
        "amends": _("Amends"),
        "repeals": _("Repeals"),
        "implements": _("Implements"),
        "cites": _("Cites"),
        "adopts": _("Came from the draft"),
    }[predicate]


LICENCES = ("CC-BY-4.0", "CC-BY-SA-4.0", "CC0-1.0", "OGL-UK-3.0", "ODC-By-1.0")
"""SPDX identifiers that may be chosen."""


def authentic_sentence(document: Document) -> str:
    return {
        "ar": _("The Arabic text is the authentic one."),
        "en": _("The English text is the authentic one."),
        "both": _("The Arabic and the English text are equally authentic."),
    }[document.authentic_language]


def dates_sentence(versions: dict[str, Version]) -> str:
    """The date of the text, or both dates when the languages differ."""
    dates = {code: each.dated for code, each in versions.items()}
    if len(set(dates.values())) > 1:
        return _(
            "Arabic text of %(arabic)s; English text of %(english)s.",
            arabic=day(dates["ar"], hijri=True),
            english=day(dates["en"], hijri=True),
        )
    return _("Text of %(day)s.", day=day(next(iter(dates.values())), hijri=True))


def citations(document: Document, version: Version) -> list[tuple[str, str, str]]:
    """How to cite the version, as (language, its name, citation) in both languages."""
    return [(code, NAMES[code], _citation(document, version, code)) for code in LANGUAGES]


def _citation(document: Document, version: Version, code: str) -> str:
    with speaking(code):
        return _(
            "%(title)s, %(name)s, version %(number)d of %(day)s. %(url)s",
            title=isolate(document.title.text),
            name=name_of(document),
            number=version.number,
            day=day(version.dated),
            url=isolate(permalink(document, version.number, code)),
        )


def permalink(document: Document, number: int, code: str = "") -> str:
    """The full address of one version, for ever."""
    names = {"kind": document.kind, "year": document.year, "number": document.number}
    return absolute_url("documents.show", **names, version=number, lang=code or language())


def text_state_name(state: str) -> str:
    return {
        "text": _("with text"),
        "ocr": _("text recognised from pictures"),
        "none": _("pictures of pages only: not accessible, read the text on this page"),
    }[state]


def too_many_marks() -> str:
    """Why a text in Markdown is refused that is brackets and signs more than words."""
    return _(
        "This text has too many brackets, list signs, table cells or lines. Take out those that mean nothing, "
        "or send it as a Word document."
    )


def finding_sentences(findings: dict[str, int]) -> list[str]:
    """What the person who reviews an import must look at."""
    said = {
        "pictures": lambda n: ngettext(
            "%(num)d picture was left out: the library keeps words.",
            "%(num)d pictures were left out: the library keeps words.",
            n,
        ),
        "unnumbered": lambda n: ngettext(
            "%(num)d text has no article number.", "%(num)d texts have no article number.", n
        ),
        "twice": lambda n: ngettext(
            "%(num)d article number occurs more than once.",
            "%(num)d article numbers occur more than once.",
            n,
        ),
        "empty": lambda n: ngettext("%(num)d article has no text.", "%(num)d articles have no text.", n),
        "gaps": lambda n: ngettext(
            "%(num)d number is missing between the first and the last article.",
            "%(num)d numbers are missing between the first and the last article.",
            n,
        ),
    }
    return [said[code](count) for code, count in findings.items() if code in said and count]
