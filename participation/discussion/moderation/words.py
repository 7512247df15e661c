"""The rules of the policy page, reasons for reviews and acts, as people read them."""

from app.core.i18n import gettext as _


def reason_name(reason: str) -> str:
    names = {
        "insult": _("Insults or harassment"),
        "hate": _("Hatred against a group"),
        "threat": _("Threats or calls to violence"),
        "privacy": _("Private details of somebody"),
        "unlawful": _("Unlawful content"),
        "impersonation": _("Pretending to be somebody else"),
        "spam": _("Advertising or the same thing over and over"),
        "off-topic": _("Nothing to do with the topic"),
        "": _("No rule is named"),
    }
    return str(names.get(reason, reason))


def reason_explained(reason: str) -> str:
    """What the rule means, and what it does not."""
    texts = {
        "insult": _(
            "Words that attack a person and not what the person says or does. Sharp criticism of an official, "
            "an agency or a decision is allowed."
        ),
        "hate": _(
            "Words that deny people their dignity because of origin, religion, sex, disability or belonging to "
            "any group."
        ),
        "threat": _("Announcing harm to somebody, or calling on others to do harm."),
        "privacy": _(
            "Telephone numbers, addresses, identity numbers, pictures or private matters of other people, and "
            "your own when you published them by mistake."
        ),
        "unlawful": _("What a law of the country forbids to publish. The decision names the law."),
        "impersonation": _(
            "Speaking in the name of a person, an agency or an organisation without the right to."
        ),
        "spam": _(
            "Advertising, links that have nothing to do with the matter, or one text sent again and again. A letter "
            "that many citizens send on purpose is not spam: it is shown once, with the number of its senders."
        ),
        "off-topic": _(
            "A text that has nothing to do with the place where it stands. It is welcome in its place."
        ),
    }
    return str(texts[reason])


def why_name(why: str) -> str:
    names = {
        "first": _("Read before it appears"),
        "flagged": _("Reported"),
        "words": _("A word from the list"),
        "links": _("Links"),
        "pace": _("Many posts in a short time"),
        "copies": _("Copies from new accounts"),
        "again": _("Looked at again"),
        "appeal": _("Second look asked for"),
    }
    return str(names[why])


WHYS = ("appeal", "words", "flagged", "links", "copies", "pace", "again", "first")


def act_name(act: str) -> str:
    names = {
        "published": _("Public as it was written"),
        "hidden": _("Hidden"),
        "censored": _("Words struck out"),
        "restored": _("Restored"),
        "appeal refused": _("Decision kept after a second look"),
    }
    return str(names[act])


ACT_TONES = {
    "published": "good",
    "hidden": "bad",
    "censored": "wait",
    "restored": "good",
    "appeal refused": "neutral",
}


def decision_name(decision: str, state: str) -> str:
    """As the moderator chooses it for a post in this state."""
    names = {
        "published": _("Publish it") if state == "waiting" else _("Leave it as it is"),
        "hidden": _("Hide it"),
        "censored": _("Strike words out"),
        "restored": _("Show it again"),
        "appeal refused": _("Keep the decision"),
    }
    return str(names[decision])


def named_whys() -> list[tuple[str, str]]:
    return [(why, why_name(why)) for why in WHYS]
