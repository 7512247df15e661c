"""What a page needs to show a thread: the page of posts, the form, and the addresses of both."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property, lru_cache
from typing import Any

from flask import url_for
from markupsafe import Markup
from sqlalchemy import inspect

from app.core import clock, db, drafts
from app.core.i18n import LocalText, language, moment, ngettext
from app.core.i18n import gettext as _
from app.core.permissions import Actor
from app.core.text import isolate, paragraphs_html
from participation.discussion import actions, ports, queries, words
from participation.discussion.forms import PostForm
from participation.discussion.models import Post, Thread
from participation.discussion.places import POST_KINDS, STANCES, Rights, place_kind
from participation.discussion.queries import SORTS, Row, ThreadPage, Wanted
from participation.discussion.tallies import COUNTERS

LONGEST_PAGE = 500


def thread_context(
    actor: Actor,
    kind: str,
    place_id: str,
    part: str = "",
    args: Mapping[str, str] | None = None,
    thread: Thread | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The variables of `thread_section`: `thread_page` and `post_form`. For pages on which a thread stands.

    `args`: the page's query (order, filters, cursor); `thread`: the one that stands there, if the caller has it;
    `more`: further fields of `Wanted`, such as `size`. A place whose thread nobody has opened gets one. Raises
    Missing when the place is not the actor's to see.
    """
    thread = thread or queries.thread_of(kind, place_id, part) or _opened_later(kind, place_id, part)
    asked = wanted(args or {}, kind, **{"size": place_kind(kind).size, **more})
    shown = queries.page(actor, thread, asked)
    note_visit(actor, thread)
    return {"thread_page": shown, "post_form": post_form(actor, shown)}


def note_visit(actor: Actor, thread: Thread) -> None:
    """Owe the row that says when this person was here. Nothing is kept of whoever has no account."""
    if actor.person_id is not None and inspect(thread).persistent:
        person_id, thread_id, now = actor.person_id, thread.id, clock.now()
        db.owe(lambda: actions.note_visit(person_id, thread_id, now))


def _opened_later(kind: str, place_id: str, part: str) -> Thread:
    """The thread as it will be: a page that reads owes it, and its form can already name it."""
    db.owe(lambda: actions.open_thread(kind, place_id, part))
    public_id = actions.thread_public_id(kind, place_id, part)
    return Thread(
        id=db.new_id(),
        public_id=public_id,
        place_kind=kind,
        place_id=place_id,
        part=part,
        is_locked=False,
        post_count=0,
        **dict.fromkeys(COUNTERS.values(), 0),
    )


def wanted(args: Mapping[str, str], kind: str, **more: Any) -> Wanted:
    """What the address asks for; what it cannot mean is left out."""
    return Wanted(
        sort=_one_of(args.get("sort", ""), tuple(SORTS)) or place_kind(kind).sort,
        kind=_one_of(args.get("kind", ""), POST_KINDS),
        stance=_one_of(args.get("stance", ""), STANCES),
        language=_one_of(args.get("language", ""), ("ar", "en")),
        cursor=args.get("cursor", "")[:40],
        at=args.get("at", "")[:40],
        **{"size": _size(args.get("size", "")), **more},
    )


def _size(asked: str) -> int:
    """How many posts a reader wants on a page, within bounds."""
    return min(max(int(asked), 1), LONGEST_PAGE) if asked.isdecimal() and len(asked) < 5 else queries.PAGE


def _one_of(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else ""


def post_form(actor: Actor, page: ThreadPage, parent: str = "") -> PostForm | None:
    """The form with the draft of this reader in it; None where the place takes no posts from them now."""
    if not page.rights.post:
        return None
    form = PostForm(formdata=None, data=drafts.load(actor, draft_key(page.thread, parent)))
    form.parent.data = parent
    return form.fit(page.rights, actor.is_anonymous, page.speaks_for, is_reply=bool(parent))


def draft_key(thread: Thread, parent: str = "") -> str:
    return f"post-{thread.public_id}-{parent}" if parent else f"post-{thread.public_id}"


# addresses


@dataclass(frozen=True)
class Place:
    """Where a thread stands, as pages name it."""

    title: LocalText
    url: str


def place(thread: Thread) -> Place:
    kind = place_kind(thread.place_kind)
    return Place(kind.title(thread.place_id, thread.part), kind.url(thread.place_id, thread.part))


def post_url(actor: Actor, post: Post) -> str:
    """The page on which the post stands for this actor at this moment, and its place there."""
    if post.parent_id is not None:
        at = queries.cursor_at(actor, post, "oldest", queries.PAGE) or None
        root = queries.root_of(post)
        return url_for("discussion.replies", public_id=root, at=at, _anchor=post.anchor)
    kind = place_kind(post.thread.place_kind)
    at = queries.cursor_at(actor, post, kind.sort, kind.size)
    if at:
        public_id = post.thread.public_id
        return url_for("discussion.show", public_id=public_id, sort=kind.sort, at=at, _anchor=post.anchor)
    return f"{place(post.thread).url}#{post.anchor}"


def form_url(thread: Thread, parent: Post | None, **more: Any) -> str:
    """Where the form stands, which finds its draft there."""
    if parent is not None:
        return url_for("discussion.replies", public_id=parent.public_id, _anchor="reply", **more)
    return url_for("discussion.show", public_id=thread.public_id, _anchor="write", **more)


def what_happened(post: Post) -> str:
    """What the author is told when it was sent."""
    said = {
        "unconfirmed": _(
            "Your comment is kept, but only you see it. It does not count yet: one step is left."
        ),
        "waiting": _("We have received your comment. A moderator reads it before it appears."),
    }
    return str(said.get(post.state) or _("Your comment has been published."))


# what templates ask


class ThreadWords:
    """What `_thread.html` asks as `thread_words`, one for each page.

    What all rows share is made once: with 500 comments, words and addresses made anew for each row cost half the page.
    """

    reason_name = staticmethod(ports.reason_name)
    appeal_url = staticmethod(ports.appeal_url)
    draft_key = staticmethod(draft_key)
    stance_heading = staticmethod(words.stance_heading)
    own_stance_name = staticmethod(words.own_stance_name)

    def __init__(self) -> None:
        self._agreeing: dict[tuple[int, int], str] = {}

    @cached_property
    def agree(self) -> str:
        return str(_("Agree"))

    @cached_property
    def disagree(self) -> str:
        return str(_("Disagree"))

    @cached_property
    def reply(self) -> str:
        return str(_("Reply"))

    @cached_property
    def _posts(self) -> str:
        """What the address of every post begins with."""
        return url_for("discussion.show_post", public_id="-")[:-1]

    @cached_property
    def _label(self) -> str:
        return str(_("Comment by %(name)s", name=ANY_NAME))

    @cached_property
    def _stances(self) -> dict[str, str]:
        return {stance: words.stance_name(stance) for stance in STANCES}

    @cached_property
    def _kinds(self) -> dict[str, str]:
        return {kind: words.kind_name(kind) for kind in POST_KINDS if kind != "comment"}

    @cached_property
    def _links(self) -> list[tuple[ports.PostLink, str, str]]:
        return [(link, link.label(), link.url(ANY_ID)) for link in ports.all_post_links()]

    def post_links(self, row: Row) -> list[tuple[str, str]]:
        """Label and address of what other parts of the talk offer on this post."""
        shown = (each for each in self._links if each[0].shown_on(row))
        return [(label, url.replace(ANY_ID, row.public_id)) for _link, label, url in shown]

    def url(self, row: Row) -> str:
        """The permanent address of a post; its replies and reactions stand below it."""
        return self._posts + row.public_id

    def shown(self, row: Row) -> dict[str, Any]:
        """The row as the component `comment` takes it."""
        author = row.author or str(_("You") if row.is_own else _("A former participant"))
        is_own_without_name = row.is_own and not row.author
        return {
            "anchor": row.anchor,
            "label": _("Your comment")
            if is_own_without_name
            else self._label.replace(ANY_NAME, isolate(author)),
            "author": author,
            "guest": _("guest") if row.is_guest else "",
            "official": row.agency,
            "at": row.at,
            "moment": _moment(row.at, language(), clock.zone()),
            "body": row.body,
            "html": _html(row.body, row.direction) if row.is_public else None,
            "wording": row.wording,
            "lang": row.language,
            "dir": row.direction,
            "stance": self._stances.get(row.stance or ""),
            "tone": words.STANCE_TONES.get(row.stance or "", "neutral"),
            "kind": self._kinds.get(row.kind),
            "is_new": row.is_new,
            "url": self.url(row),
            "edited_url": f"{self.url(row)}/history" if row.edited_at else None,
        }

    def agreeing(self, row: Row) -> str:
        """How many agree and disagree, in words."""
        counts = (row.agree_count, row.disagree_count)
        if counts not in self._agreeing:
            self._agreeing[counts] = " · ".join((agreeing(row.agree_count), disagreeing(row.disagree_count)))
        return self._agreeing[counts]

    @staticmethod
    def own_reaction(row: Row) -> str:
        """What the reader has just done, as it is read out."""
        said = {"agree": _("You agree."), "disagree": _("You disagree.")}
        return str(said.get(row.reaction or "") or _("You have taken it back."))

    @staticmethod
    def note_on(row: Row, page: ThreadPage) -> ports.PostNote | None:
        """What became of the post; asked once for all posts of the page."""
        kind, key = page.thread.place_kind, f"notes {page.thread.id}"
        return db.once(key, lambda: ports.notes_on_posts(kind, _ids(page))).get(row.id)

    @staticmethod
    def earlier_version_url(row: Row, page: ThreadPage) -> str | None:
        """Where the wording is read that the post was written about, when people comment on a later one now."""
        thread, url = page.thread, place_kind(page.thread.place_kind).version_url
        is_earlier = row.article_version and page.rights.version and row.article_version < page.rights.version
        return url(thread.place_id, thread.part, row.article_version or 0) if url and is_earlier else None

    @staticmethod
    def sorts() -> list[tuple[str, str]]:
        return [(sort, words.sort_name(sort)) for sort in SORTS]

    @staticmethod
    def kinds(rights: Rights) -> list[tuple[str, str]]:
        return [(kind, words.kind_name(kind)) for kind in POST_KINDS if kind in rights.kinds]

    @staticmethod
    def stances() -> list[tuple[str, str]]:
        return [(stance, words.stance_name(stance)) for stance in STANCES]

    @staticmethod
    def what_happens(page: ThreadPage) -> str:
        """The line under the form: what becomes of the comment."""
        if not page.counts_at_once:
            return str(
                _("Your comment is kept. It appears and counts as soon as you have confirmed who you are.")
            )
        if page.rights.moderation == "before":
            return str(_("A moderator reads your comment before it appears."))
        return str(_("Your comment appears at once. You can edit or remove it at any time."))


ANY_NAME, ANY_ID = "\x00", "ANYPOST"


@lru_cache(maxsize=10_000)
def _moment(at: datetime, _language: str, _zone: tzinfo) -> str:
    """When a post was written, in words; the page's language and the country's zone are what else decides."""
    return moment(at)


@lru_cache(maxsize=5_000)
def _html(body: str, direction: str) -> Markup:
    """The paragraphs of a public text, which many people read."""
    return paragraphs_html(body, within=direction)


def _ids(page: ThreadPage) -> list[uuid.UUID]:
    return [each.id for root in page.rows for each in (root, *root.replies)]


def agreeing(count: int) -> str:
    return str(ngettext("%(num)s agrees", "%(num)s agree", count))


def disagreeing(count: int) -> str:
    return str(ngettext("%(num)s disagrees", "%(num)s disagree", count))
