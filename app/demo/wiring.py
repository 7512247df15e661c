"""Routes and commands of demo. The door refuses, and the banner stays away, unless ENV=demo."""

from flask import Flask

from app.core.cli import announce
from app.demo.cli import demo, tell_people
from app.demo.views import blueprint, context


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.cli.add_command(demo)
    if app.config["SETTINGS"].is_demo:
        announce(tell_people)
    app.context_processor(context)
