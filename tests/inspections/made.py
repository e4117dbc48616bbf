"""Duties for tests: a plan whose first duty is due in some days, near or far."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Organisation, Place
from propman.inspections import operations
from propman.inspections.models import Digest, Duty, Excuse, Occasion, Target
from propman.inspections.operations import Aim, Terms
from propman.inspections.queries.occasions import schedules
from propman.inspections.upon import Days, Kind
from tests.world import World, viewer

REASON = "楼顶封闭施工，六月底前上不去"


def duty(session: Session, world: World, place: Place | None = None, *, community: Place | None = None,
         rule: str = "FREQ=MONTHLY", days: int = 5, template: str = "T12", **said: Any) -> Duty:  # fmt: skip
    """A duty due in `days` days, at `place` or the building of 河柏小区."""
    now = clock.now()
    first_on = clock.local_date(now) + timedelta(days=days)
    plan = operations.make_plan(
        session, community_id=(community or world.community).id, template=template, schedule_code="main",
        terms=Terms(rule, first_on, **said), aims=[Aim((place or world.building).id, first_on)],
        actor_id=world.administrator_guan.id, now=now,
    )  # fmt: skip
    query = select(Duty).join(Target).where(Target.plan_id == plan.id).order_by(Duty.due_on).limit(1)
    return session.scalars(query).one()


def far_duty(session: Session, world: World) -> Duty:
    """One of the far company."""
    return duty(session, world, world.far_building, community=world.far_community)


def asked(session: Session, world: World, of: Duty | None = None, *, far: bool = False) -> Excuse:
    """A wish that waits, of the near or the far company."""
    found = of or (far_duty(session, world) if far else duty(session, world))
    by = world.far_dispatcher if far else world.manager_han
    return operations.ask_excuse(session, duty_id=found.id, viewer=viewer(session, by), reason=REASON,
                                 now=clock.now())  # fmt: skip


def reminded(session: Session, world: World, of: Organisation | None = None) -> Digest:
    """What the near company, or another one, was told of today."""
    now = clock.at_local(clock.local_date(clock.now()), time(8))
    while operations.remind_next(session, now=now):
        pass
    return session.scalars(select(Digest).where(Digest.organisation_id == (of or world.company).id)).one()


def event(session: Session, world: World, kind: Kind = Kind.HEAVY, place: Place | None = None, *,
          by: User | None = None, starts: int = 0, ends: int | None = 0,
          codes: Collection[str] = (), nevertheless: bool = False) -> Occasion:  # fmt: skip
    """An event in 道里区, or `place`, from so many days from now to so many; all that it brings."""
    now = clock.now()
    today = clock.local_date(now)
    days = Days(today + timedelta(days=starts), None if ends is None else today + timedelta(days=ends))
    return operations.open_occasion(
        session, viewer=viewer(session, by or world.official_qian), kind=kind, place_id=(place or world.county).id,
        days=days, codes=codes or [row.code for row in schedules(session, kind, today)], source="市气象台通报",
        nevertheless=nevertheless, now=now,
    )  # fmt: skip
