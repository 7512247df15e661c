"""Who may flag, decide, appeal, and keep the list of words."""

from app.core import clock
from app.core.permissions import Actor, Role
from participation.discussion.models import Appeal, ModerationAct, Post, Review
from participation.discussion.permissions import is_author, may_see


def may_moderate(actor: Actor) -> bool:
    return actor.has(Role.MODERATOR)


def may_edit_words(actor: Actor) -> bool:
    return actor.has(Role.ADMINISTRATOR)


def may_flag(actor: Actor, post: Post) -> bool:
    """Whoever can read a public post, but its author; official answers, too."""
    known = not actor.is_anonymous or bool(actor.browser)
    return known and post.is_public and may_see(actor, post) and not is_author(actor, post.author_key)


def may_decide(actor: Actor, review: Review, act: ModerationAct | None = None) -> bool:
    """Moderators, but never on their own post, and on an appeal (`act`: what it contests) never who decided."""
    if not may_moderate(actor) or actor.person_id == review.post.author_id:
        return False
    return act is None or act.by_id != actor.person_id


def is_held_by_another(actor: Actor, review: Review) -> bool:
    if review.claimed_by_id is None or review.claimed_until is None:
        return False
    return review.claimed_by_id != actor.person_id and review.claimed_until > clock.now()


def may_appeal(actor: Actor, post: Post, act: ModerationAct | None, appeal: Appeal | None) -> bool:
    """The author, once for each act by which the post reads as it does now."""
    contested = act is not None and act.act in {"hidden", "censored"} and act.act == post.state
    return is_author(actor, post.author_key) and contested and appeal is None
