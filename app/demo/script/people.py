"""The cast, whom one can enter as or who answer for agencies, and the crowd of residents who take part."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from app.core.permissions import Grant, Role
from app.demo.script.reading import BadScript, Pair, pair, read

COUNTRY = uuid.uuid5(uuid.NAMESPACE_DNS, "demo.sawt.example")
RESIDENT: Pair = ("مقيم", "resident")


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the country. `landing`: the endpoint of the page they work on; empty: not at the door."""

    key: str
    name: Pair
    role: Pair
    language: str
    level: int
    grants: tuple[Grant, ...] = ()
    landing: str = ""

    @property
    def id(self) -> uuid.UUID:
        """Fixed, so that demo people are known in any database, whatever its keys."""
        return uuid.uuid5(COUNTRY, self.key)

    @property
    def email(self) -> str:
        return f"{self.key}@demo.sawt.example"


@dataclass(frozen=True)
class DemoFollow:
    """Somebody hears of a consultation or a board (their keys)."""

    by: str
    consultation: str = ""
    board: str = ""


def follows() -> list[DemoFollow]:
    return [DemoFollow(**each) for each in read("follows.yaml")]


@cache
def cast() -> tuple[DemoPerson, ...]:
    return tuple(
        DemoPerson(
            key=p["key"],
            name=pair(p["name"]),
            role=pair(p["role"]),
            language=p["language"],
            level=p["level"],
            grants=tuple(_grants(p.get("grants", {}))),
            landing=p.get("landing", ""),
        )
        for p in read("cast.yaml")
    )


@cache
def crowd() -> tuple[DemoPerson, ...]:
    """Each has one name, in the script in which they write it."""
    return tuple(
        DemoPerson(p["key"], (p["name"], p["name"]), RESIDENT, p["language"], p["level"])
        for p in read("crowd.yaml")
    )


def person(key: str) -> DemoPerson:
    """Somebody of the cast or the crowd. Raises BadScript when nobody has this key."""
    try:
        return _by_key()[key]
    except KeyError:
        raise BadScript(f"nobody in the country is called {key!r}") from None


@cache
def _by_key() -> dict[str, DemoPerson]:
    return {one.key: one for one in (*cast(), *crowd())}


def _grants(raw: Mapping[str, Sequence[str] | None]) -> Iterator[Grant]:
    for role, keys in raw.items():
        for key in keys or (None,):
            yield Grant(Role(role), key)
