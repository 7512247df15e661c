"""Which passwords and names are refused."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.names import NameFault, fault_of
from app.identity.passwords import Weakness, weakness


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "P4ssw0rd!2024",
        "qwertyuiop123",
        "aaaaaaaaaaaa",
        "123456789012",
        "Mohammed1990!",
        "كلمةالسر12345",
        "محمد١٩٩٠محمد",
        "welcome2dubai",
        "iloveyou mohammed 2020",
        "شسيبلاتنمكط12",
        "abcdefghijkl",
        "AdminAdminAdmin",
    ],
)
def test_passwords_of_a_few_common_pieces_are_refused(password: str) -> None:
    assert weakness(password) is Weakness.COMMON


def test_what_others_know_of_a_person_is_no_password() -> None:
    assert weakness("hudaexample99", ("huda@example.org",)) is Weakness.COMMON
    assert weakness("زينب-بنت-هاشم-77", ("زينب بنت هاشم",)) is Weakness.COMMON


@pytest.mark.parametrize(
    "password",
    ["شاي بالنعناع كل صباح", "correct horse battery staple", "tR5#kk9!qLw2z", "𝓱𝓮𝓵𝓲𝔁 ∑ 東京 ñandú"],
)
def test_long_and_unrelated_words_are_accepted(password: str) -> None:
    assert weakness(password) is None


def test_the_limits_of_length_are_twelve_and_two_hundred() -> None:
    assert weakness("tR5#kk9!qLw") is Weakness.SHORT
    assert weakness("x7" + "ñ€ß" * 66) is None
    assert weakness("x7" + "ñ€ß" * 67) is Weakness.LONG


@given(st.text(max_size=210))
def test_any_text_is_judged_quickly_and_without_error(password: str) -> None:
    start = time.process_time()
    weakness(password, (password, password[::-1]))
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    "name",
    [
        "Official Water",
        "0fficial",
        "Ofﬁcial",
        "موظف رسمي",
        "مـوظـف",
        "المشرف العام",
        "Adm1n",
        "Аdmin",
        "صوت المواطن",
        "rnoderator",
        "SuperAdmin",
        "m i n i s t r y",
        "مؤسسة المياه",
        "موسسه المياه ✔",
        "Wаter Company",
        "شركة الكهربا",
        "شركة الكهرباءء",
        "كهرباء الشركة شركة الكهرباء",
    ],
)
def test_names_of_offices_and_their_look_alikes_are_refused(name: str) -> None:
    agencies = ["مؤسسة المياه", "Water Company", "شركة الكهرباء"]
    assert fault_of(name, agencies) is NameFault.OFFICIAL


@pytest.mark.parametrize(
    "name",
    ["هدى", "Yusuf", "أم علي", "Stafford", "عمر بن سالم", "Isawthat", "Adminah K.", "علا", "علاء", "كهربائي"],
)
def test_names_of_people_are_accepted(name: str) -> None:
    assert fault_of(name, ["مؤسسة المياه", "Water Company", "شركة الكهرباء"]) is None
