"""References and receipts: typed in any way, checked before they are looked for, guessed by nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import references
from app.core.references import (
    ALPHABET,
    RECEIPT_LENGTH,
    REFERENCE_LENGTH,
    check_character,
    grouped,
    new_public_id,
    new_reference,
    parse_receipt,
    parse_reference,
    receipt_digest,
    receipt_for,
)

bodies = st.text(ALPHABET, min_size=REFERENCE_LENGTH - 1, max_size=REFERENCE_LENGTH - 1)
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _keys(app: object) -> None:
    """Receipts need the keys of an application."""


def test_a_new_reference_is_sixty_random_bits_and_a_check_character() -> None:
    made = {new_reference() for _ in range(2000)}
    assert len(made) == 2000
    assert all(len(one) == REFERENCE_LENGTH and parse_reference(one) == one for one in made)
    assert len(new_public_id()) * 5 == 60


@pytest.mark.parametrize(
    "retyped",
    [
        str.lower,
        grouped,
        lambda code: " ".join(code),
        lambda code: f"  {grouped(code)}\n",
        lambda code: code.translate(ARABIC_DIGITS),
        lambda code: code.translate(PERSIAN_DIGITS),
        lambda code: code.replace("0", "O").replace("1", "I"),
        lambda code: code.replace("0", "o").replace("1", "l"),
        lambda code: f"\u200f{grouped(code)}\u200e",
        lambda code: grouped(code).replace("-", "–"),
    ],
)
def test_a_reference_is_understood_however_it_is_typed(retyped) -> None:  # type: ignore[no-untyped-def]
    for _ in range(50):
        reference = new_reference()
        assert parse_reference(retyped(reference)) == reference


def test_every_single_wrong_character_is_noticed() -> None:
    @given(bodies, st.integers(0, REFERENCE_LENGTH - 1), st.sampled_from(ALPHABET))
    def check(body: str, place: int, wrong: str) -> None:
        reference = body + check_character(body)
        changed = reference[:place] + wrong + reference[place + 1 :]
        assert parse_reference(changed) == (reference if changed == reference else None)

    check()


def test_no_text_breaks_the_parser() -> None:
    @given(st.text())
    def check(typed: str) -> None:
        assert parse_reference(typed) in {None, references._canonical(typed)}
        assert parse_receipt(typed) in {None, references._canonical(typed)}

    check()
    assert parse_reference("0" * 1_000_000) is None


def test_a_receipt_is_the_same_for_a_repeat_and_another_for_anybody_else() -> None:
    receipt = receipt_for("browser:one", "form 1")
    assert receipt == receipt_for("browser:one", "form 1")
    others = {receipt_for("browser:one", "form 2"), receipt_for("browser:two", "form 1")}
    assert receipt not in others
    assert len(others) == 2
    assert len(receipt) == RECEIPT_LENGTH
    assert parse_receipt(grouped(receipt).lower()) == receipt


def test_author_and_form_key_cannot_be_shifted_into_each_other() -> None:
    assert receipt_for("browser:a", "b") != receipt_for("browser:", "ab")


def test_the_kept_digest_does_not_tell_the_receipt() -> None:
    receipt = receipt_for("browser:one", "form 1")
    assert receipt not in receipt_digest(receipt)
    assert receipt_digest(receipt) != receipt_digest(receipt[:-1] + "0")
    assert len(receipt_digest(receipt)) == 64
