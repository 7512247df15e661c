"""Files are refused with a reason, or come out harmless and as they look."""

import io
import re
import resource
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select

from app.core import db, inspection
from app.core.uploads import StoredFile
from app.factory import Sawt
from tests.factories import files
from tests.factories.uploads import content_of, receive, refusal


@pytest.fixture(autouse=True)
def page(app: Sawt) -> Iterator[None]:
    """Files are received in a request, in English."""
    with app.test_request_context("/en/"):
        app.preprocess_request()
        yield


# What is taken is made harmless

PICTURES: list[tuple[str, Callable[[], bytes], str, str]] = [
    ("صورة.jpg", files.jpeg, "image/jpeg", "صورة.jpg"),
    ("a.JPEG", files.jpeg, "image/jpeg", "a.JPEG"),
    ("a.png", files.png, "image/png", "a.png"),
    ("a.webp", files.webp, "image/jpeg", "a.jpg"),
    ("a.gif", files.gif, "image/png", "a.png"),
    ("صورة.heic", files.heic, "image/jpeg", "صورة.jpg"),
]


@pytest.mark.parametrize(("name", "make", "media_type", "kept"), PICTURES, ids=[p[0] for p in PICTURES])
def test_c18_a_picture_keeps_what_is_seen_and_loses_place_and_author(
    app: Sawt, name: str, make: Callable[[], bytes], media_type: str, kept: str
) -> None:
    stored = receive(name, make())
    content = content_of(app, stored)
    assert (stored.media_type, stored.name, stored.size) == (media_type, kept, len(content))
    assert files.CANARY.encode() not in content
    assert b"Exif" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert not picture.getexif()
        is_upright = "gif" in name or "heic" in name
        assert is_upright or picture.size == (48, 64), "the photo should stand upright"


def test_c18_a_pdf_loses_author_scripts_files_and_the_place_of_its_photo(app: Sawt) -> None:
    before = files.pdf()
    stored = receive("تقرير.pdf", before)
    with pikepdf.open(io.BytesIO(before)) as old:
        assert files.CANARY in str(old.docinfo["/Author"])
    content = content_of(app, stored)
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(document.pages) == 1
        note = document.pages[0].Annots[0]
        assert str(note.Contents) == "stays"
        assert str(note.A.S) == "/Named"
        whole = b"".join(_all_bytes(thing) for thing in document.objects)
    assert files.CANARY.encode() not in whole + content
    for word in (b"JavaScript", b"/Launch", b"EmbeddedFile", b"OpenAction"):
        assert word not in whole


def _all_bytes(thing: pikepdf.Object) -> bytes:
    raw = thing.read_raw_bytes() if isinstance(thing, pikepdf.Stream) else b""
    return raw + thing.unparse()


OFFICE = [
    ("a.docx", files.DOCX, "word/document.xml", "نص الشكوى"),
    ("a.xlsx", files.XLSX, "xl/comments1.xml", "stays"),
    ("a.odt", files.ODT, "content.xml", "stays"),
]


@pytest.mark.parametrize(("name", "parts", "part", "text"), OFFICE, ids=[o[0] for o in OFFICE])
def test_c18_a_document_keeps_its_text_and_loses_its_authors(
    app: Sawt, name: str, parts: files.Parts, part: str, text: str
) -> None:
    content = content_of(app, receive(name, files.packed(parts)))
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        assert text in pack.read(part).decode()
        whole = b"".join(pack.read(each) for each in pack.namelist())
    assert files.CANARY.encode() not in whole
    assert b"Exif" not in whole
    assert b"attachedTemplate" not in whole
    assert ("https://example.org/" in whole.decode("latin1")) == (name == "a.docx")


def test_c18_a_text_loses_control_and_direction_characters_alone(app: Sawt) -> None:
    stored = receive("رسالة.txt", "\ufeffشكوى \u202egpj.exe\r\n\n600-555-123".encode())
    assert content_of(app, stored).decode() == "شكوى gpj.exe\n\n600-555-123\n"


def test_c19_a_table_runs_no_formula_and_keeps_its_numbers(app: Sawt) -> None:
    table = 'الاسم,=cmd|calc,-5,+971 4 123,"@x"\n=1+1;-2.5;"-3,5"\t-x\n'
    stored = receive("جدول.csv", table.encode())
    assert content_of(app, stored).decode() == (
        "الاسم,'=cmd|calc,-5,+971 4 123,\"'@x\"\n'=1+1;-2.5;\"-3,5\"\t'-x\n"
    )


def test_c18_a_picture_that_is_also_a_script_becomes_a_picture_alone(app: Sawt) -> None:
    polyglot = files.gif(b"*/=1;alert(document.domain)//")
    assert b"alert" not in content_of(app, receive("a.gif", polyglot + b"\n/*alert*/"))


# What is refused


REFUSED: list[tuple[str, bytes | Callable[[], bytes], str]] = [
    ("a.svg", b"<svg onload='alert(1)'/>", "Files of this type"),
    ("a.html", b"<script>alert(1)</script>", "Files of this type"),
    ("a.zip", files.docx, "Files of this type"),
    ("a.docm", files.docx, "Files of this type"),
    ("a.jpg.exe", files.jpeg, "Files of this type"),
    ("noextension", files.jpeg, "Files of this type"),
    ("", files.jpeg, "Files of this type"),
    (".jpg", files.jpeg, "Files of this type"),
    ("a.txt", b"<!DOCTYPE html><script>alert(1)</script>", "does not fit its name"),
    ("a.txt", b"#!/bin/sh\nrm", "does not fit its name"),
    ("a.txt", b"MZ\x90\x00\x03", "not in UTF-8"),
    ("a.txt", "شكوى".encode("cp1256"), "not in UTF-8"),
    ("a.jpg", files.png, "does not fit its name"),
    ("a.pdf", files.png, "does not fit its name"),
    ("a.png", b"<svg/>", "does not fit its name"),
    ("a.docx", lambda: files.packed(files.XLSX), "does not fit its name"),
    ("a.docx", lambda: files.docx({"../../etc/passwd": "x"}), "does not fit its name"),
    ("a.docx", lambda: files.docx({"word/vbaProject.bin": "x"}), "macros"),
    ("a.docx", lambda: files.docx({"word/embeddings/oleObject1.bin": "x"}), "macros"),
    ("a.odt", lambda: files.packed({**files.ODT, "Basic/Standard/Module1.xml": "<a/>"}), "macros"),
    ("a.pdf", files.locked_pdf, "password"),
    ("a.jpg", lambda: files.jpeg()[:400], "damaged"),
    ("a.pdf", b"%PDF-1.7\n" + b"x" * 500, "damaged"),
    ("a.jpg", b"", "empty"),
    ("a.txt", files.EICAR, "virus"),
    ("a.gif", lambda: files.gif(files.EICAR), "virus"),
    ("a.docx", lambda: files.docx({"word/x.xml": files.EICAR}), "virus"),
]


@pytest.mark.parametrize(("name", "make", "words"), REFUSED, ids=[f"{r[0]} {r[2]}" for r in REFUSED])
def test_c18_what_does_not_belong_here_is_refused_with_its_reason(
    app: Sawt, name: str, make: bytes | Callable[[], bytes], words: str
) -> None:
    assert words in refusal(name, make if isinstance(make, bytes) else make())
    with db.transaction(reading=True) as session:
        assert session.scalars(select(StoredFile)).all() == []


BOMBS: list[tuple[str, Callable[[], bytes]]] = [
    ("pixels.png", files.png_bomb),
    ("text.png", files.png_text_bomb),
    ("stream.pdf", files.pdf_bomb),
    ("picture.pdf", lambda: files.pdf_bomb(is_picture=True)),
    ("objects.pdf", files.pdf_object_stream_bomb),
    ("zeros.docx", lambda: files.docx({"word/media/x.emf": b"\0" * 200_000_000})),
    ("tiny.docx", lambda: files.docx({f"word/{n}.xml": "<a/>" for n in range(10_000)})),
    ("laughs.docx", lambda: files.docx({"word/x.xml": _laughs()})),
    ("nested.txt", lambda: zlib.compress(b"\0" * 200_000_000, 9)),
]


def _laughs() -> str:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE l [<!ENTITY l0 "ha">{lines}]><l>&l9;</l>'


@pytest.mark.parametrize(("name", "make"), BOMBS, ids=[b[0] for b in BOMBS])
def test_c18_a_bomb_is_refused_in_two_seconds_with_little_memory(
    app: Sawt, monkeypatch: pytest.MonkeyPatch, name: str, make: Callable[[], bytes]
) -> None:
    content = make()
    assert len(content) < 2_000_000
    peaks = _note_peaks(monkeypatch)
    before = _cpu_seconds()
    refusal(name, content)
    assert _cpu_seconds() - before < 2
    assert peaks, "it was to be refused by the cleaning process"
    assert max(peaks) < 200_000_000


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _note_peaks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The most bytes each cleaning process had in memory, by its own word at its end."""
    peaks: list[int] = []
    run = subprocess.run

    def measured(command: list[str], **options: Any) -> Any:
        told = "; import sys; sys.stderr.write(open('/proc/self/status').read())"
        done = run([*command[:2], command[2] + told, *command[3:]], **options)
        peaks.append(int(re.search(rb"VmHWM:\s+(\d+) kB", done.stderr)[1]) * 1024)  # type: ignore[index]
        return done

    monkeypatch.setattr(subprocess, "run", measured)
    return peaks


def test_a_file_over_the_limit_is_refused_while_it_is_read(app: Sawt) -> None:
    limit = app.config["MAX_FILE_BYTES"]
    assert "too large" in refusal("a.txt", b"a" * (limit + 1))


def test_the_limit_of_a_cleaning_process_holds(app: Sawt, tmp_path: Path) -> None:
    code = "from app.core import cleaning; cleaning.limit_self('pdf'); bytearray(300_000_000)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=inspection.ROOT)
    assert b"MemoryError" in done.stderr
    assert resource.getrlimit(resource.RLIMIT_AS) == (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def test_a_cleaning_process_gets_no_secret(app: Sawt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEYS", "canary")
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def noting(*args: Any, **options: Any) -> Any:
        seen.append(options["env"])
        return run(*args, **options)

    monkeypatch.setattr(subprocess, "run", noting)
    receive("a.jpg", files.jpeg())
    assert seen
    assert all("canary" not in value for value in seen[0].values())
