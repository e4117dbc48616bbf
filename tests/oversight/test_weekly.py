"""What a week left: officials are told of it once, of their own areas, and of nothing not at all."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.inspections import operations as inspections
from propman.inspections.models import Pace
from propman.inspections.operations import Choice, Wish
from propman.notify.models import Channel, Notice
from propman.oversight import operations
from propman.oversight.queries import weekly
from tests.desk import Desk, said
from tests.inspections import lived
from tests.inspections.following import WHOLE, own, part
from tests.inspections.lived import noon
from tests.oversight.history import NOW
from tests.oversight.test_found import cure, walked
from tests.oversight.test_pages import desk_of
from tests.world import World, viewer

WEEK = date(2026, 11, 2)  # the Monday of the week before that of the tenth
MONDAY = WEEK + weekly.DAYS


@pytest.fixture
def left(session: Session, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In 河柏小区 one duty was missed in the week and one is to be excused; of what was found in it one was cured."""
    made = lived.live(session, world, MONDAY - timedelta(days=1))
    while inspections.end_missed(session, now=noon(WEEK + timedelta(days=5))):
        pass
    asker = viewer(session, world.manager_han, now=noon(WEEK + timedelta(days=6)))
    inspections.ask_excuse(session, duty_id=made["open"], viewer=asker, reason="停电检修", now=noon(asked_on()))
    cure(session, world, walked(session, world, WEEK, "clutter"), WEEK + timedelta(days=1))
    walked(session, world, WEEK + timedelta(days=3), "clutter")
    walked(session, world, MONDAY, "clutter")  # it joins the report, and is of the next week
    monkeypatch.setattr(clock, "now", lambda: NOW)
    session.commit()


def asked_on() -> date:
    """The Sunday of the week."""
    return WEEK + timedelta(days=6)


def notices(session: Session) -> dict[str, dict[str, int]]:
    """Who was told of what in the inbox."""
    query = select(User.name, Notice.facts).join(User, User.id == Notice.recipient_id)
    query = query.where(Notice.topic == "inspections.week", Notice.channel == Channel.INBOX)
    return {name: {key: facts[key] for key in weekly.LEFT} for name, facts in session.execute(query)}


def test_officials_are_told_once_what_the_week_left_in_their_areas(session: Session, world: World, left: None) -> None:
    assert operations.tell_officials(session, now=NOW.replace(hour=16)) == 0  # at midnight
    assert operations.tell_officials(session, now=NOW) > 0
    counts = {"missed": 1, "late": 0, "excuses": 1, "uncured": 1, "short": 0, "stopped": 0}
    assert notices(session) == {world.official_qian.name: counts, world.official_sheng.name: counts}
    assert operations.tell_officials(session, now=NOW + timedelta(days=2)) == 0
    [link] = set(session.scalars(select(Notice.link).where(Notice.topic == "inspections.week")))
    assert link == f"/inspections/week?from={WEEK}"


def behind(desk: Desk, line: str, state: str) -> str:
    """The list of plans to which the page of the week leads, where it says `line`."""
    page = desk.open(f"/inspections/week?from={WEEK}")
    assert re.search(line, said(page))
    [link] = re.findall(f'href="(/inspections/plans[?][^"]*state={state})"', page.text)
    return desk.read(link.replace("&amp;", "&")).partition("Next due day")[2]


def test_officials_are_told_of_a_plan_that_was_made_to_ask_for_less(
    session: Session, new_client: Callable[[], FlaskClient], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the week in which that was said, and not in the next."""
    now, more = noon(WEEK + timedelta(days=2)), {"choice": WHOLE, "own": own("FREQ=MONTHLY;INTERVAL=3")}
    wish = Wish(world.community.id, "T06", "month", first_on=clock.local_date(now), reason="楼道已无设施", **more)
    inspections.bind_plan(session, viewer=viewer(session, world.manager_han, now=now), wish=wish, now=now)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    session.commit()
    assert operations.tell_officials(session, now=NOW) > 0
    [topic] = set(session.scalars(select(Notice.topic)))
    assert topic == "inspections.week_short"
    desk = desk_of(session, new_client, world, "official_qian")
    assert "Plans that now ask for less than their template: 1." in desk.read("/inbox")
    listed = behind(desk, f"{world.community.name} 0 0 0 0 1 0", "short")
    assert "every 3 months less than the template asks for" in listed
    assert "Nothing is left" in desk.read(f"/inspections/week?from={WEEK - weekly.DAYS}")


def test_officials_are_told_of_plans_that_were_paused_or_ended(
    session: Session, new_client: Callable[[], FlaskClient], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever they inspect, also where they run again by now; not of a pause that was taken back before it began."""
    now, said_at = noon(WEEK), noon(WEEK + timedelta(days=2))
    manager = viewer(session, world.manager_han, now=now)
    plans = {}
    for code, schedule in (("T06", "month"), ("T18", "night"), ("T20", "week"), ("T27", "autumn")):
        wish = Wish(world.community.id, code, schedule, choice=WHOLE, first_on=clock.local_date(now))
        plans[code] = inspections.bind_plan(session, viewer=manager, wish=wish, now=now).id

    def stop(code: str, pace: Pace, reason: str, days: int) -> None:
        inspections.stop_plan(session, viewer=manager, plan_id=plans[code], seen_version=1, pace=pace, reason=reason,
                              first_on=WEEK + timedelta(days=days), now=said_at)  # fmt: skip

    stop("T06", Pace.ENDED, "消防维保单位撤场", 12)
    stop("T18", Pace.PAUSED, "路灯改造", 3)
    stop("T20", Pace.PAUSED, "日期写错", 5)
    for code, days in (("T18", 8), ("T20", 4)):
        inspections.rebind_plan(
            session, viewer=manager, plan_id=plans[code], seen_version=2, reason="恢复", now=said_at,
            own=own("FREQ=WEEKLY;BYDAY=MO,WE,TH"), first_on=WEEK + timedelta(days=days),
        )  # fmt: skip
    monkeypatch.setattr(clock, "now", lambda: NOW)
    session.commit()
    assert operations.tell_officials(session, now=NOW) > 0
    desk = desk_of(session, new_client, world, "official_qian")
    assert (
        "Plans paused, ended or with something taken out: 2; that now ask for less than their template: 0."
        in desk.read("/inbox")
    )
    listed = behind(desk, f"{world.community.name}( [0-9]+){{4}} 0 2", "stopped")
    who = f"{world.manager_han.name} {said_at:%Y-%m-%d}"
    ended, paused = (f"{WEEK + timedelta(days=days)}" for days in (12, 3))
    assert re.search(rf"T06 .* runs from {ended} \w+ on: ended · {who} [0-9:]+ · Why: 消防维保单位撤场", listed)
    assert re.search(rf"T18 .* runs from {paused} \w+ on: paused · {who} [0-9:]+ · Why: 路灯改造", listed)
    assert "T20" not in listed
    assert "T27" not in listed
    now_or_later = desk.read("/inspections/plans?state=stopped").partition("Next due day")[2]
    assert "T06" in now_or_later
    assert not {"T18", "T20", "T27"} & set(now_or_later.split())
    assert "Nothing is left" in desk.read(f"/inspections/week?from={WEEK - weekly.DAYS}")


def test_officials_are_told_of_what_was_taken_out_of_a_plan(
    session: Session, new_client: Callable[[], FlaskClient], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, said_at = noon(WEEK), noon(WEEK + timedelta(days=2))
    manager = viewer(session, world.manager_han, now=now)
    lifts = [part(session, world.community.id, world.building.id, "I01", name) for name in ("东梯", "西梯")]
    choice = Choice(whole=False, things=frozenset(f"part-{one.id}" for one in lifts))
    wish = Wish(world.community.id, "T04", "drill", choice=choice, first_on=clock.local_date(now))
    plan = inspections.bind_plan(session, viewer=manager, wish=wish, now=now)
    inspections.take_out(session, viewer=manager, plan_id=plan.id, things={f"part-{lifts[1].id}"}, reason="停用大修",
                         first_on=WEEK + timedelta(days=9), now=said_at)  # fmt: skip
    monkeypatch.setattr(clock, "now", lambda: NOW)
    session.commit()
    desk = desk_of(session, new_client, world, "official_qian")
    listed = behind(desk, f"{world.community.name}( [0-9]+){{4}} 0 1", "stopped")
    assert re.search(f"T04 .* Leaves, from the day 西梯, {WEEK + timedelta(days=9)} · {said_at:%Y-%m-%d}", listed)
    before = desk.read(f"/inspections/plans?state=stopped&week={WEEK - weekly.DAYS}")
    assert "T04" not in before.partition("Next due day")[2]


def test_nobody_is_told_of_nothing(session: Session, world: World) -> None:
    assert operations.tell_officials(session, now=NOW) == 0
    assert notices(session) == {}


def test_the_page_has_a_line_for_each_community_within_reach(
    session: Session, new_client: Callable[[], FlaskClient], world: World, left: None
) -> None:
    for who in ("official_qian", "clerk_jie", "manager_han"):
        page = desk_of(session, new_client, world, who).read("/inspections/week")
        assert f"{world.community.name} 1 0 1 1 0 0" in page, who
        assert "Missed and late are what became so in this week, whenever it was due." in page
    far = desk_of(session, new_client, world, "far_clerk").read("/inspections/week")
    assert "Nothing is left of this week." in far
    desk = desk_of(session, new_client, world, "official_qian")
    assert "Nothing is left" not in desk.read(f"/inspections/week?from={WEEK}")
    for wrong in ("soon", "2026-11-03", f"{MONDAY}", "1999-01-04"):
        assert desk.open(f"/inspections/week?from={wrong}").status_code == 400, wrong
