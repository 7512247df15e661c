"""`/health/live`: the process answers. `/health/ready`: what it needs answers too, each thing by name.

A feature adds what it depends on with `needs`; only what is marked vital makes the answer 503.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.core import db

blueprint = Blueprint("health", __name__)


@dataclass(frozen=True)
class Need:
    """Something the site needs. `is_met` must answer within about a second."""

    name: str
    is_met: Callable[[], bool]
    vital: bool


_needs: dict[str, Need] = {}


def needs(name: str, is_met: Callable[[], bool], vital: bool = False) -> None:
    _needs[name] = Need(name, is_met, vital)


@blueprint.get("/health/live")
def live() -> ResponseReturnValue:
    return jsonify(status="alive")


@blueprint.get("/health/ready")
def ready() -> ResponseReturnValue:
    with db.apart():
        met = {need.name: need.is_met() for need in _needs.values()}
    missing = [name for name, fine in met.items() if not fine]
    down = any(_needs[name].vital for name in missing)
    status = "down" if down else "degraded" if missing else "ready"
    return jsonify(status=status, missing=missing), 503 if down else 200
