"""Take-over inspections: the list of them, and the checklist of one, line by line under one thumb."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.assets import operations, queries
from propman.assets.forms.tending import LineForm
from propman.assets.labels import TAKE_OVER_KINDS
from propman.assets.models import TakeOver, TakeOverItem, TakeOverState
from propman.assets.views import blueprint
from propman.assets.views.loading import SEES, TENDS, within
from propman.communities.forms import ActForm
from propman.communities.queries import lines
from propman.communities.views.acting import ID, Answer, asked, by_whom
from propman.data.works import read_take_over_items
from propman.db import db
from propman.errors import NotFound
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.filters import name_of

TAKE_OVER = f"/take-overs/<{ID}:take_over_id>"


@dataclass(frozen=True)
class Line:
    """One line of the checklist in words, in a group.

    Where the viewer may say how it stands, there are two forms, each with a key of its own: `form` of one button for
    what is handed over, and `again` for all else.
    """

    item: TakeOverItem
    name: str
    group: str
    rank: int
    beside: str | None = None  # of a paper its source, of a part where it is
    unchecked: bool = False  # nobody has compared it with its source
    form: LineForm | None = None
    again: LineForm | None = None


@blueprint.get("/take-overs")
@requires(SEES)
def take_overs() -> str:
    """The inspections in the scope of the viewer, and engagements for which one can be opened."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    waiting = queries.waiting_engagements(session, viewer, now)
    return render_template(
        "assets/take_overs.html",
        take_overs=queries.take_overs(session, viewer, now),
        waiting=waiting,
        keys={engagement.id: ActForm(formdata=None).key.data for engagement in waiting},
    )


@blueprint.post(f"/take-overs/open/<{ID}:engagement_id>")
@requires(TENDS)
def open_take_over(engagement_id: int) -> Answer | Response:
    """Open the inspection of an engagement by hand."""
    form = ActForm()
    engagement = queries.load_engagement(db.session(), engagement_id, current_viewer(), clock.now())

    def act() -> int:
        return operations.open_take_over(db.session(), engagement_id=engagement_id, now=clock.now()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            opened = act_once(form, act)["id"]
            db.session.commit()
            flash(_("The inspection is open."), "success")
            return redirect(_page_of(int(opened)), code=303)
    above, back = engagement.community.name, url_for("assets.take_overs")
    return asked(form, title=_("Open a take-over inspection"), send=_("Open the inspection"), above=above, back=back)


@blueprint.get(TAKE_OVER)
@requires(SEES)
def take_over(take_over_id: int) -> str:
    """The checklist of one inspection."""
    return _page(queries.load_take_over(db.session(), take_over_id, current_viewer(), clock.now()))


@blueprint.post(f"{TAKE_OVER}/lines/<{ID}:item_id>")
@requires(TENDS)
def check_line(take_over_id: int, item_id: int) -> Answer | Response:
    """Say how one line stands."""
    found, form = _tended(take_over_id), LineForm()
    if item_id not in {line.id for line in queries.lines_of(db.session(), found)}:
        raise NotFound()

    def act() -> int:
        return operations.check_item(
            db.session(),
            item_id=item_id,
            state=form.state.data,
            note=form.note.data,
            score=form.score.data,
            **by_whom(),
        ).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            return redirect(f"{_page_of(take_over_id)}#line-{item_id}", code=303)
    return _page(_tended(take_over_id), refused=(item_id, form)), page_status()


@blueprint.post(f"{TAKE_OVER}/close")
@requires(TENDS)
def close_take_over(take_over_id: int) -> Answer | Response:
    """Close the inspection: from then on it stays as it was found."""
    found, form = _tended(take_over_id), ActForm()

    def act() -> int:
        return operations.close_take_over(db.session(), take_over_id=take_over_id, **by_whom()).id

    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The inspection is closed."), "success")
            return redirect(_page_of(take_over_id), code=303)
    return asked(form, title=_("Close the inspection"), send=_("Close the inspection"), back=_page_of(take_over_id),
                 above=found.engagement.community.name)  # fmt: skip


def _tended(take_over_id: int) -> TakeOver:
    return queries.load_take_over(db.session(), take_over_id, current_viewer(), clock.now(), TENDS)


def _page(take_over: TakeOver, refused: tuple[int, LineForm] | None = None) -> str:
    session, viewer, now = db.session(), current_viewer(), clock.now()
    community = take_over.engagement.community
    tends = take_over.closed_at is None and queries.reaches(session, community, viewer, now, TENDS)
    lines = _lines(queries.lines_of(session, take_over), tends, refused)
    return render_template(
        "assets/take_over.html",
        take_over=take_over,
        lines=lines,
        waiting=sum(line.item.state is TakeOverState.OPEN for line in lines),
        faulty=[line for line in lines if line.item.state in {TakeOverState.MISSING, TakeOverState.DEFECTIVE}],
        tends=tends,
        refused=refused,
        act=ActForm(formdata=None),
    )


def _lines(items: Iterable[TakeOverItem], tends: bool, refused: tuple[int, LineForm] | None) -> list[Line]:
    """The lines in words: papers, rooms, keys and money by the shipped list, parts by name and place."""
    items = list(items)
    shipped = {row.code: row for row in read_take_over_items()}
    found = lines(db.session(), [item.asset.place for item in items if item.asset])
    ranks = {kind: rank for rank, kind in enumerate(TAKE_OVER_KINDS)}

    def line(item: TakeOverItem) -> Line:
        if item.asset is not None:
            return Line(item, item.asset.name, str(_("Parts")), len(ranks), within(found[item.asset.place_id]))
        row = shipped.get(item.item or "")
        if row is None:
            return Line(item, item.item or "", str(_("No longer on the list")), len(ranks) + 1)
        return Line(
            item, name_of(row), str(TAKE_OVER_KINDS[row.kind]), ranks[row.kind], row.source, row.verified_on is None
        )

    def forms(item: TakeOverItem) -> dict[str, LineForm]:
        again = refused[1] if refused and refused[0] == item.id else LineForm(formdata=None)
        return {"form": LineForm(formdata=None), "again": again} if tends else {}

    return [replace(line(item), **forms(item)) for item in items]


def _page_of(take_over_id: int) -> str:
    return url_for("assets.take_over", take_over_id=take_over_id)
