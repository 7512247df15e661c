"""The forum: its boards, their topics, one topic with its talk, opening one, and keeping order."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import drafts, ratelimit
from app.core.errors import Missing, TooMany, WrongState
from app.core.feeds import FeedEntry, atom
from app.core.forms import Form, checks_csrf
from app.core.i18n import gettext as _
from app.core.i18n import language, other
from app.core.permissions import Actor, require
from app.core.text import clean_line, language_of
from app.core.visitor import browser_id, current_actor
from app.notifications import actions as notices
from app.notifications import queries as notified
from participation.discussion import queries as discussion
from participation.discussion import showing
from participation.discussion.actions import NewPost
from participation.forums import actions, places, queries
from participation.forums.actions import NewTopic
from participation.forums.forms import LockForm, MergeForm, MoveForm, TopicForm
from participation.forums.models import Board, Topic
from participation.forums.permissions import may_mark_answer, may_open_topic, may_tend

blueprint = Blueprint("forums", __name__, template_folder="templates", url_prefix="/forum")

TOPICS_PER_PERSON = "10/hour"
TOPICS_PER_NET = "60/hour"


# reading


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Every board."""
    return render_template("forums/index.html", boards=queries.boards_and_latest())


@blueprint.get("/boards/<key>")
def board(key: str) -> ResponseReturnValue:
    """The topics of a board, a page at a time."""
    actor, shown = current_actor(), queries.find_board(key)
    attention = notified.attention(actor, places.BOARD, key)
    if attention.has_unread:
        notices.note_seen(actor, places.BOARD, key)
    page = queries.on_board(actor, shown, request.args.get("after", "")[:40])
    return render_template("forums/board.html", board=shown, page=page, attention=attention)


@blueprint.get("/boards/<key>/feed.atom")
def feed(key: str) -> ResponseReturnValue:
    """The newest topics of a board as an Atom feed (RFC 4287), the same for everybody."""
    shown = queries.find_board(key)
    return atom(
        f"urn:sawt:board:{key}",
        shown.title.text,
        url_for("forums.feed", key=key, _external=True),
        url_for("forums.board", key=key, _external=True),
        [_entry(row, body) for row, body in queries.latest_on(shown)],
    )


def _entry(row: queries.Row, body: str) -> FeedEntry:
    return FeedEntry(
        id=f"urn:sawt:topic:{row.public_id}",
        title=row.title,
        url=url_for("forums.topic", public_id=row.public_id, _external=True),
        author=row.author or _("A former participant"),
        published_at=row.created_at,
        content=body,
        language=row.language,
    )


@blueprint.get("/tags/<tag>")
def tag(tag: str) -> ResponseReturnValue:
    """The topics under one word, of all boards."""
    word = queries.tag_as_written(tag)
    page = queries.with_tag(current_actor(), tag, request.args.get("after", "")[:40])
    return render_template("forums/tag.html", tag=word, page=page)


@blueprint.get("/topics/<public_id>")
def topic(public_id: str) -> ResponseReturnValue:
    """One topic with its talk; a merged one leads to where its posts stand now."""
    actor, shown = current_actor(), queries.topic_named(public_id)
    if shown is not None and shown.merged_into is not None:
        return redirect(url_for("forums.topic", public_id=shown.merged_into.public_id), 301)
    shown = queries.find_topic(actor, public_id)
    attention = notified.attention(actor, queries.KEY, public_id)
    if attention.has_unread:
        notices.note_seen(actor, queries.KEY, public_id)
    talk = showing.thread_context(actor, queries.KEY, public_id, args=request.args)
    return render_template(
        "forums/topic.html",
        topic=shown,
        attention=attention,
        answers=queries.answers_on(talk["thread_page"], shown),
        **talk,
    )


# opening a topic


@blueprint.route("/boards/<key>/topics/new", methods=["GET", "POST"])
@checks_csrf
def create_topic(key: str) -> ResponseReturnValue:
    """Open a topic. What is typed stays: as a draft over sign-in and language, in the form over every error."""
    actor, on = current_actor(), queries.find_board(key)
    if request.method == "GET":
        form = TopicForm(formdata=None, data=drafts.load(actor, _draft_key(on)))
        return _topic_page(actor, on, _fitted(form, actor, on))
    browser_id()
    form = _fitted(TopicForm(), actor, on)
    if not form.csrf_token.errors and (form.body.data or form.title.data):
        drafts.save(actor, _draft_key(on), _draft_of(form))
    here = url_for("forums.create_topic", key=key)
    if request.form.get("act") == "language":
        return redirect(url_for("forums.create_topic", key=key, lang=other(language())), 303)
    if request.form.get("act") == "sign-in":
        return redirect(url_for("identity.sign_in", next=here), 303)
    return _opened(actor, on, form)


def _opened(actor: Actor, on: Board, form: TopicForm) -> ResponseReturnValue:
    status = _fault(actor, on, form)
    similar = [] if status or form.seen.data else _similar(actor, form)
    if similar:
        form.seen.data = "yes"
    elif not status and not _is_within_limits(actor):
        form.form_errors.append(
            _("You have opened many topics in a short time. Your text is kept: send it a little later.")
        )
        status = TooMany.status
    if status or similar:
        return _topic_page(actor, on, form, similar, status or 200)
    made = actions.open_topic(actor, on, _new_topic(form))
    drafts.discard(actor, _draft_key(on))
    flash(_draft_key(on), "draft-received")
    flash(_what_happened(made), "success" if made.is_public else "info")
    return redirect(url_for("forums.topic", public_id=made.public_id), 303)


def _fault(actor: Actor, on: Board, form: TopicForm) -> int:
    """The status with which the form comes back with what is wrong in it; 0 when nothing is."""
    is_valid = form.validate()
    if not may_open_topic(actor, on):
        form.form_errors.append(places.why_closed(on))
        return WrongState.status
    return 0 if is_valid else 422


def _similar(actor: Actor, form: TopicForm) -> list[queries.Row]:
    """Topics that may be about the same, in the language of the text: shown once before it is published."""
    title = form.title.data or ""
    return queries.similar(actor, title, form.language.data or language_of(f"{title}\n{form.body.data}"))


def _topic_page(
    actor: Actor, on: Board, form: TopicForm, similar: list[queries.Row] | None = None, status: int = 200
) -> ResponseReturnValue:
    facts = {"board": on, "form": form, "similar": similar or [], "why_not": places.why_closed(on)}
    counts = actor.level >= on.least_level
    return render_template("forums/new.html", draft_key=_draft_key(on), counts=counts, **facts), status


def _fitted(form: TopicForm, actor: Actor, on: Board) -> TopicForm:
    rights = places.of_board(on)
    form.fit(rights, actor.is_anonymous, places.speaks_for(actor, on))
    return form


def _draft_key(on: Board) -> str:
    return f"topic-{on.key}"


def _draft_of(form: TopicForm) -> dict[str, str]:
    names = ("title", "body", "tags", "guest_name", "language", "client_id")
    return {name: str(form.value(name) or "") for name in names}


def _new_topic(form: TopicForm) -> NewTopic:
    title, body = form.title.data or "", form.body.data or ""
    opening = NewPost(
        body=body,
        client_id=form.key_of(title, body),
        language=form.language.data or "",
        guest_name=form.value("guest_name") or "",
        agency_key=form.agency_key if form.value("official") else "",
    )
    return NewTopic(title, opening, form.words, form.language.data or "")


def _what_happened(made: Topic) -> str:
    if made.is_public:
        return str(_("Your topic has been published. You follow it: you are told what others say."))
    return showing.what_happened(made.opening) if made.opening else ""


def _is_within_limits(actor: Actor) -> bool:
    mine = ratelimit.hit(TOPICS_PER_PERSON, "topic", actor.key)
    return ratelimit.hit(TOPICS_PER_NET, "topic by net", ratelimit.net()) and mine


# keeping order


@blueprint.get("/topics/<public_id>/order")
def order(public_id: str) -> ResponseReturnValue:
    """Everything a moderator can do with a topic."""
    return _order_page(_to_tend(public_id))


@blueprint.post("/topics/<public_id>/pin")
def create_pin(public_id: str) -> ResponseReturnValue:
    actions.pin(current_actor(), _to_tend(public_id))
    flash(_("The topic stays at the head of its board."), "success")
    return _back(public_id)


@blueprint.post("/topics/<public_id>/pin/removal")
def create_pin_removal(public_id: str) -> ResponseReturnValue:
    actions.unpin(current_actor(), _to_tend(public_id))
    flash(_("The topic stands among the others again."), "success")
    return _back(public_id)


@blueprint.post("/topics/<public_id>/lock")
@checks_csrf
def create_lock(public_id: str) -> ResponseReturnValue:
    found, form = _to_tend(public_id), LockForm()
    if not form.validate_on_submit():
        return _order_page(found, lock=form)
    actions.lock(current_actor(), found, form.reason.data or "")
    flash(_("The topic is locked."), "success")
    return _back(public_id)


@blueprint.post("/topics/<public_id>/lock/removal")
def create_lock_removal(public_id: str) -> ResponseReturnValue:
    actions.unlock(current_actor(), _to_tend(public_id))
    flash(_("The topic takes posts again."), "success")
    return _back(public_id)


@blueprint.post("/topics/<public_id>/move")
@checks_csrf
def create_move(public_id: str) -> ResponseReturnValue:
    found, form = _to_tend(public_id), MoveForm().offer(queries.boards())
    if not form.validate_on_submit():
        return _order_page(found, move=form)
    actions.move(current_actor(), found, queries.find_board(form.board.data))
    flash(_("The topic has been moved."), "success")
    return _back(public_id)


@blueprint.post("/topics/<public_id>/merge")
@checks_csrf
def create_merge(public_id: str) -> ResponseReturnValue:
    actor, found, form = current_actor(), _to_tend(public_id), MergeForm()
    if not form.validate_on_submit():
        return _order_page(found, merge=form)
    into = queries.topics_named(actor, [form.public_id]).get(form.public_id)
    if into is None or into.id == found.id or into.merged_into_id is not None:
        form.into.errors = [_("Enter the address of another topic as the browser shows it.")]
        return _order_page(found, merge=form)
    actions.merge(actor, found, into)
    flash(_("The topics are one now. The old address leads here."), "success")
    return _back(into.public_id)


def _to_tend(public_id: str) -> Topic:
    """A whole topic, for somebody who may keep order in it. Raises Missing or Denied."""
    found = queries.find_topic(current_actor(), public_id)
    require(may_tend(current_actor(), found))
    if found.merged_into_id is not None:
        raise Missing
    return found


def _order_page(found: Topic, **sent: Form) -> ResponseReturnValue:
    """The forms, one of them as it was sent."""
    forms: dict[str, Any] = {
        "lock": LockForm(formdata=None).within("lock"),
        "move": MoveForm(formdata=None, data={"board": found.board.key})
        .offer(queries.boards())
        .within("move"),
        "merge": MergeForm(formdata=None).within("merge"),
        **{name: form.within(name) for name, form in sent.items()},
    }
    return render_template("forums/order.html", topic=found, **forms), 422 if sent else 200


def _back(public_id: str) -> ResponseReturnValue:
    return redirect(url_for("forums.topic", public_id=public_id), 303)


# the official answer


@blueprint.post("/topics/<public_id>/answer")
def create_answer(public_id: str) -> ResponseReturnValue:
    """Mark one of the officials' posts as the answer; `post`: its id."""
    found = _to_answer(public_id)
    post = discussion.find(current_actor(), clean_line(request.form.get("post", "")))
    actions.mark_answer(current_actor(), found, post)
    flash(_("The answer stands at the head of the topic now."), "success")
    return _back(public_id)


@blueprint.post("/topics/<public_id>/answer/removal")
def create_answer_removal(public_id: str) -> ResponseReturnValue:
    actions.unmark_answer(current_actor(), _to_answer(public_id))
    flash(_("The topic has no official answer any more. The post stays where it is."), "success")
    return _back(public_id)


def _to_answer(public_id: str) -> Topic:
    found = queries.find_topic(current_actor(), public_id)
    require(may_mark_answer(current_actor(), found))
    return found
