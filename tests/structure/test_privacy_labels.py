"""Privacy rule 1: each column with text, a file, an address or a person says its class where it stands."""

from typing import Any

import pytest
import sqlalchemy as sa

from app.core import db
from app.core.crypto import Encrypted
from app.core.privacy import INTERNAL, PUBLIC, personal, sensitive

COLUMNS = [column for table in db.Base.metadata.sorted_tables for column in table.columns]
CLASSES = {"public", "internal", "personal", "sensitive"}
OF_PEOPLE = {"personal", "sensitive"}

WRITTEN = (sa.Text, sa.String, sa.JSON, sa.LargeBinary, Encrypted)
"""Types that can hold what somebody wrote. A number, a date, a flag or a key is internal unless it says more."""

KEYS_OF_PEOPLE = {"person_id", "author_key", "owner_key", "actor_key", "made_by"}
"""Columns without a foreign key that nevertheless name somebody."""

IDENTITY = ("email", "phone", "real_name", "contact_name", "national_id", "postal", "birth")
"""What a column is called that holds who somebody is; the agencies' own are public."""


def names_a_person(column: sa.Column[Any]) -> bool:
    leads_to = {key.target_fullname for key in column.foreign_keys}
    return "persons.id" in leads_to or column.key in KEYS_OF_PEOPLE


def fault(column: sa.Column[Any]) -> str | None:
    """What is wrong with the label of this column, with the cure."""
    label, privacy = column.info, column.info.get("privacy")
    if privacy is None and not isinstance(column.type, WRITTEN) and not names_a_person(column):
        return None
    if privacy not in CLASSES:
        return f"{column} has no label: add info=PUBLIC, INTERNAL, personal(…) or sensitive(…) from app.core.privacy"
    if names_a_person(column) and privacy not in OF_PEOPLE:
        return f"{column} names a person, so its label is personal(…) or sensitive(…)"
    if privacy in OF_PEOPLE and not (label.get("purpose") and label.get("basis") and "keep" in label):
        return f"{column} does not say for what purpose, on what basis and how long it is kept"
    return None


def lies_open(column: sa.Column[Any]) -> bool:
    """Whether identity stands in this column so that a thief of the database reads it; digests do not count."""
    is_identity = column.info.get("privacy") in OF_PEOPLE and any(name in column.key for name in IDENTITY)
    return is_identity and not isinstance(column.type, Encrypted) and not column.key.endswith("_index")


def test_every_column_says_its_class_and_why_it_is_kept() -> None:
    assert len(COLUMNS) > 150, "the tables are not loaded: this proves nothing"
    assert [found for found in map(fault, COLUMNS) if found] == []


def test_identity_columns_are_encrypted() -> None:
    assert [str(column) for column in COLUMNS if lies_open(column)] == []
    sealed = {str(column) for column in COLUMNS if isinstance(column.type, Encrypted)}
    assert {
        "persons.email",
        "persons.real_name",
        "cases.contact_name",
        "cases.contact_email",
        "mails.to",
    } <= sealed


def test_what_is_encrypted_is_of_a_person() -> None:
    """The reverse: a column that needs a cipher needs a purpose, too."""
    sealed = [column for column in COLUMNS if isinstance(column.type, Encrypted)]
    assert [str(c) for c in sealed if c.info.get("privacy") not in OF_PEOPLE] == []


UNLABELLED: list[sa.Column[Any]] = [
    sa.Column("body", sa.Text()),
    sa.Column("facts", sa.JSON()),
    sa.Column("scan", sa.LargeBinary()),
    sa.Column("address", Encrypted),
    sa.Column("writer", sa.Uuid(), sa.ForeignKey("persons.id")),
    sa.Column("person_id", sa.Uuid()),
    sa.Column("body", sa.Text(), info={"privacy": "secret"}),
    sa.Column("owner_key", sa.Text(), info=INTERNAL),
    sa.Column("body", sa.Text(), info={"privacy": "sensitive"}),
    sa.Column("body", sa.Text(), info=sensitive("")),
]


@pytest.mark.parametrize(
    "column", UNLABELLED, ids=lambda column: f"{column.key}-{column.info.get('privacy')}"
)
def test_a_column_with_a_missing_or_wrong_label_is_found(column: sa.Column[Any]) -> None:
    assert fault(column)


def test_right_labels_are_left_alone_and_numbers_need_none() -> None:
    right: list[sa.Column[Any]] = [
        sa.Column("name", sa.Text(), info=PUBLIC),
        sa.Column("person_id", sa.Uuid(), info=personal("reaching a person")),
        sa.Column("amount", sa.Integer()),
        sa.Column("id", sa.Uuid()),
    ]
    assert [fault(column) for column in right] == [None] * 4


@pytest.mark.parametrize("name", ["email", "home_phone", "real_name"])
def test_identity_in_the_clear_is_found(name: str) -> None:
    assert lies_open(sa.Column(name, sa.Text(), info=personal("reaching a person")))
    assert not lies_open(sa.Column(name, Encrypted, info=personal("reaching a person")))
    assert not lies_open(sa.Column(f"{name}_index", sa.Text(), info=personal("reaching a person")))
    assert not lies_open(sa.Column(name, sa.Text(), info=PUBLIC))
