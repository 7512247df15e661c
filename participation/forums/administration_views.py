"""The pages on which administrators keep boards."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.agencies import queries as agencies
from app.core.forms import checks_csrf
from app.core.i18n import gettext as _
from app.core.permissions import require
from app.core.visitor import current_actor
from participation.forums import actions, queries
from participation.forums.actions import BoardRules
from participation.forums.forms import BoardForm, NewBoardForm
from participation.forums.models import Board
from participation.forums.permissions import may_create, may_edit

blueprint = Blueprint(
    "board_administration", __name__, template_folder="templates", url_prefix="/administration/boards"
)


@blueprint.get("")
def index() -> ResponseReturnValue:
    require(may_create(current_actor(), Board))
    return render_template("forums/administration/index.html", boards=queries.boards())


@blueprint.route("/new", methods=["GET", "POST"])
@checks_csrf
def create() -> ResponseReturnValue:
    actor = current_actor()
    require(may_create(actor, Board))
    form = NewBoardForm()
    form.offer(agencies.all_active())
    if form.validate_on_submit():
        try:
            actions.create_board(actor, form.key.data or "", BoardRules(**form.facts(agencies.all_active())))
        except actions.KeyTaken:
            form.refuse_key()
        else:
            flash(_("The board has been added."), "success")
            return redirect(url_for("board_administration.index"), 303)
    return _page(form)


@blueprint.route("/<key>", methods=["GET", "POST"])
@checks_csrf
def edit(key: str) -> ResponseReturnValue:
    board = _to_edit(key)
    offered = [board.agency] if board.agency and not board.agency.is_active else []
    offered += agencies.all_active()
    form = BoardForm(data=BoardForm.written(board)).offer(offered)
    if form.validate_on_submit():
        actions.edit_board(current_actor(), board, BoardRules(**form.facts(offered)))
        flash(_("Saved."), "success")
        return redirect(url_for("board_administration.edit", key=key), 303)
    return _page(form, board)


@blueprint.post("/<key>/closure")
def close(key: str) -> ResponseReturnValue:
    actions.close_board(current_actor(), _to_edit(key))
    return redirect(url_for("board_administration.edit", key=key), 303)


@blueprint.post("/<key>/reopening")
def reopen(key: str) -> ResponseReturnValue:
    actions.reopen_board(current_actor(), _to_edit(key))
    return redirect(url_for("board_administration.edit", key=key), 303)


def _to_edit(key: str) -> Board:
    """Raises Denied, or Missing when there is no such board."""
    require(may_create(current_actor(), Board))
    board = queries.find_board(key)
    require(may_edit(current_actor(), board))
    return board


def _page(form: BoardForm, board: Board | None = None) -> ResponseReturnValue:
    status = 422 if form.errors else 200
    return render_template("forums/administration/board.html", form=form, board=board), status
