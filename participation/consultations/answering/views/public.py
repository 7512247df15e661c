"""What everybody reads: "you said, we did", a family with its answer, the fate of one's own contributions, figures."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import require
from app.core.visitor import current_actor
from app.documents.addresses import comparison_url, document_url
from app.notifications.actions import note_seen
from participation.consultations import queries as consultations
from participation.consultations.answering.permissions import may_see_register_figures
from participation.consultations.answering.queries import (
    closing,
    families,
    fates,
    figures,
    outcomes,
    register,
)
from participation.consultations.answering.views.showing import decision_label, labels
from participation.consultations.models import SUBJECT

DECISIONS = ("accepted", "partly", "rejected")


def add_routes(blueprint: Blueprint) -> None:
    at = "/consultations/<slug>"
    blueprint.get(f"{at}/outcome")(outcome)
    blueprint.get(f"{at}/families/<public_id>")(family)
    blueprint.get(f"{at}/mine")(mine)
    blueprint.get(f"{at}/overview")(overview)


def outcome(slug: str) -> ResponseReturnValue:
    """ "You said, we did", by article."""
    actor = current_actor()
    consultation = consultations.find(actor, slug)
    decision, part = request.args.get("decision", ""), request.args.get("part", "any")
    shown = outcomes.outcomes(
        actor,
        consultation,
        decision if decision in DECISIONS else "",
        None if part == "any" else part,
    )
    note_seen(actor, SUBJECT, consultation.slug)
    return render_template(
        "answering/outcome.html",
        consultation=consultation,
        parts=shown,
        decision=decision,
        decisions=[(each, decision_label(each)) for each in DECISIONS],
        part=part,
        titles=outcomes.part_titles(consultation),
        response_document=closing.response_document(consultation),
        comparison_url=comparison_url,
        document_url=document_url,
        **labels(),
    )


def family(slug: str, public_id: str) -> ResponseReturnValue:
    """What some people said in the same words, and what the agency answered."""
    actor = current_actor()
    consultation = consultations.find(actor, slug)
    found = families.find_family(actor, consultation, public_id)
    return render_template(
        "answering/family.html",
        consultation=consultation,
        family=found,
        tally=register.tallies([found.id]).get(found.id, register.Tally()),
        wordings=families.wordings(found),
        answers=families.answers_of(found),
        outcome=outcomes.outcome_of(actor, consultation, found),
        titles=outcomes.part_titles(consultation),
        **labels(),
    )


def mine(slug: str) -> ResponseReturnValue:
    """What became of what the reader sent; who is not signed in is asked to be."""
    actor = current_actor()
    consultation = consultations.find(actor, slug)
    if actor.is_anonymous:
        return redirect(url_for("identity.sign_in", next=url_for("answering.mine", slug=slug)))
    note_seen(actor, SUBJECT, consultation.slug)
    return render_template(
        "answering/mine.html",
        consultation=consultation,
        fates=fates.mine(actor, consultation),
        titles=outcomes.part_titles(consultation),
        **labels(),
    )


def overview(slug: str) -> ResponseReturnValue:
    """The working figures, each leading to what stands behind it."""
    actor = current_actor()
    consultation = consultations.find(actor, slug)
    require(may_see_register_figures(actor, consultation))
    return render_template(
        "answering/overview.html",
        consultation=consultation,
        figures=figures.figures(actor, consultation),
        titles=outcomes.part_titles(consultation),
        **labels(),
    )
