"""Rounds of the last weeks in the demo world: a fire patrol with its points, one missed, two findings of which one was
cured, and one photograph that came in twice; what is due on the anchor day waits for whoever signs in as the worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from propman import clock
from propman.communities.models import Place
from propman.data.inspections import ItemKind
from propman.demo.acts import Hands
from propman.demo.drawings import picture
from propman.demo.findings import cure
from propman.demo.world import World
from propman.files.operations import Upload
from propman.inspections import operations
from propman.inspections.models import Duty, Plan, Target
from propman.inspections.operations import Aim, Terms
from propman.roles import Viewer
from propman.rounds import operations as rounds
from propman.rounds import proof
from propman.rounds.judging import Result, Said
from propman.rounds.models import Round, RoundPoint
from propman.rounds.operations import Reply, Seen
from propman.tickets.models import Ticket, TicketFinding

WHERE = "jiayuan"
FIRST = 36  # days ago; each week a round, the last one on the day before the anchor day
LEFT_OUT = 22  # days ago nobody went
ALONE = 20  # days ago the building head went by herself, once
SHOWN = {"fire_lane": "fire_lane", "flying_wires": "meter_box", "doors": "door"}
OPENED = 2  # reports
PILE = "二楼转角堆放旧家具和纸箱，占了半边楼道。"
BICYCLES = "一楼门厅停着两辆电动车，挡住疏散通道。"
FOUND = {29: BICYCLES, 1: PILE}  # days ago; the first was cured
CLEARED = "已联系车主挪走，门厅贴了禁停告示。"
STAYS_CLEAR = "早晚各看一次，门厅没有再停车。"


def walk_rounds(hands: Hands, world: World) -> None:
    """Plan a fire patrol and go it; and a patrol of common parts that is due on the anchor day. Flushes."""
    weekly = _plan(hands, world, "T05", "multi_storey", "FREQ=WEEKLY", FIRST)
    for days in range(FIRST, 0, -7):
        at = _at(world, days, 9)
        _lay(hands, at)
        if days != LEFT_OUT:
            _walk(hands, world, weekly, at, last=days < 7, words=FOUND.get(days))
        if days == max(FOUND):
            newest = select(Ticket).join(TicketFinding, TicketFinding.ticket_id == Ticket.id)
            ticket = hands.session.scalars(newest.order_by(TicketFinding.id.desc()).limit(1)).one()
            cure(hands, world, ticket, days=days, words=CLEARED, looked=STAYS_CLEAR)
    daily = _plan(hands, world, "T21", "grade_1", "FREQ=DAILY", 1)
    _walk(hands, world, daily, _at(world, 1, 14), last=False)
    alone = world.communities[WHERE].entrances[3][0].place
    once = _plan(hands, world, "T20", "week", "FREQ=YEARLY", ALONE, at=[alone])
    _walk(hands, world, once, _at(world, ALONE, 10), last=False, who="grid_worker")


def _plan(
    hands: Hands, world: World, template: str, schedule: str, rule: str, days: int, *, at: Sequence[Place] = ()
) -> Plan:  # fmt: skip
    first_on, community = world.day(days), world.communities[WHERE]
    places = at or [entrances[0].building for entrances in community.entrances[:2]]
    return operations.make_plan(
        hands.session, community_id=community.place.id, template=template, schedule_code=schedule,
        terms=Terms(rule, first_on), actor_id=hands.cast.administrator_id, now=_at(world, days, 7),
        aims=[Aim(place.id, first_on) for place in places],
    )  # fmt: skip


def _lay(hands: Hands, now: datetime) -> None:
    while operations.lay_due(hands.session, now=now):
        pass
    while operations.end_missed(hands.session, now=now):
        pass


def _walk(
    hands: Hands, world: World, plan: Plan, now: datetime, *, last: bool, words: str | None = None, who: str = "worker"
) -> None:  # fmt: skip
    """Who signs in as `who` goes a round of what is due that day: scans, answers, and finds what the `words` say."""
    session, worker = hands.session, hands.cast.viewer(hands.cast.post(who).user_id, now)
    wanted = select(Duty.id).join(Target, Target.id == Duty.target_id)
    due = session.scalars(wanted.where(Target.plan_id == plan.id, Duty.due_on == clock.local_date(now))).all()
    found = rounds.begin_round(session, community_id=plan.community_id, duty_ids=due, viewer=worker, now=now)
    points = select(RoundPoint).where(RoundPoint.round_id == found.id).order_by(RoundPoint.position)
    for number, point in enumerate(session.scalars(points).all()):
        at = now + timedelta(minutes=6 * (number + 1))
        _record(hands, world, found, point, worker, at, words=words if number == 1 else None,
                again=last and number == 0)  # fmt: skip


def _record(hands: Hands, world: World, found: Round, point: RoundPoint, worker: Viewer, at: datetime, *,
            words: str | None, again: bool) -> None:  # fmt: skip
    """`again`: the photograph of the first week comes in once more."""
    _template, items = rounds.asked_at(hands.session, found, point)
    with_prints = point.position == 1 and (again or clock.local_date(at) == world.day(FIRST))
    replies = {}
    for item in items:
        failed = words is not None and item.code == "clutter"
        said = Said(Result.FAIL if failed else Result.PASS)
        if item.kind is not ItemKind.CHECK:
            said = Said(number=item.least or Decimal(1), counted=8, total=8)
        shot = picture(SHOWN.get(item.code, "stairs"), mended=not failed, with_prints=with_prints)
        photo = Upload(b"", f"IMG_{clock.local(at):%Y%m%d_%H%M%S}.jpg", shot) if item.photo else None
        replies[item.id] = Reply(said, words if failed else None, photo)
    codes = {entrance.place.id: entrance.code for each in world.communities[WHERE].entrances for entrance in each}
    code = "" if again else codes.get(point.place_id, "")
    keys = {"demo": b"demo"}  # made up and thrown away: the round is over before anybody signs in
    challenge = proof.draw(
        round_id=found.id, person_id=found.person_id, ends_at=found.ends_at, key_id="demo", keys=keys
    )
    rounds.record_point(
        hands.session, round_id=found.id, point_id=point.id, replies=replies, seen=Seen(challenge, code, at),
        viewer=worker, keys=keys, store=hands.store, now=at,
    )  # fmt: skip


def _at(world: World, days_before: int, hour: int) -> datetime:
    return clock.at_local(world.day(days_before), time(hour))
