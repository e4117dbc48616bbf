"""One duty: what, where, on what it rests, in which days, how it ended, and all that happened to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from flask import render_template
from flask_babel import gettext as _

from propman import clock
from propman.catalogue.queries import inspection_templates_ever
from propman.communities.queries import responsible_on
from propman.db import ID_LIMIT, db
from propman.inspections import queries
from propman.inspections.event_labels import KINDS
from propman.inspections.labels import ACTS, END_SIGNS, END_TONES, ENDS
from propman.inspections.models import Duty, DutyAct, DutyEvent, Occasion
from propman.inspections.queries.excuses import asker, waiting_wish
from propman.inspections.views import blueprint, told
from propman.roles import Permission
from propman.web import current_viewer, requires
from propman.web.filters import day
from propman.web.timeline import Line

SIGNS = {DutyAct.MAKE_UP: "reopen", DutyAct.SUPERSEDE: "cross", DutyAct.MOVE: "clock"}


@blueprint.get(f"/inspections/duties/<int(max={ID_LIMIT - 1}):duty_id>")
@requires(Permission.SEE_INSPECTIONS)
def duty(duty_id: int) -> str:
    """Everything about one duty. Raises `NotFound`."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    found, today = queries.duty(session, viewer, duty_id, now), clock.local_date(now)
    events = queries.events_of(session, [found.id])[found.id]
    template = inspection_templates_ever(session).get(found.target.plan.template)
    before, after = queries.neighbours(session, found)
    wish = waiting_wish(session, viewer, found, today)
    return render_template(
        "inspections/duty.html", duty=found, today=today, template=template, where=told.where([found])[found.id],
        answers=found.organisation or responsible_on(session, found.community_id, max(today, found.due_on)),
        made_up=[event for event in events if event.act is DutyAct.MAKE_UP], lines=list(happened(events)),
        before=before, after=after,
        event=session.get(Occasion, found.occasion_id) if found.occasion_id else None,
        kinds=KINDS, asks=wish is None and may_ask(found, today), wish=wish,
    )  # fmt: skip


def may_ask(found: Duty, today: date) -> bool:
    """Whether whoever is looking may ask that it is excused."""
    viewer = current_viewer()
    open_ = found.ended_as is None and found.superseded_by is None and found.cut_off_on >= today
    return open_ and viewer.may(Permission.ASK_EXCUSES) and asker(db.session(), viewer, found, today) is not None


def happened(events: Sequence[DutyEvent]) -> Iterator[Line]:
    """What happened, the latest first, in words."""
    for event in reversed(events):
        if event.ended_as is not None:
            title, sign, tone = ENDS[event.ended_as], END_SIGNS[event.ended_as], END_TONES.get(event.ended_as, "idle")
        else:
            title, sign, tone = ACTS[event.act], SIGNS.get(event.act, "info"), "idle"
        if event.do_on is not None:
            title = _("%(what)s: %(day)s", what=title, day=day(event.do_on))
        yield Line(
            at=event.at, title=str(title), who=who(event), sign=sign, tone=tone,
            note=event.note.body if event.note else None, erased=bool(event.note and event.note.erased_at),
        )  # fmt: skip


def who(event: DutyEvent) -> str:
    """Who made the move."""
    if event.actor_id is None:
        return str(_("propman itself"))
    return (event.actor.name if event.actor else None) or str(_("erased"))
