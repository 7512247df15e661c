"""Flagging and appealing for everybody; the queue and its decisions for moderators; the policy and the log."""

from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock, ratelimit
from app.core.errors import WrongState
from app.core.forms import checks_csrf
from app.core.i18n import gettext as _
from app.core.i18n import ngettext, number
from app.core.permissions import Actor, require
from app.core.tables import csv_text
from app.core.text import clean_line, isolate
from app.core.visitor import browser_id, current_actor
from participation.discussion import queries as posts
from participation.discussion import showing
from participation.discussion.models import Post, Review
from participation.discussion.moderation import actions, rules, words
from participation.discussion.moderation.actions import ChangedMeanwhile, Decision, Held, NotThere
from participation.discussion.moderation.forms import AppealForm, DecisionForm, FlagForm, PhrasesForm
from participation.discussion.moderation.permissions import (
    is_held_by_another,
    may_appeal,
    may_edit_words,
    may_moderate,
)
from participation.discussion.moderation.queries import banned, deciding, places, public_log, waiting
from participation.discussion.moderation.queries.waiting import Wanted
from participation.discussion.permissions import is_author

blueprint = Blueprint("moderation", __name__, template_folder="templates")

FLAGS_PER_PERSON = "20/hour"
FLAGS_PER_NET = "60/hour"
APPEALS_PER_PERSON = "20/day"


# for everybody


@blueprint.get("/moderation-policy")
def policy() -> ResponseReturnValue:
    """What is allowed, how it is decided, how to appeal."""
    return render_template("moderation/policy.html", reasons=rules.REASONS, words=words)


@blueprint.get("/moderation-log")
def log() -> ResponseReturnValue:
    """Every act of moderators, without names and texts."""
    page = public_log.page(request.args.get("cursor", "")[:40])
    facts = {"words": words, "place_of": places.place_of, "moderates": may_moderate(current_actor())}
    return render_template("moderation/log.html", page=page, **facts)


@blueprint.get("/moderation-log.csv")
def log_file() -> ResponseReturnValue:
    text = "\ufeff" + csv_text(public_log.rows())
    name = f"moderation-log-{clock.today().isoformat()}.csv"
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Content-Security-Policy"] = "sandbox"
    return answer


@blueprint.route("/posts/<public_id>/flag", methods=["GET", "POST"])
@checks_csrf
def flag(public_id: str) -> ResponseReturnValue:
    """Report a post, and see that one has. Without an account, too: within limits, and with less weight."""
    if request.method == "POST":
        browser_id()
    actor = current_actor()
    post = posts.find(actor, public_id)
    require(not is_author(actor, post.author_key))
    form, own = FlagForm(), deciding.flag_by(actor, post)
    if own or not form.validate_on_submit():
        status = 422 if request.method == "POST" and not own else 200
        return render_template("moderation/flag.html", form=form, post=post, own=own, words=words), status
    ratelimit.demand(FLAGS_PER_PERSON, "flag", actor.key)
    ratelimit.demand(FLAGS_PER_NET, "flag by net", ratelimit.net())
    actions.flag(actor, post, form.reason.data, form.note.data or "")
    flash(_("Thank you. A moderator will look at it."), "success")
    return redirect(url_for("moderation.flag", public_id=public_id), 303)


@blueprint.route("/posts/<public_id>/appeal", methods=["GET", "POST"])
@checks_csrf
def appeal(public_id: str) -> ResponseReturnValue:
    """What was decided on one's own post, and the form to have it looked at again."""
    actor = current_actor()
    post = deciding.own_decided(actor, public_id)
    form = AppealForm()
    if not form.validate_on_submit():
        return _appeal_page(actor, post, form, 422 if request.method == "POST" else 200)
    ratelimit.demand(APPEALS_PER_PERSON, "appeal", actor.key)
    actions.appeal(actor, post, form.body.data or "")
    flash(_("Another moderator will look at it and tell you."), "success")
    return redirect(url_for("moderation.appeal", public_id=public_id), 303)


def _appeal_page(actor: Actor, post: Post, form: AppealForm, status: int) -> ResponseReturnValue:
    act, earlier = deciding.latest_act(post)
    facts = {"act": act, "appeal": earlier, "acts": deciding.acts_on(post), "words": words}
    can = may_appeal(actor, post, act, earlier)
    return render_template("moderation/appeal.html", post=post, form=form if can else None, **facts), status


# the queue


@blueprint.get("/moderation")
def queue() -> ResponseReturnValue:
    """What waits, near-identical texts together, the most pressing first."""
    actor = current_actor()
    wanted = Wanted(
        why=request.args.get("why", "")[:40],
        place=request.args.get("place", "")[:200],
        language=request.args.get("language", "")[:2],
        cursor=request.args.get("cursor", "")[:200],
    )
    shown = waiting.queue(actor, wanted)
    return render_template("moderation/queue.html", queue=shown, wanted=wanted, **_words(actor))


def _words(actor: Actor) -> dict[str, object]:
    held = {"is_held": lambda review: is_held_by_another(actor, review), "edits_words": may_edit_words(actor)}
    return {"words": words, "place_of": places.place_of, **held}


@blueprint.get("/moderation/reviews/<public_id>")
def review(public_id: str) -> ResponseReturnValue:
    """One post with all that a decision needs."""
    actor = current_actor()
    return _review_page(actor, deciding.find_review(actor, public_id))


def _review_page(
    actor: Actor, shown: Review, form: DecisionForm | None = None, status: int = 200
) -> ResponseReturnValue:
    whole = deciding.whole(actor, shown)
    form = form or _decision_form(whole, DecisionForm(formdata=None))
    form.seen_at.data = clock.now().isoformat()
    facts = {"whole": whole, "form": form, "place": showing.place(shown.post.thread), **_words(actor)}
    return render_template("moderation/review.html", review=shown, **facts), status


def _decision_form(whole: deciding.Whole, form: DecisionForm) -> DecisionForm:
    acts = actions.allowed_on(whole.review.post, whole.appeal is not None)
    return form.fit(whole.review.post, acts, whole.size)


@blueprint.post("/moderation/reviews/<public_id>/claim")
def claim(public_id: str) -> ResponseReturnValue:
    """Take it for a while, so that nobody else decides on it meanwhile."""
    actor = current_actor()
    found = deciding.find_review(actor, public_id)
    try:
        actions.claim(actor, found)
    except Held as held:
        return _held(actor, held)
    return redirect(url_for("moderation.review", public_id=public_id), 303)


@blueprint.post("/moderation/reviews/<public_id>/release")
def release(public_id: str) -> ResponseReturnValue:
    actor = current_actor()
    actions.release(actor, deciding.find_review(actor, public_id))
    return redirect(url_for("moderation.queue"), 303)


def _held(actor: Actor, held: Held, form: DecisionForm | None = None) -> ResponseReturnValue:
    holder = held.review.claimed_by.display_name if held.review.claimed_by else ""
    flash(_("%(name)s is looking at this at the moment.", name=isolate(holder)), "error")
    return _review_page(actor, held.review, form, Held.status)


@blueprint.post("/moderation/reviews/<public_id>/decision")
@checks_csrf
def decide(public_id: str) -> ResponseReturnValue:
    """Decide on one post, or on it and its near copies."""
    actor = current_actor()
    found = deciding.find_review(actor, public_id)
    form = _decision_form(deciding.whole(actor, found), DecisionForm())
    if not form.validate():
        return _review_page(actor, found, form, 422)
    decision = Decision(form.act.data, form.reason.data or "", form.note.data or "", form.words)
    try:
        count = _decided(actor, found, decision, form)
    except Held as held:
        return _held(actor, held, form)
    except ChangedMeanwhile as refused:
        form.form_errors.append(
            _("The author has changed the text since you opened this page. Read it again.")
        )
        return _review_page(actor, found, form, refused.status)
    except NotThere as missing:
        form.strike.errors = [_("These words do not stand in the text: %(words)s", words=missing.words)]
        return _review_page(actor, found, form, 422)
    said = ngettext("Decided on %(count)s post.", "Decided on %(count)s posts.", count, count=number(count))
    flash(said, "success")
    return redirect(url_for("moderation.queue"), 303)


def _decided(actor: Actor, found: Review, decision: Decision, form: DecisionForm) -> int:
    if "whole_group" in form and form.whole_group.data:
        return actions.decide_group(actor, found, decision, _seen_at(form))
    seen_at = _seen_at(form) if form.seen_at.data else None
    actions.decide(actor, found, replace(decision, seen_at=seen_at))
    return 1


def _seen_at(form: DecisionForm) -> datetime:
    """When the moderator saw the text or the group; a page of nobody's making decides on nothing."""
    try:
        seen = datetime.fromisoformat(form.seen_at.data or "")
        if seen.tzinfo is None:
            raise WrongState
        return min(seen.astimezone(UTC), clock.now())
    except (ValueError, OverflowError):
        raise WrongState from None


@blueprint.get("/moderation/posts/<public_id>")
def post(public_id: str) -> ResponseReturnValue:
    """Any post, for a moderator who wants to look at it: what was decided, and a button to look again."""
    actor = current_actor()
    found = deciding.any_post(actor, public_id)
    facts = {"acts": deciding.acts_on(found), "words": words}
    return render_template("moderation/post.html", post=found, place=showing.place(found.thread), **facts)


@blueprint.post("/moderation/posts/<public_id>/review")
def look_again(public_id: str) -> ResponseReturnValue:
    actor = current_actor()
    opened = actions.look_again(actor, deciding.any_post(actor, public_id))
    return redirect(url_for("moderation.review", public_id=opened.public_id), 303)


# the list of words


@blueprint.route("/moderation/words", methods=["GET", "POST"])
@checks_csrf
def phrases() -> ResponseReturnValue:
    """Words that have a post read by a moderator; the administrator edits them."""
    actor = current_actor()
    page = banned.page(actor, request.args.get("after", "")[:200])
    form = PhrasesForm()
    if request.method == "POST":
        require(may_edit_words(actor))
    if not form.validate_on_submit():
        status = 422 if request.method == "POST" else 200
        return render_template("moderation/words.html", page=page, form=form, **_words(actor)), status
    count = actions.add_phrases(actor, form.lines)
    flash(ngettext("%(count)s word added.", "%(count)s words added.", count, count=number(count)), "success")
    return redirect(url_for("moderation.phrases"), 303)


@blueprint.post("/moderation/words/removal")
def remove_phrase() -> ResponseReturnValue:
    actions.remove_phrase(current_actor(), clean_line(request.form.get("phrase", "")))
    flash(_("The word is removed from the list."), "success")
    return redirect(url_for("moderation.phrases"), 303)
