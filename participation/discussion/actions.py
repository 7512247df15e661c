"""Everything that changes threads and posts, but for the acts of moderators."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from app.core import clock, crypto, db, events
from app.core.errors import Missing, WrongState
from app.core.events import on
from app.core.permissions import Actor, require
from app.core.references import ALPHABET
from app.core.text import language_of
from app.identity.events import BrowserSignedIn, PersonConfirmed, PersonVerified
from app.identity.models import Person, actor_of
from participation.discussion import tallies
from participation.discussion.events import PostEdited
from participation.discussion.models import Post, PostWording, Reaction, Thread, Visit
from participation.discussion.permissions import (
    counts,
    is_author,
    may_edit,
    may_react,
    may_remove,
    may_reply,
    rights_in,
    speaks_for,
)
from participation.discussion.places import Rights
from participation.discussion.queries import ONE_VISIT
from participation.discussion.state import change_state, locked, locked_alone, locked_thread, publish_text


class SaidAlready(WrongState):
    """The author has said exactly this in this thread before; `post` is where."""

    def __init__(self, post: Post):
        super().__init__()
        self.post = post


@dataclass(frozen=True)
class NewPost:
    """What somebody sends. `client_id`: the key of the form, by which a repeated submit is known.

    `parent`: the post that is answered; a reply to a reply hangs on the post above. `language`: as the author
    says, else it is found from the text. `agency_key`: the agency for which the author speaks; empty: for oneself.
    """

    body: str
    client_id: str
    kind: str = "comment"
    stance: str | None = None
    wording: str = ""
    language: str = ""
    guest_name: str = ""
    parent: Post | None = None
    agency_key: str = ""


# threads


def open_thread(kind: str, place_id: str, part: str = "") -> Thread:
    """The thread of this place, made when there is none. Two at once make one."""
    named = {"place_kind": kind, "place_id": place_id, "part": part}
    found = db.session().scalar(select(Thread).filter_by(**named))
    if found is not None:
        return found
    row = {**named, "public_id": thread_public_id(kind, place_id, part)}
    db.insert_new(Thread, [row], *named)
    return db.session().scalars(select(Thread).filter_by(**named)).one()


def thread_public_id(kind: str, place_id: str, part: str) -> str:
    """Known before the thread is there, so that a page that only reads can already carry its form."""
    digest = crypto.keyed("thread", "\0".join((kind, place_id, part)))
    return "".join(ALPHABET[byte % 32] for byte in digest[:12])


# posting


def post(actor: Actor, thread: Thread, new: NewPost) -> Post:
    """Say something in the thread; sent again, the same post comes back.

    Below the level of the place it is kept and waits for its author; where posts are read before, for a
    moderator; else it is public at once. Raises Missing (the place is not the actor's to see), Denied (it takes no
    posts now), SaidAlready.
    """
    earlier = _sent_before(actor, new.client_id)
    if earlier is not None:
        return earlier
    thread = locked_thread(thread.id)
    rights = rights_in(actor, thread)
    if not rights.see:
        raise Missing
    require(rights.post)
    require(not new.agency_key or new.agency_key in speaks_for(actor, thread))
    _refuse_said_already(actor, thread, new)
    made = _kept(actor, thread, new, rights)
    _let_through(made, actor, rights)
    return made


def _sent_before(actor: Actor, client_id: str) -> Post | None:
    return db.session().scalar(select(Post).where(Post.author_key == actor.key, Post.client_id == client_id))


def _refuse_said_already(actor: Actor, thread: Thread, new: NewPost) -> None:
    said = select(Post).where(
        Post.thread_id == thread.id,
        Post.author_key == actor.key,
        Post.body == new.body,
        Post.wording == new.wording,
        Post.state != "removed",
    )
    earlier = db.session().scalar(said.limit(1))
    if earlier is not None:
        raise SaidAlready(earlier)


def _kept(actor: Actor, thread: Thread, new: NewPost, rights: Rights) -> Post:
    made = Post(
        thread_id=thread.id,
        parent_id=_root_of(actor, thread, new.parent, rights),
        author_id=actor.person_id,
        author_key=actor.key,
        client_id=new.client_id,
        guest_name=new.guest_name if actor.is_anonymous else "",
        agency_key=new.agency_key,
        is_official=bool(new.agency_key),
        kind=new.kind if new.kind in rights.kinds else "comment",
        stance=new.stance if rights.takes_stance else None,
        body=new.body,
        language=new.language or language_of(new.body or new.wording),
        article_version=rights.version,
        state="unconfirmed",
    )
    if made.kind == "wording":
        made.wording, made.wording_state = new.wording, "pending"
    try:
        with db.session().begin_nested():
            db.session().add(made)
            db.session().flush()
    except IntegrityError:  # the same form was sent to another thread in this very moment
        raise WrongState from None
    return made


def _root_of(actor: Actor, thread: Thread, parent: Post | None, rights: Rights) -> uuid.UUID | None:
    if parent is None:
        return None
    if parent.thread_id != thread.id:
        raise Missing
    require(may_reply(actor, parent, rights))
    return parent.parent_id or parent.id


def _let_through(made: Post, author: Actor, rights: Rights) -> None:
    """From kept to waiting or public, if it counts."""
    if counts(author, rights):
        let_through(made, is_read_before=rights.moderation == "before" and not made.is_official)


def let_through(made: Post, is_read_before: bool) -> None:
    """A kept post counts from now on: it is public at once, or when a moderator has read it."""
    change_state(made, "waiting" if is_read_before else "published")


def keep_text(thread: Thread, author_key: str, author_id: uuid.UUID | None, body: str, language: str) -> Post:
    """The only post of a thread that is one text (`PlaceKind.is_one_text`), kept until the feature lets it through."""
    made = Post(
        thread_id=thread.id,
        author_key=author_key,
        author_id=author_id,
        client_id=f"text:{thread.public_id}",
        body=body,
        language=language,
        state="unconfirmed",
    )
    db.session().add(made)
    db.session().flush()
    return made


def note_visit(person_id: uuid.UUID, thread_id: uuid.UUID, now: datetime) -> None:
    """The person sees the thread now. A visit goes on while pauses are short (`queries.ONE_VISIT`)."""
    before = case((Visit.seen_at <= now - ONE_VISIT, Visit.seen_at), else_=Visit.before)
    known = update(Visit).where(Visit.person_id == person_id, Visit.thread_id == thread_id)
    if not db.session().execute(known.values(before=before, seen_at=now)).rowcount:  # type: ignore[attr-defined]
        row = {"person_id": person_id, "thread_id": thread_id, "seen_at": now}
        db.insert_new(Visit, [row], "person_id", "thread_id")


# one's own posts


@dataclass(frozen=True)
class Change:
    """How a post reads from now on; `language` empty: found from the text."""

    body: str
    wording: str = ""
    language: str = ""


def edit(actor: Actor, post: Post, change: Change) -> None:
    """Write the post anew. What it said before stays readable by all who read the post.

    Where posts are read before, an edited one is read again. Saying the same again changes nothing.
    """
    post = locked(post)
    rights = rights_in(actor, post.thread)
    require(may_edit(actor, post, rights))
    wording = change.wording if post.kind == "wording" else ""
    language = change.language or language_of(change.body or wording)
    if (change.body, wording, language) == (post.body, post.wording, post.language):
        return
    if post.is_public and (change.body, wording) != (post.body, post.wording):
        keep_wording(post)
        post.edited_at = clock.now()
    post.body, post.wording, post.language = change.body, wording, language
    db.session().flush()
    if post.is_public and rights.moderation == "before" and not post.is_official:
        change_state(post, "waiting")
    elif post.state != "unconfirmed":
        _tell_of_edit(post)


def _tell_of_edit(post: Post) -> None:
    """Also of one that waits: a moderator may be reading what it said before."""
    thread = post.thread
    events.publish(PostEdited(post.id, thread.id, thread.place_kind, thread.place_id, thread.part))
    if post.is_public:
        publish_text(post)


def keep_wording(post: Post, is_public: bool = True) -> None:
    """Keep what the post says now, before it says something else. The caller holds its lock."""
    kept = select(func.coalesce(func.max(PostWording.seq), 0)).where(PostWording.post_id == post.id)
    seq = db.session().scalar(kept) or 0
    said = "\n\n".join(part for part in (post.wording, post.body) if part)
    db.session().add(PostWording(post_id=post.id, seq=seq + 1, body=said, is_public=is_public))
    db.session().flush()


def remove(actor: Actor, post: Post) -> None:
    """Take one's own post back. Replies of others stay, below a line that says that something was here.

    Its text goes for good, with every earlier wording. Removing it again changes nothing.
    """
    post = locked(post)
    if post.state == "removed" and is_author(actor, post.author_key):
        return
    require(may_remove(actor, post))
    change_state(post, "removed")
    db.session().execute(delete(PostWording).where(PostWording.post_id == post.id))
    post.body = post.wording = ""
    db.session().flush()


def react(actor: Actor, post: Post, kind: str | None) -> None:
    """Agree, disagree, or (None) neither: one row per person and post, whatever is clicked how often."""
    post = locked_alone(post)
    require(may_react(actor, post, rights_in(actor, post.thread)))
    mine = db.session().scalar(
        select(Reaction).where(Reaction.post_id == post.id, Reaction.author_key == actor.key)
    )
    before = mine.kind if mine is not None else None
    if before == kind:
        return
    if mine is None:
        db.session().add(
            Reaction(post_id=post.id, author_key=actor.key, person_id=actor.person_id, kind=kind or "")
        )
    elif kind is None:
        db.session().delete(mine)
    else:
        mine.kind = kind
    db.session().flush()
    _count_reactions(post.id, agree=_step("agree", before, kind), disagree=_step("disagree", before, kind))


def _step(counted: str, before: str | None, now: str | None) -> int:
    return int(now == counted) - int(before == counted)


def _count_reactions(post_id: uuid.UUID, agree: int, disagree: int) -> None:
    agreeing, disagreeing = Post.agree_count + agree, Post.disagree_count + disagree
    smaller = case((agreeing < disagreeing, agreeing), else_=disagreeing)
    values = {"agree_count": agreeing, "disagree_count": disagreeing, "disputed": smaller}
    db.session().execute(update(Post).where(Post.id == post_id).values(values))


# whoever becomes known


@on(BrowserSignedIn)
def claim(event: BrowserSignedIn) -> None:
    """What this browser wrote and marked is the person's from now on; what waited for that counts."""
    _claim_posts(event.browser_key, event.person_id)
    _claim_reactions(event.browser_key, event.person_id)
    _count_in(event.person_id)


@on(PersonConfirmed)
def count_confirmed(event: PersonConfirmed) -> None:
    _count_in(event.person_id)


@on(PersonVerified)
def count_verified(event: PersonVerified) -> None:
    _count_in(event.person_id)


def _claim_posts(browser_key: str, person_id: uuid.UUID) -> None:
    """Every post of the browser; one that the person has sent by the same form already is the same post."""
    person_key = Actor(person_id=person_id).key
    sent = select(Post.client_id).where(Post.author_key == person_key)
    written = select(Post).where(Post.author_key == browser_key).order_by(Post.id)
    posts = db.session().scalars(written).all()
    doubled = set(db.session().scalars(sent.where(Post.client_id.in_([each.client_id for each in posts]))))
    taking_sides = {each.thread_id for each in posts if each.is_public and each.stance}
    threads = [locked_thread(thread_id) for thread_id in sorted(taking_sides)]
    for each in posts:
        if each.client_id not in doubled:
            each.author_key, each.author_id = person_key, person_id
    for thread in threads:  # where two authors have become one person
        tallies.count_anew(thread)
    db.session().flush()


def _claim_reactions(browser_key: str, person_id: uuid.UUID) -> None:
    """Each person counts once: where the person has a reaction of their own, that of the browser goes."""
    person_key = Actor(person_id=person_id).key
    marked = select(Reaction).where(Reaction.author_key == browser_key).order_by(Reaction.post_id)
    for found in db.session().scalars(marked).all():
        post = locked_alone(db.session().get_one(Post, found.post_id))
        has_own = select(Reaction.id).where(Reaction.post_id == post.id, Reaction.author_key == person_key)
        if post.author_key == person_key or db.session().scalar(has_own) is not None:
            db.session().delete(found)
            gone = found.kind
            _count_reactions(post.id, -int(gone == "agree"), -int(gone == "disagree"))
        else:
            found.author_key, found.person_id = person_key, person_id
    db.session().flush()


def _count_in(person_id: uuid.UUID) -> None:
    """Let the person's kept posts through where the place still takes them and the person counts by now."""
    kept = select(Post).where(Post.author_id == person_id, Post.state == "unconfirmed").order_by(Post.id)
    posts = db.session().scalars(kept.options(joinedload(Post.thread))).all()
    if not posts:
        return
    author = actor_of(db.session().get_one(Person, person_id))
    for each in posts:
        rights = rights_in(author, each.thread)
        if rights.see and rights.post:
            _let_through(each, author, rights)
