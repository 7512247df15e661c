"""Everything that changes the library: works, drafts, publishing, and facts about what is public."""

from app.documents.actions.drafts import (
    discard_draft,
    import_text,
    move_article,
    remove_article,
    renumber,
    start_version,
    tell_of_version,
    write_article,
    write_version,
)
from app.documents.actions.facts import (
    adopt,
    attach_file,
    record_event,
    relate,
    remove_file,
    strike_event,
    unrelate,
)
from app.documents.actions.publishing import publish, withdraw
from app.documents.actions.signing import sign_days
from app.documents.actions.works import AddressTaken, NotReady, create_document, describe, rename

__all__ = [
    "AddressTaken", "NotReady", "adopt", "attach_file", "create_document", "describe", "discard_draft", "import_text",
    "move_article", "publish", "record_event", "relate", "remove_article", "remove_file", "rename", "renumber",
    "sign_days", "start_version", "strike_event", "tell_of_version", "unrelate", "withdraw", "write_article",
    "write_version",
]  # fmt: skip
