"""One spot check: what was recorded, and what came of looking again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.db import ID_LIMIT, db
from propman.roles import Permission
from propman.rounds.models import Round
from propman.rounds.queries import walked
from propman.spotchecks import operations, queries, rules
from propman.spotchecks.forms import CheckForm
from propman.spotchecks.models import SpotCheck
from propman.spotchecks.operations import Looked
from propman.spotchecks.rules import Outcome
from propman.spotchecks.views import blueprint
from propman.spotchecks.views.told import Line, opening, told
from propman.tickets import queries as tickets
from propman.tickets.views.timeline import photos_shown
from propman.web import act_once, answer_refusals, current_viewer, page_status, requires
from propman.web.photographs import developed, fingerprint_of, store

ID = f"int(max={ID_LIMIT - 1})"
CHECK = f"/spot-checks/<{ID}:check_id>"
Answer = Response | tuple[str, int]


@blueprint.get(CHECK)
@requires(Permission.SEE_SPOT_CHECKS)
def check(check_id: int) -> Answer:
    """What was recorded; for who may, the form; else how it ended."""
    return _page(check_id, CheckForm(formdata=None)), 200


@blueprint.post(f"{CHECK}/end")
@requires(Permission.SPOT_CHECK, uploads=True)
def end_check(check_id: int) -> Answer:
    """Write down how it ended."""
    session, viewer, form = db.session(), current_viewer(), CheckForm()
    queries.check_to_end(session, check_id, viewer, clock.local_date(clock.now()))
    if form.validate_on_submit():
        with answer_refusals(form):
            photographs = developed(form)
            looked = Looked(Outcome(form.outcome.data), form.words.data or "", photographs["photos"])
            act_once(form, lambda: operations.end_check(
                session, check_id=check_id, looked=looked, viewer=viewer, store=store(), now=clock.now(),
            ).id, **fingerprint_of(photographs))  # fmt: skip
            session.commit()
            flash(_("The spot check is recorded."), "success")
            return redirect(url_for("spotchecks.check", check_id=check_id), code=303)
    return _page(check_id, form), page_status()


def _page(check_id: int, form: CheckForm) -> str:
    session, viewer, now = db.session(), current_viewer(), clock.now()
    found = queries.load_check(session, check_id, viewer, clock.local_date(now))
    facts = queries.checked_of(session, [found])[found.id]
    organisations = [post.organisation_id or 0 for post in viewer.posts]
    [line] = told([found], opens=opening([found]))
    return render_template(
        "spotchecks/check.html", check=found, line=line, form=form, today=clock.local_date(now),
        refused=rules.refusal(viewer.user_id, organisations, facts), reopened=facts.reopened,
        may=viewer.may(Permission.SPOT_CHECK), **(_of_point(found) if found.point else _of_repair(found, line)),
    )  # fmt: skip


def _of_point(found: SpotCheck) -> dict[str, Any]:
    """The round with this one point of it."""
    point, session = found.point, db.session()
    if point is None:
        return {}
    found_on = [session.get_one(Round, point.round_id)]
    [whole] = walked(session, found_on, current_viewer(), clock.now(), duty_id=point.duty_id)
    [own] = [each for each in whole.points if each.id == point.id]
    return {"walked": replace(whole, points=[own]), "point": own}


def _of_repair(found: SpotCheck, line: Line) -> dict[str, Any]:
    """What was done, with the photographs that came with it for whom the report opens."""
    ticket, completion, session = found.ticket, found.completion, db.session()
    if ticket is None or completion is None:
        return {}
    address = partial(url_for, "tickets.staff_photo", number=ticket.number)
    hung = tickets.attachments_of(session, ticket) if ticket.id in line.opens else ()
    brought = [each for each in hung if each.event_id == completion.id]
    pictures = photos_shown(brought, completion.at, lambda key, **names: address(key=key, **names))
    return {"ticket": ticket, "completion": completion, "pictures": pictures}
