"""The tour past plans of inspections: the list, ways to a new one, one that was changed and paused, what arose."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.inspections import operations
from propman.inspections.models import Pace, Plan
from propman.inspections.operations import Choice
from propman.projects.models import Project
from tests.inspections.following import NOW, TODAY, bound, own, part
from tests.pages.stops import Stop, every, refused
from tests.world import World, viewer

_PLANS = "/inspections/plans"
_NEW = Stop(f"{_PLANS}/new/{{community}}/T13/spring_autumn", "manager_han")
_CHANGE = Stop(f"{_PLANS}/{{plan_changed}}/change", "clerk_jie")
_OUT = Stop(f"{_PLANS}/{{plan_chosen}}/take_out", "clerk_jie")
_END = Stop(f"{_PLANS}/{{plan_changed}}/end", "clerk_jie")

PAGES = (
    *every("official_qian", _PLANS, f"{_PLANS}?state=paused&q=河柏", f"{_PLANS}?q=没有这样的",
           f"{_PLANS}?state=stopped&week={TODAY}", f"{_PLANS}/new",
           f"{_PLANS}/{{plan_changed}}", f"{_PLANS}/{{plan_arose}}"),
    *every("manager_han", _PLANS, f"{_PLANS}/new/{{community}}", _NEW.address, f"{_PLANS}/{{plan_paused}}/pause"),
    *every("worker_zhao", _PLANS, f"{_PLANS}/{{plan_paused}}"),
    *every("clerk_jie", _CHANGE.address, _END.address, _OUT.address),
    Stop(f"{_PLANS}/new/{{community}}/T28/after_acceptance", "manager_han", 404),
    Stop(f"{_PLANS}?state=asleep", "manager_han", 400),
    Stop(f"{_PLANS}?week=soon", "manager_han", 400),
)  # fmt: skip
REFUSED = (
    refused(_NEW, first_on="", terms="own", rule="FREQ=HOURLY"),
    refused(_NEW, terms="own", rule="FREQ=YEARLY;BYMONTH=7", season_from="11-01", season_to="12-31"),
    refused(_CHANGE, first_on="2020-01-01", terms="own", rule="FREQ=DAILY"),
    refused(_END, reason=""),
    refused(_OUT, reason=""),
)


def furnish(session: Session, world: World) -> dict[str, Any]:
    """What stands in braces in the addresses."""
    where = world.community.id
    part(session, where, world.building.id, "B02", "3号楼外墙保温")
    part(session, where, world.building.id, "I01", "3号楼电梯")  # the law wants it inspected
    chosen = [part(session, where, world.building.id, "B14", f"燃气立管{number}") for number in (1, 2)]
    of = Choice(whole=False, things=frozenset(f"part-{one.id}" for one in chosen))
    of_chosen = bound(session, world.manager_han, where, "T15", "year", choice=of)
    changed, paused = bound(session, world.manager_han, where, "T18", "night"), bound(
        session, world.manager_han, where, "T20", "week"
    )  # fmt: skip
    asked = {"viewer": viewer(session, world.clerk_jie), "seen_version": 1, "now": NOW,
             "first_on": TODAY + timedelta(days=1)}  # fmt: skip
    operations.rebind_plan(session, plan_id=changed.id, own=own("FREQ=DAILY;INTERVAL=3"), reason="冬季加密", **asked)
    operations.stop_plan(session, plan_id=paused.id, pace=Pace.PAUSED, reason="道路大修", **asked)
    project = session.scalars(select(Project).where(Project.community_id == where).order_by(Project.id)).first()
    if project is not None:
        project.accepted_on = TODAY
    session.flush()
    while operations.arise(session, now=NOW):
        pass
    arose = select(Plan.id).where(Plan.community_id == where, Plan.arose, Plan.project_id.is_not(None))
    return {
        "plan_changed": changed.id,
        "plan_paused": paused.id,
        "plan_arose": session.scalars(arose).first(),
        "plan_chosen": of_chosen.id,
    }
