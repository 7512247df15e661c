"""`flask documents verify` names whatever is no longer what was published."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result

from app.core import clock, db
from app.documents import actions, manifest, queries
from app.factory import Sawt
from tests.factories.documents import draft_law, file_of
from tests.guards import put_aside


def verified(app: Sawt) -> Result:
    return app.test_cli_runner().invoke(args=["documents", "verify"])


def tamper(statement: str) -> None:
    """Change a row as somebody would who owns the database and has put the triggers aside."""
    with db.transaction() as session, put_aside(session.connection()):
        session.execute(sa.text(statement))


def test_what_is_unchanged_passes(app: Sawt) -> None:
    with app.app_context():
        file_of(draft_law())
    result = verified(app)
    assert result.exit_code == 0
    assert "2 versions and 1 files checked, 0 differ" in result.output


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE document_articles SET html = '<p>آخر</p>' WHERE key = 'art_2'", "the text is not the one"),
        ("UPDATE document_articles SET number = '7' WHERE key = 'art_2'", "the text is not the one"),
        ("DELETE FROM document_articles WHERE key = 'art_3'", "the text is not the one"),
        ("UPDATE document_versions SET dated = '2020-01-01'", "the text is not the one"),
    ],
)
def test_a_changed_text_is_named(app: Sawt, statement: str, says: str) -> None:
    law = draft_law()
    tamper(statement)
    result = verified(app)
    assert result.exit_code == 1
    assert f"draft/{law.year}/{law.number} version 1 (ar): {says}" in result.output


def test_a_text_changed_together_with_its_digest_is_named(app: Sawt) -> None:
    law = draft_law()
    tamper("UPDATE document_articles SET html = '<p>آخر</p>' WHERE key = 'art_2'")
    with db.transaction(reading=True):
        forged = {
            each.language: queries.digest_of(each) for each in queries.draft_pair(law.id, 1).values() if each
        }
    for language, digest in forged.items():
        tamper(f"UPDATE document_versions SET digest = '{digest}' WHERE language = '{language}'")
    assert "its digest is not the one that was recorded" in verified(app).output


def signed(days: int = 1) -> None:
    with db.transaction():
        actions.sign_days(clock.today() + timedelta(days=days - 1))


def test_each_day_is_signed_once_and_later_ones_are_made_up_for(app: Sawt) -> None:
    draft_law()
    signed()
    signed(days=3)
    signed(days=3)
    with db.transaction(reading=True):
        heads = queries.manifest_heads()
    assert [head.day - heads[-1].day for head in heads] == [timedelta(2), timedelta(1), timedelta(0)]
    assert verified(app).exit_code == 0


def test_what_is_published_later_leaves_an_earlier_signature_valid(app: Sawt) -> None:
    with clock.telling(clock.now() - timedelta(days=5)):
        draft_law()
        signed()
    with app.app_context():
        file_of(draft_law())
    assert verified(app).exit_code == 0


def test_a_library_changed_after_it_was_signed_is_named(app: Sawt) -> None:
    draft_law()
    signed()
    assert verified(app).exit_code == 0
    tamper("UPDATE document_versions SET digest = 'x' WHERE language = 'ar'")
    assert "the library of that day is not the one that was signed" in verified(app).output


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE manifest_heads SET root = 'x'", "the signature does not fit"),
        ("UPDATE manifest_heads SET signature = '00'", "the signature does not fit"),
        ("UPDATE manifest_heads SET day = '2020-01-01'", "the signature does not fit"),
    ],
)
def test_a_changed_manifest_no_longer_fits_its_signature(app: Sawt, statement: str, says: str) -> None:
    draft_law()
    signed()
    tamper(statement)
    assert says in verified(app).output


def test_a_manifest_signed_by_somebody_else_is_named(app: Sawt) -> None:
    draft_law()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "PURPOSE", "another key")
        signed()
    assert "which is not ours" in verified(app).output


@pytest.mark.parametrize(("damage", "says"), [("change", "its content differs"), ("remove", "is gone")])
def test_a_damaged_file_is_named(app: Sawt, damage: str, says: str) -> None:
    with app.app_context():
        file_of(draft_law())
    (stored,) = [each for each in Path(app.config["SETTINGS"].files_folder).rglob("*") if _is_the_file(each)]
    if damage == "change":
        stored.write_bytes(b"\0" + stored.read_bytes()[1:])
    else:
        stored.unlink()
    result = verified(app)
    assert result.exit_code == 1
    assert f"file القانون.txt: {says}" in result.output


def _is_the_file(path: Path) -> bool:
    with db.transaction(reading=True) as session:
        names = set(session.scalars(sa.text("SELECT storage_name FROM stored_files")))
    return path.is_file() and path.name in names
