"""Sending one person to all reports that are ticked in the queue, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from propman import clock
from propman.accounts.queries import Sendable, sendable
from propman.db import db
from propman.desk import operations
from propman.desk.forms import SendManyForm, known_question
from propman.desk.views import blueprint
from propman.idempotency import once
from propman.roles import Permission
from propman.rota.duty import Duty
from propman.rota.labels import choices
from propman.rota.queries import duties, own_ids
from propman.web import answer_refusals, current_viewer, page_status, requires

Answer = Response | tuple[str, int]


@blueprint.post("/queue/send")
@requires(Permission.DISPATCH)
def send_many() -> Answer:
    """Each report is sent or refused on its own; where all went well, back to the queue, else a page that says why."""
    now = clock.now()
    own, session = own_ids(current_viewer()), db.session()
    people = sendable(session, own, clock.local_date(now))
    form = SendManyForm()
    form.assignee_id.choices = offered(people, duties(session, own, now, known=people))
    back = f"{url_for('tickets.queue')}?{known_question(form.back.data or '')}".rstrip("?")
    outcomes: list[dict[str, Any]] = []
    if form.validate_on_submit():
        with answer_refusals(form):
            outcomes = _sent(form, now)
            if all(one["refused"] for one in outcomes):
                db.session.rollback()
            db.session.commit()
            if not any(one["refused"] for one in outcomes):
                flash(_all_sent(len(outcomes), _name_in(form)), "success")
                return redirect(back, code=303)
    sent = [one["number"] for one in outcomes if not one["refused"]]
    left = [(one["number"], _(one["refused"])) for one in outcomes if one["refused"]]
    page = render_template("desk/sent.html", form=form, sent=sent, left=left, back=back, person=_name_in(form))
    return page, 200 if sent else 409 if left else page_status()


def offered(people: Iterable[Sendable], known: Mapping[int, Duty]) -> list[SelectChoice]:
    """The `people` that can be sent, to choose from; `known` is who of their organisations is reachable."""
    once_each, found = {one.id: one for one in people}, known.values()
    duty = Duty(any(one.kept for one in found), frozenset().union(*(one.reachable for one in found)))
    return [SelectChoice("", _("Choose…")), *choices(once_each.values(), duty)]


def _sent(form: SendManyForm, now: datetime) -> list[dict[str, Any]]:
    """Send once for the key of `form`; what became of each report, the same at a retry."""
    session, viewer = db.session(), current_viewer()

    def act() -> dict[str, Any]:
        done = operations.send_many(session, picked=form.picked, viewer=viewer, assignee_id=form.assignee_id.data,
                                    now=now)  # fmt: skip
        return {"reports": [vars(one) for one in done]}

    answer = once(session, principal=f"user:{viewer.user_id}", key=form.key.data or "", now=now, act=act,
                  payload={**form.payload(), "address": request.path})  # fmt: skip
    return list(answer["reports"])


def _all_sent(count: int, name: str) -> str:
    return str(ngettext("%(name)s was sent to %(num)d report.", "%(name)s was sent to %(num)d reports.", count,
                        name=name))  # fmt: skip


def _name_in(form: SendManyForm) -> str:
    """The person who was chosen, by name."""
    return next((one.label for one in form.assignee_id.choices if one.value == form.assignee_id.data and one.value), "")
