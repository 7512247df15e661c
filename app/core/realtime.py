"""Socket.IO as transport: what it carries is always a row first.

`broadcast` leaves only after the commit. A foreign Origin is refused by default.
"""

from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from app.core import db, headers

socketio = SocketIO(async_mode="threading", cors_allowed_origins=None, manage_session=False)


def register(app: Flask) -> None:
    socketio.init_app(app, message_queue=app.config["REDIS_URL"] or None)
    app.wsgi_app = headers.around(app.wsgi_app)  # type: ignore[method-assign, assignment]


def broadcast(event: str, payload: dict[str, Any], room: str) -> None:
    """Send to everybody in the room once the unit at hand is committed."""
    db.after_commit(lambda: socketio.emit(event, payload, to=room))
