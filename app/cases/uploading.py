"""Files of a form: cleaned before any transaction, kept through an error of another field."""

from collections.abc import Sequence

from werkzeug.datastructures import FileStorage

from app.cases.forms import MOST_FILES
from app.cases.stream import Said
from app.core import db, ratelimit, uploads
from app.core.forms import OnceForm
from app.core.i18n import gettext as _
from app.core.uploads import StoredFile, WrongFile
from app.core.visitor import current_actor

FILES_PER_NET = "60/hour"
"""A browser without an account can always claim to be a new one: only its net can be counted."""


def received(form: OnceForm) -> Sequence[StoredFile]:
    """The files of the form, those of an earlier try included; what is wrong with one becomes its error.

    The form has `files` and `kept_files` (public ids of files received before). Runs outside of a transaction.
    """
    kept = show_kept(form.kept_files.data or "")
    given = [f for f in form.files.data or [] if isinstance(f, FileStorage) and f.filename]
    errors = _gone(form.kept_files.data or "")
    if len(given) > (room := MOST_FILES - len(kept)):
        errors.append(_("At most %(most)d files can be sent at once.", most=MOST_FILES))
    for file in given[:room]:  # cleaning costs: also what is refused counts as a try
        try:
            kept.append(_receive(file))
        except WrongFile as wrong:
            errors.append(str(wrong))
    named = [*_named(form.kept_files.data or ""), *(stored.public_id for stored in kept)]
    form.kept_files.data = ",".join(dict.fromkeys(named))
    form.files.data, form.files.errors = [], errors
    return kept


def _gone(public_ids: str) -> list[str]:
    """An error when files received with an earlier try are there no more: nothing is left out in silence."""
    named = set(_named(public_ids))
    with db.transaction(reading=True):
        if len(uploads.still_there(current_actor(), list(named))) < len(named):
            return [_("Files that you sent earlier are no longer here. Choose them again.")]
    return []


def _receive(file: FileStorage) -> StoredFile:
    """Clean and keep one file; whoever has no account gets so many in an hour from one net."""
    actor = current_actor()
    if actor.is_anonymous and not ratelimit.hit(FILES_PER_NET, "file", ratelimit.net()):
        raise WrongFile(_("Too many files came from here. Please wait an hour, or send without files."))
    return uploads.receive(actor, file)


def said_in(form: OnceForm, files: Sequence[StoredFile] = ()) -> Said:
    """What the form says: its `body`, the files received with it, and the key of this act.

    A repeat names the same files, though those of the first time are attached already.
    """
    body = str(form["body"].data or "")
    named = _named(form["kept_files"].data or "") if "kept_files" in form else []
    told = {f"{stored.name}/{stored.size}" for stored in uploads.still_there(current_actor(), named)}
    return Said(body, form.key_of(body, *sorted(told)), files)


def show_kept(public_ids: str) -> list[StoredFile]:
    """The files that this visitor has sent before and not attached yet."""
    wanted = _named(public_ids)
    if not wanted:
        return []
    if db.in_unit():
        return uploads.unattached(current_actor(), wanted)
    with db.transaction(reading=True):
        return uploads.unattached(current_actor(), wanted)


def _named(public_ids: str) -> list[str]:
    return [one for one in public_ids.split(",") if one.isalnum()][:MOST_FILES]
