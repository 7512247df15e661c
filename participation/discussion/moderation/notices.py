"""Who is told: the author of each decision, with its reason and the way to appeal; moderators once a day."""

from app.core import clock, db
from app.core.events import on
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.rendering import absolute_url
from app.core.text import isolate
from app.notifications.kinds import ByMail, Facts, NoticeKind, register_notice
from app.notifications.notices import tell
from participation.discussion import queries as posts
from participation.discussion.models import ModerationAct
from participation.discussion.moderation.events import PostDecided
from participation.discussion.moderation.permissions import may_moderate
from participation.discussion.moderation.queries import moderators, waiting
from participation.discussion.moderation.words import reason_name
from participation.discussion.state import TEXT_KIND

TOLD = {"hidden": "post-hidden", "censored": "post-censored", "restored": "post-restored"}


def register() -> None:
    for kind in (
        NoticeKind("post-hidden", lambda: _("A moderator hid what you wrote"), _hidden, _appeal_url),
        NoticeKind(
            "post-censored",
            lambda: _("A moderator struck out words of what you wrote"),
            _censored,
            _appeal_url,
        ),
        NoticeKind("post-restored", lambda: _("What you wrote is public again"), _restored, _post_url),
        NoticeKind("appeal-decided", lambda: _("A decision after your appeal"), _decided, _appeal_url),
        NoticeKind(
            "moderators-digest",
            lambda: _("What waits for moderators"),
            _digest,
            lambda facts: absolute_url("moderation.queue"),
            default=ByMail.DAILY,
            offered_to=may_moderate,
        ),
    ):
        register_notice(kind)


def _hidden(facts: Facts) -> str:
    return _(
        "A moderator hid what you wrote. Reason: %(reason)s. You can ask for a second look.", **_reason(facts)
    )


def _censored(facts: Facts) -> str:
    return _(
        "A moderator struck words out of what you wrote. Reason: %(reason)s. You can ask for a second look.",
        **_reason(facts),
    )


def _restored(facts: Facts) -> str:
    return _("A moderator looked again: your text is public as you wrote it.")


def _decided(facts: Facts) -> str:
    if facts["act"] == "restored":
        return _("Your appeal was right: your text is public as you wrote it.")
    return _("Another moderator looked at your text and kept the decision. Read why.")


def _digest(facts: Facts) -> str:
    count = facts["count"]
    return ngettext("%(num)d post waits for a moderator.", "%(num)d posts wait for a moderator.", count)


def _reason(facts: Facts) -> dict[str, str]:
    return {"reason": isolate(reason_name(facts["reason"]))}


def _appeal_url(facts: Facts) -> str:
    return absolute_url("moderation.appeal", public_id=facts["post"])


def _post_url(facts: Facts) -> str:
    return absolute_url("discussion.show_post", public_id=facts["post"])


@on(PostDecided)
def tell_author(event: PostDecided) -> None:
    """In the author's own language; whoever wrote without an account reads it where the post stands."""
    post = posts.by_id(event.post_id)
    kind = "appeal-decided" if event.is_on_appeal else TOLD.get(event.act)
    if post.author_id is None or kind is None:
        return
    act = db.session().get_one(ModerationAct, event.act_id)
    facts = {"post": post.public_id, "reason": act.reason, "act": act.act}
    tell([post.author_id], kind, (TEXT_KIND, post.public_id), facts, f"{kind}:{act.public_id}")


def remind_moderators() -> None:
    count = waiting.in_all()
    if count:
        today = clock.today().isoformat()
        who = moderators.on_duty()
        tell(
            who, "moderators-digest", ("moderation", "queue"), {"count": count}, f"moderators-digest:{today}"
        )
