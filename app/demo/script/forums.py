"""The boards of the forum and their topics."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.demo.script.reading import Pair, pair, read
from app.demo.script.talk import DemoPost, posts


@dataclass(frozen=True)
class DemoTopic:
    """A matter: its opening post, and what was said after it."""

    title: str
    tags: tuple[str, ...]
    opening: DemoPost
    posts: tuple[DemoPost, ...]


@dataclass(frozen=True)
class DemoBoard:
    """`agency`: whose officials answer; empty: any agency's."""

    key: str
    agency: str
    title: Pair
    description: Pair
    topics: tuple[DemoTopic, ...]


def boards(now: datetime) -> list[DemoBoard]:
    """In the order in which they are listed; topics oldest first."""
    return [_board(raw, now) for raw in read("forums/boards.yaml")]


def _board(raw: Mapping[str, Any], now: datetime) -> DemoBoard:
    agency = raw.get("agency", "")
    topics = [_topic(each, agency, now) for each in read(f"forums/{raw['key']}.yaml")]
    topics.sort(key=lambda topic: topic.opening.at)
    return DemoBoard(raw["key"], agency, pair(raw["title"]), pair(raw["description"]), tuple(topics))


def _topic(raw: Mapping[str, Any], agency: str, now: datetime) -> DemoTopic:
    opening = {key: raw[key] for key in raw if key not in {"title", "tags", "then"}}
    (first,) = posts([opening], agency, now)
    return DemoTopic(raw["title"], tuple(raw.get("tags", ())), first, posts(raw.get("then", ()), agency, now))
