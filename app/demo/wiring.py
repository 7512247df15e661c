"""Routes and commands of demo. The door refuses, and the banner stays away, unless ENV=demo."""

from flask import Flask

from app.demo.cli import demo
from app.demo.views import blueprint, context


def register(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.cli.add_command(demo)
    app.context_processor(context)
