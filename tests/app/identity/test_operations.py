"""The operator's side: first administrator, rotation of keys, forgetting, the migration with rows in it."""

import re
import uuid
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
import time_machine
from cryptography.fernet import Fernet
from flask import Flask

from app.cases.queries import Filters, inbox
from app.core import clock, crypto, db, jobs, migrations
from app.core.mail import Mail
from app.identity import rotation
from app.identity.models import Person, Token
from app.identity.queries import person_with_email
from tests import world
from tests.client import Browser
from tests.conftest import KEYS
from tests.factories import people

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
OLD = KEYS["PII_KEYS"][0]


def test_the_first_administrator_is_made_on_an_empty_database_by_a_link_that_works_once(
    app: Flask, client: Browser
) -> None:
    told = app.test_cli_runner().invoke(args=["identity", "make-administrator", "boss@example.org"])
    assert told.exit_code == 0, told.output
    link = re.search(r"http://localhost(/ar/password/new/\S+)", told.output)
    assert link is not None
    password = "نافذة خضراء وقطة بيضاء"
    assert client.send(link[1], {"password": password}).status_code == 303
    assert client.get(link[1]).status_code == 410
    client.send("/ar/sign-in", {"email": "boss@example.org", "password": password})
    assert client.get("/ar/administration/people").status_code == 403  # no second step yet: no role
    assert client.get("/ar/cases").location == "/ar/account/second-step"


def test_the_command_twice_gives_a_new_link_and_one_role(app: Flask) -> None:
    for _ in range(2):
        app.test_cli_runner().invoke(args=["identity", "make-administrator", "boss@example.org"])
    with db.transaction(reading=True):
        person = person_with_email("boss@example.org")
        assert person is not None
        assert [grant.role for grant in person.grants] == ["administrator"]


def test_what_is_no_address_makes_no_administrator(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["identity", "make-administrator", "boss"])
    assert told.exit_code == 2


def test_keys_are_rotated_while_people_read_and_the_old_key_can_go(app: Flask) -> None:
    new = Fernet.generate_key().decode()
    for number in range(rotation.BATCH + 5):
        people.person(f"شخص {number:03}", f"p{number}@example.org")
    crypto.use_keys(KEYS["SECRET_KEYS"], (new, OLD))
    assert _readable("p7@example.org")
    assert rotation.rotate() >= rotation.BATCH + 5
    assert _readable("p7@example.org")
    crypto.use_keys(KEYS["SECRET_KEYS"], (new,))  # the old key is gone: everything can still be read
    with db.transaction(reading=True) as session:
        assert len({person.email for person in session.scalars(sa.select(Person))}) == rotation.BATCH + 5
    rotation.rotate()  # the index is computed anew
    assert _readable(f"p{rotation.BATCH + 4}@example.org")


def test_a_case_and_a_mail_are_found_again_when_the_oldest_key_is_gone(app: Flask) -> None:
    case = world.sent(world.QUESTION, world.CONTACT)
    with app.app_context():
        world.failed_mail()
    new = Fernet.generate_key().decode()
    crypto.use_keys(KEYS["SECRET_KEYS"], (new, OLD))
    rotation.rotate()
    crypto.use_keys(KEYS["SECRET_KEYS"], (new,))
    assert _found_by_name("سالم") == []
    rotation.rotate()
    assert _found_by_name("سالم") == [case.id]
    with db.transaction(reading=True) as session:
        addresses = set(session.scalars(sa.select(Mail.to_index).where(Mail.to.is_not(None))))
        assert addresses == {crypto.email_index("nobody@example.org")}


def _found_by_name(name: str) -> list[uuid.UUID]:
    with db.transaction():
        return [found.id for found in inbox(world.actor(people.omar()), Filters(words=name)).cases]


def _readable(address: str) -> bool:
    with db.transaction(reading=True):
        found = person_with_email(address)
        return found is not None and found.email == address


def test_rotation_finds_every_encrypted_column_by_itself() -> None:
    named = {(column.table.name, column.name) for column in rotation.encrypted_columns()}
    assert {
        ("persons", "email"),
        ("persons", "real_name"),
        ("persons", "totp_secret"),
        ("mails", "text"),
    } <= named


def test_unconfirmed_sign_ups_and_spent_links_are_forgotten_and_accounts_are_not(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as traveller:
        people.person("منسي", "forgotten@example.org", email_confirmed_at=None)
        people.huda()
        with db.transaction() as session:
            expired = clock.now() + timedelta(hours=1)
            session.add(Token(purpose="x", digest="x", person_id=people.huda().id, expires_at=expired))
        traveller.shift(timedelta(days=6))
        _forget()
        assert _people() == {"forgotten@example.org", "huda@example.org"}
        traveller.shift(timedelta(days=2))
        _forget()
        assert _people() == {"huda@example.org"}
        assert _tokens() == 1
        traveller.shift(timedelta(days=30))
        _forget()
        assert _tokens() == 0


def _forget() -> None:
    with db.transaction():
        jobs.enqueue("identity.forget")
    jobs.work_off()


def _people() -> set[str | None]:
    with db.transaction(reading=True) as session:
        return set(session.scalars(sa.select(Person.email)))


def _tokens() -> int:
    with db.transaction(reading=True) as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Token)) or 0


def test_the_migration_keeps_people_and_their_roles_and_can_be_taken_back(app: Flask) -> None:
    """Equal names of before become different skeletons; on SQLite the roles survive, too."""
    try:
        migrations.downgrade("2026_11_25_041040")
        with db.engine().begin() as connection:
            for number in range(3):
                _old_person(connection, number)
        migrations.upgrade("2026_11_25_042227")
        with db.engine().connect() as connection:
            people_after = connection.exec_driver_sql(
                "SELECT display_name_skeleton, public_id FROM persons"
            ).all()
            roles = connection.exec_driver_sql("SELECT count(*) FROM role_grants").scalar_one()
        assert len({row[0] for row in people_after}) == len({row[1] for row in people_after}) == 3
        assert all(len(row[1]) == 12 for row in people_after)
        assert roles == 3
        migrations.downgrade("2026_11_25_041040")
        with db.engine().connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM role_grants").scalar_one() == 3
    finally:
        migrations.upgrade()


def _old_person(connection: sa.Connection, number: int) -> None:
    person, grant = f"{number:032x}", f"{number + 100:032x}"
    now = "2026-11-25 00:00:00+00" if connection.dialect.name == "postgresql" else "2026-11-25 00:00:00"
    connection.exec_driver_sql(
        "INSERT INTO persons (id, display_name, display_name_skeleton, language, level, created_at) "
        f"VALUES ('{person}', 'علي', 'علي', 'ar', 1, '{now}')"
    )
    connection.exec_driver_sql(
        "INSERT INTO role_grants (id, person_id, role, agency_key, granted_at) "
        f"VALUES ('{grant}', '{person}', 'official', 'water', '{now}')"
    )
