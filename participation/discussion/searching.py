"""Public posts in the search index: in and out with the very act that publishes or withdraws them."""

import uuid
from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core import db, search
from app.core.events import on
from app.core.i18n import gettext as _
from app.core.permissions import NOBODY
from app.core.search import Indexed, Searchable
from app.core.text import first_words, isolate
from app.identity.events import CitizenTextPublished, CitizenTextWithdrawn
from participation.discussion.models import PUBLIC_STATES, Post, Thread
from participation.discussion.permissions import rights_in
from participation.discussion.places import part_names_of, place_kind, titles_of
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
    """What pages of results call these posts: by what they are about, the article first where they stand at one."""
    named = select(Post.public_id, Thread.place_kind, Thread.place_id, Thread.part).join(Post.thread)
    found = db.session().execute(named.where(Post.public_id.in_(public_ids))).all()
    places = {public_id: (kind, place_id, part) for public_id, kind, place_id, part in found}
    titles = titles_of([(kind, place_id) for kind, place_id, _part in places.values()])
    names = part_names_of(places.values())
    return {
        public_id: _heading(place[0], titles[place[:2]].text, names.get(place))
        for public_id, place in places.items()
        if place[:2] in titles
    }


def _heading(kind: str, title: str, part_name: str | None) -> str:
    if part_name is None:
        return place_kind(kind).heading(isolate(title))
    # i18n: part is an article of the draft, such as "Article 4"; title is that of the consultation
    return _("Comment on %(part)s · %(title)s", part=isolate(part_name), title=isolate(title))


def everything() -> Iterator[Indexed]:
    public = select(Post).where(Post.state.in_(PUBLIC_STATES)).options(joinedload(Post.thread))
    is_seen: dict[uuid.UUID, bool] = {}
    for post in db.session().scalars(public.execution_options(yield_per=500)):
        if post.thread_id not in is_seen:
            is_seen[post.thread_id] = rights_in(NOBODY, post.thread).see
        if is_seen[post.thread_id]:
            yield indexed(post)
