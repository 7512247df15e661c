"""Which names people may carry in public: none that a hurried reader takes for an office or an official."""

import re
from collections.abc import Iterable
from enum import Enum

from app.core.text import DIGITS, name_skeleton, name_words

SHORTEST = 2
LONGEST = 40

_OFFICES = """
    official staff admin superadmin sysadmin administrator administration moderator moderation supervisor
    agency authority government governor minister ministry municipality support helpdesk operator system
    security police sawt موظف موظفه موظفو رسمي رسميه مشرف مشرفه مدير مديره اداره وزير وزاره حكومه بلديه هيئه
    جهه شرطه صوت دعم منصه
"""
_RESERVED = frozenset(name_skeleton(word) for word in _OFFICES.split())
LONG_ENOUGH_TO_CONTAIN = 6
_NUMBERED = re.compile(rf"^[{DIGITS}]+|[{DIGITS}]+$")
THE = name_skeleton("ال")


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
    return NameFault.OFFICIAL if _sounds_official(name, skeleton, agency_names) else None


def _sounds_official(name: str, skeleton: str, agency_names: Iterable[str]) -> bool:
    """Whole words decide for the short offices, any place in the name for long ones: `Off1cialWater`."""
    parts = [*name_words(name), *name.split()]
    words = {name_skeleton(word) for part in parts for word in (part, _NUMBERED.sub("", part))}
    words |= {word.removeprefix(THE) for word in words}
    offices = {office for office in _RESERVED if len(office) >= LONG_ENOUGH_TO_CONTAIN}
    offices |= {found for each in agency_names if len(found := name_skeleton(each)) >= LONG_ENOUGH_TO_CONTAIN}
    return (
        not words.isdisjoint(_RESERVED)
        or skeleton in _RESERVED
        or any(office in skeleton for office in offices)
    )
