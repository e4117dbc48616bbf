"""What there is to draw from in the small world, draws, and spot checks that end; each flushes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Place
from propman.rounds.models import RoundPoint
from propman.spotchecks import operations
from propman.spotchecks.models import SpotCheck, SpotDraw
from propman.spotchecks.operations import Looked
from propman.spotchecks.rules import Kind, Outcome
from propman.tickets.models import Ticket
from tests import stories
from tests.rounds import walks
from tests.tickets import findings
from tests.world import World, viewer

FOUND = "二楼灭火器压力不足，记录写的是合格"


def last_month() -> date:
    """The month that is over."""
    return (clock.month_of(clock.now()) - timedelta(days=1)).replace(day=1)


def then() -> datetime:
    """A moment of the month that is over."""
    return clock.at_local(last_month() + timedelta(days=9), time(10))


def passed(session: Session, world: World, *, by: User | None = None, now: datetime | None = None,
           **how: Any) -> RoundPoint:  # fmt: skip
    """worker_zhao finds a fire patrol in order, last month."""
    now = now or then()
    found = walks.walk(session, world, walks.due(session, world, now=now), by=by, now=now, **how)
    return walks.points(session, found)[0]


def closed(session: Session, world: World, *, now: datetime | None = None, **words: Any) -> Ticket:
    """worker_zhao mends the light of the entrance and its reporter confirms, last month."""
    now = now or then()
    return stories.confirm(session, world, stories.report(session, world, now=now, **words), now=now)


def cured(session: Session, world: World, *, now: datetime | None = None) -> Ticket:
    """What an inspection found is mended by worker_zhao, and manager_han passes it, last month."""
    now = now or then()
    ticket = stories.complete(session, world, findings.find(session, world, now=now), now=now)
    findings.look_again(session, world, ticket, now=now)
    return ticket


def month(session: Session, area: Place, *, now: datetime | None = None) -> SpotDraw:
    """All months that are over are drawn; gives that of the street `area`, the newest."""
    while operations.draw_next(session, now=now or clock.now()):
        pass
    query = select(SpotDraw).where(SpotDraw.area_id == area.id, SpotDraw.month.is_not(None))
    return session.scalars(query.order_by(SpotDraw.month.desc()).limit(1)).one()


def by_hand(session: Session, world: World, *, by: User | None = None, now: datetime | None = None,
            reason: str = "居民反映没人巡查") -> SpotDraw:  # fmt: skip
    """clerk_jie draws in 河柏小区."""
    now = now or clock.now()
    return operations.draw_by_hand(session, community_id=world.community.id, reason=reason, now=now,
                                   viewer=viewer(session, by or world.clerk_jie, now=now))  # fmt: skip


def checks(session: Session, draw: SpotDraw, kind: Kind | None = None) -> list[SpotCheck]:
    """What was drawn, points first, by what was recorded first."""
    query = select(SpotCheck).where(SpotCheck.draw_id == draw.id)
    query = query.order_by(SpotCheck.kind, SpotCheck.point_id, SpotCheck.completion_id)  # the order of ids is drawn
    return [check for check in session.scalars(query) if kind in {None, check.kind}]


def end(session: Session, world: World, check: SpotCheck, outcome: Outcome = Outcome.AGREED, *, words: str = "",
        by: User | None = None, now: datetime | None = None, photos: Any = ()) -> SpotCheck:  # fmt: skip
    """clerk_jie looks again."""
    now = now or clock.now()
    said = words or ("" if outcome is Outcome.AGREED else FOUND)
    return operations.end_check(
        session, check_id=check.id, looked=Looked(outcome, said, photos), store=world.store, now=now,
        viewer=viewer(session, by or world.clerk_jie, now=now),
    )  # fmt: skip
