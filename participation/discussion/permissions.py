"""Who may do what in a thread: the place says it for this moment, then come the lock and the author's own rights."""

from dataclasses import replace

from app.core import clock
from app.core.i18n import gettext as _
from app.core.permissions import Actor, Role
from participation.discussion.models import Post, Thread
from participation.discussion.places import Rights, place_kind

ANSWERING = (Role.OFFICIAL, Role.SUPERVISOR)
"""Who speaks for an agency."""

OWN_STATES = frozenset({"unconfirmed", "waiting", "hidden"})
"""Not public, but its author still reads it."""


def rights_in(actor: Actor, thread: Thread) -> Rights:
    """What the place gives the actor now; a locked thread takes nothing new."""
    given = place_kind(thread.place_kind).rights(actor, thread.place_id, thread.part, clock.now())
    if thread.is_locked:
        return replace(given, post=False, react=False, why_not=given.why_not or _("This thread is closed."))
    return given


def speaks_for(actor: Actor, thread: Thread) -> frozenset[str]:
    """The agencies in whose name the actor may answer in this thread."""
    mine = actor.agencies(*ANSWERING)
    return mine & place_kind(thread.place_kind).agencies(thread.place_id) if mine else mine


def is_author(actor: Actor, author_key: str) -> bool:
    """Reading leaves no cookie, so a browser without an id has written nothing."""
    return author_key == actor.key and (not actor.is_anonymous or bool(actor.browser))


def may_see(actor: Actor, post: Post) -> bool:
    """Read the text: everybody who sees the place, if the post is public; else its author, and moderators."""
    if not rights_in(actor, post.thread).see:
        return False
    if post.is_public:
        return True
    own = is_author(actor, post.author_key) and post.state in OWN_STATES
    return own or (post.state != "removed" and actor.has(Role.MODERATOR))


def may_edit(actor: Actor, post: Post, rights: Rights) -> bool:
    """The author, at any time while the place takes posts. Words that a moderator struck out stay out."""
    own = is_author(actor, post.author_key) and post.state in {"unconfirmed", "waiting", "published"}
    return own and rights.post and (not post.agency_key or post.agency_key in actor.agencies(*ANSWERING))


def may_remove(actor: Actor, post: Post) -> bool:
    """The author, whatever the place says: nobody must stay in public."""
    return is_author(actor, post.author_key) and post.state in {
        "unconfirmed",
        "waiting",
        "published",
        "censored",
    }


def counts(actor: Actor, rights: Rights) -> bool:
    """Whether what the actor says counts at once."""
    return actor.level >= rights.least_level


def may_react(actor: Actor, post: Post, rights: Rights) -> bool:
    """Agree or disagree: with public posts of others, once one counts at all."""
    others = not is_author(actor, post.author_key)
    known = not actor.is_anonymous or bool(actor.browser)
    return rights.see and rights.react and post.is_public and others and known and counts(actor, rights)


def may_reply(actor: Actor, post: Post, rights: Rights) -> bool:
    return rights.see and rights.post and post.is_public
