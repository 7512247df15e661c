"""Which names people may carry in public: none that a hurried reader takes for an office or an official."""

import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

from app.core.text import DIGITS, name_skeleton, name_words

SHORTEST = 2
LONGEST = 40

THE, HAMZA = "ال", "ء"


def _seen(name: str) -> str:
    """What a reader sees who watches for offices: also the hamza is gone, "الكهربا" is read as "الكهرباء".

    Two people may be علا and علاء, so the skeleton by which people are told apart keeps it.
    """
    return name_skeleton(name).replace(HAMZA, "")


_OFFICES = """
    official staff admin superadmin sysadmin administrator administration moderator moderation supervisor
    agency authority government governor minister ministry municipality support helpdesk operator system
    security police sawt موظف موظفه موظفو رسمي رسميه مشرف مشرفه مدير مديره اداره وزير وزاره حكومه بلديه هيئه
    جهه شرطه صوت دعم منصه
"""
_RESERVED = frozenset(_seen(word) for word in _OFFICES.split())
_SOCIETIES = """
    union association society syndicate guild federation league friends retirees نقابه جمعيه رابطه اتحاد متقاعدو
    متقاعدي اصدقاء
"""
_OF_PEOPLE = frozenset(_seen(word) for word in _SOCIETIES.split())
LONG_ENOUGH_TO_CONTAIN = 6
_NUMBERED = re.compile(rf"^[{DIGITS}]+|[{DIGITS}]+$")


class NameFault(Enum):
    """Why a name is refused."""

    SHORT = "short"
    LONG = "long"
    OFFICIAL = "official"
    TAKEN = "taken"


def fault_of(name: str, agency_names: Iterable[str] = ()) -> NameFault | None:
    """What is wrong with the name by itself; whether somebody else has it, the database says."""
    skeleton = name_skeleton(name)
    if len(skeleton) < SHORTEST:
        return NameFault.SHORT
    if len(name) > LONGEST:
        return NameFault.LONG
    return NameFault.OFFICIAL if _sounds_official(name, agency_names) else None


def is_called_as_an_agency(organisation: str, agency_names: Iterable[str]) -> bool:
    """Whether readers take the organisation for an agency: it has the name of one, whole or inside of its own.

    An organisation may have the word of an office in its name. A body of people may name the agency they work for:
    "نقابة عمال مؤسسة المياه".
    """
    skeleton, words = _seen(organisation), _words(organisation)
    return any(
        _without_the(skeleton) == _without_the(_office(agency))
        or (_is_within(agency, skeleton) and _OF_PEOPLE.isdisjoint(words - _words(agency)))
        for agency in agency_names
    )


def _sounds_official(name: str, agency_names: Iterable[str]) -> bool:
    """Whole words decide for the short offices, any place in the name for long ones: `Off1cialWater`."""
    skeleton = _seen(name)
    return (
        not _words(name).isdisjoint(_RESERVED)
        or skeleton in _RESERVED
        or any(_is_within(office, skeleton) for office in (*_RESERVED, *agency_names))
    )


def _is_within(office: str, skeleton: str) -> bool:
    found = _office(office)
    return len(found) >= LONG_ENOUGH_TO_CONTAIN and found in skeleton


@lru_cache(maxsize=1024)
def _office(name: str) -> str:
    """Kept, since a table of responses compares 500 names with those of all offices."""
    return _seen(name)


def _words(name: str) -> set[str]:
    """Its words as they are seen, with the article and the digits at their edges, and without."""
    parts = [*name_words(name), *name.split()]
    words = {_seen(word) for part in parts for word in (part, _NUMBERED.sub("", part))}
    return words | {_without_the(word) for word in words}


def _without_the(skeleton: str) -> str:
    return skeleton.removeprefix(THE)
