"""DOCX, XLSX and ODT: packed anew without authors, macros, foreign parts and the GPS of pictures inside.

Only these files of the pack are touched: who wrote it (docProps, meta.xml), authors of comments and changes,
pictures, and links to templates elsewhere. All other parts stay byte for byte.
"""

import re
import zipfile
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from PIL import Image

from app.core.antivirus import EICAR
from app.core.cleaning_bounds import MOST_PIXELS, Unwanted
from app.core.cleaning_pdf import without_segments

MOST_PARTS = 2_000
MOST_UNPACKED = 100_000_000
MOST_XML = 40_000_000
EARLIEST = (1980, 1, 1, 0, 0, 0)

_OPEN_XML = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "docx": _OPEN_XML + "wordprocessingml.document",
    "xlsx": _OPEN_XML + "spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
}
_MAIN_PART = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml"}

_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/"
_EMPTY = {
    "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
    'core-properties"/>',
    "docProps/app.xml": f'<Properties xmlns="{_PROPERTIES}extended-properties"/>',
    "docProps/custom.xml": f'<Properties xmlns="{_PROPERTIES}custom-properties"/>',
    "meta.xml": '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'office:version="1.3"><office:meta/></office:document-meta>',
    "word/people.xml": '<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>',
}
_ACTIVE = re.compile(
    r"(?i)(?:^|/)(?:vbaproject|vbadata|activex|embeddings|oleobject|basic|scripts|macrosheets|dialogs)[^/]*(?:/|$)"
    r"|\.(?:bin|exe|dll|js|vbs|jar|class|ole)$"
)
_HARMLESS = re.compile(r"(?i)^xl/printersettings/")
_AUTHORS = re.compile(
    r"""(\b(?:w|w15|w16cid|x):(?:author|initials|userId|providerId)\s*=\s*)(?:"[^"]*"|'[^']*')""",
)
_AUTHOR_ELEMENTS = re.compile(
    r"(<(author|dc:creator|meta:initial-creator|meta:creator-initials|loext:sender-initials|text:creator)\b[^>]*>)"
    r"[^<]*(?=</\2>)"
)
_TEMPLATE = re.compile(r"<w:attachedTemplate\b[^>]*/>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*?(?:/>|></(?:\w+:)?Relationship>)", re.DOTALL)
_IS_FOREIGN = re.compile(r"""TargetMode\s*=\s*["']External["']""", re.IGNORECASE)
_IS_LINK = re.compile(r"""Type\s*=\s*["'][^"']*/hyperlink["']""")
_IS_TEMPLATE = re.compile(r"""Type\s*=\s*["'][^"']*/attachedTemplate["']""")


def clean(source: Path, target: Path, kind: str) -> str:
    """Write the cleaned pack. Raises Unwanted for macros, bombs, passwords and what is no such document."""
    try:
        with zipfile.ZipFile(source) as old:
            _inspect(old, kind)
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new:
                for part in old.infolist():
                    _copy(old, part, new, kind)
    except (zipfile.BadZipFile, NotImplementedError):
        raise Unwanted("damaged") from None
    return MEDIA_TYPES[kind]


def _inspect(pack: zipfile.ZipFile, kind: str) -> None:
    """Look at the table of contents alone: nothing is unpacked before it is known to be bounded."""
    parts = pack.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unwanted("bomb")
    if any(part.flag_bits & 0x1 for part in parts) or "EncryptedPackage" in names:
        raise Unwanted("encrypted")
    if len(set(names)) < len(names) or _MAIN_PART[kind] not in names or any(map(_is_outside, names)):
        raise Unwanted("other-content")
    if any(_ACTIVE.search(name) and not _HARMLESS.match(name) for name in names):
        raise Unwanted("macros")


def _is_outside(name: str) -> bool:
    return "\\" in name or name.startswith("/") or ".." in PurePosixPath(name).parts


def _copy(old: zipfile.ZipFile, part: zipfile.ZipInfo, new: zipfile.ZipFile, kind: str) -> None:
    if part.is_dir() or part.filename.startswith("Thumbnails/"):
        return
    content = old.read(part)
    if EICAR in content:
        raise Unwanted("virus")
    cleaned = zipfile.ZipInfo(part.filename, EARLIEST)
    first_of_odt = part.filename == "mimetype"
    cleaned.compress_type = zipfile.ZIP_STORED if first_of_odt else zipfile.ZIP_DEFLATED
    new.writestr(cleaned, _cleaned(part.filename, content, kind))


def _cleaned(name: str, content: bytes, kind: str) -> bytes:
    if name == "mimetype" and content.strip() != MEDIA_TYPES[kind].encode():
        raise Unwanted("other-content")
    if name in _EMPTY:
        return ('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + _EMPTY[name]).encode()
    if name.endswith((".xml", ".rels", ".rdf")):
        return _cleaned_xml(name, content)
    return _cleaned_picture(name, content)


def _cleaned_xml(name: str, content: bytes) -> bytes:
    if len(content) > MOST_XML:
        raise Unwanted("bomb")
    _refuse_entities(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unwanted("damaged") from None
    if name == "[Content_Types].xml" and "macroEnabled" in text:
        raise Unwanted("macros")
    if name.endswith(".rels"):
        return _RELATION.sub(_own_relation, text).encode()
    text = _AUTHORS.sub(r'\1""', _TEMPLATE.sub("", text))
    return _AUTHOR_ELEMENTS.sub(r"\1", text).encode()


def _refuse_entities(content: bytes) -> None:
    """Read it once as XML without entities; an entity bomb or a foreign entity ends here."""
    try:
        for _event, element in ElementTree.iterparse(BytesIO(content), forbid_dtd=True):
            element.clear()
    except DefusedXmlException:
        raise Unwanted("bomb") from None
    except ElementTree.ParseError:
        raise Unwanted("damaged") from None


def _own_relation(found: re.Match[str]) -> str:
    """Links stay, a template on somebody's disk goes, any other part from elsewhere is refused."""
    relation = found[0]
    if not _IS_FOREIGN.search(relation) or _IS_LINK.search(relation):
        return relation
    if _IS_TEMPLATE.search(relation):
        return ""
    raise Unwanted("macros")


def _cleaned_picture(name: str, content: bytes) -> bytes:
    extension = name.rpartition(".")[2].lower()
    if extension in {"jpg", "jpeg"}:
        return without_segments(content)
    return _redrawn(content) if extension == "png" else content


def _redrawn(content: bytes) -> bytes:
    """A PNG without the texts, EXIF and profile it carries."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    drawn: Any = BytesIO()
    with Image.open(BytesIO(content), formats=("PNG",)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Unwanted("too-large-picture")
        picture.load()
        picture.info = {key: picture.info[key] for key in ("transparency", "gamma") if key in picture.info}
        picture.save(drawn, "PNG")
    return bytes(drawn.getvalue())
