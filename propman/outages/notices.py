"""Who is told of an outage, and the sentences: those who live there and who follow it, each once for each move."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import members, ways_to
from propman.data.reading import Trade
from propman.notify import operations as outbox
from propman.outages import queries
from propman.outages.models import Outage, OutageEvent
from propman.outages.rules import Move
from propman.roles import GRANTS, Permission
from propman.text import N_

OFF = {
    Trade.WATER: N_("Planned: no water from %(starts)s to %(ends)s."),
    Trade.HEAT: N_("Planned: no heating from %(starts)s to %(ends)s."),
    Trade.POWER: N_("Planned: no electricity from %(starts)s to %(ends)s."),
    Trade.GAS: N_("Planned: no gas from %(starts)s to %(ends)s."),
    Trade.LIFT: N_("Planned: the lift stands still from %(starts)s to %(ends)s."),
    Trade.TELECOM: N_("Planned: no network from %(starts)s to %(ends)s."),
}
MOVED = {
    Trade.WATER: N_("Moved: no water from %(starts)s to %(ends)s."),
    Trade.HEAT: N_("Moved: no heating from %(starts)s to %(ends)s."),
    Trade.POWER: N_("Moved: no electricity from %(starts)s to %(ends)s."),
    Trade.GAS: N_("Moved: no gas from %(starts)s to %(ends)s."),
    Trade.LIFT: N_("Moved: the lift stands still from %(starts)s to %(ends)s."),
    Trade.TELECOM: N_("Moved: no network from %(starts)s to %(ends)s."),
}
ENDED = {
    Trade.WATER: N_("The water is on again, we are told."),
    Trade.HEAT: N_("The heating is on again, we are told."),
    Trade.POWER: N_("The electricity is on again, we are told."),
    Trade.GAS: N_("The gas is on again, we are told."),
    Trade.LIFT: N_("The lift runs again, we are told."),
    Trade.TELECOM: N_("The network is on again, we are told."),
}
CALLED_OFF = {
    Trade.WATER: N_("Called off: the water stays on (it was planned for %(starts)s)."),
    Trade.HEAT: N_("Called off: the heating stays on (it was planned for %(starts)s)."),
    Trade.POWER: N_("Called off: the electricity stays on (it was planned for %(starts)s)."),
    Trade.GAS: N_("Called off: the gas stays on (it was planned for %(starts)s)."),
    Trade.LIFT: N_("Called off: the lift keeps running (it was planned for %(starts)s)."),
    Trade.TELECOM: N_("Called off: the network stays on (it was planned for %(starts)s)."),
}
SENTENCES = {Move.ANNOUNCED: OFF, Move.MOVED: MOVED, Move.ENDED: ENDED, Move.CALLED_OFF: CALLED_OFF}
LATE = "outage.late"
TEXTS = {
    **{f"outage.{move}.{supply}": text for move, texts in SENTENCES.items() for supply, text in texts.items()},
    LATE: N_("A planned outage was to end at %(ends)s. Is it over? Please end it, or say until when it lasts."),
}
"""Topic -> sentence. Times are numbers alone, and so the same in both languages."""


def tell(session: Session, *, outage: Outage, event: OutageEvent, now: datetime) -> int:
    """Write the notices of `event`; how many rows. Nobody is told what they did themselves."""
    people = queries.people_of(session, outage, clock.local_date(now)) - {event.actor_id}
    by = ways_to(session, people, mailed=True, texted=True)
    return outbox.tell(
        session, event_ref=event.ref, topic=f"outage.{event.move}.{outage.supply}", channels=by,
        facts=_facts(outage), link=_link(outage), subject=f"outage-{outage.id}", now=now,
    )  # fmt: skip


def tell_late(session: Session, *, outage: Outage, now: datetime) -> int:
    """Remind the people of who announced it that its end has passed, once for each end; how many rows."""
    on, roles = clock.local_date(now), GRANTS[Permission.ANNOUNCE_OUTAGES]
    people = [one.id for one in members(session, organisation_id=outage.organisation_id, roles=roles, on=on)]
    return outbox.tell(
        session, event_ref=f"outage_late:{outage.id}:{outage.version}", topic=LATE,
        channels=ways_to(session, people, mailed=True, texted=False), facts=_facts(outage), link=_link(outage),
        subject=f"outage-{outage.id}", now=now,
    )  # fmt: skip


def _link(outage: Outage) -> str:
    return f"/outages/{outage.id}"


def _facts(outage: Outage) -> dict[str, str]:
    return {"starts": _moment(outage.starts_at), "ends": _moment(outage.ends_at)}


def _moment(at: datetime) -> str:
    return clock.local(at).strftime("%m-%d %H:%M")
