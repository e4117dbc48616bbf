"""Spot checks as figures: how they ended, counted by month, and the list behind each figure.

One counts in the month in which its end was recorded, for the organisation for which somebody had said that it is in
order; where that somebody belongs to none, for whoever answered for the community then (`SpotCheck.answering_id`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from propman import clock
from propman.communities.models import Organisation, Place
from propman.oversight.queries.counting import of, said
from propman.oversight.queries.grouping import Source, grouped, narrowed, within
from propman.oversight.queries.selection import By, Selection
from propman.roles import Permission, Viewer
from propman.rounds.models import RoundPoint
from propman.spotchecks.models import SpotCheck
from propman.spotchecks.queries import visible_to
from propman.spotchecks.rules import Kind, Outcome
from propman.tickets.models import Ticket
from propman.tickets.queries import seen

LISTS: dict[str, tuple[Outcome, ...]] = {
    "measured": (Outcome.AGREED, Outcome.DISAGREED),
    **{outcome.value: (outcome,) for outcome in Outcome},
}
"""What can be listed: the ends it holds."""


def checked(selected: Selection, by: By | None, first: date) -> Select[Any]:
    """The spot checks that have an end, by how they ended."""
    check, point = of(SpotCheck), of(RoundPoint)
    counts = {outcome.value: func.count().filter(check.outcome == said(outcome)) for outcome in Outcome}
    query = grouped(selected, by, _source(check, point), counts)
    return query.where(within(check.month, first, selected.last))


def _source(check: Any, point: Any) -> Source:
    rows = check.id.table.outerjoin(point.id.table, point.id == check.point_id)  # none of a closed repair
    template = func.coalesce(point.template, said(Kind.REPAIR))
    return Source(rows, check.community_id, check.answering_id, template)


# --- the list ---


@dataclass(frozen=True)
class CheckedLine:
    """One spot check. `template` is `REPAIRS` for a closed repair, whose report is `repaired`; this, `id`, and the
    number of the report to which it led are None for who may not see them.
    """

    at: datetime
    template: str
    spot: str
    community: str
    organisation: str
    outcome: Outcome
    id: int | None
    repaired: str | None
    number: str | None


def length(session: Session, selected: Selection, name: str, now: datetime) -> int:
    """How many rows a list has: the figure that it stands behind."""
    del now  # every list has the same questions
    return session.scalar(select(func.count()).select_from(_rows(selected, name).subquery())) or 0


def lines(
    session: Session, selected: Selection, name: str, viewer: Viewer, now: datetime, *, skip: int, most: int
) -> Sequence[CheckedLine]:  # fmt: skip
    """The rows of a list from the `skip`th on, the newest first."""
    row: Any = _rows(selected, name).subquery().c
    repaired, led_to, community = aliased(Ticket), aliased(Ticket), aliased(Place)
    query: Any = (
        select(SpotCheck.id, SpotCheck.ended_at, SpotCheck.outcome, row.template, Place.name.label("spot"),
               community.name.label("community"), Organisation.name.label("organisation"),
               repaired.number.label("repaired"), SpotCheck.led_to_id, led_to.number)
        .join(row.id.table, row.id == SpotCheck.id)
        .join(community, community.id == SpotCheck.community_id)
        .join(Organisation, Organisation.id == SpotCheck.answering_id)
        .outerjoin(RoundPoint, RoundPoint.id == SpotCheck.point_id)
        .outerjoin(repaired, repaired.id == SpotCheck.ticket_id)
        .join(Place, Place.id == func.coalesce(RoundPoint.place_id, repaired.place_id))
        .outerjoin(led_to, led_to.id == SpotCheck.led_to_id)
        .order_by(SpotCheck.ended_at.desc(), SpotCheck.id.desc())
    )  # fmt: skip
    return _seen(session, session.execute(query.offset(skip).limit(most)).all(), viewer, now)


def _seen(session: Session, rows: Sequence[Any], viewer: Viewer, now: datetime) -> Sequence[CheckedLine]:
    """The rows, without what `viewer` may not open."""
    own = select(SpotCheck.id).where(SpotCheck.id.in_([row.id for row in rows]),
                                     visible_to(viewer, clock.local_date(now)))  # fmt: skip
    checks = set(session.scalars(own)) if viewer.may(Permission.SEE_SPOT_CHECKS) else set[int]()
    tickets = seen(session, {row.led_to_id for row in rows if row.led_to_id is not None}, viewer, now)
    return [
        CheckedLine(row.ended_at, row.template, row.spot, row.community, row.organisation, row.outcome,
                    row.id if row.id in checks else None, row.repaired if row.id in checks else None,
                    row.number if row.led_to_id in tickets else None)
        for row in rows
    ]  # fmt: skip


def _rows(selected: Selection, name: str) -> Select[Any]:
    """The ids of the spot checks of a list, of what and for whom each counts."""
    check, point = of(SpotCheck), of(RoundPoint)
    source = _source(check, point)
    query = select(check.id, source.template.label("template")).select_from(source.rows)
    ended: ColumnElement[bool] = check.outcome.in_([said(outcome) for outcome in LISTS[name]])
    return query.where(within(check.month, selected.first, selected.last), ended,
                       *narrowed(selected, check.community_id, check.answering_id, source.template))  # fmt: skip
