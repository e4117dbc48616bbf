"""What is typed about plans of inspections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from propman.inspections.operations import Choice
from tests.hostile import values as v
from tests.hostile.targets import LEAP_DAY, RARE, Fields, Maker, Target
from tests.inspections.following import bound, part

HAN = "manager_han"


def plans(make: Maker) -> Iterator[Target]:
    """The list, one, the way to a new one, changing it, pausing it."""
    world, session = make.world, make.session
    asked = {
        "q": (v.ANYTHING, "河柏"),
        "state": (v.ANYTHING, "runs"),
        "week": (v.ANYTHING, LEAP_DAY),
        "after": (v.ANYTHING, "1"),
    }
    yield Target("inspections.plans", HAN, query=asked)
    changed, paused = (bound(session, world.manager_han, world.community.id, code, schedule)
                       for code, schedule in (("T18", "night"), ("T20", "week")))  # fmt: skip
    yield Target("inspections.plan", HAN, {"plan_id": changed.id})
    yield Target("inspections.choose_community", "official_qian", query={"q": (v.ANYTHING, "河柏")})
    where = {"community_id": world.community.id}
    yield Target("inspections.choose_template", HAN, where, query={"template": (v.ANYTHING, "T02")})
    wall = part(session, world.community.id, world.building.id, "B02", "3号楼外墙保温")
    day, later = ((make.today + timedelta(days=days)).isoformat() for days in (0, 2))
    chosen = {"extent": (v.CHOICE, "chosen"), "types": (v.CHOICE, "B02"), "things": (v.CHOICE, f"part-{wall.id}"),
              "counted_on": (v.DAY_OR_NONE, LEAP_DAY)}  # fmt: skip
    yield Target("inspections.make_plan", HAN, {**where, "template": "T13", "schedule": "spring_autumn"},
                 form=chosen | _terms(day) | {"reason": (v.WORDS, RARE)})  # fmt: skip
    seen = {"version": (v.CHOICE, "1")}
    yield Target("inspections.change_plan", HAN, {"plan_id": changed.id}, query={"back": (v.ANYTHING, "2")},
                 form=_terms(later) | seen | {"reason": (v.WORDS, RARE)})  # fmt: skip
    yield Target("inspections.stop_plan", HAN, {"plan_id": paused.id, "how": "pause"},
                 form={"first_on": (v.A_DAY, later), "reason": (v.TOLD, RARE)} | seen)  # fmt: skip
    lift, next_one = (part(session, world.community.id, world.building.id, "I01", name) for name in ("东梯", "西梯"))
    chosen_of = bound(session, world.manager_han, world.community.id, "T04", "drill",
                      choice=Choice(whole=False, things=frozenset({f"part-{lift.id}"})))  # fmt: skip
    yield Target("inspections.choose_targets", HAN, {"plan_id": chosen_of.id, "way": "add"},
                 form={"things": (v.CHOICE, f"part-{next_one.id}"), "first_on": (v.A_DAY, later),
                       "counted_on": (v.DAY_OR_NONE, day), "reason": (v.WORDS, RARE)})  # fmt: skip


def _terms(day: str) -> Fields:
    return {
        "first_on": (v.A_DAY, day), "terms": (v.CHOICE, "own"), "rule": (v.CHOICE, "freq=weekly;byday=mo,th"),
        "every": (v.COUNT, "１"), "unit": (v.CHOICE_OR_NONE, ""), "weekday": (v.CHOICE_OR_NONE, "MO"),
        "monthday": (v.COUNT, "15"), "month": (v.CHOICE_OR_NONE, "5"),
        "tolerance": (v.COUNT, "１０"), "early": (v.ANYTHING, ""), "greatest_gap": (v.COUNT, "31"),
        "season_from": (v.CHOICE, "01-01"), "season_to": (v.CHOICE, "12-31"),
        "on_holidays": (v.CHOICE_OR_NONE, "after"), "show": (v.ANYTHING, ""),
    }  # fmt: skip
