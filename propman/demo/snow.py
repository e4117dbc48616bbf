"""Snow in the demo world: an event of last winter, one of this winter while it is one; what is to be excused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from propman import clock
from propman.communities.queries import responsible_on
from propman.demo.acts import Hands
from propman.demo.duties import ASKS
from propman.demo.world import World
from propman.inspections import operations
from propman.inspections.models import Duty, Occasion
from propman.inspections.queries.occasions import schedules
from propman.inspections.upon import Days, Kind
from propman.roles import Viewer

WHERE = ("jiayuan", "xueyuan_xiaoqu")
FELL = (1, 12)  # month and day, last winter
WINTER = (11, 12, 1, 2, 3)
DAY = timedelta(days=1)
REASON = "现场施工围挡，无法靠近，施工单位承诺月底前撤除后再检查。"
REFUSAL = "围挡西侧留有通道，请按期检查。"


def let_it_snow(hands: Hands, world: World) -> None:
    """Snow, what was cleared of it, what somebody wants to be excused from, and what all are reminded of. Flushes."""
    year = world.anchor.year if world.anchor > date(world.anchor.year, 2, 1) else world.anchor.year - 1
    _last_winter(hands, world, date(year, *FELL))
    if world.anchor.month in WINTER:
        _this_winter(hands, world, world.anchor - DAY)
    _ask(hands, world)
    while operations.remind_next(hands.session, now=clock.at_local(world.anchor - DAY, time(8))):
        pass


def _last_winter(hands: Hands, world: World, fell_on: date) -> None:
    """All was cleared in time but one court, which nobody did."""
    event = _open(hands, world, Kind.HEAVY, fell_on, "市气象台：1 月 12 日白天到夜间中到大雪")
    *rest, forgotten = _tasks(hands, event)
    for duty in rest:
        _clear(hands, duty, duty.due_on)
    while operations.end_missed(hands.session, now=_at(forgotten.cut_off_on + DAY)):
        pass


def _this_winter(hands: Hands, world: World, fell_on: date) -> None:
    """The lanes of one community are clear already."""
    event = _open(hands, world, Kind.LIGHT, fell_on, "现场观测：夜间小雪，清晨停")
    for duty in _tasks(hands, event)[:2]:
        _clear(hands, duty, fell_on)


def _open(hands: Hands, world: World, kind: Kind, fell_on: date, source: str) -> Occasion:
    community, now = world.communities[WHERE[0]].place, clock.at_local(fell_on, time(9))
    official = hands.cast.official(community)
    codes = [row.code for row in schedules(hands.session, kind, world.anchor)]
    return operations.open_occasion(
        hands.session, viewer=hands.cast.viewer(official.user_id, now), kind=kind,
        place_id=official.home.id if official.home else community.id, days=Days(fell_on, fell_on),
        codes=codes, source=source, nevertheless=False, now=now,
    )  # fmt: skip


def _tasks(hands: Hands, event: Occasion) -> list[Duty]:
    query = select(Duty).where(Duty.occasion_id == event.id, Duty.superseded_by.is_(None))
    return list(hands.session.scalars(query.order_by(Duty.community_id, Duty.id)))


def _clear(hands: Hands, duty: Duty, day: date) -> None:
    worker = hands.cast.post("worker").user_id
    operations.end(hands.session, duty_id=duty.id, done_on=day, actor_id=worker, now=_at(day))


def _ask(hands: Hands, world: World) -> None:
    """One wish waits, one was refused, where anything is open and somebody is there to ask."""
    now = _at(world.anchor - DAY)
    here = [world.communities[key].place.id for key in WHERE]
    query = select(Duty).where(Duty.community_id.in_(here), Duty.ended_as.is_(None), Duty.superseded_by.is_(None),
                               Duty.occasion_id.is_(None), Duty.cut_off_on > world.anchor)  # fmt: skip
    waiting = hands.session.scalars(query.order_by(Duty.due_on, Duty.id).limit(2)).all()
    for number, duty in enumerate(waiting):
        asks = _who_asks(hands, duty, now)
        if asks is None:
            continue
        excuse = operations.ask_excuse(hands.session, duty_id=duty.id, viewer=asks, reason=REASON, now=now)
        if number:
            official = hands.cast.viewer(hands.cast.official(duty.community).user_id, now)
            operations.refuse_excuse(hands.session, excuse_id=excuse.id, viewer=official, words=REFUSAL, now=now)


def _who_asks(hands: Hands, duty: Duty, now: datetime) -> Viewer | None:
    there = responsible_on(hands.session, duty.community_id, clock.local_date(now))
    posts = (one for one in hands.cast.posts if one.role in ASKS and one.organisation_id == there.id
             and one.held_on(clock.local_date(now)))  # fmt: skip
    found = next(posts, None)
    return hands.cast.viewer(found.user_id, now) if found else None


def _at(day: date) -> datetime:
    return clock.at_local(day, time(16))
