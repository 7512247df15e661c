"""The sentences of the whole house: found in the code, kept in one template and one Arabic catalogue."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "translations"
TEMPLATE = FOLDER / "messages.pot"
ARABIC = FOLDER / "ar" / "LC_MESSAGES" / "messages.po"
PACKAGES = ("app", "participation", "feedback")
METHODS = [("**.py", "python"), ("**/templates/**", "jinja2")]
OPTIONS = {"**/templates/**": {"silent": "false", "trimmed": "true"}}
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "_l": None,
}
PLURAL_FORMS = 6
PLURAL_RULE = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "
    "n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);"
)
"""The order gettext's own manual gives for Arabic; Babel's default swaps the last two forms."""
MAY_LACK_NUMBER = range(3)
"""Zero, one and two: Arabic says them with the noun alone."""
NUMBERS = {"num", "count"}
"""Names of the placeholder of the counted number: as it is, or written in the reader's digits."""

_PLACEHOLDER = re.compile(r"(?<!%)(?:%%)*%\((\w+)\)[sd]|\{(\w+)\}")
_IDLE_HEADERS = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|'
    r"Report-Msgid-Bugs-To|Last-Translator|Language-Team): .*\n",
    re.MULTILINE,
)


def extracted() -> Catalog:
    """Every sentence of the code and the templates, with the files it stands in."""
    found = Catalog(project="sawt", charset="utf-8", header_comment="# Every sentence of Sawt.")
    for package in PACKAGES:
        for name, line, text, comments, context in extract_from_dir(
            ROOT / package,
            METHODS,
            OPTIONS,
            keywords=KEYWORDS,
            comment_tags=("i18n:",),
            strip_comment_tags=True,
        ):
            place = (str(Path(package) / name), line)
            found.add(text, locations=[place], auto_comments=comments, context=context)
    return found


def read(path: Path, locale: str | None = None) -> Catalog:
    """The catalogue of a file; an empty one when there is no such file."""
    if not path.is_file():
        return Catalog(locale=locale)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def empty_arabic() -> Catalog:
    made = Catalog(locale="ar", project="sawt", charset="utf-8", header_comment="# The Arabic of Sawt.")
    made.mime_headers = [("Plural-Forms", PLURAL_RULE)]
    made.fuzzy = False
    return made


def write(path: Path, catalogue: Catalog) -> None:
    """Files without line numbers and dates: the catalogue changes only when a sentence does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, sort_output=True, include_lineno=False, width=110)
    path.write_text(_IDLE_HEADERS.sub("", path.read_text()))


def sentences(catalogue: Catalog) -> Iterator[Message]:
    """Every message but the header."""
    return (message for message in catalogue if message.id)


def name(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def forms(message: Message) -> tuple[str, ...]:
    """The translation, as one form or as the plural forms."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def placeholders(text: str) -> frozenset[str]:
    """Names in `%(name)s` and `{name}`."""
    return frozenset(a or b for a, b in _PLACEHOLDER.findall(text))


def compile_arabic() -> None:
    """Make the binary catalogue that pages read, unless it is newer than its source."""
    binary = ARABIC.with_suffix(".mo")
    if not ARABIC.is_file() or (binary.is_file() and binary.stat().st_mtime >= ARABIC.stat().st_mtime):
        return
    draft = binary.with_suffix(".draft")
    with draft.open("wb") as file:
        write_mo(file, read(ARABIC, "ar"))
    draft.replace(binary)
