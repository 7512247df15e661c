"""Talk in public: a thread of its own page, saying something, changing it, agreeing; and the feed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import drafts, fragments, ratelimit
from app.core.errors import Missing, TooMany, WrongState
from app.core.forms import checks_csrf
from app.core.i18n import gettext as _
from app.core.i18n import language, other
from app.core.permissions import Actor, require
from app.core.visitor import browser_id, current_actor
from participation.discussion import actions, permissions, queries, showing
from participation.discussion.actions import Change, NewPost, SaidAlready
from participation.discussion.forms import EditForm, PostForm
from participation.discussion.models import Post, Thread
from participation.discussion.places import place_kind

blueprint = Blueprint("discussion", __name__, template_folder="templates")

POSTS_PER_PERSON = "30/hour"
POSTS_PER_NET = "120/hour"
REACTIONS_PER_PERSON = "300/hour"
REACTIONS_PER_NET = "3000/hour"
"""Generous: a school or a ministry may sit behind one address."""


# threads


@blueprint.get("/threads/<public_id>")
def show(public_id: str) -> ResponseReturnValue:
    """The whole thread, page by page; where the place itself shows only its beginning."""
    actor = current_actor()
    thread = queries.find_thread(actor, public_id)
    showing.note_visit(actor, thread)
    return _thread_page(actor, thread)


def _thread_page(
    actor: Actor, thread: Thread, form: PostForm | None = None, status: int = 200
) -> ResponseReturnValue:
    page = queries.page(actor, thread, showing.wanted(request.args, thread.place_kind))
    facts = {"thread_page": page, "post_form": form or showing.post_form(actor, page)}
    return render_template("discussion/show.html", form=form, place=showing.place(thread), **facts), status


# saying something


@blueprint.get("/threads/<public_id>/posts")
def write(public_id: str) -> ResponseReturnValue:
    """Where the form is, for whoever reloads its answer or turns it into the other language."""
    return redirect(showing.form_url(queries.find_thread(current_actor(), public_id), None))


@blueprint.post("/threads/<public_id>/posts")
@checks_csrf
def create(public_id: str) -> ResponseReturnValue:
    """Say something. What is typed stays: as a draft over sign-in and language, in the form over every error."""
    browser_id()
    actor = current_actor()
    thread = queries.find_thread(actor, public_id)
    parent = _parent(actor, thread)
    page = queries.page(actor, thread)
    form = PostForm().fit(page.rights, actor.is_anonymous, page.speaks_for, is_reply=parent is not None)
    key = showing.draft_key(thread, parent.public_id if parent else "")
    if not form.csrf_token.errors and (form.body.data or form.value("wording")):
        drafts.save(actor, key, _draft_of(form))
    act = request.form.get("act")
    if act == "language":
        return redirect(showing.form_url(thread, parent, lang=other(language())), 303)
    if act == "sign-in":
        return redirect(url_for("identity.sign_in", next=showing.form_url(thread, parent)), 303)
    if not form.validate():
        return _again(actor, thread, parent, form)
    if not page.rights.post:
        form.form_errors.append(page.rights.why_not or _("Nothing can be said here at the moment."))
        return _again(actor, thread, parent, form, WrongState.status)
    if not _is_within_limits(actor):
        form.form_errors.append(
            _("You have written very much in a short time. Your text is kept: send it a little later.")
        )
        return _again(actor, thread, parent, form, TooMany.status)
    return _posted(actor, thread, parent, form, key)


def _posted(
    actor: Actor, thread: Thread, parent: Post | None, form: PostForm, key: str
) -> ResponseReturnValue:
    try:
        made = actions.post(actor, thread, _new_post(actor, thread, form, parent))
    except SaidAlready:
        form.form_errors.append(_("You have said exactly this here already. Is there something to add?"))
        return _again(actor, thread, parent, form, SaidAlready.status)
    drafts.discard(actor, key)
    flash(key, "draft-received")
    flash(showing.what_happened(made), "success" if made.is_public else "info")
    return redirect(showing.post_url(actor, made), 303)


def _new_post(actor: Actor, thread: Thread, form: PostForm, parent: Post | None) -> NewPost:
    body, wording = form.body.data or "", form.value("wording") or ""
    agencies = sorted(permissions.speaks_for(actor, thread))
    return NewPost(
        body=body,
        client_id=form.key_of(body, wording, thread.public_id),
        kind=form.value("kind") or "comment",
        stance=form.value("stance") or None,
        wording=wording,
        language=form.language.data or "",
        guest_name=form.value("guest_name") or "",
        parent=parent,
        agency_key=agencies[0] if form.value("official") and agencies else "",
    )


def _parent(actor: Actor, thread: Thread) -> Post | None:
    """The post that is answered, if one is."""
    public_id = request.form.get("parent", "")
    if not public_id:
        return None
    parent = queries.find(actor, public_id)
    if parent.thread_id != thread.id:
        raise Missing
    return parent


def _draft_of(form: PostForm) -> dict[str, str]:
    names = ("body", "wording", "stance", "kind", "guest_name", "language", "client_id")
    return {name: str(form.value(name) or "") for name in names}


def _again(
    actor: Actor, thread: Thread, parent: Post | None, form: PostForm, status: int = 422
) -> ResponseReturnValue:
    if parent is not None:
        return _replies_page(actor, parent, form, status)
    return _thread_page(actor, thread, form, status)


def _is_within_limits(actor: Actor) -> bool:
    """Count this post for the person (or browser) and for the net."""
    mine = ratelimit.hit(POSTS_PER_PERSON, "post", actor.key)
    return ratelimit.hit(POSTS_PER_NET, "post by net", ratelimit.net()) and mine


# one post


@blueprint.get("/posts/<public_id>")
def show_post(public_id: str) -> ResponseReturnValue:
    """The permanent address of a post: leads to where it stands now."""
    actor = current_actor()
    return redirect(showing.post_url(actor, queries.find_listed(actor, public_id)))


@blueprint.get("/posts/<public_id>/replies")
def replies(public_id: str) -> ResponseReturnValue:
    """A post with all its replies, and the form to add one; a text that takes none leads to its page."""
    actor = current_actor()
    post = queries.find_listed(actor, public_id)
    if place_kind(post.thread.place_kind).is_one_text:
        return redirect(showing.post_url(actor, post))
    return _replies_page(actor, post)


def _replies_page(
    actor: Actor, post: Post, form: PostForm | None = None, status: int = 200
) -> ResponseReturnValue:
    page = queries.replies(actor, post, request.args.get("cursor", "")[:40], request.args.get("at", "")[:40])
    shown_form = form or (showing.post_form(actor, page, parent=post.public_id) if post.is_public else None)
    facts = {"thread_page": page, "post_form": shown_form, "post": post, "place": showing.place(post.thread)}
    return render_template("discussion/replies.html", form=form, **facts), status


@blueprint.route("/posts/<public_id>/edit", methods=["GET", "POST"])
@checks_csrf
def edit(public_id: str) -> ResponseReturnValue:
    """Write one's own post anew."""
    actor = current_actor()
    post = queries.find(actor, public_id)
    require(permissions.may_edit(actor, post, permissions.rights_in(actor, post.thread)))
    form = EditForm(data={"body": post.body, "wording": post.wording, "language": post.language}).fit(post)
    if not form.validate_on_submit():
        status = 422 if request.method == "POST" else 200
        return render_template("discussion/edit.html", form=form, post=post), status
    change = Change(form.body.data or "", form.value("wording") or "", form.language.data or "")
    actions.edit(actor, post, change)
    flash(_("Your comment has been changed."), "success")
    return redirect(showing.post_url(actor, post), 303)


@blueprint.route("/posts/<public_id>/removal", methods=["GET", "POST"])
def remove(public_id: str) -> ResponseReturnValue:
    """Take one's own post back, after a question."""
    actor = current_actor()
    post = queries.find_own(actor, public_id)
    if request.method == "GET":
        return render_template("discussion/remove.html", post=post)
    actions.remove(actor, post)
    flash(_("Your comment has been removed."), "success")
    return redirect(showing.place(post.thread).url, 303)


@blueprint.post("/posts/<public_id>/reaction")
def react(public_id: str) -> ResponseReturnValue:
    """Agree, disagree, or take it back. A script gets the buttons with their new counts."""
    browser_id()
    actor = current_actor()
    post = queries.find(actor, public_id)
    kind = request.form.get("kind", "")
    if kind not in {"agree", "disagree", "none"}:
        raise Missing
    ratelimit.demand(REACTIONS_PER_PERSON, "reaction", actor.key)
    ratelimit.demand(REACTIONS_PER_NET, "reaction by net", ratelimit.net())
    actions.react(actor, post, None if kind == "none" else kind)
    if fragments.is_asked():
        return render_template("discussion/reacted.html", row=queries.row_of(actor, post))
    return redirect(showing.post_url(actor, post), 303)


@blueprint.get("/posts/<public_id>/history")
def history(public_id: str) -> ResponseReturnValue:
    """What a post said before its edits."""
    actor = current_actor()
    post = queries.find(actor, public_id)
    return render_template("discussion/history.html", post=post, wordings=queries.wordings(actor, post))
