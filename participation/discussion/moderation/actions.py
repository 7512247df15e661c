"""Flags, claims, decisions, appeals, and the list of words. A decision is a person's, and leaves its trace."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.core import audit, clock, db, events
from app.core.errors import Missing, WrongState
from app.core.permissions import Actor, require
from participation.discussion.actions import keep_wording
from participation.discussion.models import (
    Appeal,
    BannedPhrase,
    Flag,
    ModerationAct,
    Post,
    PostWording,
    Review,
)
from participation.discussion.moderation import reviewing, rules
from participation.discussion.moderation.events import PostDecided
from participation.discussion.moderation.permissions import (
    is_held_by_another,
    may_appeal,
    may_decide,
    may_edit_words,
    may_flag,
    may_moderate,
)
from participation.discussion.moderation.queries import deciding, places, waiting
from participation.discussion.state import TEXT_KIND, change_state, locked, locked_alone

CLAIMED_FOR = timedelta(minutes=15)
MOST_AT_ONCE = 200
"""Posts of one group that one decision covers; the rest stays in the queue."""

ON = {
    "waiting": ("published", "hidden", "censored"),
    "published": ("published", "hidden", "censored"),
    "censored": ("published", "hidden", "censored", "restored"),
    "hidden": ("restored",),
}
"""Which decisions there are on a post in each state; on an appeal also to keep what was decided."""

NEED_A_REASON = frozenset({"hidden", "censored"})


class Held(WrongState):
    """Another moderator has this review; `review` says who and until when."""

    def __init__(self, review: Review):
        super().__init__()
        self.review = review


class NotThere(WrongState):
    """Words to strike out that do not stand in the text."""

    def __init__(self, words: str):
        super().__init__()
        self.words = words


class ChangedMeanwhile(WrongState):
    """The author changed the text after the moderator had opened its page."""


# flags


def flag(actor: Actor, post: Post, reason: str, note: str = "") -> None:
    """Hold a post to break a rule. One per person: what the actor has flagged before stays as it is."""
    require(may_flag(actor, post))
    row = {
        "post_id": post.id,
        "author_key": actor.key,
        "person_id": actor.person_id,
        "reason": reason,
        "note": note,
    }
    if db.insert_new(Flag, [row], "post_id", "author_key"):
        reviewing.open_review(post, "flagged", rules.GUEST_FLAG if actor.is_anonymous else None)


def become_known(browser_key: str, person_key: str, person_id: uuid.UUID) -> None:
    """What a browser flagged and wrote is the person's from now on: one flag each, and nobody's own post to decide."""
    flagged = select(Flag.post_id).where(Flag.author_key == person_key)
    theirs = Flag.author_key == browser_key
    again = delete(Flag).where(theirs, Flag.post_id.in_(flagged))
    known = update(Flag).where(theirs).values(author_key=person_key, person_id=person_id)
    waiting = update(Review).where(Review.author_key == browser_key, Review.is_open.is_(True))
    for change in (again, known, waiting.values(author_key=person_key)):
        db.session().execute(change.execution_options(synchronize_session=False))


def look_again(actor: Actor, post: Post) -> Review:
    """Open a review of a post oneself, to undo what was decided or to look into it."""
    require(may_moderate(actor))
    return reviewing.open_review(post, "again")


# claims


def claim(actor: Actor, review: Review) -> None:
    """Take the review, and its near copies, for a while. Raises Held while another moderator has it."""
    review = _locked(review)
    require(may_decide(actor, review, deciding.open_appeal(review.post)[0]))
    _refuse_decided(review)
    if is_held_by_another(actor, review):
        raise Held(review)
    review.claimed_by_id, review.claimed_until = actor.person_id, clock.now() + CLAIMED_FOR
    held = {"claimed_by_id": review.claimed_by_id, "claimed_until": review.claimed_until}
    free = Review.claimed_until.is_(None) | (Review.claimed_until < clock.now())
    alike = update(Review).where(Review.is_open.is_(True), Review.likeness == review.likeness, free)
    db.session().execute(alike.values(held).execution_options(synchronize_session=False))


def release(actor: Actor, review: Review) -> None:
    """Give it back to the queue. Nothing happens when one does not have it."""
    require(may_moderate(actor))
    mine = update(Review).where(Review.likeness == review.likeness, Review.claimed_by_id == actor.person_id)
    free = {"claimed_by_id": None, "claimed_until": None}
    db.session().execute(mine.values(free).execution_options(synchronize_session=False))


def _locked(review: Review) -> Review:
    wanted = select(Review).where(Review.id == review.id).options(*waiting.WITH_POST)
    wanted = wanted.with_for_update(of=Review).execution_options(populate_existing=True)
    return db.session().scalars(wanted).one()


def _refuse_decided(review: Review) -> None:
    if not review.is_open or review.post.state == "removed":
        raise WrongState


# decisions


@dataclass(frozen=True)
class Decision:
    """What a moderator decides. `reason`: a rule; `note`: words to the author; `strike`: words to cover.

    `seen_at`: when the moderator read the text.
    """

    act: str
    reason: str = ""
    note: str = ""
    strike: Sequence[str] = field(default=())
    seen_at: datetime | None = None


def decide(actor: Actor, review: Review, decision: Decision) -> None:
    """Decide on the post of a review.

    Raises Held (another moderator has it), ChangedMeanwhile (nobody decides on words not read), WrongState (decided
    meanwhile, or not to be decided so), NotThere.
    """
    locked(review.post)
    review = _locked(review)
    contested, appeal = deciding.open_appeal(review.post)
    require(may_decide(actor, review, contested))
    _refuse_decided(review)
    if is_held_by_another(actor, review):
        raise Held(review)
    if decision.seen_at is not None and review.opened_at > decision.seen_at:
        raise ChangedMeanwhile
    _refuse_unfit(review.post, decision, appeal)
    act = _carry_out(actor, review.post, decision, contested)
    _close(review, decision.act)
    if appeal is not None:
        appeal.decided_at, appeal.outcome = clock.now(), decision.act
    db.session().flush()
    events.publish(PostDecided(act.id, act.post_id, act.act, appeal is not None))


def decide_group(actor: Actor, review: Review, decision: Decision, until: datetime) -> int:
    """Decide the same on all near-identical posts that had come by then; says on how many.

    Those whose state or holder allows no such decision, and those on appeal, stay in the queue.
    """
    require(may_moderate(actor))
    decided = 0
    for each in deciding.group_of(actor, review, until)[:MOST_AT_ONCE]:
        fits = decision.act in ON.get(each.post.state, ()) and "appeal" not in each.why
        if fits and not is_held_by_another(actor, each) and _holds(each.post, decision):
            decide(actor, each, decision)
            decided += 1
    return decided


def _holds(post: Post, decision: Decision) -> bool:
    return all(words in post.body or words in post.wording for words in decision.strike)


def _refuse_unfit(post: Post, decision: Decision, appeal: Appeal | None) -> None:
    allowed = allowed_on(post, appeal is not None)
    if decision.act not in allowed or (
        decision.act in NEED_A_REASON and decision.reason not in rules.REASONS
    ):
        raise WrongState
    for words in decision.strike:
        if words not in post.body and words not in post.wording:
            raise NotThere(words)


def allowed_on(post: Post, is_on_appeal: bool) -> tuple[str, ...]:
    """The decisions there are on this post."""
    if is_on_appeal:
        return ("restored", "appeal refused")
    return ON.get(post.state, ())


def _carry_out(
    actor: Actor, post: Post, decision: Decision, contested: ModerationAct | None
) -> ModerationAct:
    if decision.act == "restored":
        _uncover(post)
        change_state(post, "published")
    elif decision.act == "published" and post.state == "waiting":
        change_state(post, "published")
    elif decision.act == "hidden":
        change_state(post, "hidden", decision.reason)
    elif decision.act == "censored":
        _cover(post, decision.strike)
        change_state(post, "censored", decision.reason)
    return _note(actor, post, decision, contested)


def _note(actor: Actor, post: Post, decision: Decision, contested: ModerationAct | None) -> ModerationAct:
    reason = contested.reason if contested is not None else decision.reason
    act = ModerationAct(
        post_id=post.id,
        act=decision.act,
        reason=reason,
        note=decision.note,
        by_id=actor.person_id,
        **places.public_place_names(post.thread),
    )
    db.session().add(act)
    db.session().flush()
    audit.record(actor, f"post.{decision.act}", TEXT_KIND, post.public_id, reason=reason, log=act.public_id)
    return act


def _cover(post: Post, strike: Sequence[str]) -> None:
    """Strike the words out; what stood there is kept for moderators alone, in the earlier wordings too."""
    keep_wording(post, is_public=False)
    post.body, post.wording = rules.struck(post.body, strike), rules.struck(post.wording, strike)
    earlier = update(PostWording).where(PostWording.post_id == post.id)
    db.session().execute(earlier.values(is_public=False).execution_options(synchronize_session=False))


def _uncover(post: Post) -> None:
    """The text as it was before the first words were struck out; a hidden post that lost none stays as it is.

    A kept wording is the suggested wording and the text, with a blank line between; striking words out never
    changes the number of paragraphs, so that the two come apart again.
    """
    covered = select(PostWording).where(PostWording.post_id == post.id, PostWording.is_public.is_(False))
    kept = list(db.session().scalars(covered.order_by(PostWording.seq)))
    if not kept or rules.STRUCK not in post.body + post.wording:
        return
    original = next(said for said in reversed(kept) if _was_whole(said, kept))
    in_wording = len(post.wording.split("\n\n")) if post.wording else 0
    paragraphs = original.body.split("\n\n")
    post.wording = "\n\n".join(paragraphs[:in_wording])
    post.body = "\n\n".join(paragraphs[in_wording:])


def _was_whole(said: PostWording, kept: Sequence[PostWording]) -> bool:
    return rules.STRUCK not in said.body or said is kept[0]


def _close(review: Review, decision: str) -> None:
    review.is_open, review.decided_at, review.decision = None, clock.now(), decision
    review.claimed_by_id = review.claimed_until = None


def close_removed(post_id: uuid.UUID) -> None:
    """The author took the post back: nothing is left to decide."""
    left = update(Review).where(Review.post_id == post_id, Review.is_open.is_(True))
    gone = {"is_open": None, "decided_at": clock.now(), "decision": "removed"}
    db.session().execute(left.values(gone).execution_options(synchronize_session=False))


# appeals


def appeal(actor: Actor, post: Post, body: str) -> None:
    """Ask for a second look at the last act on one's post. Sent again, nothing happens; raises WrongState."""
    post = locked_alone(post)
    act, earlier = deciding.latest_act(post)
    if earlier is not None and earlier.body == body:
        return
    if act is None:
        raise Missing
    if not may_appeal(actor, post, act, earlier):
        raise WrongState
    db.session().add(Appeal(act_id=act.id, body=body))
    db.session().flush()
    reviewing.open_review(post, "appeal")


# the list of words


def add_phrases(actor: Actor, lines: Sequence[str]) -> int:
    """Have posts with these words or phrases read by a moderator; says how many are new."""
    require(may_edit_words(actor))
    new = {rules.phrase_of(line): line for line in lines if rules.phrase_of(line)}
    rows = [{"phrase": phrase, "shown": shown} for phrase, shown in new.items()]
    added = db.insert_new(BannedPhrase, rows, "phrase")
    audit.record(actor, "banned-words.add", "banned-words", "list", count=len(added))
    return len(added)


def remove_phrase(actor: Actor, phrase: str) -> None:
    require(may_edit_words(actor))
    db.session().execute(delete(BannedPhrase).where(BannedPhrase.phrase == phrase))
    audit.record(actor, "banned-words.remove", "banned-words", "list")
