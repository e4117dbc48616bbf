"""A plan of chosen parts: another joins, one is taken out, from a day on; what was due before stays due."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.errors import NotFound, Refused
from propman.inspections import operations
from propman.inspections.models import Duty, DutyAct, DutyEvent, Pace, Plan, Target
from propman.inspections.operations import Choice
from tests import world as small
from tests.desk import Desk, said
from tests.inspections.following import DAY, NOW, TODAY, bound, due, follow, own, part, recounted, targets
from tests.world import World, viewer

EVERY_TEN = own("FREQ=DAILY;INTERVAL=10")


class Lifts:
    """Three lifts of 河柏小区, and a plan of drills at the first two, every ten days from today on."""

    def __init__(self, session: Session, world: World) -> None:
        self.session, self.world = session, world
        self.east, self.west, self.north = (
            part(session, world.community.id, world.building.id, "I01", name) for name in ("东梯", "西梯", "北梯")
        )
        self.plan = self.drills(self.east, self.west)

    def drills(self, *lifts: Any, template: str = "T04", schedule: str = "drill", **more: Any) -> Plan:
        things = frozenset(self.key(one) for one in lifts)
        return bound(self.session, self.world.manager_han, self.world.community.id, template, schedule,
                     **({"choice": Choice(whole=False, things=things), "own": EVERY_TEN} | more))  # fmt: skip

    def key(self, lift: Any) -> str:
        return f"part-{lift.id}"

    def act(self, act: Callable[..., Plan], *lifts: Any, days: int = 5, who: Any = None, **more: Any) -> Plan:
        said = {"plan_id": self.plan.id, "things": {self.key(one) for one in lifts}, "first_on": TODAY + days * DAY}
        return act(self.session, viewer=viewer(self.session, who or self.world.manager_han), now=NOW, **(said | more))

    def add(self, *lifts: Any, **more: Any) -> Plan:
        return self.act(operations.add_chosen, *lifts, **more)

    def out(self, *lifts: Any, **more: Any) -> Plan:
        return self.act(operations.take_out, *lifts, **({"reason": "停用大修"} | more))


@pytest.fixture
def lifts(session: Session, world: World) -> Lifts:
    return Lifts(session, world)


def on(*numbers: int) -> list[Any]:
    return [TODAY + number * DAY for number in numbers]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, on(10, 20, 30, 40, 50, 60)),  # by the calendar of the others
        ({"counted_on": TODAY - 3 * DAY}, on(7, 17, 27, 37, 47, 57)),
        ({"days": 0}, on(0, 10, 20, 30, 40, 50, 60)),
    ],
)
def test_a_part_joins_from_its_day_on(session: Session, lifts: Lifts, more: dict[str, Any], expected: Any) -> None:
    before = due(session, lifts.plan, lifts.east.id)
    lifts.add(lifts.north, **more)
    assert due(session, lifts.plan, lifts.north.id) == expected
    assert due(session, lifts.plan, lifts.east.id) == before  # untouched
    assert follow(session) == 0  # what was chosen stays as it is
    recounted(session)


def test_a_part_leaves_from_its_day_on_and_what_was_due_before_stays(session: Session, lifts: Lifts) -> None:
    lifts.out(lifts.west, days=15)
    assert due(session, lifts.plan, lifts.west.id) == on(0, 10)
    assert due(session, lifts.plan, lifts.east.id) == on(0, 10, 20, 30, 40, 50, 60)
    gone = session.scalars(
        select(DutyEvent).join(Duty).join(Target).where(Target.asset_id == lifts.west.id).order_by(DutyEvent.id)
    ).all()
    assert [one.act for one in gone] == [DutyAct.SUPERSEDE] * 5
    assert {(one.actor_id, one.note.body if one.note else None) for one in gone} == {
        (lifts.world.manager_han.id, "停用大修")
    }
    assert (follow(session), follow(session, NOW + 20 * DAY)) == (0, 0)
    recounted(session)
    with pytest.raises(Refused, match="西梯 has such a plan already"):  # until that day
        lifts.add(lifts.west, days=14)
    lifts.add(lifts.west, days=15)
    assert due(session, lifts.plan, lifts.west.id) == on(0, 10, 20, 30, 40, 50, 60)
    recounted(session)


def test_what_is_counted_from_completion_has_one_open_duty_or_none(session: Session, world: World) -> None:
    lifts = Lifts(session, world)
    lifts.plan = lifts.drills(lifts.east, lifts.west, template="T01", schedule="half_month", own=None)
    lifts.add(lifts.north)
    assert due(session, lifts.plan, lifts.north.id) == on(5)
    lifts.out(lifts.west, days=1)
    first = session.scalars(select(Duty).join(Target).where(Target.asset_id == lifts.west.id,
                                                            Target.plan_id == lifts.plan.id)).one()  # fmt: skip
    operations.end(session, duty_id=first.id, done_on=TODAY, actor_id=None, now=NOW)
    assert due(session, lifts.plan, lifts.west.id) == on(0)  # and nothing after it
    recounted(session)


@pytest.mark.parametrize(
    ("act", "lift", "more", "sentence"),
    [
        ("add", "north", {"days": -1}, "joins today at the earliest"),
        ("add", "north", {"things": ()}, "choose what is inspected"),
        ("add", "north", {"things": {"part-99999"}}, "places and parts of this community"),
        ("add", "west", {}, "西梯 has such a plan already"),
        ("add", "north", {"days": 6000}, "Look at the year"),
        ("out", "west", {"days": 0}, "leaves tomorrow at the earliest"),
        ("out", "west", {"reason": " "}, "Please say why"),
        ("out", "west", {"things": ()}, "choose what is taken out"),
        ("out", "north", {}, "Choose of what is in the plan"),
        ("out", "both", {}, "Nothing would be left to inspect"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    session: Session, lifts: Lifts, act: str, lift: str, more: dict[str, Any], sentence: str
) -> None:
    asked = [lifts.east, lifts.west] if lift == "both" else [getattr(lifts, lift)]
    with pytest.raises(Refused, match=sentence):
        getattr(lifts, act)(*asked, **more)
    assert len(targets(session, lifts.plan)) == 2


def test_no_end_of_a_later_day_is_taken_back(session: Session, lifts: Lifts) -> None:
    later = session.scalars(
        select(Duty).join(Target).where(Target.asset_id == lifts.west.id, Duty.due_on == TODAY + 10 * DAY)
    ).one()
    operations.end(session, duty_id=later.id, done_on=TODAY + 10 * DAY, actor_id=None, now=NOW + 10 * DAY)
    with pytest.raises(Refused, match="has its end already"):
        lifts.out(lifts.west, days=5)


def test_only_a_plan_of_chosen_things_that_goes_on_is_added_to(session: Session, lifts: Lifts) -> None:
    world = lifts.world
    for person in (world.far_official, world.dispatcher_mei, world.auditor_shen):
        with pytest.raises(NotFound):
            lifts.add(lifts.north, who=person)
    whole = bound(session, world.manager_han, world.community.id, "T02", "quarter")
    with pytest.raises(Refused, match="about all there is") as refused:
        lifts.add(lifts.north, plan_id=whole.id)
    assert refused.value.status == 409
    operations.stop_plan(session, viewer=viewer(session, world.manager_han), plan_id=lifts.plan.id, seen_version=1,
                         first_on=TODAY + DAY, pace=Pace.ENDED, reason="换计划", now=NOW)  # fmt: skip
    with pytest.raises(Refused):
        lifts.add(lifts.north)


def test_a_manager_adds_a_lift_and_takes_one_out(
    session: Session, lifts: Lifts, new_client: Callable[[], FlaskClient]
) -> None:
    session.commit()
    desk = Desk(small.sign_in(session, new_client(), lifts.world.manager_han))
    page, day = f"/inspections/plans/{lifts.plan.id}", (TODAY + 5 * DAY).isoformat()
    asked = {"things": lifts.key(lifts.north), "first_on": day, "counted_on": "", "reason": ""}
    shown = desk.read(f"{page}/add")
    assert "北梯" in shown
    assert "西梯" not in shown  # it is in the plan
    hidden = {name: small.value_of(desk.open(f"{page}/add").text, name) for name in ("csrf_token", "key")}
    for _again in range(2):  # the same form sent twice
        assert desk.client.post(f"{page}/add", data=hidden | asked).status_code == 303
    words = desk.read(page)
    assert f"Joins, from the day – 北梯, {day}" in words
    refused = desk.send(f"{page}/take_out", **asked | {"reason": ""})
    assert refused.status_code == 422
    assert "Please say why" in said(refused)
    leaving = [lifts.key(lifts.west), lifts.key(lifts.north)]  # several at once
    words = desk.sent(f"{page}/take_out", things=leaving, first_on=day, reason="加装施工停用")
    assert "What leaves or left the plan" in words
    assert "加装施工停用" in words
    assert "西梯" in desk.read(f"{page}/add")  # it may join again after that day
    assert len(targets(session, lifts.plan)) == 3
