"""Plans that follow, in the small world: a building full of lifts, and the job of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.assets.models import Asset, NoProject, Ownership
from propman.assets.operations import Part, add_part
from propman.data.works import Criticality
from propman.inspections import invariants, operations
from propman.inspections.models import Duty, Plan, Target
from propman.inspections.operations import Choice, OwnTerms, Wish
from propman.inspections.schedule import OnHolidays
from tests.world import viewer

NOW = clock.now()
TODAY = clock.local_date(NOW)
DAY = timedelta(days=1)
WHOLE = Choice(whole=True)


def own(rule: str, **more: Any) -> OwnTerms:
    """Terms of one's own."""
    said: dict[str, Any] = {
        "tolerance": 10,
        "early": False,
        "greatest_gap": None,
        "season": None,
        "on_holidays": OnHolidays.AS_IS,
    }
    return OwnTerms(rule, **(said | more))


def bound(session: Session, who: User, community_id: int, template: str, schedule: str, **more: Any) -> Plan:
    """A plan of everything there is, from today on, unless said otherwise."""
    wish = Wish(community_id, template, schedule, **({"choice": WHOLE, "first_on": TODAY} | more))
    return operations.bind_plan(session, viewer=viewer(session, who), wish=wish, now=NOW)


def follow(session: Session, now: datetime = NOW) -> int:
    """Do as the job does at `now`; how many plans arose or were behind."""
    done = 0
    while made := operations.arise(session, now=now, most=2):
        done += made
    while late := operations.follow(session, now=now, most=2):
        done += late
    return done


def targets(session: Session, plan: Plan) -> Sequence[Target]:
    return session.scalars(select(Target).where(Target.plan_id == plan.id).order_by(Target.id)).all()


def due(session: Session, plan: Plan, asset_id: int | None = None) -> list[date]:
    """What stands, by day; of one part, if it is named."""
    query = select(Duty.due_on).join(Duty.target).where(Target.plan_id == plan.id, Duty.superseded_by.is_(None))
    if asset_id is not None:
        query = query.where(Target.asset_id == asset_id)
    return list(session.scalars(query.order_by(Duty.due_on)))


def recounted(session: Session, on: date = TODAY) -> None:
    """The recount finds nothing on the day `on`."""
    for name, recount in invariants.promises(session, now=clock.at_local(on, datetime(2026, 1, 1, 12).time())).items():  # noqa: DTZ001
        assert recount().broken == (), name


def part(session: Session, community_id: int, place_id: int, type_code: str, name: str) -> Asset:
    """A part that no project made."""
    said = Part(
        place_id=place_id, code=f"P-{next(_drawn)}", type_code=type_code, name=name, criticality=Criticality.B,
        ownership=Ownership.OWNERS, no_project=NoProject.EARLIER,
    )  # fmt: skip
    return add_part(session, community_id=community_id, part=said, actor_id=None, now=NOW)


_drawn = count(1)
