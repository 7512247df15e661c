"""Public posts in the search index: in and out with the very act that publishes or withdraws them."""

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core import db, search
from app.core.events import on
from app.core.permissions import NOBODY
from app.core.search import Indexed, Searchable
from app.core.text import first_words, isolate
from app.identity.events import CitizenTextPublished, CitizenTextWithdrawn
from participation.discussion.models import PUBLIC_STATES, Post, Thread
from participation.discussion.permissions import rights_in
from participation.discussion.places import place_kind, titles_of
from participation.discussion.state import TEXT_KIND
from participation.discussion.words import posts_label

LONGEST_TITLE = 90

SEARCHABLE = Searchable(
    TEXT_KIND,
    posts_label,
    everything=lambda: everything(),
    order=40,
    headings=lambda public_ids: headings(public_ids),
)


@on(CitizenTextPublished)
def index_published(event: CitizenTextPublished) -> None:
    """A post at a place that not everybody sees (a draft being prepared) is found by nobody."""
    if event.kind != TEXT_KIND:
        return
    wanted = select(Post).where(Post.public_id == event.text_id).options(joinedload(Post.thread))
    post = db.session().scalars(wanted).one()
    if rights_in(NOBODY, post.thread).see:
        search.index(indexed(post))


@on(CitizenTextWithdrawn)
def forget_withdrawn(event: CitizenTextWithdrawn) -> None:
    if event.kind == TEXT_KIND:
        search.remove(TEXT_KIND, event.text_id)


def indexed(post: Post) -> Indexed:
    """A post has no title of its own: it is found by its words, and called after its place."""
    thread = post.thread
    facets = {"place": thread.place_kind}
    for agency in sorted(place_kind(thread.place_kind).agencies(thread.place_id))[:1]:
        facets["agency"] = agency
    return Indexed(
        kind=TEXT_KIND,
        id=post.public_id,
        title="",
        body="\n".join(part for part in (post.wording, post.body) if part),
        language=post.language,
        url_key=post.public_id,
        at=post.published_at,
        facets=facets,
    )


def title_of(post: Post) -> str:
    """A post is called by its first words."""
    return first_words(post.body or post.wording, LONGEST_TITLE)


def headings(public_ids: Collection[str]) -> dict[str, str]:
    """What pages of results call these posts: by what they are about."""
    named = select(Post.public_id, Thread.place_kind, Thread.place_id).join(Post.thread)
    rows = db.session().execute(named.where(Post.public_id.in_(public_ids))).all()
    titles = titles_of([(kind, place_id) for _public_id, kind, place_id in rows])
    return {
        public_id: place_kind(kind).heading(isolate(titles[kind, place_id].text))
        for public_id, kind, place_id in rows
        if (kind, place_id) in titles
    }


def everything() -> Iterator[Indexed]:
    public = select(Post).where(Post.state.in_(PUBLIC_STATES)).options(joinedload(Post.thread))
    is_seen: dict[uuid.UUID, bool] = {}
    for post in db.session().scalars(public.execution_options(yield_per=500)):
        if post.thread_id not in is_seen:
            is_seen[post.thread_id] = rights_in(NOBODY, post.thread).see
        if is_seen[post.thread_id]:
            yield indexed(post)
