"""Plans by HTTP: the list with what the law asks for and nobody planned, making one, its page, changing it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.accounts.models import User
from propman.catalogue.models import InspectionSchedule
from propman.communities import queries
from propman.communities.models import HeatingSeason
from propman.communities.operations import add_season, withdraw_season
from propman.inspections.almanac import due_days
from propman.inspections.models import Duty, Plan, PlanVersion, Target
from tests import world as small
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.desk import Desk, said
from tests.inspections.following import DAY, NOW, TODAY, bound, follow, targets
from tests.world import World

PLANS = "/inspections/plans"
DeskOf = Callable[[User], Desk]


@pytest.fixture
def works(session: Session, world: World) -> Works:
    """A lift that the law wants inspected."""
    works = renovated.furnish(session, world)
    renovated.old_part(session, works, type_code="I01", name="3号楼电梯")
    session.commit()
    return works


@pytest.fixture
def desk_of(session: Session, new_client: Callable[[], FlaskClient]) -> DeskOf:
    """Somebody at work."""
    return lambda person: Desk(small.sign_in(session, new_client(), person))


def typed(**more: object) -> dict[str, object]:
    """What the form of a new plan holds, as it is shown at first."""
    empty = dict.fromkeys(("counted_on", "rule", "tolerance", "greatest_gap", "season_from", "season_to"), "")
    return {
        **empty,
        "extent": "whole",
        "terms": "template",
        "first_on": TODAY.isoformat(),
        "on_holidays": "as_is",
    } | more


def number(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Plan)) or 0


def test_a_manager_makes_the_plan_that_the_law_asks_for(session: Session, works: Works, desk_of: DeskOf) -> None:
    desk, where = desk_of(works.world.manager_han), works.world.community.id
    page = desk.read(PLANS)
    assert re.search("Without a plan .* 河柏小区 T01 Half-monthly lift upkeep national law 1 part Make a plan", page)
    assert desk.open(f"{PLANS}/new").location == f"{PLANS}/new/{where}"
    assert "Half-monthly lift upkeep Lift national law 1 Half-monthly" in desk.read(f"{PLANS}/new/{where}")
    address = f"{PLANS}/new/{where}/T01/half_month"
    [way] = re.findall(r'href="([^"]+\?template=T01)"', desk.open(PLANS).text)
    assert desk.open(way).location == address
    assert desk.open(f"{PLANS}/new/{where}?template=T99").status_code == 200
    several = desk.read(f"{PLANS}/new/{where}?template=T02")
    assert re.search("All templates .* T02 ", several)
    assert "T01" not in several
    shown = desk.read(address)
    assert "every 14 days, at most 15 days apart" in shown
    assert (TODAY + 9 * 14 * DAY).isoformat() in shown
    read_back = desk.send(address, show="1", **typed(terms="own", rule="FREQ=WEEKLY;BYDAY=MO"))
    assert read_back.status_code == 200
    assert "every week on Monday, at most 15 days apart" in said(read_back)
    assert number(session) == 0  # nothing is kept
    refused = desk.send(address, **typed(terms="own", rule="FREQ=WEEKLY", greatest_gap="30"))
    assert (refused.status_code, number(session)) == (422, 0)
    assert "At most 15 days may lie between two visits, says the template; 30 are too many" in said(refused)
    assert 'value="30"' in refused.text
    made = desk.sent(address, **typed(counted_on=(TODAY - 7 * DAY).isoformat()))
    for words in ("runs", "安居物业", "national law", "特种设备安全监察条例", (TODAY + 7 * DAY).isoformat(),
                  "as the template says, also when that changes", "3号楼电梯", "河柏小区"):  # fmt: skip
        assert words in made
    page = desk.read(PLANS)
    assert "national law 1 part" not in page
    assert "T01 Half-monthly lift upkeep" in page
    again = desk.send(address, **typed())
    assert (again.status_code, number(session)) == (409, 1)
    assert "3号楼电梯 has such a plan already" in said(again)


def test_a_plan_that_asks_for_less_says_so_wherever_it_is_seen(session: Session, works: Works, desk_of: DeskOf) -> None:
    desk, where = desk_of(works.world.manager_han), works.world.community.id
    address, less = f"{PLANS}/new/{where}/T06/month", "less than the template asks for"
    rare = typed(terms="own", rule="FREQ=MONTHLY;INTERVAL=6")
    shown = desk.send(address, show="1", **rare)
    assert shown.status_code == 200
    assert "This asks for less than the template. Officials are told" in said(shown)
    refused = desk.send(address, **rare)
    assert (refused.status_code, number(session)) == (422, 0)
    assert "please say why" in said(refused)
    page = desk.sent(address, **rare, reason="设施已移交消防队代管")
    assert f"runs {less} Why: 设施已移交消防队代管" in page
    assert "The template says every month" in page
    bound(session, works.world.manager_han, where, "T20", "week")
    session.commit()
    office = desk_of(works.world.official_qian)
    listed = office.read(f"{PLANS}?state=short")
    assert f"every 6 months {less}" in listed
    assert "T20" not in listed.partition("Next due day")[2]
    assert office.read(PLANS).count(f"every 6 months {less}") == 1


def test_a_plan_is_changed_paused_and_ended_with_a_reason(session: Session, works: Works, desk_of: DeskOf) -> None:
    plan = bound(session, works.world.manager_han, works.world.community.id, "T04", "drill")
    session.commit()
    desk, page = desk_of(works.world.clerk_jie), f"{PLANS}/{plan.id}"
    later = {name: (TODAY + days * DAY).isoformat() for days, name in ((1, "a"), (2, "b"), (3, "c"))}
    own = typed(terms="own", rule="FREQ=MONTHLY;INTERVAL=2", tolerance="5")
    shown = desk.send(f"{page}/change", show="1", version="1", reason="", **own | {"first_on": later["a"]})
    assert "every 2 months" in said(shown)
    changed = desk.sent(f"{page}/change", version="1", reason="演练不足", **own | {"first_on": later["a"]})
    assert re.search("every 2 months its own terms runs .* 演练不足", changed)
    stale = desk.send(f"{page}/pause", version="1", first_on=later["b"], reason="施工")
    assert stale.status_code == 409
    assert "Please say why" in said(desk.send(f"{page}/pause", version="2", first_on=later["b"], reason=" "))
    assert "Something is announced already" in desk.read(f"{page}/pause")
    slip = desk.sent(f"{page}/pause", version="2", first_on=later["c"], reason="日期写错")
    assert f"From {later['c']}" in slip
    assert "Why: 日期写错" in slip
    paused = desk.sent(f"{page}/pause", version="3", first_on=later["b"], reason="施工停用")
    assert re.search("施工停用 3 .* taken back before it began .* 日期写错", paused)
    assert re.search(rf"runs .*From {later['b']} \w+ on it is paused", paused)
    assert "Why: 施工停用" in paused
    assert "paused" in desk.read(f"{PLANS}?state=paused")
    ended = desk.sent(f"{page}/end", version="4", first_on=later["c"], reason="电梯拆除")
    assert re.search(rf"It ends for good: from {later['c']} \w+ on", ended)
    assert "Change from a day on" not in ended
    other = f"{PLANS}/new/{works.world.community.id}/T06/month"
    late = desk.send(f"{page}/change", other, version="5", reason="", **typed(first_on=later["c"]))
    assert late.status_code == 409
    assert [one.pace for one in session.scalars(select(PlanVersion).order_by(PlanVersion.number))] == [
        "runs", "runs", "paused", "paused", "ended",
    ]  # fmt: skip


def test_what_arises_by_itself_is_seen_as_a_plan(session: Session, works: Works, desk_of: DeskOf) -> None:
    works.project.accepted_on = TODAY
    part = renovated.part(session, works)
    part.warranty_last_on = TODAY + timedelta(days=400)
    session.flush()
    assert follow(session) == 2
    session.commit()
    desk = desk_of(works.world.official_qian)
    look_back, before = session.scalars(select(Plan.id).order_by(Plan.schedule)).all()
    page = desk.read(f"{PLANS}/{look_back}")
    assert "This plan arose by itself" in page
    assert "the project 老旧小区改造" in page
    page = desk.read(f"{PLANS}/{before}")
    assert "1 further part has a warranty" in page
    assert (TODAY + timedelta(days=340)).isoformat() in page
    assert "propman itself" in page
    listed = desk.read(PLANS)
    waits = (TODAY + timedelta(days=340)).isoformat()
    assert re.search(rf"Before a warranty ends .* runs 0 more join once their day is within sixty days {waits}", listed)


def test_the_page_names_the_parts_whose_papers_say_no_day(session: Session, works: Works, desk_of: DeskOf) -> None:
    renovated.old_part(session, works, type_code="I01", name="5号楼电梯", in_use_since=TODAY - 400 * DAY)
    who, where = works.world.clerk_jie, works.world.community.id
    plan, drill = (bound(session, who, where, *of) for of in (("T03", "statutory"), ("T04", "drill")))
    session.commit()
    desk, address = desk_of(who), f"{PLANS}/{plan.id}"
    assert "1 part cannot be counted: its papers do not say from which day." in desk.read(address)
    [lift] = re.findall(r'<a href="(/parts/[0-9]+)">3号楼电梯</a>', desk.open(address).text)
    assert "3号楼电梯" in desk.read(lift)
    assert "cannot be counted" not in desk.read(f"{PLANS}/{drill.id}")


def test_whoever_would_make_a_plan_twice_is_led_to_the_one_there_is(
    session: Session, works: Works, desk_of: DeskOf
) -> None:
    """One that begins too late leaves the community among those without a plan."""
    desk, where = desk_of(works.world.manager_han), works.world.community.id
    plan = bound(session, works.world.manager_han, where, "T01", "half_month", first_on=TODAY + 100 * DAY)
    session.commit()
    [way] = re.findall(r'href="([^"]+\?template=T01)"', desk.open(PLANS).text)
    page = desk.open(way)
    assert "There is a plan: change it" in said(page)
    assert f'href="{PLANS}/{plan.id}"' in page.text


def test_the_list_says_of_a_day_that_has_passed_that_it_is_still_to_do(
    session: Session, works: Works, desk_of: DeskOf
) -> None:
    plan = bound(session, works.world.manager_han, works.world.community.id, "T20", "week")
    session.commit()
    desk = desk_of(works.world.official_qian)
    assert "still to do" not in desk.read(PLANS)
    for duty in session.scalars(select(Duty).join(Duty.target).where(Target.plan_id == plan.id, Duty.due_on == TODAY)):
        duty.due_on = duty.do_on = duty.opens_on = duty.closes_on = TODAY - DAY
    session.commit()
    assert f"{(TODAY - DAY).isoformat()}" in desk.read(PLANS).partition("Next due day")[2]
    assert "still to do" in desk.read(PLANS)


def test_before_it_is_kept_a_plan_tells_what_holidays_move_and_what_the_library_says_later(
    session: Session, works: Works, desk_of: DeskOf
) -> None:
    desk, address = desk_of(works.world.manager_han), f"{PLANS}/new/{works.world.community.id}/T22/month"
    renovated.old_part(session, works, type_code="I02", name="坡道")
    row = session.scalars(select(InspectionSchedule).where(InspectionSchedule.template == "T22")).one()
    said_now = {one.key: getattr(row, one.key) for one in InspectionSchedule.__table__.columns if one.key != "id"}
    later = TODAY + 40 * DAY
    session.add(InspectionSchedule(**said_now | {"rule": "FREQ=DAILY;INTERVAL=2", "valid_from": later}))
    session.commit()
    shown = desk.read(address)
    assert re.search(f"From {later.isoformat()} \\w+ on the library says: every 2 days. The plan follows", shown)
    assert [on for on in next_ten(shown) if on >= later] == [
        TODAY + (40 + 2 * number) * DAY for number in range(10 - sum(on < later for on in next_ten(shown)))
    ]
    made = desk.sent(address, **typed())
    assert next_ten(made) == next_ten(shown)
    assert ("(moved to" in made) == ("(moved to" in shown)
    address = f"{PLANS}/{session.scalar(select(Plan.id))}/change"
    sundays = typed(terms="own", rule="FREQ=WEEKLY;BYDAY=SU", version="1", first_on=(TODAY + DAY).isoformat())
    for behaviour, words in (
        ("after", r"\(moved to [^)]+\)"),
        ("before", r"\(moved to [^)]+\)"),
        ("skip", r"\(left out\)"),
    ):
        shown = said(desk.send(address, show="1", **sundays | {"on_holidays": behaviour}))
        assert len(re.findall(words, shown)) >= 8, behaviour  # but for Sundays that are worked
        assert "library says" not in shown.partition("The next ten due days")[2].partition("What is")[0]
    assert "(moved" not in said(desk.send(address, show="1", **sundays | {"on_holidays": "as_is"}))


def next_ten(page: str) -> list[date]:
    """The days that a page lists as the next ten."""
    listed = page.partition("The next ten due days")[2].partition(" Who ")[0].partition(" What is ")[0]
    listed = re.sub(r"\(moved to [^)]+\)", "", listed)
    return [date.fromisoformat(found) for found in re.findall("[0-9]{4}-[0-9]{2}-[0-9]{2}", listed)][:10]


def test_the_pages_say_in_which_heating_season_a_plan_is_due(session: Session, works: Works, desk_of: DeskOf) -> None:
    desk, city = desk_of(works.world.official_qian), works.world.city
    address = f"{PLANS}/new/{works.world.community.id}/T25/winter_month"
    for row in session.scalars(select(HeatingSeason)).all():
        withdraw_season(session, season_id=row.id, actor_id=None, now=NOW)
    session.commit()
    page = desk.read(address)
    for words in ("every month, in the heating season of the place", "from 1 November to 31 March",
                  "Nobody entered the heating season that begins in"):  # fmt: skip
        assert words in page
    for year, starts, ends in ((None, "10-20", "04-20"), (TODAY.year + 1, "09-25", "05-10")):
        add_season(session, place_id=city.id, from_year=year or 2016, to_year=year, starts=starts, ends=ends,
                   source="供热期公告", actor_id=None, now=NOW)  # fmt: skip
    session.commit()
    seasons = queries.seasons_for(session, [city], since=TODAY.year - 1, until=TODAY.year + 4)[city.id]
    heated = [day for day in due_days("FREQ=MONTHLY", TODAY, TODAY, TODAY + 4 * 365 * DAY)
              if any(one.first_on <= day <= one.last_on for one in seasons)]  # fmt: skip
    assert next_ten(desk.read(address)) == heated[:10]
    made = desk.sent(address, **typed())
    assert next_ten(made) == heated[:10]
    assert "Nobody entered" not in made
    assert re.search(r"Heating season \S+ \w+ to \S+ \w+ not yet checked", made)
    changed = said(desk.send(f"{PLANS}/{session.scalar(select(Plan.id))}/change", show="1", version="1", reason="",
                             **typed(first_on=(TODAY + DAY).isoformat())))  # fmt: skip
    assert next_ten(changed) == [day for day in heated if day > TODAY][:10]


def test_in_a_vacuum_the_street_office_answers(session: Session, works: Works, desk_of: DeskOf) -> None:
    plan = bound(session, works.world.clerk_jie, works.world.unmanaged.id, "T06", "month")
    session.commit()
    page = desk_of(works.world.auditor_shen).read(f"{PLANS}/{plan.id}")
    assert "street office, nobody manages the community" in page
    assert "Change from a day on" not in page
    assert session.scalar(select(func.count()).select_from(Duty)) == 2
    assert len(targets(session, plan)) == 1


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"first_on": "2026-13-01"}, 422, "is not a day"),
        ({"first_on": ""}, 422, "Give the first day"),
        ({"extent": "chosen"}, 422, "Please choose what is inspected"),
        ({"extent": "chosen", "things": "part-999"}, 422, "Choose places and parts of this community"),
        ({"terms": "own", "rule": "FREQ=MINUTELY"}, 422, "once a day at most"),
        ({"terms": "own", "rule": "FREQ=DAILY", "season_from": "13-01", "season_to": "02-01"}, 422, "like 11-01"),
        ({"terms": "own", "rule": ""}, 422, "A rule is written like FREQ=WEEKLY;BYDAY=TH: each Thursday"),
        ({"terms": "own", "rule": "YEARS=1,2"}, 422, "give one of the kind its template has"),
        ({"terms": "own", "rule": "ENDS=2"}, 422, "give one of the kind its template has"),
        ({"terms": "own", "unit": "WEEKLY", "rule": "FREQ=DAILY"}, 422, "Either pick how often, or write a rule"),
        ({"terms": "own", "unit": "YEARLY", "monthday": "5"}, 422, "Please say in which month of the year"),
        ({"terms": "own", "unit": "DAILY", "weekday": "MO"}, 422, "goes with weeks, months and years"),
        ({"terms": "own", "unit": "MONTHLY", "monthday": "32"}, 422, "a number from 1 to 31"),
        ({"terms": "own", "unit": "HOURLY"}, 422, "Choose one of them"),
        ({"terms": "law"}, 422, "Choose one of them"),
        ({"show": "1", "terms": "own", "rule": "FREQ=DAILY;INTERVAL=20"}, 422, "lie 20 days: at most 15 may"),
    ],
)
def test_what_cannot_be_meant_is_named_and_kept(
    session: Session, works: Works, desk_of: DeskOf, changes: dict[str, str], status: int, says: str
) -> None:
    address = f"{PLANS}/new/{works.world.community.id}/T01/half_month"
    answer = desk_of(works.world.manager_han).send(address, **typed(**changes))
    assert (answer.status_code, number(session)) == (status, 0)
    assert says in said(answer)


def test_an_address_that_asks_wrongly_is_named_and_answered_400(works: Works, desk_of: DeskOf) -> None:
    desk = desk_of(works.world.official_qian)
    for wrong in ("state=asleep", "after=x"):
        assert desk.open(f"{PLANS}?{wrong}").status_code == 400
    assert "Nothing found" in desk.read(f"{PLANS}?q=没有这样的小区")
