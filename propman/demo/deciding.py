"""Holds, objections and urging, as `world.toml` tells them: each through the operation of its page.

`to` of a hold is its reason and how many days it lasts, of an urge how many days later the answer is wanted, of an
objection, and of one that is upheld, the organisation, or "office" for the street office above; "office outdoors" also
says that the fault is in no building.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from propman import clock
from propman.communities.models import Organisation
from propman.communities.queries import street_office_of
from propman.demo.acts import Hands
from propman.demo.plots import Plot, Step
from propman.roles import Viewer
from propman.tickets import operations as tickets
from propman.tickets.models import Ticket
from propman.tickets.workflow import HoldReason

OFFICE = "office"


def decide(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> bool:
    """Let somebody take the step, if it is one of these; whether it was."""
    acts = {"hold": _hold, "urge": _urge, "answer_urge": _answer, "object": _object, "uphold": _uphold,
            "reject": _reject, "object_as_sent": _object_as_sent}  # fmt: skip
    if step.do in acts:
        acts[step.do](hands, step, plot, ticket, now)
    return step.do in acts


def _hold(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    cause, days = step.to.split()
    until_on = clock.local_date(now) + timedelta(days=int(days))
    tickets.hold(hands.session, ticket=ticket, viewer=hands.dispatcher(plot, now), now=now, note=step.note,
                 seen_version=ticket.version, until_on=until_on, cause=HoldReason(cause))  # fmt: skip


def _urge(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    official = hands.cast.viewer(hands.cast.official(plot.place).user_id, now)
    tickets.urge(hands.session, ticket=ticket, viewer=official, now=now, note=step.note, seen_version=ticket.version,
                 answer_by_on=clock.local_date(now) + timedelta(days=int(step.to)))  # fmt: skip


def _answer(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    tickets.answer_urge(hands.session, ticket=ticket, viewer=hands.dispatcher(plot, now), now=now, note=step.note,
                        seen_version=ticket.version)  # fmt: skip


def _object(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    tickets.object_to_dispatch(
        hands.session, ticket=ticket, viewer=hands.dispatcher(plot, now), now=now, note=step.note,
        seen_version=ticket.version, organisation_id=_named(hands, ticket, step.to, now),
    )  # fmt: skip


def _object_as_sent(hands: Hands, step: Step, _plot: Plot, ticket: Ticket, now: datetime) -> None:
    tickets.object_to_dispatch(
        hands.session, ticket=ticket, viewer=hands.assignee(ticket, now), now=now, note=step.note,
        seen_version=ticket.version, organisation_id=_named(hands, ticket, step.to, now),
    )  # fmt: skip


def _uphold(hands: Hands, step: Step, _plot: Plot, ticket: Ticket, now: datetime) -> None:
    name, _, where = step.to.partition(" ")
    tickets.uphold_objection(
        hands.session, ticket=ticket, viewer=_clerk(hands, ticket, now), now=now, note=step.note,
        seen_version=ticket.version, organisation_id=_named(hands, ticket, name, now),
        place_id=ticket.community_id if where == "outdoors" else None,
    )  # fmt: skip


def _reject(hands: Hands, step: Step, _plot: Plot, ticket: Ticket, now: datetime) -> None:
    tickets.reject_objection(hands.session, ticket=ticket, viewer=_clerk(hands, ticket, now), now=now, note=step.note,
                             seen_version=ticket.version)  # fmt: skip


def _named(hands: Hands, ticket: Ticket, name: str, now: datetime) -> int | None:
    """The organisation with this name, or the street office above; none for no name."""
    if name == OFFICE:
        office = _office(hands, ticket, now)
        return office.id if office else None
    return hands.session.scalars(select(Organisation.id).where(Organisation.name == name)).first() if name else None


def _clerk(hands: Hands, ticket: Ticket, now: datetime) -> Viewer:
    """Somebody of the street office above the community."""
    office = _office(hands, ticket, now)
    return hands.cast.viewer(hands.cast.referred(office.id if office else 0, clock.local_date(now)), now)


def _office(hands: Hands, ticket: Ticket, now: datetime) -> Organisation | None:
    return street_office_of(hands.session, ticket.community.parent_id or 0, clock.local_date(now))
