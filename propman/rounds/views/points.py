"""One point of a round: its label, an answer to each item, photographs, notes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.codes import normal
from propman.db import db
from propman.inspections.models import Duty
from propman.inspections.views.told import inside, what
from propman.roles import Permission
from propman.rounds import operations, proof, queries
from propman.rounds.forms import PointForm, answering
from propman.rounds.models import Round, RoundPoint
from propman.rounds.operations import Seen
from propman.rounds.proof import Position
from propman.rounds.views import blueprint
from propman.rounds.views.rounds import ROUND
from propman.rounds.views.work import ID, Answer
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.photographs import developed, fingerprint_of, store

MILLISECONDS = re.compile(r"[0-9]{1,14}")
DEGREES = r"(-?[0-9]{1,3}(?:\.[0-9]{1,10})?)"
POSITION = re.compile(rf"{DEGREES},{DEGREES},([0-9]{{1,7}})")


@blueprint.route(f"{ROUND}/points/<{ID}:point_id>", methods=["GET", "POST"])
@requires(Permission.INSPECT, uploads=True)
def point(round_id: int, point_id: int) -> Answer:
    """Record one point, where one stands."""
    session, viewer = db.session(), current_viewer()
    row = queries.load_own_point(session, round_id, point_id, viewer, clock.now())
    found = session.get_one(Round, round_id)
    form = _form(session, found, row)
    if form.validate_on_submit():
        with answer_refusals(form):
            photographs = developed(form)
            act_once(form, lambda: operations.record_point(
                session, round_id=round_id, point_id=point_id, replies=form.replies(photographs), seen=_seen(form),
                viewer=viewer, keys=_keys(), store=store(), now=clock.now(),
            ).id, **fingerprint_of(photographs))  # fmt: skip
            session.commit()
            return _went_on(session, round_id, point_id)
    row = queries.load_own_point(session, round_id, point_id, viewer, clock.now())
    page = _page(session, row, form)
    return page, page_status() if form.is_submitted() else 200


def _form(session: Session, found: Round, row: RoundPoint) -> PointForm:
    """The form with the challenge of the round, and with the code of the label that led here."""
    keys = _keys()
    challenge = proof.draw(round_id=found.id, person_id=found.person_id, ends_at=found.ends_at, key_id=list(keys)[-1],
                           keys=keys)  # fmt: skip
    _template, items = operations.asked_at(session, found, row)
    seen = normal(request.args.get("code", "")[:40]) or ""
    return answering(items)(data={"challenge": challenge, "code": seen})


def _page(session: Session, row: RoundPoint, form: PointForm) -> str:
    found = session.get_one(Round, row.round_id)
    template, items = operations.asked_at(session, found, row)
    if form.is_submitted() and row.recorded_at is None and found.closed_at is None:
        form.ask_again()
    [walked] = queries.walked(session, [found], current_viewer(), clock.now())
    return render_template(
        "rounds/point.html", point=row, form=form, template=template, items=items, walked=walked,
        what=what([session.get_one(Duty, row.duty_id)])[row.duty_id],
        where=inside([row.place])[row.place_id], community=found.community, now=clock.now(), round=found,
    )  # fmt: skip


def _went_on(session: Session, round_id: int, point_id: int) -> Answer:
    """To the page of the round, with what comes next, and the reports of what failed."""
    found = session.get_one(Round, round_id)
    reports = queries.tickets_of(session, session.get_one(RoundPoint, point_id).answers).values()
    numbers = sorted({ticket.number for ticket in reports})
    if found.closed_at is not None and queries.walked(session, [found], current_viewer(), clock.now())[0].undone:
        flash(_("That was the last point: the round is over. Where nothing was looked at, nothing is done."), "warning")
    elif found.closed_at is not None:
        flash(_("That was the last point: the round is over."), "success")
    else:
        flash(_("The point is recorded."), "success")
    if numbers:
        flash(_("What failed is reported as %(numbers)s.", numbers=" · ".join(numbers)), "success")
    return redirect(url_for("rounds.round_page", round_id=round_id) + "#left", code=303)


def _seen(form: PointForm) -> Seen:
    """What the device said besides; what cannot be read counts as not said."""
    moment = MILLISECONDS.fullmatch(form.device_at.data or "")
    there = POSITION.fullmatch(form.position.data or "")
    return Seen(
        (form.challenge.data or "")[:100], (form.code.data or "").strip(),
        datetime.fromtimestamp(int(moment[0]) / 1000, UTC) if moment and int(moment[0]) < 10**13 else None,
        Position(float(there[1]), float(there[2]), float(there[3])) if there else None,
    )  # fmt: skip


def _keys() -> Mapping[str, bytes]:
    keys: Mapping[str, bytes] = current_app.extensions["propman.settings"].tracking_keys
    return keys
