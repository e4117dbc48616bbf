"""Plans of inspections in the demo world: made of templates by the bureau of the district; one changed, one paused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from propman.communities.models import Place
from propman.demo.acts import Hands
from propman.demo.world import World
from propman.errors import Refused
from propman.inspections import operations
from propman.inspections.models import Pace, Plan
from propman.inspections.operations import Choice, OwnTerms, Wish
from propman.inspections.schedule import TOLERANCE, OnHolidays

PLANS = (
    ("T01", "half_month"), ("T03", "statutory"), ("T06", "month"), ("T09", "half_year"), ("T12", "spring_autumn"),
    ("T18", "night"), ("T20", "week"), ("T25", "winter_month"), ("T26", "winter_week"),
)  # fmt: skip
"""Templates and their schedules. A community without such parts does without."""

WHERE = ("jiayuan", "xueyuan_xiaoqu")
TWICE_A_WEEK = OwnTerms("FREQ=WEEKLY;BYDAY=TU,TH", TOLERANCE, early=False, greatest_gap=None, season=None,
                        on_holidays=OnHolidays.AS_IS)  # fmt: skip
EACH_FORTNIGHT = replace(TWICE_A_WEEK, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TH")
QUIET = "路灯刚换新，半年没有不亮的，夜查人手先去清冰雪，开春恢复每周一次。"
DARK = "入冬后天黑得早，照明报修增多，改为每周二、四夜查。"
WORKS = "小区道路大修，井盖由施工单位看护，完工验收后恢复巡查。"
Due = tuple[date, Callable[[datetime], None]]
_DAY = timedelta(days=1)


def plan_inspections(hands: Hands, world: World, first_on: date, now: datetime) -> None:
    """Make every plan, from `first_on` on. Flushes."""
    for key in WHERE:
        place = world.communities[key].place
        viewer = hands.cast.viewer(hands.cast.official(place).user_id, now)
        for template, schedule in PLANS:
            wish = Wish(place.id, template, schedule, Choice(whole=True), first_on)
            try:
                operations.bind_plan(hands.session, viewer=viewer, wish=wish, now=now)
            except Refused:  # there is no such part
                continue


def follow(hands: Hands, now: datetime) -> None:
    """Do as the jobs do at `now`: what was accepted is looked back at, parts come and go."""
    while operations.arise(hands.session, now=now):
        pass
    while operations.follow(hands.session, now=now):
        pass


def later(hands: Hands, world: World) -> list[Due]:
    """What becomes of the plans, and on which day."""
    lights, covers = (world.communities[key].place for key in WHERE)
    return [
        (world.day(60), lambda now: _change(hands, lights, "T18", TWICE_A_WEEK, DARK, now)),
        (world.day(7 + world.anchor.weekday()), lambda now: _change(hands, covers, "T18", EACH_FORTNIGHT, QUIET, now)),
        (world.day(20), lambda now: _pause(hands, covers, "T20", now)),
    ]


def _change(hands: Hands, place: Place, template: str, own: OwnTerms, reason: str, now: datetime) -> None:
    plan, first_on = _plan(hands, place, template), now.date() + 2 * _DAY
    operations.rebind_plan(
        hands.session, viewer=hands.cast.viewer(hands.cast.official(place).user_id, now), plan_id=plan.id,
        seen_version=plan.version, first_on=first_on, own=own, reason=reason, now=now,
    )  # fmt: skip


def _pause(hands: Hands, place: Place, template: str, now: datetime) -> None:
    plan, first_on = _plan(hands, place, template), now.date() + 2 * _DAY
    operations.stop_plan(
        hands.session, viewer=hands.cast.viewer(hands.cast.official(place).user_id, now), plan_id=plan.id,
        seen_version=plan.version, first_on=first_on, pace=Pace.PAUSED, reason=WORKS, now=now,
    )  # fmt: skip


def _plan(hands: Hands, place: Place, template: str) -> Plan:
    return hands.session.scalars(select(Plan).where(Plan.community_id == place.id, Plan.template == template)).one()
