"""The library of inspections by HTTP: who reads it, what it says, and saying otherwise from a day on."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership
from propman.catalogue import queries
from propman.catalogue.models import InspectionItem, InspectionSchedule, InspectionTemplate
from propman.roles import Role
from tests import world as small
from tests.desk import Desk, said
from tests.world import World

TODAY = clock.local_date(clock.now())
DAY = timedelta(days=1)
LIBRARY = "/inspections/templates"


@pytest.fixture
def world(session: Session) -> World:
    """The small world."""
    return small.build(session)


@pytest.fixture
def desk(world: World, session: Session, client: FlaskClient) -> Desk:
    """The administrator at work."""
    return Desk(small.sign_in(session, client, world.administrator_guan))


def row_of(session: Session, model: type[InspectionSchedule | InspectionItem], template: str, code: str) -> int:
    return session.scalars(select(model.id).where(model.template == template, model.code == code)).one()


def upkeep(**more: str) -> dict[str, str]:
    """What the form about the upkeep of lifts holds."""
    return {
        "name_zh": "半月维保", "name_en": "Half-monthly", "rule": "FREQ=DAILY;INTERVAL=10",
        "counts_from": "completion", "tolerance": "10", "early": "y", "greatest_gap": "15", "season_from": "",
        "season_to": "", "on_holidays": "as_is", "position": "1", "source": "哈市监〔2026〕3号",
        "valid_from": (TODAY + DAY).isoformat(), **more,
    }  # fmt: skip


def item(**more: str) -> dict[str, str]:
    """What the form of a new item holds."""
    return {
        "code": "rope_wear", "name_zh": "钢丝绳磨损", "name_en": "Wear of the rope", "kind": "number", "unit": "%",
        "least": "0", "most": "7.5", "photo": "y", "schedules": "half_month", "position": "9", "source": "建议值",
        "valid_from": TODAY.isoformat(), **more,
    }  # fmt: skip


def test_companies_officials_and_contractors_read_the_library_and_change_nothing(
    world: World, session: Session, new_client: Callable[[], FlaskClient]
) -> None:
    for person in (world.dispatcher_mei, world.official_qian, world.contractor_deng):
        desk = Desk(small.sign_in(session, new_client(), person))
        page = desk.read(LIBRARY)
        assert page.count("not yet checked") == 32
        assert "T01 Half-monthly lift upkeep every 14 days, at most 15 days apart Lift" in page
        assert re.search("High-rise ?: every day or Multi-storey ?: every week", page)
        one = desk.read(f"{LIBRARY}/T01")
        for words in ("national law", "特种设备安全监察条例", "a number from 0 to 15 mm", "Upkeep sheet signed",
                      "compulsory", "FREQ=DAILY;INTERVAL=14"):  # fmt: skip
            assert words in one
        assert "Add a schedule" not in one
        assert desk.open(f"{LIBRARY}/T99").status_code == 404


def test_the_next_ten_days_are_listed_in_the_season_only(desk: Desk) -> None:
    page = desk.read(f"{LIBRARY}/T11")
    years = [year for year in range(TODAY.year, TODAY.year + 12) if f"{year}-05-10" in page]
    assert len(years) == 10
    assert "6, 12 and 24 months after acceptance" in desk.read(f"{LIBRARY}/T28")


def test_a_schedule_is_changed_from_a_day_on_and_the_old_row_stays(desk: Desk, session: Session) -> None:
    address = f"/inspections/schedules/{row_of(session, InspectionSchedule, 'T01', 'half_month')}/change"
    page = desk.sent(address, **upkeep(rule=" freq=daily;interval=10 "))
    change, said_twice = f"From {(TODAY + DAY).isoformat()}", "every 10 days, at most 15 days apart"
    assert page.index("every 14 days") < page.index(change) < page.index(said_twice)
    beside, _title, listed = page.partition("What stood before, and what comes")
    assert (beside.count(said_twice), listed.count(said_twice)) == (1, 1)
    assert re.search(f"{said_twice} .* 管理员, {TODAY.isoformat()}", listed)
    audit = desk.read("/audit?kind=changed:inspection_schedule")
    assert "T01:half_month" in audit
    assert "FREQ=DAILY;INTERVAL=10" in audit
    [today] = queries.inspection_schedules(session, TODAY)["T01"]
    [tomorrow] = queries.inspection_schedules(session, TODAY + DAY)["T01"]
    assert (today.rule, tomorrow.rule) == ("FREQ=DAILY;INTERVAL=14", "FREQ=DAILY;INTERVAL=10")


def test_the_days_are_shown_before_anything_is_kept(desk: Desk, session: Session) -> None:
    address = f"/inspections/schedules/{row_of(session, InspectionSchedule, 'T01', 'half_month')}/change"
    shown = desk.send(address, show="1", **upkeep())
    assert shown.status_code == 200
    days = [(TODAY + DAY + number * 10 * DAY).isoformat() for number in range(10)]
    assert all(day in said(shown) for day in days)
    assert "every 10 days, at most 15 days apart" in said(shown)
    assert "lie 20 days: at most 15 may" in said(desk.send(address, show="1", **upkeep(rule="FREQ=DAILY;INTERVAL=20")))
    new = desk.send(f"{LIBRARY}/T01/schedules/new", show="1", code="ten_days", **upkeep())
    assert all(day in said(new) for day in days)
    assert session.scalar(select(func.count()).where(InspectionSchedule.template == "T01")) == 1


def test_what_says_nothing_else_is_not_kept(desk: Desk, session: Session) -> None:
    address = f"/inspections/schedules/{row_of(session, InspectionSchedule, 'T01', 'half_month')}/change"
    desk.sent(address, **upkeep())
    for day in (TODAY + DAY, TODAY + 2 * DAY):
        again = desk.send(address, **upkeep(valid_from=day.isoformat()))
        assert (again.status_code, "It says that already: nothing would change." in said(again)) == (422, True)
    assert session.scalar(select(func.count()).where(InspectionSchedule.template == "T01")) == 2
    desk.sent(address, **upkeep(source="哈市监〔2026〕4号"))


def test_nothing_begins_before_what_is_entered_already(desk: Desk, session: Session) -> None:
    """What stands and what is to come are named as what they are."""
    address = f"/inspections/schedules/{row_of(session, InspectionSchedule, 'T01', 'half_month')}/change"
    desk.sent(address, **upkeep(valid_from=(TODAY + 9 * DAY).isoformat()))
    early = desk.send(address, **upkeep(valid_from=(TODAY + 2 * DAY).isoformat()))
    assert early.status_code == 422
    assert f"A row that begins on {TODAY + 9 * DAY} is entered already: correct it with that day" in said(early)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"rule": "FREQ=HOURLY"}, "An inspection comes round once a day at most"),
        ({"rule": "FREQ=DAILY;INTERVAL=20"}, "lie 20 days: at most 15 may"),
        ({"rule": "FREQ=YEARLY;BYMONTH=7", "season_from": "11-01", "season_to": "04-15"}, "no inspection ever"),
        ({"season_from": "11-32", "season_to": "04-15"}, "like 11-01 and 04-15"),
        ({"season_from": "11-01"}, "like 11-01 and 04-15"),
        ({"rule": "BEFORE=60"}, "cannot be counted from that day"),
        ({"in_heating_season": "y"}, "A summer lies between two heating seasons"),
        ({"in_heating_season": "y", "greatest_gap": ""}, "where nobody entered a heating season"),
        ({"in_heating_season": "y", "greatest_gap": "", "season_from": "11-31", "season_to": "03-31"}, "like 11-01"),
        ({"in_heating_season": "y", "rule": "FREQ=MONTHLY;INTERVAL=2"}, "can be as short as 60 days"),
        ({"in_heating_season": "y", "rule": "FREQ=MONTHLY;BYMONTH=7"}, "can be as short as 60 days"),
        ({"tolerance": "80"}, "a number from 0 to 50"),
        ({"valid_from": "2019-01-01"}, "begins on 2020-01-01"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_named_and_kept(desk: Desk, session: Session, typed: dict[str, str], says: str) -> None:
    row_id = row_of(session, InspectionSchedule, "T01", "half_month")
    answer = desk.send(f"/inspections/schedules/{row_id}/change", **upkeep(**typed))
    assert answer.status_code == 422
    assert says in said(answer)
    assert all(f'value="{text}"' in answer.text for text in typed.values())
    assert len(session.scalars(select(InspectionSchedule).where(InspectionSchedule.template == "T01")).all()) == 1


def test_a_schedule_is_said_to_keep_to_the_heating_season_of_the_place(desk: Desk, session: Session) -> None:
    address = f"/inspections/schedules/{row_of(session, InspectionSchedule, 'T26', 'winter_week')}/change"
    season = {"counts_from": "calendar", "greatest_gap": "", "season_from": "11-01", "season_to": "03-31"}
    page = desk.sent(address, **upkeep(rule="FREQ=WEEKLY", in_heating_season="y", **season))
    assert "every week, in the heating season of the place" in page
    assert "Where nobody entered one from 1 November to 31 March" in desk.read(f"{LIBRARY}/T25")
    [row] = queries.inspection_schedules(session, TODAY + DAY)["T26"]
    assert (row.in_heating_season, row.season_from, row.season_to) == (True, "11-01", "03-31")
    assert "In the heating season of the place" in desk.read("/audit?kind=changed:inspection_schedule")


def test_items_are_added_checked_and_ended_and_limits_go_with_numbers(desk: Desk, session: Session) -> None:
    address = f"{LIBRARY}/T01/items/new"
    for typed, says in (({"kind": "check"}, "Only a number has a unit"), ({"least": "9"}, "The limits are reversed"),
                        ({"schedules": "half_month decade"}, "decade is not in the catalogue"),
                        ({"code": "brake"}, "There is already a T01:brake here")):  # fmt: skip
        answer = desk.send(address, **item(**typed))
        assert answer.status_code == (409 if "code" in typed else 422)
        assert says in said(answer)
    assert "a number from 0 to 7.5 %" in desk.sent(address, **item())
    row_id = row_of(session, InspectionItem, "T01", "rope_wear")
    desk.sent(f"/admin/catalogue/items/rows/{row_id}/check", verified_on=TODAY.isoformat())
    desk.sent(f"/admin/catalogue/items/rows/{row_id}/end", ends_on=(TODAY + DAY).isoformat())
    assert "rope_wear" in {one.code for one in queries.inspection_items(session, TODAY)["T01"]}
    assert "rope_wear" not in {one.code for one in queries.inspection_items(session, TODAY + DAY)["T01"]}


def test_who_compared_a_row_with_its_source_is_named(
    desk: Desk, world: World, session: Session, new_client: Callable[[], FlaskClient]
) -> None:
    page, guan, today = f"{LIBRARY}/T01", world.administrator_guan, f"{TODAY:%Y-%m-%d %a}"
    yesterday = f"{TODAY - DAY:%Y-%m-%d %a}"
    before = desk.read(page).count("not yet checked")
    upkeep_id = row_of(session, InspectionSchedule, "T01", "half_month")
    desk.sent(f"/admin/catalogue/schedules/rows/{upkeep_id}/check", verified_on=(TODAY - DAY).isoformat())
    told = f"Checked on {yesterday} 管理员, {today}"
    assert told in desk.read(page)
    assert desk.read(page).count("not yet checked") == before - 1
    session.add(Membership(user_id=guan.id, role=Role.STREET_OFFICE, organisation_id=world.street_office.id,
                           starts_on=TODAY))  # fmt: skip
    session.commit()
    other = Desk(small.sign_in(session, new_client(), world.dispatcher_mei))
    assert told.replace("管理员", "管理员 of 兆麟街道办事处") in other.read(page)
    guan.name = None  # as erasing leaves it
    session.commit()
    assert f"{yesterday} erased of 兆麟街道办事处, {today}" in other.read(page)
    row = session.get_one(InspectionTemplate, session.scalar(select(InspectionTemplate.id).where(
        InspectionTemplate.code == "T01")))  # fmt: skip
    row.verified_on = TODAY  # as it was shipped: nobody here said so
    session.commit()
    assert f"Checked on {today} In force from" in other.read(page)


def test_a_template_is_added_and_a_part_needs_its_types(desk: Desk, session: Session) -> None:
    typed = {
        "code": "T40", "name_zh": "充电桩检查", "name_en": "Charger check", "about": "part", "asset_types": "",
        "maintainer": "operator", "trade": "", "roles": ["contractor", "worker"], "who_zh": "运营单位",
        "who_en": "Its operator", "grade": "proposal", "basis_zh": "建议", "basis_en": "Proposal",
        "evidence_zh": "照片", "evidence_en": "Photograph", "position": "29", "source": "建议值",
        "valid_from": TODAY.isoformat(),
    }  # fmt: skip
    assert "A part is of one of the types that you name" in said(desk.send(f"{LIBRARY}/new", **typed))
    page = desk.sent(f"{LIBRARY}/new", **(typed | {"asset_types": "EV charger"}))
    assert "T40 Charger check" in page
    assert "It has no schedule today" in page
    row = session.scalars(select(InspectionTemplate).where(InspectionTemplate.code == "T40")).one()
    assert (row.asset_types, row.roles) == ("I05", "contractor,worker")
