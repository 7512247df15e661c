"""What everybody reads: the list, the draft with its articles, the talk about them, the figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.agencies import queries as agencies
from app.core import clock
from app.core.errors import Missing
from app.core.feeds import FeedEntry, atom
from app.core.i18n import gettext as _
from app.core.i18n import language, other
from app.core.visitor import current_actor
from app.documents.addresses import comparison_url, document_url
from app.documents.articles import ArticleRow
from app.notifications import queries as notifications
from app.notifications.actions import note_seen
from participation.consultations import comparing, figures, phases, places, queries, showing, words
from participation.consultations.forms.taking_part import survey_form
from participation.consultations.models import SUBJECT, Consultation
from participation.consultations.queries import contributions, drafts, imported_sets, lists, orphans, surveys
from participation.consultations.queries.contributions import Sent
from participation.consultations.queries.lists import Part
from participation.consultations.shares import FEWEST
from participation.discussion.queries import threads_of
from participation.discussion.showing import thread_context

blueprint = Blueprint("consultations", __name__, template_folder="../templates", url_prefix="/consultations")

PARTS: tuple[Part, ...] = ("open", "upcoming", "closed")


@blueprint.get("")
def index() -> ResponseReturnValue:
    """Open ones, what closes next first; the others behind their tabs."""
    part = next((each for each in PARTS if each == request.args.get("part")), PARTS[0])
    agency, now = request.args.get("agency", "")[:80], clock.now()
    page = lists.page(part, now, request.args.get("after"), agency)
    return render_template(
        "consultations/index.html",
        part=part,
        parts_order=PARTS,
        page=page,
        cards=[showing.card_of(listed, now) for listed in page.rows],
        agency=agency,
        agency_choices=[("", _("All agencies")), *_agency_names()],
    )


def _agency_names() -> list[tuple[str, str]]:
    return sorted(((each.key, str(each.name)) for each in agencies.all_active()), key=lambda pair: pair[1])


@blueprint.get("/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """The consultation: what it is about first, then the draft article by article."""
    consultation = queries.find(current_actor(), slug)
    note_seen(current_actor(), SUBJECT, slug)
    return render_template("consultations/show.html", **_whole(consultation))


def _whole(consultation: Consultation) -> dict[str, Any]:
    frame = _frame(consultation)
    stances = figures.stances(frame["threads"])
    return {
        **frame,
        "articles": drafts.articles(consultation, language()),
        "comment_counts": {part: thread.post_count for part, thread in frame["threads"].items()},
        "stances": stances,
        "stances_of_all": figures.whole(stances),
        "key_points": surveys.key_points(consultation),
        **_survey(consultation),
        "files": drafts.files(consultation),
        "adopted": drafts.adopted(current_actor(), consultation),
        "moves": showing.moves(consultation),
        "moved_away": orphans.count(consultation),
        "imported_parts": [
            (key, places.heading_of(consultation, key)) for key in imported_sets.imported_parts(consultation)
        ],
    }


def _survey(consultation: Consultation) -> dict[str, Any]:
    survey = showing.survey(current_actor(), consultation)
    form = survey_form(survey.questions, survey.own) if survey.questions else None
    return {"survey": survey, "survey_form": form}


def _frame(consultation: Consultation) -> dict[str, Any]:
    """What every page of a consultation shows around its own part."""
    actor, now = current_actor(), clock.now()
    comment = phases.comment_phase(consultation, now)
    threads = threads_of(SUBJECT, str(consultation.id))
    posts = sum(each.post_count for each in threads.values())
    sent = contributions.sent([consultation.id]).get(consultation.id, Sent())
    return {
        "consultation": consultation,
        "threads": threads,
        "standing": words.standing(consultation, now),
        "comment_phase": comment,
        "days": phases.days_left(comment, now, clock.zone()) if comment else None,
        "steps": showing.steps(consultation, now),
        "takes": {act: phases.allows(consultation, act, now) for act in ("posts", "reactions", "answers")},
        "is_late": phases.has_run(consultation, now),
        "counted": posts + sent.shown,
        "document_url": document_url,
        "comparison_url": comparison_url,
        "attention": notifications.attention(actor, SUBJECT, consultation.slug),
        "origin": imported_sets.origin(consultation),
    }


@blueprint.get("/<slug>/articles/<key>")
def article(slug: str, key: str) -> ResponseReturnValue:
    """One article with its talk; both languages side by side if asked for."""
    consultation = queries.find(current_actor(), slug)
    around = _around(drafts.articles(consultation, language()), key)
    if around is None:
        return _gone_article(consultation, key)
    frame = _frame(consultation)
    is_both = request.args.get("view") == "both"
    rows = drafts.articles(consultation, other(language())) if is_both else []
    return render_template(
        "consultations/article.html",
        **frame,
        around=around,
        in_other=next((row for row in rows if row.key == key and not row.is_fallback), None),
        is_both=is_both,
        stances=figures.stances(frame["threads"]).get(key, figures.NOBODY_YET),
        change=comparing.change_of(consultation, key, around.here.language),
        other_code=other(language()),
        merged=[
            (part, places.heading_of(consultation, part)) for part in orphans.merged_into(consultation, key)
        ],
        **_talk(frame, key),
    )


def _talk(frame: Mapping[str, Any], part: str) -> dict[str, Any]:
    """The thread that stands at this part of the draft."""
    place_id, thread = str(frame["consultation"].id), frame["threads"].get(part)
    return thread_context(current_actor(), SUBJECT, place_id, part, request.args, thread)


@dataclass(frozen=True)
class Around:
    """An article with the ones before and after it."""

    here: ArticleRow
    before: ArticleRow | None
    after: ArticleRow | None


def _around(rows: list[ArticleRow], key: str) -> Around | None:
    """Headings of parts are passed over: nobody talks about them."""
    own = [row for row in rows if not row.is_part]
    place = next((at for at, row in enumerate(own) if row.key == key), None)
    if place is None:
        return None
    return Around(
        own[place], own[place - 1] if place else None, own[place + 1] if place + 1 < len(own) else None
    )


def _gone_article(consultation: Consultation, key: str) -> ResponseReturnValue:
    """An article that is gone or was never here: its talk stays at its address. Raises Missing."""
    versions = drafts.versions_with(consultation, key)
    if not versions and key not in imported_sets.imported_parts(consultation):
        raise Missing
    frame = _frame(consultation)
    return render_template(
        "consultations/gone_article.html",
        **frame,
        article_title=places.heading_of(consultation, key),
        key=key,
        last_version=max(versions, default=None),
        **_talk(frame, key),
    )


@blueprint.get("/<slug>/comments")
def comments(slug: str) -> ResponseReturnValue:
    """The talk about the draft as a whole."""
    frame = _frame(queries.find(current_actor(), slug))
    return render_template("consultations/comments.html", **frame, **_talk(frame, places.WHOLE))


@blueprint.get("/<slug>/figures")
def show_figures(slug: str) -> ResponseReturnValue:
    """Who took part and what they said, in numbers."""
    consultation = queries.find(current_actor(), slug)
    frame = _frame(consultation)
    return render_template(
        "consultations/figures.html",
        **frame,
        participation=figures.participation(consultation),
        articles=[row for row in drafts.articles(consultation, language()) if not row.is_part],
        stances=figures.stances(frame["threads"]),
        points=showing.point_results(consultation),
        survey_results=showing.survey_results(consultation, clock.now()),
        fewest=FEWEST,
    )


@blueprint.get("/<slug>/moved")
def moved(slug: str) -> ResponseReturnValue:
    """Contributions to articles that are no longer in the draft: nothing that was said is lost."""
    consultation = queries.find(current_actor(), slug)
    page = orphans.page(consultation, request.args.get("after"))
    return render_template("consultations/moved.html", **_frame(consultation), page=page)


@blueprint.get("/feed.atom")
def feed() -> Response:
    """What opened last, for feed readers."""
    own_url = url_for("consultations.feed", _external=True)
    opened = [_entry(one) for one in lists.opened_last(clock.now())]
    return atom(own_url, _("Consultations"), own_url, url_for("consultations.index", _external=True), opened)


def _entry(consultation: Consultation) -> FeedEntry:
    address = url_for("consultations.show", slug=consultation.slug, _external=True)
    assert consultation.published_at is not None  # only what is public is listed
    return FeedEntry(
        id=address,
        title=consultation.title.text,
        url=address,
        author=consultation.agency.name.text,
        published_at=consultation.published_at,
        summary=consultation.lead.text,
    )
