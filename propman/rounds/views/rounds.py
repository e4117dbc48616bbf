"""A round: its points by place, what is left, loading it again, ending it; its photographs."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.assets.queries import behind
from propman.communities.codes import normal
from propman.communities.forms import ActForm
from propman.communities.views.acting import asked
from propman.db import db
from propman.errors import NotFound
from propman.inspections.views.told import inside, what
from propman.roles import Permission
from propman.rounds import operations, queries
from propman.rounds.forms import CodeForm
from propman.rounds.models import Round
from propman.rounds.queries import Walked
from propman.rounds.views import blueprint
from propman.rounds.views.work import ID, Answer
from propman.web import KeyedForm, act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.photographs import sent

ROUND = f"/inspections/rounds/<{ID}:round_id>"


@blueprint.get(ROUND)
@requires(Permission.SEE_INSPECTIONS)
def round_page(round_id: int) -> Answer:
    """The points of a round in their order, for who goes it; for others what was found."""
    found = queries.load_round(db.session(), round_id, current_viewer(), clock.now())
    form = CodeForm(request.args)
    typed = (form.code.data or "").strip()
    if typed and found.person_id == current_viewer().user_id:
        ways = _points_of_code(found, typed)
        if len(ways) == 1:
            return redirect(url_for("rounds.point", round_id=found.id, point_id=ways[0], code=normal(typed)), 303)
        if not ways:
            form.code.errors = [_no_point(found, typed)]
            return _page(found, form), 422
        return _page(found, form, ways)
    return _page(found, CodeForm(formdata=None))


@blueprint.post(f"{ROUND}/again")
@requires(Permission.INSPECT)
def load_again(round_id: int) -> Answer:
    """Go on with a round in another shift."""
    return _touch(round_id, operations.load_again, _("The round is loaded again, for another shift."))


@blueprint.post(f"{ROUND}/close")
@requires(Permission.INSPECT)
def close_round(round_id: int) -> Answer:
    """End a round before all its points are in."""
    return _touch(round_id, operations.close_round, _("The round is over. What is left can be begun anew."))


@blueprint.get(f"{ROUND}/photos/<key>")
@requires(Permission.SEE_INSPECTIONS)
def round_photo(round_id: int, key: str) -> Response:
    """A photograph of a round, for whoever may see that."""
    session = db.session()
    return sent(queries.photo_on(session, queries.load_round(session, round_id, current_viewer(), clock.now()), key))


@blueprint.route(f"{ROUND}/photos/<key>/erase", methods=["GET", "POST"])
@requires(Permission.INSPECT)
def erase_round_photo(round_id: int, key: str) -> Answer:
    """Erase a photograph of a round, because it shows what it should not."""
    session, form = db.session(), ActForm()
    found = queries.load_round(session, round_id, current_viewer(), clock.now())
    if not queries.may_erase(current_viewer(), found):
        raise NotFound()
    queries.photo_on(session, found, key, erased=form.is_submitted())
    back = url_for("rounds.round_page", round_id=round_id)

    def act() -> int:
        operations.erase_round_photo(session, found=found, key=key, viewer=current_viewer(), now=clock.now())
        return round_id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            session.commit()
            flash(_("The photo is erased."), "success")
            return redirect(back, code=303)
    lead = _("For a photo that shows a person, or something else that it should not. It is gone for good.")
    return asked(form, title=_("Erase a photo"), send=_("Erase"), above=found.community.name, back=back, lead=lead)


def _touch(round_id: int, operation: Callable[..., Round], said: str) -> Answer:
    session, viewer, form = db.session(), current_viewer(), KeyedForm()
    found = queries.load_round(session, round_id, viewer, clock.now())
    if found.person_id != viewer.user_id:
        raise NotFound()
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, lambda: operation(session, round_id=round_id, viewer=viewer, now=clock.now()).id)
            session.commit()
            flash(said, "success")
            return redirect(url_for("rounds.round_page", round_id=round_id), code=303)
    return _page(found, CodeForm(formdata=None), refused=form), page_status()


def _points_of_code(found: Round, typed: str, *, left: bool = True) -> list[int]:
    """The points of this round, left or recorded, where the label with this code hangs."""
    seen = behind(db.session(), typed)
    if seen is None or seen.place is None:
        return []
    here = queries.points_at(db.session(), current_viewer(), seen.place, seen.part.id if seen.part else None, left=left)
    return [each.id for each in here if each.round_id == found.id]


def _no_point(found: Round, typed: str) -> str:
    """Why no point is left on this round for what was typed."""
    if _points_of_code(found, typed, left=False):
        return str(_("What this label stands for is recorded already on this round."))
    return str(_("This label stands for no point that is left on this round."))


def _page(
    found: Round, code: CodeForm, ways: list[int] | None = None, refused: KeyedForm | None = None
) -> str:  # fmt: skip
    session, viewer = db.session(), current_viewer()
    [walked] = queries.walked(session, [found], viewer, clock.now())
    return render_template(
        "rounds/round.html", walked=walked, own=found.person_id == viewer.user_id, now=clock.now(), code=code,
        what=what([each.duty for each in walked.duties]), groups=_by_place(walked), ways=ways or (),
        where=inside([point.place for point in walked.points]), touch=KeyedForm(),
        typed=normal(code.code.data or ""), refused=refused,
    )  # fmt: skip


def _by_place(walked: Walked) -> list[tuple[int, list[object]]]:
    """The points in their order, those of one place together."""
    groups: list[tuple[int, list[object]]] = []
    for point in walked.points:
        if not groups or groups[-1][0] != point.place_id:
            groups.append((point.place_id, []))
        groups[-1][1].append(point)
    return groups
