"""Rounds of the small world: plans whose duties are due today, rounds begun, points recorded."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import count
from typing import Any

from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.data.inspections import ItemKind
from propman.files.encode import draw
from propman.files.gate import Kind
from propman.files.models import Photo
from propman.files.operations import Upload
from propman.inspections import operations
from propman.inspections.models import Duty, Plan, Target
from propman.inspections.operations import Aim, Terms
from propman.rounds import operations as rounds
from propman.rounds import proof, queries
from propman.rounds.judging import Result, Said
from propman.rounds.models import Round, RoundPoint
from propman.rounds.operations import Reply, Seen
from tests.files.samples import saved
from tests.files.scenes import scene
from tests.world import World, viewer

KEYS = {"t1": b"k" * 32}
WEEKLY = "FREQ=WEEKLY"


def due(
    session: Session, world: World, template: str = "T05", schedule: str = "multi_storey", *, rule: str = WEEKLY,
    now: datetime | None = None, aims: list[Aim] | None = None, community_id: int | None = None,
) -> Duty:  # fmt: skip
    """The first duty of a new plan for the building of 河柏小区, due today."""
    now = now or clock.now()
    today = clock.local_date(now)
    plan = operations.make_plan(
        session, community_id=community_id or world.community.id, template=template, schedule_code=schedule,
        terms=Terms(rule, today), aims=aims or [Aim(world.building.id, today)], actor_id=world.administrator_guan.id,
        now=now,
    )  # fmt: skip
    return first_duty(session, plan)


def first_duty(session: Session, plan: Plan) -> Duty:
    """The first one of a plan."""
    query = select(Duty).join(Target, Target.id == Duty.target_id).where(Target.plan_id == plan.id)
    return session.scalars(query.order_by(Duty.due_on, Duty.id).limit(1)).one()


def begin(session: Session, world: World, *duties: Duty, by: User | None = None, now: datetime | None = None) -> Round:
    """worker_zhao sets out."""
    now = now or clock.now()
    who = viewer(session, by or world.worker_zhao, now=now)
    there = duties[0].community_id
    return rounds.begin_round(session, community_id=there, duty_ids=[duty.id for duty in duties], viewer=who, now=now)


def points(session: Session, found: Round) -> list[RoundPoint]:
    """Of a round, in their order."""
    query = select(RoundPoint).where(RoundPoint.round_id == found.id).order_by(RoundPoint.position)
    return list(session.scalars(query))


def replies(session: Session, found: Round, point: RoundPoint, *, failing: str | None = None,
            photo: Upload | None = None, note: str | None = None) -> dict[int, Reply]:  # fmt: skip
    """An answer to everything that is asked at a point: it passes, but for the item `failing`."""
    _template, items = rounds.asked_at(session, found, point)
    said = {}
    for item in items:
        shown = photo or shot() if item.photo else None
        answer = Said(Result.FAIL if item.code == failing else Result.PASS)
        if item.kind is ItemKind.NUMBER:
            answer = Said(number=(item.least or Decimal(0)) + (Decimal(0) if item.code != failing else Decimal(-1)))
        if item.kind is ItemKind.COUNT:
            answer = Said(counted=9 if item.code != failing else 1, total=9)
        said[item.id] = Reply(answer, note if item.code == failing else None, shown)
    return said


def not_one(session: Session, found: Round, point: RoundPoint, *, note: str | None = "现场封闭") -> dict[int, Reply]:
    """Of everything that is asked at a point it is said that it does not apply."""
    _template, items = rounds.asked_at(session, found, point)
    return {item.id: Reply(Said(Result.NOT_APPLICABLE), note) for item in items}


def record(session: Session, world: World, found: Round, point: RoundPoint, *, by: User | None = None,
           now: datetime | None = None, code: str = "", given: dict[int, Reply] | None = None,
           **how: Any) -> RoundPoint:  # fmt: skip
    """worker_zhao answers everything at a point of a round that was loaded."""
    now = now or clock.now()
    seen = Seen(challenge(found), code, device_at=now)
    return rounds.record_point(
        session, round_id=found.id, point_id=point.id, replies=given or replies(session, found, point, **how),
        seen=seen, viewer=viewer(session, by or world.worker_zhao, now=now), keys=KEYS, store=world.store, now=now,
    )  # fmt: skip


def challenge(found: Round) -> str:
    """What comes with the round."""
    return proof.draw(round_id=found.id, person_id=found.person_id, ends_at=found.ends_at, key_id="t1", keys=KEYS)


def walk(
    session: Session, world: World, *duties: Duty, by: User | None = None, now: datetime | None = None, **how: Any
) -> Round:  # fmt: skip
    """A whole round."""
    found = begin(session, world, *duties, by=by, now=now)
    for point in points(session, found):
        record(session, world, found, point, by=by, now=now, **how)
    return found


def shot() -> Upload:
    """A photograph that nobody took before."""
    return taken(scene(next(_seeds)))


def taken(image: Image.Image) -> Upload:
    """A photograph of this."""
    data = saved(image, "JPEG")
    return Upload(data, "现场.jpg", draw(data, Kind.JPEG))


_seeds = count(1000)


def walked_by(session: Session, found: Round) -> queries.Walked:
    """A round read as pages read it."""
    now = clock.now()
    [read] = queries.walked(session, [found], viewer(session, session.get_one(User, found.person_id), now=now), now)
    return read


def photo_of(session: Session, found: Round, which: int = 0) -> Photo:
    """A photograph of a round: the first one."""
    taken = [answer.photo for point in points(session, found) for answer in point.answers]
    return [photo for photo in taken if photo is not None][which]
