"""What residents and officials say in threads, and what others think of it."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.demo.script.people import COUNTRY
from app.demo.script.reading import BadScript, dated, moment, require_known


@dataclass(frozen=True)
class DemoFlag:
    """Somebody holds a post to break a rule."""

    by: str
    at: datetime
    reason: str
    note: str = ""


@dataclass(frozen=True)
class DemoModeration:
    """What a moderator did to a post. `strike`: the words struck out; none: the whole post is hidden.

    `note`: what the author is told beside the reason.
    """

    by: str
    at: datetime
    reason: str
    note: str = ""
    strike: tuple[str, ...] = ()


@dataclass(frozen=True)
class DemoAppeal:
    """The author asks for a second look."""

    at: datetime
    says: str


@dataclass(frozen=True)
class DemoPost:
    """A text in a thread with its replies. `speaks_for`: the agency in whose name an official writes.

    `agree`, `disagree`: how many residents click so. `is_answer`: marked as the official answer of its topic.
    """

    by: str
    at: datetime
    says: str
    speaks_for: str = ""
    kind: str = "comment"
    stance: str | None = None
    wording: str = ""
    agree: int = 0
    disagree: int = 0
    is_answer: bool = False
    flags: tuple[DemoFlag, ...] = ()
    moderation: DemoModeration | None = None
    appeal: DemoAppeal | None = None
    replies: tuple["DemoPost", ...] = field(default=())

    @property
    def client_id(self) -> str:
        """A key that no form accepts, so that nobody but the demo can have sent it."""
        return f"demo:{uuid.uuid5(COUNTRY, f'{self.by} {self.says}')}"


POST_KEYS = frozenset(
    "by at says official kind stance wording agree disagree answer flags hidden censored appeal then".split()
)


def posts(raw: Sequence[Mapping[str, Any]], agency: str, now: datetime) -> tuple[DemoPost, ...]:
    """`agency`: for which officials speak here unless the text says another one."""
    return tuple(_post(each, agency, now) for each in raw)


def _post(raw: Mapping[str, Any], agency: str, now: datetime) -> DemoPost:
    require_known(raw, POST_KEYS)
    return DemoPost(
        by=raw["by"],
        at=moment(raw["at"], now),
        says=dated(raw["says"], now),
        speaks_for=_agency(raw, agency),
        kind=raw.get("kind", "comment"),
        stance=raw.get("stance"),
        wording=dated(raw.get("wording", ""), now),
        agree=raw.get("agree", 0),
        disagree=raw.get("disagree", 0),
        is_answer=raw.get("answer", False),
        flags=tuple(DemoFlag(**{**each, "at": moment(each["at"], now)}) for each in raw.get("flags", ())),
        moderation=_moderation(raw.get("hidden") or raw.get("censored"), now),
        appeal=DemoAppeal(moment(raw["appeal"]["at"], now), raw["appeal"]["says"])
        if "appeal" in raw
        else None,
        replies=posts(raw.get("then", ()), agency, now),
    )


def _agency(raw: Mapping[str, Any], agency: str) -> str:
    """`official: true` speaks for the agency of the place. Raises BadScript when it has none."""
    said = raw.get("official", "")
    if said is True and not agency:
        raise BadScript(f"for which agency does {raw['by']} say {raw['says']!r}?")
    return agency if said is True else str(said)


def _moderation(raw: Mapping[str, Any] | None, now: datetime) -> DemoModeration | None:
    if raw is None:
        return None
    at, strike = moment(raw["at"], now), tuple(raw.get("strike", ()))
    return DemoModeration(raw["by"], at, raw["reason"], raw.get("note", ""), strike)


COPIES_KEYS = frozenset({"part", "kind", "stance", "says", "from"})


def copies(raw: Mapping[str, Any], now: datetime) -> Iterator[DemoPost]:
    """The posts of a campaign: one text, sent by many, by some of them with a change of their own."""
    require_known(raw, COPIES_KEYS)
    shared = {"kind": raw["kind"], "stance": raw["stance"], "says": raw["says"]}
    for sent in raw["from"]:
        yield _post({**shared, **sent}, "", now)


def everything(said: Sequence[DemoPost]) -> Iterator[DemoPost]:
    """Each post with all its replies."""
    for post in said:
        yield post
        yield from everything(post.replies)
