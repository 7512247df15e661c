"""Pages of answering: the officials' (`inbox`, `outcomes`, `response`) and everybody's (`public`)."""

from flask import Blueprint

from participation.consultations.answering.views import inbox, outcomes, public, response

blueprint = Blueprint("answering", "participation.consultations.answering", template_folder="templates")
for part in (inbox, outcomes, response, public):
    part.add_routes(blueprint)
