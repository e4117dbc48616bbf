"""The board: what everybody has to do today, who is reachable, and what nobody was sent to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template

from propman import clock
from propman.accounts.queries import eligible_assignees
from propman.communities.models import Organisation
from propman.db import db
from propman.desk import queries
from propman.desk.queries import Load
from propman.desk.views import blueprint
from propman.roles import Permission
from propman.rota.duty import Duty
from propman.rota.queries import duties, own_organisations
from propman.tickets import queries as tickets
from propman.tickets.queries import QueueFilter
from propman.tickets.views.staff.lines import lines_shown
from propman.tickets.workflow import State
from propman.web import current_viewer, requires

MOST_WAITING = 5


@dataclass(frozen=True)
class Line:
    """One person of an organisation."""

    user_id: int
    name: str
    load: Load
    reachable: bool


@dataclass(frozen=True)
class Team:
    """The people of one organisation: whoever is late or has most to do stands first."""

    organisation: Organisation
    duty: Duty
    lines: list[Line]


@blueprint.get("/board")
@requires(Permission.DISPATCH)
def board() -> str:
    """Today, person by person; what nobody was sent to stands above."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    waiting, more = tickets.queue(session, viewer, QueueFilter(state=State.SUBMITTED.value), now)
    own = own_organisations(session, viewer)
    found, loads = duties(session, [one.id for one in own], now), queries.loads(session, viewer, now)
    return render_template(
        "desk/board.html",
        waiting=lines_shown(waiting[:MOST_WAITING], now),
        more=len(waiting) > MOST_WAITING or more is not None,
        figures=tickets.figures(session, viewer, now),
        teams=[Team(one, found[one.id], _lines(one, found[one.id], loads)) for one in own],
        today=clock.local_date(now),
    )


def _lines(organisation: Organisation, duty: Duty, loads: Mapping[int, Load]) -> list[Line]:
    people = eligible_assignees(db.session(), organisation_id=organisation.id, on=clock.local_date(clock.now()))
    lines = [Line(one.id, one.name or "", loads.get(one.id, Load()), one.id in duty.reachable) for one in people]
    return sorted(lines, key=lambda line: (-line.load.late, -line.load.open))
