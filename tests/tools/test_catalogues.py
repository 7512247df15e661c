"""The catalogue check finds what it is there to find."""

import pytest
from babel.messages.catalog import Catalog, Message

from tools import catalogues
from tools.check_catalogues import faults_of
from tools.update_catalogues import translated

DAYS = ("%(num)d day of %(month)s", "%(num)d days of %(month)s")
SIX = ("لا أيام من %(month)s", "يوم من %(month)s", "يومان من %(month)s", *["%(num)d من %(month)s"] * 3)


@pytest.mark.parametrize(
    ("source", "arabic", "fault"),
    [
        ("Save", "", "is not translated"),
        ("Save", " ", "is not translated"),
        ("Until %(day)s", "حتى", "other placeholders"),
        ("Until %(day)s", "حتى %(days)s", "other placeholders"),
        ("Left: {n}", "بقي", "other placeholders"),
        (DAYS, SIX[:2], "2 plural forms instead of 6"),
        (DAYS, ("", *SIX[1:]), "lacks a plural form"),
        (DAYS, (*SIX[:5], "كثيرة من %(month)s"), "form 5 has other placeholders"),
        (DAYS, ("لا أيام", *SIX[1:]), "form 0 has other placeholders"),
        (DAYS, (*SIX[:5], "%(num)d من %(month)s و%(year)s"), "form 5 has other placeholders"),
    ],
)
def test_a_faulty_translation_is_named(source: str, arabic: str, fault: str) -> None:
    found = faults_of(Message(source, arabic))
    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    ("source", "arabic"), [("Save", "حفظ"), ("100%% of %(what)s", "100%% من %(what)s"), (DAYS, SIX)]
)
def test_a_whole_translation_passes(source: str, arabic: str) -> None:
    assert faults_of(Message(source, arabic)) == []


def test_a_fuzzy_translation_is_named() -> None:
    assert "fuzzy" in faults_of(Message("Save", "حفظ", flags=["fuzzy"]))[0]


def test_an_update_keeps_what_is_known_drops_what_nobody_says_and_lists_what_is_new() -> None:
    template = Catalog()
    template.add("Save")
    template.add(DAYS)
    arabic = translated(template, {(None, "Save"): "حفظ", (None, "Gone"): "ذهب"})
    assert {m.id: m.string for m in catalogues.sentences(arabic)} == {"Save": "حفظ", DAYS: ("",) * 6}
    assert arabic.plural_forms.startswith("nplurals=6")
    assert "n%100>=11" in arabic.plural_forms


def test_every_sentence_of_the_code_is_found() -> None:
    found = {m.id for m in catalogues.sentences(catalogues.extracted())}
    assert "Save the hours" in found  # a template
    assert "Two of these ranges overlap." in found  # Python
    assert "Name in Arabic" in found  # a lazy label
    assert ("%(num)d day off added.", "%(num)d days off added.") in found
