"""Rows held back: what was learned must never be measured on its own near copies."""

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from feedback.routing.preparation import Prepared, same_text_key
from feedback.routing.rows import Row

HELD_BACK = 0.12
"""Share of the rows, about."""
FEW_ROWS = 2_000
"""Below, so small a share tells too little: every row is held back once, by one of `FOLDS` trials."""
FOLDS = 5


def held_sets(rows: Sequence[Row], prepared: Sequence[Prepared]) -> list[NDArray[np.bool_]]:
    """One set of rows to hold back, or of few rows `FOLDS` sets that make up the whole; some may be empty."""
    if len(rows) >= FEW_ROWS:
        return [held_back(rows, prepared)]
    lots = np.array([_lot_drawn(group) for group in _groups_of(rows, prepared)])
    return [np.minimum(lots * FOLDS, FOLDS - 1).astype(int) == fold for fold in range(FOLDS)]


def held_back(rows: Sequence[Row], prepared: Sequence[Prepared]) -> NDArray[np.bool_]:
    """True for about `HELD_BACK` of the rows; rows of one author, thread, situation or text stay together."""
    held = np.array([_lot_drawn(group) < HELD_BACK for group in _groups_of(rows, prepared)])
    return held if 0 < held.sum() < len(rows) else np.arange(len(rows)) % round(1 / HELD_BACK) == 0


def _lot_drawn(group: str) -> float:
    """A number from 0 to 1 that a group always draws: the split does not depend on the other rows."""
    return int(hashlib.sha256(group.encode("utf-8", "replace")).hexdigest()[:8], 16) / 0xFFFFFFFF


def _groups_of(rows: Sequence[Row], prepared: Sequence[Prepared]) -> list[str]:
    return _groups([_keys(row, each) for row, each in zip(rows, prepared, strict=True)])


def _groups(keys_of_rows: Sequence[list[str]]) -> list[str]:
    """A name for each row's group: rows are joined when they share any key, directly or through others."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for first, *others in keys_of_rows:
        for other in others:
            low, high = sorted((root(first), root(other)))
            parent[high] = low
    return [root(keys[0]) for keys in keys_of_rows]


def _keys(row: Row, prepared: Prepared) -> list[str]:
    named = {"author": row.author, "thread": row.thread, "situation": row.situation}
    return [f"text:{same_text_key(prepared)}", *(f"{kind}:{key}" for kind, key in named.items() if key)]
