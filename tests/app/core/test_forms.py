"""How the fields of a form are read: quickly, and to the letter as the library reads them."""

from io import BytesIO
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from app.core.forms import FormReader

FORM = "application/x-www-form-urlencoded"
SIGNS = st.sampled_from(list("%=&+;aF35bD \n\r_-.\t\x00"))


def read(body: bytes, most: int | None = None) -> list[tuple[str, str]]:
    _, fields, _ = FormReader(max_form_parts=most).parse(BytesIO(body), FORM, len(body))
    return list(fields.items(multi=True))


@given(st.lists(st.tuples(st.text(), st.text())))
def test_what_a_browser_encodes_is_read_as_it_was_typed(fields: list[tuple[str, str]]) -> None:
    assert read(urlencode(fields).encode()) == list(MultiDict(fields).items(multi=True))


@given(st.lists(SIGNS).map("".join))
def test_what_no_browser_sends_is_read_as_the_library_reads_it(body: str) -> None:
    theirs = parse_qsl(body, keep_blank_values=True, errors="replace")
    assert read(body.encode()) == list(MultiDict(theirs).items(multi=True))


def test_bytes_of_no_encoding_are_shown_as_such() -> None:
    assert read(b"body=%d8%b3%ff+%zz") == [("body", "س\ufffd %zz")]


def test_bytes_that_are_no_text_are_a_form_without_fields() -> None:
    assert read(b"\x89PNG\xff=1&a=2") == []


def test_a_body_of_unknown_length_is_refused_at_the_limit_and_not_cut() -> None:
    reader = FormReader(max_content_length=10)
    assert reader.parse(BytesIO(b"a=1&b=2"), FORM, None)[1] == MultiDict([("a", "1"), ("b", "2")])
    with pytest.raises(RequestEntityTooLarge):
        reader.parse(BytesIO(b"a=1&b=2345"), FORM, None)


def test_more_fields_than_any_form_has_are_refused() -> None:
    assert len(read(b"a=1&b=2&c=3", most=3)) == 3
    with pytest.raises(RequestEntityTooLarge):
        read(b"a=1&b=2&c=3&d", most=3)
