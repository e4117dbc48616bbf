"""What is announced of a plan: said apart from how it stands today, by each page, and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.accounts.models import User
from propman.inspections import operations
from propman.inspections.models import Duty, Pace, Plan, PlanVersion
from propman.inspections.queries import plan_list, plan_page, taken_back
from propman.inspections.queries.plan_list import Less
from tests import world as small
from tests.assets import works as renovated
from tests.desk import Desk, said
from tests.inspections.following import DAY, NOW, TODAY, bound, own, recounted
from tests.statements import counted
from tests.world import World, viewer

PLANS = "/inspections/plans"
SOON, LATER, LAST = (TODAY + days * DAY for days in (10, 20, 30))
DeskOf = Callable[[User], Desk]


@pytest.fixture
def desk_of(session: Session, new_client: Callable[[], FlaskClient]) -> DeskOf:
    """Somebody at work."""
    return lambda person: Desk(small.sign_in(session, new_client(), person))


@pytest.fixture
def plan(session: Session, world: World) -> Plan:
    """The drill of a lift, each half year from today on."""
    renovated.old_part(session, renovated.furnish(session, world), type_code="I01", name="3号楼电梯")
    made = bound(session, world.manager_han, world.community.id, "T04", "drill")
    session.commit()
    return made


def changes(session: Session, world: World, plan: Plan, first_on: date, rule: str) -> None:
    """Announce another rule from `first_on` on."""
    operations.rebind_plan(session, viewer=viewer(session, world.clerk_jie), plan_id=plan.id, seen_version=plan.version,
                           first_on=first_on, own=own(rule), reason=None, now=NOW)  # fmt: skip
    session.commit()


def stops(session: Session, world: World, plan: Plan, first_on: date, pace: Pace) -> None:
    """Announce that it stands still from `first_on` on."""
    operations.stop_plan(session, viewer=viewer(session, world.clerk_jie), plan_id=plan.id, seen_version=plan.version,
                         first_on=first_on, pace=pace, reason="井道施工", now=NOW)  # fmt: skip
    session.commit()


def typed(page: str) -> dict[str, Any]:
    """What the form on a page holds as it is shown, but for its key."""
    names = {"first_on", "version", "every", "monthday", "rule", "tolerance", "greatest_gap", "season_from"}
    inputs = re.findall(r'<input[^>]* name="([a-z_]+)"[^>]* value="([^"]*)"', page)
    found = {name: value for name, value in inputs if name in names | {"season_to"}}
    terms = re.search(r'<input checked[^>]* name="terms"[^>]* value="([a-z]+)"', page)
    assert terms
    chosen = dict(re.findall(r'<select[^>]* name="([a-z_]+)"[^>]*><option selected value="([^"]*)"', page))
    chosen |= dict(re.findall(r'<select[^>]* name="(unit)".*?<option selected value="([^"]*)"', page, re.DOTALL))
    return {"greatest_gap": "", **found, **chosen, "terms": terms[1], "on_holidays": "as_is", "reason": ""}


def test_a_change_names_all_that_it_takes_back(session: Session, world: World, plan: Plan, desk_of: DeskOf) -> None:
    changes(session, world, plan, SOON, "FREQ=MONTHLY;INTERVAL=2")
    changes(session, world, plan, LATER, "FREQ=MONTHLY;INTERVAL=3")
    stops(session, world, plan, LAST, Pace.PAUSED)
    desk, page = desk_of(world.clerk_jie), f"{PLANS}/{plan.id}"
    for first_on, gone in ((SOON, 3), (LATER, 2), (LAST, 1), (LAST + DAY, 0)):
        asked = {"first_on": first_on.isoformat(), "terms": "own", "rule": "FREQ=MONTHLY", "on_holidays": "as_is"}
        shown = said(desk.send(f"{page}/change", show="1", version="4", reason="", **asked))
        for number, words in enumerate(("every 2 months", "every 3 months", "paused")):
            does = "taken back by a change" if number >= 3 - gone else "stays"
            assert re.search(rf"on: {words} · {does}", shown), (first_on, words)
    told = said(desk.open(f"{page}/end"))
    assert [told.count(words) for words in ("taken back by a change", "every 2 months", "every 3 months")] == [3, 1, 1]


def test_what_is_announced_is_mended_on_its_day_and_taken_back(
    session: Session, world: World, plan: Plan, desk_of: DeskOf
) -> None:
    desk, page = desk_of(world.clerk_jie), f"{PLANS}/{plan.id}"
    assert typed(desk.open(f"{page}/change").text)["first_on"] == (TODAY + DAY).isoformat()
    changes(session, world, plan, SOON, "FREQ=MONTHLY;INTERVAL=2")
    stops(session, world, plan, LATER, Pace.PAUSED)
    shown = desk.open(page).text
    assert re.search("runs .*From .* on it says: every 2 months.*From .* on it is paused", said(desk.open(page)))
    assert typed(desk.open(f"{page}/change").text)["first_on"] == LATER.isoformat()
    for words in ("Take the pause back", "Take this back"):
        [back] = re.findall(rf'href="([^"]+)"><span>{words}', shown)
        form = typed(desk.open(back).text)
        assert desk.send(f"{page}/change", **form).status_code == 303
        shown = desk.open(page).text
        assert words not in shown
    session.expire_all()
    versions = session.scalars(select(PlanVersion).order_by(PlanVersion.number)).all()
    assert [one.number for one in versions if one.number not in taken_back(versions)] == [1, 5]
    assert (versions[4].first_on, versions[4].rule, versions[4].pace) == (SOON, versions[0].rule, Pace.RUNS)
    recounted(session)


def test_whoever_takes_a_pause_back_reads_what_went_with_it(
    session: Session, world: World, plan: Plan, desk_of: DeskOf
) -> None:
    """A change that was announced for later, until the pause took it back."""
    lost = "That does not come back by itself"
    changes(session, world, plan, LATER, "FREQ=MONTHLY;INTERVAL=3")
    stops(session, world, plan, SOON, Pace.PAUSED)
    desk, page = desk_of(world.clerk_jie), f"{PLANS}/{plan.id}"
    shown = desk.open(page)
    assert re.search("paused taken back before it began|every 3 months .* taken back before it began", said(shown))
    [back] = re.findall(r'href="([^"]+)"><span>Take the pause back', shown.text)
    asked = said(desk.open(back))
    assert re.search(rf"{lost}.* on: every 3 months", asked)
    assert lost not in said(desk.open(f"{page}/change"))


def test_a_paused_plan_runs_again(session: Session, world: World, plan: Plan, desk_of: DeskOf) -> None:
    stops(session, world, plan, TODAY + DAY, Pace.PAUSED)
    [version] = session.scalars(select(PlanVersion).where(PlanVersion.number == 2))
    version.first_on = TODAY  # as if it were a day later
    session.commit()
    desk, page = desk_of(world.clerk_jie), f"{PLANS}/{plan.id}"
    assert re.search("paused .*Why: 井道施工.*Let it run again", desk.read(page))
    form = typed(desk.open(f"{page}/change").text)
    assert form["first_on"] == (TODAY + DAY).isoformat()
    again = desk.sent(f"{page}/change", **form)
    assert re.search("From .* on it runs again: every 6 months", again)
    assert "Let it run again" not in again


def test_a_plan_that_is_to_end_runs_until_then_and_cannot_be_changed(
    session: Session, world: World, plan: Plan, desk_of: DeskOf
) -> None:
    changes(session, world, plan, TODAY + DAY, "FREQ=DAILY;INTERVAL=5")
    stops(session, world, plan, SOON, Pace.ENDED)
    desk, page = desk_of(world.clerk_jie), f"{PLANS}/{plan.id}"
    shown = desk.read(page)
    assert re.search("runs .*It ends for good: from .*Why: 井道施工", shown)
    assert re.search("Rule FREQ=MONTHLY;INTERVAL=6 ", shown)
    days = re.sub(r"\(moved to [^)]+\)", "", shown.partition("The next ten due days")[2].partition(" Who ")[0])
    assert re.findall(r"\d{4}-\d\d-\d\d", days)[1:] == [(TODAY + 5 * DAY).isoformat()]
    for way in ("change", "pause", "end"):
        told = desk.open(f"{page}/{way}")
        assert "nothing of it can be changed any more" in said(told)
        assert 'name="first_on"' not in told.text
    other = f"{PLANS}/new/{world.community.id}/T06/month"  # as if the form had been opened before
    for shows in ("1", ""):
        asked = {"version": "3", "reason": "", "show": shows, "first_on": SOON.isoformat(), "terms": "template"}
        answer = desk.send(f"{page}/change", other, **asked)
        assert answer.status_code == 409
        assert "ended for good, from" in said(answer)


WHEN = (
    ("runs", None, "runs"),
    ("is to be changed", lambda *of: changes(*of, LATER, "FREQ=DAILY;INTERVAL=3"), "runs .*every 3 days"),
    ("is to be paused", lambda *of: stops(*of, LATER, Pace.PAUSED), "runs .*on: paused"),
    ("is to end", lambda *of: stops(*of, LATER, Pace.ENDED), "runs .*on: ended"),
)


@pytest.mark.parametrize(("announce", "stands"), [case[1:] for case in WHEN], ids=[case[0] for case in WHEN])
def test_the_list_and_the_page_say_the_same_of_today_and_of_the_next_day(
    session: Session, world: World, plan: Plan, desk_of: DeskOf, announce: Any, stands: str
) -> None:
    if announce is not None:
        announce(session, world, plan)
    desk, seen = desk_of(world.clerk_jie), viewer(session, world.clerk_jie)
    listed = desk.read(f"{PLANS}?q=河柏")
    assert re.search(f"every 6 months {stands}", listed)
    for state, number in ((Pace.RUNS, 1), (Pace.PAUSED, 0), (Pace.ENDED, 0)):
        assert len(plan_list.plans(session, seen, TODAY, pace=state)[0]) == number
    for later in (TODAY, LATER):  # on its last days, and once it stands still: what was due stays due
        [row], _next = plan_list.plans(session, seen, later)
        due, _number = plan_page.targets(session, plan, row.version, later)
        assert row.next_on == min(one.on for one in due if one.on)
    [day] = {row.due_on for row in session.scalars(select(Duty).where(Duty.due_on == TODAY))}
    assert re.search(rf"3号楼电梯 {day.isoformat()}", desk.read(f"{PLANS}/{plan.id}"))


def less(session: Session, world: World, plan: Plan, first_on: date) -> None:
    """Announce that it asks for less than its template from `first_on` on."""
    operations.rebind_plan(session, viewer=viewer(session, world.clerk_jie), plan_id=plan.id, seen_version=plan.version,
                           first_on=first_on, own=own("FREQ=MONTHLY;INTERVAL=2"), reason="停梯", now=NOW)  # fmt: skip
    session.commit()


@pytest.mark.parametrize(
    ("acts", "which", "listed_on", "not_on"),
    [
        ([(less, SOON)], Less.SHORT, (TODAY, SOON, LAST), ()),
        ([(less, SOON), (stops, LATER, Pace.ENDED)], Less.SHORT, (TODAY, SOON, LATER - DAY), (LATER, LAST)),
        ([(stops, LATER, Pace.ENDED)], Less.SHORT, (), (TODAY, LATER)),
        ([(stops, LATER, Pace.ENDED)], Less.STOPPED, (TODAY, LATER, LAST), ()),
        ([(stops, SOON, Pace.PAUSED), (less, LATER)], Less.STOPPED, (TODAY, SOON, LATER - DAY), (LATER, LAST)),
        ([(stops, LATER, Pace.PAUSED), (less, SOON)], Less.STOPPED, (), (TODAY, LATER)),  # taken back
        ([(less, SOON)], Less.STOPPED, (), (TODAY, LATER)),
    ],
)
def test_what_does_less_is_listed_from_when_it_is_said_until_that_has_its_end(
    session: Session, world: World, desk_of: DeskOf, acts: Sequence[Any], which: Less, listed_on: Sequence[date],
    not_on: Sequence[date],
) -> None:  # fmt: skip
    plan = bound(session, world.manager_han, world.community.id, "T06", "month")
    for act, *of in acts:
        act(session, world, plan, *of)
    for on in (*listed_on, *not_on):
        found, _next = plan_list.plans(session, viewer(session, world.clerk_jie), on, less=which)
        assert [one.plan.id for one in found] == ([plan.id] if on in listed_on else []), on


def test_the_list_says_who_stopped_each_plan_when_and_why_in_as_many_statements_as_for_one(
    app: Flask, session: Session, world: World, desk_of: DeskOf
) -> None:
    address, numbers, desk = f"{PLANS}?state=stopped&week={TODAY}", [], desk_of(world.official_qian)
    for codes in ((("T06", "month"),), (("T18", "night"), ("T20", "week"), ("T27", "autumn"))):
        for code, schedule in codes:
            made = bound(session, world.manager_han, world.community.id, code, schedule)
            stops(session, world, made, SOON, Pace.PAUSED)
        with counted(app) as sent:
            page = desk.read(address)
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]
    assert page.count(f"on: paused · {world.clerk_jie.name} {TODAY}") == 4
    assert page.count("Why: 井道施工") == 4
    assert "Nothing found" in desk.read(f"{PLANS}?state=stopped&week={TODAY + DAY}")
    for wrong in ("soon", "9999-12-31", "0001-01-01"):
        assert desk.open(f"{PLANS}?state=stopped&week={wrong}").status_code == 400, wrong
