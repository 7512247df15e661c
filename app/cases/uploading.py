"""Files of a form: cleaned before any transaction, kept through an error of another field."""

from collections.abc import Sequence

from werkzeug.datastructures import FileStorage

from app.cases.forms import MOST_FILES
from app.core import db, uploads
from app.core.forms import OnceForm
from app.core.i18n import gettext as _
from app.core.text import clean_line
from app.core.uploads import StoredFile, WrongFile
from app.core.visitor import current_actor


def received(form: OnceForm) -> Sequence[StoredFile]:
    """The files of the form, those of an earlier try included; what is wrong with one becomes its error.

    The form has `files` and `kept_files` (public ids of files received before). Runs outside of a transaction.
    """
    kept = show_kept(form.kept_files.data or "")
    given = [f for f in form.files.data or [] if isinstance(f, FileStorage) and f.filename]
    errors: list[str] = []
    for file in given:
        if len(kept) >= MOST_FILES:
            errors.append(_("At most %(most)d files can be sent at once.", most=MOST_FILES))
            break
        try:
            kept.append(uploads.receive(current_actor(), file))
        except WrongFile as wrong:
            errors.append(str(wrong))
    form.kept_files.data = ",".join(stored.public_id for stored in kept)
    form.files.data, form.files.errors = [], errors
    return kept


def show_kept(public_ids: str) -> list[StoredFile]:
    """The files that this visitor has sent before and not attached yet."""
    wanted = [one for one in clean_line(public_ids).split(",") if one][:MOST_FILES]
    if not wanted:
        return []
    if db.in_unit():
        return uploads.unattached(current_actor(), wanted)
    with db.transaction(reading=True):
        return uploads.unattached(current_actor(), wanted)
