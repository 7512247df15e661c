"""What makes a post one to look at, and how soon; pure, and never a verdict."""

import re
from collections.abc import Iterable
from datetime import timedelta

from app.core.text import WORD, normalise

REASONS = ("insult", "hate", "threat", "privacy", "unlawful", "impersonation", "spam", "off-topic")
"""The rules of the policy page, by which posts are flagged and decided."""

DECISIONS = ("published", "hidden", "censored", "restored", "appeal refused")

SCORES = {
    "appeal": 60,
    "words": 30,
    "flagged": 20,
    "links": 15,
    "copies": 10,
    "pace": 10,
    "again": 5,
    "first": 1,
}
"""What a reason for a review adds to its score."""

GUEST_FLAG = 5
"""What a flag of somebody without an account adds: nobody knows how many people they are."""

FRESH = timedelta(days=1)
"""So young an account, or none, is fresh: many such with the same text are not yet a campaign of citizens."""

MOST_LINKS, MOST_LINKS_WHEN_FRESH = 2, 0
PACE, PACE_WITHIN = 10, timedelta(minutes=10)
COPIES, COPIES_FROM_PEOPLE, COPIES_WITHIN = 5, 3, timedelta(hours=1)

STRUCK = "███"

_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


def has_many_links(text: str, is_fresh: bool) -> bool:
    return len(_LINK.findall(text)) > (MOST_LINKS_WHEN_FRESH if is_fresh else MOST_LINKS)


def phrase_of(text: str) -> str:
    """A word or phrase as it is compared: normalised, whole words."""
    return " ".join(WORD.findall(normalise(text)))


def holds_banned(text: str, phrases: Iterable[str]) -> bool:
    """Whether one of the phrases (as `phrase_of` gives them) stands in the text, word for word."""
    words = f" {phrase_of(text)} "
    return any(f" {phrase} " in words for phrase in phrases)


def struck(text: str, strike: Iterable[str]) -> str:
    """The text with every occurrence of these words covered; the longest first, so that none shows through."""
    for words in sorted(strike, key=len, reverse=True):
        text = text.replace(words, STRUCK)
    return text
