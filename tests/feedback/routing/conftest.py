"""A small router: five agencies and what belongs nowhere, learned once per test process."""

import pytest

from feedback.routing.model import Model
from feedback.routing.rows import Row
from feedback.routing.seeds import load_seeds
from feedback.routing.training import train

AGENCIES = ("electricity", "health", "labour", "municipality", "water-sanitation", None)


@pytest.fixture(scope="session")
def seeds() -> list[Row]:
    """The seeds of five agencies and of none."""
    return [row for row in load_seeds() if row.label in AGENCIES]


@pytest.fixture(scope="session")
def model(seeds: list[Row]) -> Model:
    """Learned from three of four situations."""
    return train([row for row in seeds if not is_unseen(row)])


@pytest.fixture(scope="session")
def unseen(seeds: list[Row]) -> list[Row]:
    """Texts about situations that the model has not seen."""
    return [row for row in seeds if is_unseen(row)]


def is_unseen(row: Row) -> bool:
    return sum(row.situation.encode()) % 4 == 0
