"""The script of the demo country, read from `content/`: agencies, people, and what they said to each other.

Everything is written by hand, in files a translator can read. Nothing here touches the database.
"""

from app.demo.script.cases import DemoCanned, DemoFile, Guest, Step, Story, canned_answers, stories
from app.demo.script.people import DemoPerson, cast, crowd, person
from app.demo.script.reading import BadScript, Pair, dated, day, moment, read

__all__ = [
    "BadScript",
    "DemoCanned",
    "DemoFile",
    "DemoPerson",
    "Guest",
    "Pair",
    "Step",
    "Story",
    "agencies",
    "canned_answers",
    "cast",
    "crowd",
    "dated",
    "day",
    "moment",
    "person",
    "stories",
]


def agencies() -> object:
    """The document of the agencies, as `flask agencies load` takes it."""
    return read("agencies.yaml")
