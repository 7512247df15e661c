"""The kinds of notices: each feature registers its own, with its sentence and where it leads."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.permissions import Actor

Facts = dict[str, Any]
"""Ids, references, states and public names; never what somebody wrote."""


class ByMail(StrEnum):
    """When a notice also comes by e-mail."""

    NOW = "now"
    DAILY = "daily"
    OFF = "off"


@dataclass(frozen=True)
class NoticeKind:
    """One kind of notice.

    `label`: what the reader chooses it by ("An answer to your inquiry"). `sentence` and `url` are asked at
    each showing, in the reader's language, inside and outside of requests; the sentence isolates names and
    references. `mail_template`: its own mail instead of the common one; it gets the facts, `label`,
    `sentence` and `action_url`. `offered_to`: who may choose it; kinds for officials are no wish of residents.
    `many`: one sentence for several about the same thing ("12 new comments on Article 4"), from their number
    and the facts of the newest. A kind that has it is shown and mailed as one line for each thing, and its mails
    wait a little for more to come. `shows_title`: the title of the thing stands beside the sentence, as the reader
    may see it at that moment; for things whose titles people wrote.
    """

    key: str
    label: Callable[[], str]
    sentence: Callable[[Facts], str]
    url: Callable[[Facts], str]
    mail_template: str | None = None
    default: ByMail = ByMail.NOW
    offered_to: Callable[[Actor], bool] = lambda actor: True
    many: Callable[[int, Facts], str] | None = None
    shows_title: bool = False

    def words(self, count: int, facts: Facts) -> str:
        """The sentence for so many notices about one thing, the newest with these facts."""
        return str(self.many(count, facts) if self.many is not None and count > 1 else self.sentence(facts))


_kinds: dict[str, NoticeKind] = {}


def register_notice(kind: NoticeKind) -> None:
    _kinds[kind.key] = kind


def kind_of(key: str) -> NoticeKind:
    """Raises KeyError for a kind that no feature registers: a mistake of the caller."""
    return _kinds[key]


def is_known(key: str) -> bool:
    return key in _kinds


def is_gathered(key: str) -> bool:
    """Whether several notices of this kind about one thing stand in one line."""
    return key in _kinds and _kinds[key].many is not None


def all_kinds() -> list[NoticeKind]:
    """In the order of registration."""
    return list(_kinds.values())
