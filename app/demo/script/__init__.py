"""The script of the demo country, read from `content/`: agencies, people, and what they said to each other.

Everything is written by hand, in files a translator can read. Nothing here touches the database.
"""

from app.demo.script.cases import DemoCanned, DemoFile, Guest, Step, Story, canned_answers, stories
from app.demo.script.consultations import DemoConsultation, consultations
from app.demo.script.forums import DemoBoard, boards
from app.demo.script.library import DemoDocument, documents
from app.demo.script.people import DemoFollow, DemoPerson, cast, crowd, follows, person
from app.demo.script.reading import BadScript, Pair, dated, day, moment, read

__all__ = [
    "BadScript",
    "DemoBoard",
    "DemoCanned",
    "DemoConsultation",
    "DemoDocument",
    "DemoFile",
    "DemoFollow",
    "DemoPerson",
    "Guest",
    "Pair",
    "Step",
    "Story",
    "agencies",
    "boards",
    "canned_answers",
    "cast",
    "consultations",
    "crowd",
    "dated",
    "day",
    "documents",
    "follows",
    "moment",
    "person",
    "stories",
]


def agencies() -> object:
    """The document of the agencies, as `flask agencies load` takes it."""
    return read("agencies.yaml")
