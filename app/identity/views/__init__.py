"""The pages of accounts and of their administration."""

from flask import Blueprint

from app.identity.views import account, administration, entrance

blueprint = Blueprint("identity", __name__, template_folder="../templates")

for _pages in (entrance, account, administration):
    _pages.register(blueprint)
