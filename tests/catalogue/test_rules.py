"""Rules that a city may change, by HTTP and below: a row more or an end from a day on, never an overwrite."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.models import Change
from propman.calendar import DayKind, Reason
from propman.catalogue import operations, queries
from propman.catalogue.models import (
    CalendarDay,
    Category,
    ClockRule,
    EmergencyNumber,
    RoutingRule,
    WorkHours,
)
from propman.data.reading import ANY_CATEGORY, GoesTo, YearStatus
from propman.errors import Refused
from tests import world as small
from tests.catalogue.same import same
from tests.desk import Desk, said
from tests.world import World

NOW = clock.now()
TODAY = clock.local_date(NOW)
DAY = timedelta(days=1)
BY: dict[str, Any] = {"actor_id": None, "now": NOW}
DATED: dict[str, Any] = {"source": "哈建规〔2026〕2号", "verified_on": None, "valid_from": TODAY + DAY}
RULES = "/admin/rules"


@pytest.fixture
def world(session: Session) -> World:
    return small.build(session)


@pytest.fixture
def desk(world: World, session: Session, client: FlaskClient) -> Desk:
    return Desk(small.sign_in(session, client, world.administrator_guan))


def row_of(session: Session, model: Any, *wanted: Any) -> Any:
    return session.scalars(select(model).where(*wanted).order_by(model.valid_from.desc())).first()


def refused_of(session: Session, kind: str, row: Any, **told: Any) -> str | None:
    with pytest.raises(Refused) as refused:
        operations.change_rule(session, kind=kind, row_id=row.id, said=DATED | told, **BY)
    return refused.value.field


LIMITS = {"respond": "立即", "on_site": "45 分钟", "make_safe": "无", "resolve": "2 个工作日"}


def test_time_limits_change_from_a_day_on_and_are_written_in_either_language(session: Session) -> None:
    leak = row_of(session, ClockRule, ClockRule.category == ANY_CATEGORY, ClockRule.priority == "P3")
    operations.change_rule(session, kind="clocks", row_id=leak.id, said=DATED | LIMITS, **BY)
    assert same(queries.clock_rule(session, "other", "P3", TODAY), leak)
    found = queries.clock_rule(session, "other", "P3", TODAY + DAY)
    assert [found.respond, found.on_site, found.make_safe, found.resolve] == ["at once", "45 min", "–", "2 days"]
    lines = session.scalars(select(Change).where(Change.subject_kind == "clock_rule", Change.subject_id == "*:P3"))
    assert ("on_site", "45 min") in [(line.field, line.new) for line in lines]
    assert refused_of(session, "clocks", leak, **LIMITS | {"resolve": "soon"}) == "resolve"


def test_a_category_ends_and_comes_back_but_something_always_holds(session: Session) -> None:
    row = row_of(session, Category, Category.code == "environment")
    operations.end(session, row=row, ends_on=TODAY, **BY)
    assert queries.category(session, "environment", TODAY) is None
    assert same(queries.category(session, "environment", TODAY - DAY), row)
    told = {"code": "environment", "name_zh": "环境", "name_en": "Mess", "icon": "order", "priority": "P4",
            "emergency": False, "private": False, "position": 17}  # fmt: skip
    back = operations.add_rule(session, kind="categories", said=DATED | told, **BY)
    assert queries.category(session, "environment", TODAY) is None
    assert same(queries.category(session, "environment", TODAY + DAY), back)
    with pytest.raises(Refused) as refused:
        operations.add_rule(session, kind="categories", said=DATED | told, **BY)
    assert (refused.value.status, refused.value.field) == (409, "code")
    for kind, model in (("clocks", ClockRule), ("hours", WorkHours)):
        stays = row_of(session, model, *([model.category == ANY_CATEGORY] if kind == "clocks" else []))
        with pytest.raises(Refused, match="not ended"):
            operations.end(session, row=stays, ends_on=TODAY, **BY)
    numbers = queries.emergency_numbers_everywhere(session, TODAY)
    for number in numbers[1:]:
        operations.end(session, row=number, ends_on=TODAY, **BY)
    with pytest.raises(Refused, match="not ended"):
        operations.end(session, row=numbers[0], ends_on=TODAY, **BY)


def test_an_end_holds_for_all_rows_of_a_thing(session: Session) -> None:
    first = row_of(session, RoutingRule, RoutingRule.category == "gas_leak", RoutingRule.position == 1)
    told = {"goes_to": GoesTo.STREET_OFFICE, "trade": None, "reason_zh": "试", "reason_en": "try"}
    later = operations.change_rule(session, kind="routing", row_id=first.id, said=DATED | told, **BY)
    operations.end(session, row=first, ends_on=TODAY + 5 * DAY, **BY)
    assert same(queries.routing(session, "gas_leak", TODAY + 4 * DAY)[0], later)
    assert not [row for row in queries.routing(session, "gas_leak", TODAY + 5 * DAY) if row.position == 1]
    assert refused_of(session, "routing", first, **told | {"trade": "gas"}) == "trade"
    with pytest.raises(Refused) as refused:
        operations.end(session, row=first, ends_on=TODAY - DAY, **BY)
    assert refused.value.field == "ends_on"


def test_a_number_of_one_city_is_shown_there_alone(session: Session, world: World, client: FlaskClient) -> None:
    code = world.city.division_code
    told = {"number": "0451-96556", "name_zh": "供水热线", "name_en": "Water line", "categories": ("water",),
            "areas": f"{code}，230200", "position": 9}  # fmt: skip
    row = operations.add_rule(session, kind="numbers", said=DATED | told | {"valid_from": TODAY}, **BY)
    session.commit()
    assert row.areas == f"{code},230200"
    near: tuple[tuple[tuple[Any, ...], bool], ...] = (
        ((), False), (("water", [code]), True), (("heat", [code]), False), (("water", ["230300"]), False)
    )  # fmt: skip
    for asked, shown in near:
        assert any(same(one, row) for one in queries.emergency_numbers(session, TODAY, *asked)) is shown, asked
    for address in (f"/p/{world.code}", "/emergency"):
        assert "0451-96556" in client.get(address).text
    assert refused_of(session, "numbers", row, **told | {"areas": "哈尔滨"}) == "areas"
    assert refused_of(session, "numbers", row, **told | {"categories": ()}) == "categories"
    with pytest.raises(Refused) as refused:
        operations.add_rule(session, kind="numbers", said=DATED | told | {"number": "1x9"}, **BY)
    assert refused.value.field == "number"


HOLIDAY: dict[str, Any] = {**DATED, "name": "Spring Festival", "first_on": date(2031, 1, 22),
                           "last_on": date(2031, 1, 28), "made_up": [date(2031, 1, 19), date(2031, 2, 1)]}  # fmt: skip


def test_a_holiday_is_written_down_as_the_notice_gives_it(session: Session) -> None:
    said_so = HOLIDAY | {"valid_from": TODAY}
    rows = operations.add_holiday(session, **said_so, **BY)
    assert [row.kind for row in rows] == [DayKind.WORKDAY, *[DayKind.HOLIDAY] * 7, DayKind.WORKDAY]
    calendar = queries.work_calendar(session, TODAY)
    assert calendar.why(date(2031, 1, 28)).reason is Reason.HOLIDAY
    assert calendar.why(date(2031, 2, 1)).reason is Reason.MAKE_UP
    assert operations.add_holiday(session, **said_so, **BY) == rows  # what is there alike stays
    day = row_of(session, CalendarDay, CalendarDay.day == date(2031, 1, 28))
    operations.end(session, row=day, ends_on=TODAY + DAY, **BY)
    assert queries.work_calendar(session, TODAY + DAY).why(date(2031, 1, 28)).reason is Reason.ORDINARY


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"last_on": date(2031, 1, 21)}, "last_on"), ({"last_on": date(2031, 2, 21)}, "last_on"),
        ({"made_up": [date(2031, 1, 25)]}, "made_up"), ({"made_up": [date(2031, 1, 20)]}, "made_up"),
        ({"name": "Easter"}, "name_en"),
    ],
)  # fmt: skip
def test_a_holiday_that_cannot_be_is_refused(session: Session, told: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        operations.add_holiday(session, **HOLIDAY | told, **BY)
    assert refused.value.field == field


def test_a_year_is_confirmed_with_its_source(desk: Desk, session: Session) -> None:
    year = TODAY.year + 3
    assert f"{TODAY.year + 1}" in desk.read(f"{RULES}/days")
    typed = {"year": str(year), "status": "official", "source": "国办发明电", "valid_from": TODAY.isoformat()}
    assert "confirmed" in desk.sent(f"{RULES}/years/new", **typed)
    assert year in queries.work_calendar(session, TODAY).official_years
    row = row_of(session, operations.fitting.CalendarYear, operations.fitting.CalendarYear.year == year)
    assert row.status is YearStatus.OFFICIAL


def test_hours_are_shifts_in_rising_order(session: Session) -> None:
    row = row_of(session, WorkHours)
    told = {"shifts": "08：00–12：00，13:00-17:00", "make_up_workdays": True}
    new = operations.change_rule(session, kind="hours", row_id=row.id, said=DATED | told, **BY)
    assert new.shifts == "08:00-12:00,13:00-17:00"
    for wrong in ("17:00-08:00", "8-12", "", "08:00", "08:00-12:00,11:00-13:00", "08:00:30-09:00"):
        assert refused_of(session, "hours", row, **told | {"shifts": wrong}) == "shifts"


def test_a_question_says_what_its_answers_are(session: Session) -> None:
    told: dict[str, Any] = {
        "category": "lights", "code": "dark", "position": 1, "name_zh": "全黑吗", "name_en": "All dark?",
        "kind": "choice", "required": True, "unit": "", "least": None, "most": None, "choices_zh": "是\n\n否",
        "choices_en": "Yes\nNo",
    }  # fmt: skip
    row = operations.add_rule(session, kind="questions", said=DATED | told, **BY)
    assert (row.choices_zh, row.choices_en) == ("是\n否", "Yes\nNo")
    assert queries.questions(session, TODAY, "lights") == ()
    [asked] = queries.questions(session, TODAY + DAY, "lights")
    assert same(asked, row)
    for wrong, field in (
        ({"choices_zh": "是"}, "choices_zh"), ({"choices_en": "Yes\nNo\nMaybe"}, "choices_en"),
        ({"choices_zh": "是\n是"}, "choices_zh"), ({"unit": "m"}, "unit"), ({"least": 1}, "least"),
        ({"kind": "text"}, "choices_zh"), ({"category": "nothing"}, "category"), ({"code": "X"}, "code"),
        ({"kind": "number", "choices_zh": "", "choices_en": "", "least": 5, "most": 4}, "most"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            operations.add_rule(session, kind="questions", said={**DATED, **told, "code": "other", **wrong}, **BY)
        assert refused.value.field == field, wrong


def test_pages_lead_from_the_list_to_a_change_and_an_end(desk: Desk, session: Session) -> None:
    assert "Rules" in desk.read("/admin")
    assert "How warm is it in the room?" in desk.read(f"{RULES}/questions")
    row = row_of(session, Category, Category.code == "lights")
    typed = {"name_zh": "路灯", "name_en": "Street lamps", "icon": "light", "priority": "P1", "position": "11",
             "source": "试", "valid_from": (TODAY + DAY).isoformat()}  # fmt: skip
    page = desk.sent(f"{RULES}/categories/{row.id}/change", **typed)
    assert page.index("Street lamps") < page.index("in force today")
    assert "Yet to come" in desk.read(f"{RULES}/categories")
    bad = desk.send(f"{RULES}/categories/{row.id}/change", **typed | {"position": "much", "icon": "nothing"})
    assert bad.status_code == 422
    assert "much is not a whole number" in said(bad)
    ends = f"/admin/catalogue/categories/rows/{row.id}/end"
    assert "Out of use from" in desk.sent(ends, ends_on=(TODAY + 2 * DAY).isoformat())
    number = row_of(session, EmergencyNumber)
    assert "marked as checked" in desk.sent(
        f"/admin/catalogue/numbers/rows/{number.id}/check", verified_on=TODAY.isoformat()
    )
    for address in ("nothing", "categories/0", "hours/new", f"categories/{number.id}000/change"):
        assert desk.open(f"{RULES}/{address}").status_code == 404


def test_the_list_of_a_year_shows_its_days(desk: Desk, session: Session) -> None:
    typed = {"name": "Spring Festival", "first_on": "2031-01-22", "last_on": "2031-01-24", "made_up": "2031-01-19",
             "source": "国办发明电", "valid_from": TODAY.isoformat()}  # fmt: skip
    page = desk.sent(f"{RULES}/days/holiday", **typed)
    assert "2031-01-19" in page
    assert "provisional" in page
    assert "2031-01-19" not in desk.read(f"{RULES}/days?year={TODAY.year}")
