"""Routes, listeners and ports of identity."""

from flask import Flask

from app.core import visitor
from app.identity.views import browser


def register(app: Flask) -> None:
    visitor.load_actor_with(browser.load_actor)
