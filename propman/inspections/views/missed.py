"""What was not done (漏检、免检): month by month, with why, who approved it, and what was made up for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import render_template, request

from propman import clock
from propman.db import db
from propman.inspections import queries
from propman.inspections.models import Duty, DutyAct, DutyEvent
from propman.inspections.questions import UNDONE, MissedForm
from propman.inspections.views import blueprint, told
from propman.inspections.views.calendar import (
    after_asked,
    chosen_place,
    first_page,
    next_page,
    offer,
)
from propman.inspections.views.duty import who
from propman.roles import Permission
from propman.web import current_viewer, requires
from propman.web.months import month_text

WHY = {DutyAct.END, DutyAct.ASK_EXCUSE}
"""The moves that say why something was excused: whoever asked said so, or whoever approved it."""


@dataclass(frozen=True)
class Undone:
    """One duty that was not done: why, who approved that, and the moves that made up for it."""

    duty: Duty
    reason: DutyEvent | None
    approved_by: str | None
    made_up: Sequence[DutyEvent]


@blueprint.get("/inspections/missed")
@requires(Permission.SEE_INSPECTIONS)
def missed() -> tuple[str, int]:
    """By due day. What the address asks wrongly is named, left out, and answered 400."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    place, form = chosen_place(), MissedForm(request.args)
    offer(form, place)
    good = form.validate()
    first = form.first_day(clock.month_of(now))
    following = (first + timedelta(days=31)).replace(day=1)
    last = following - timedelta(days=1)
    wanted = form.wanted(place, since=first, until=last)
    form.month.data = form.month.data or month_text(first)
    page, asked = queries.duties(session, viewer, wanted, now, after=after_asked()), form.asked()
    counts = queries.counts_by_day(session, viewer, wanted, now).values()
    shown = render_template(
        "inspections/missed.html", form=form, asked=asked, month=month_text(first), rows=_undone(page.duties),
        where=told.where(page.duties), what=told.what(page.duties),
        sums=[(end, number) for end in UNDONE if (number := sum(found[end] for found in counts))],
        before=month_text(first - timedelta(days=1)), after=month_text(following),
        rest={name: value for name, value in asked.items() if name != "month"},
        first=first_page(asked), next=next_page(asked, page.next),
    )  # fmt: skip
    return shown, 200 if good else 400


def _undone(duties: Sequence[Duty]) -> list[Undone]:
    events = queries.events_of(db.session(), [duty.id for duty in duties])
    return [_one(duty, events[duty.id]) for duty in duties]


def _one(duty: Duty, events: Sequence[DutyEvent]) -> Undone:
    told = [event for event in events if event.act in WHY and event.note_id is not None]
    end = next((event for event in events if event.act is DutyAct.END), None)
    approved = who(end) if end is not None and end.actor_id is not None else None
    made_up = [event for event in events if event.act is DutyAct.MAKE_UP]
    return Undone(duty, told[0] if told else None, approved, made_up)
