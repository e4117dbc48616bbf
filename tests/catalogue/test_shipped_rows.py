"""The shipped rows in the database: loaded once, never overwritten, corrected by later ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import create_engine, delete, event, func, select
from sqlalchemy.orm import Session

from propman.audit.models import AuditRecord
from propman.calendar import OFFICE_HOURS
from propman.catalogue.kept import changed
from propman.catalogue.models import (
    CalendarDay,
    CalendarYear,
    Category,
    SettingRow,
)
from propman.catalogue.operations import SHIPPED, load_shipped_rows
from propman.catalogue.queries import (
    categories,
    category,
    clock_rule,
    emergency_numbers,
    number_setting,
    routing,
    work_calendar,
)
from propman.data import reading
from propman.db import engine_options, prepare_engine
from propman.limits import Limit, Priority
from tests.catalogue.same import same

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
TODAY = date(2026, 3, 10)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def shipped(session: Session) -> None:
    """A database with the shipped rows, whoever loaded them."""
    load_shipped_rows(session, now=NOW)
    session.commit()


def numbers(session: Session) -> dict[str, int]:
    """How many rows each table holds."""
    return {model.__tablename__: session.scalar(select(func.count()).select_from(model)) or 0 for model, _ in SHIPPED}


def test_every_shipped_row_is_loaded_and_a_second_load_adds_nothing(session: Session) -> None:
    before = numbers(session)
    assert before == {model.__tablename__: len(tuple(rows())) for model, rows in SHIPPED}
    assert load_shipped_rows(session, now=NOW) == 0
    assert numbers(session) == before


def test_a_load_that_finds_everything_asks_once_for_each_table(session: Session) -> None:
    asked: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *call: asked.append(call[2]))
    load_shipped_rows(session, now=NOW)
    assert [statement.split()[0] for statement in asked if not statement.startswith("BEGIN")] == ["SELECT"] * len(
        SHIPPED
    )


def test_a_row_that_an_installation_edited_stays_as_it_is(session: Session) -> None:
    row = session.scalars(select(SettingRow).where(SettingRow.name == "reopen_within_days")).one()
    row.value = 30
    session.commit()
    load_shipped_rows(session, now=NOW)
    assert number_setting(session, "reopen_within_days", TODAY) == 30


def test_a_row_that_is_missing_comes_back_and_the_audit_says_so(session: Session) -> None:
    session.delete(session.scalars(select(Category).where(Category.code == "gas_leak")).one())
    session.commit()
    assert load_shipped_rows(session, now=NOW) == 1
    record = session.scalars(select(AuditRecord).order_by(AuditRecord.id.desc()).limit(1)).one()
    assert (record.act, record.details) == ("shipped_rows_loaded", {"inserted": {"category": 1}})


def test_two_processes_that_load_at_once_insert_every_row_once(session: Session, database_url: str) -> None:
    wanted = numbers(session)
    for model, _ in SHIPPED:
        for row in session.scalars(select(model)):
            session.delete(row)
    session.commit()
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)

    def load(_: int) -> int:
        with Session(engine) as mine, mine.begin():
            return load_shipped_rows(mine, now=NOW)

    with ThreadPoolExecutor(4) as pool:
        inserted = list(pool.map(load, range(4)))
    engine.dispose()
    assert numbers(session) == wanted
    assert sum(inserted) == sum(wanted.values())


def test_a_correction_counts_from_its_day_on(session: Session) -> None:
    old = category(session, "lights", TODAY)
    assert old is not None
    new = {name: getattr(old, name) for name in ("code", "name_en", "icon", "emergency", "private", "position")}
    session.add(Category(**new, name_zh="改名", priority="P4", source="试验", valid_from=TODAY, valid_to=None))
    session.flush()
    before, after = category(session, old.code, TODAY - DAY), category(session, old.code, TODAY)
    assert before is not None
    assert before.id == old.id
    assert after is not None
    assert after.name_zh == "改名"
    assert [row.code for row in categories(session, TODAY)].count(old.code) == 1


def test_a_row_is_in_force_up_to_the_day_it_ends_on_and_not_on_it(session: Session) -> None:
    row = session.scalars(select(Category).where(Category.code == "gas_leak")).one()
    row.valid_to = TODAY
    session.flush()
    assert same(category(session, "gas_leak", TODAY - DAY), row)
    assert category(session, "gas_leak", TODAY) is None
    assert "gas_leak" not in {each.code for each in categories(session, TODAY)}


def test_categories_stand_in_their_order_and_say_what_nobody_has_checked(session: Session) -> None:
    rows = categories(session, TODAY)
    assert [row.code for row in rows] == [
        row.code for row in sorted(reading.read_categories(), key=lambda r: r.position)
    ]
    assert all(row.source and row.verified_on is None for row in rows)


def test_every_category_has_limits_that_can_be_read_at_every_priority(session: Session) -> None:
    for row, priority in product(categories(session, TODAY), Priority):
        rule = clock_rule(session, row.code, priority, TODAY)
        assert [Limit.parse(text) for text in (rule.respond, rule.on_site, rule.make_safe, rule.resolve)]


def test_the_categorys_own_limits_come_before_those_for_every_other(session: Session) -> None:
    assert clock_rule(session, "lift_trapped", "P0", TODAY).category == "lift_trapped"
    assert clock_rule(session, "lift_trapped", "P4", TODAY).category == "*"
    with pytest.raises(LookupError, match="light at P9"):
        clock_rule(session, "light", "P9", TODAY)


def test_routing_names_the_first_choice_first(session: Session) -> None:
    rows = routing(session, "lift_trapped", TODAY)
    assert [(row.goes_to, row.trade) for row in rows] == [
        (reading.GoesTo.CONTRACTOR, reading.Trade.LIFT),
        (reading.GoesTo.PROPERTY_COMPANY, None),
    ]
    assert routing(session, "no such category", TODAY) == ()


def test_emergency_numbers_are_those_of_the_category(session: Session) -> None:
    assert {"119", "120", "110", "12345"} <= {row.number for row in emergency_numbers(session, TODAY)}
    assert [row.number for row in emergency_numbers(session, TODAY, "lift_trapped")] == ["119", "120", "96333"]
    assert emergency_numbers(session, TODAY, "lift") == ()  # no part of another code


KNOWN = [  # on that day, of that day: whether it is worked, and whether its year's holidays are published
    (date(2025, 11, 3), date(2026, 2, 28), False, False),  # a Saturday, before the arrangement was published
    (date(2025, 11, 4), date(2026, 2, 28), True, True),  # made up for as a workday
    (date(2025, 11, 4), date(2026, 10, 1), False, True),
    (date(2025, 11, 4), date(2026, 10, 9), True, True),
    (date(2025, 11, 4), date(2027, 2, 5), False, False),  # Spring Festival's eve is one by law
]


def test_the_calendar_is_what_was_known_on_the_day(session: Session) -> None:
    calendars = [(on, day, work_calendar(session, on)) for on, day, _, _ in KNOWN]
    assert [(on, day, each.is_workday(day), day.year in each.official_years) for on, day, each in calendars] == KNOWN


def test_the_calendar_holds_every_shipped_day_its_name_and_the_office_hours(session: Session) -> None:
    calendar = work_calendar(session, TODAY)
    rows = [row for row in reading.read_calendar_days() if row.valid_from <= TODAY]
    assert calendar.days == {row.day: row.kind for row in rows}
    assert calendar.names == {row.day: row.name_en for row in rows}
    assert calendar.hours == OFFICE_HOURS
    assert calendar.version


def test_a_corrected_day_gives_the_calendar_another_version(session: Session) -> None:
    before = work_calendar(session, TODAY)
    assert before.is_workday(TODAY)
    names = {"name_zh": "停工", "name_en": "Spring Festival", "source": "试验"}
    session.add(CalendarDay(day=TODAY, kind="holiday", valid_from=TODAY, **names))
    session.flush()
    after = work_calendar(session, TODAY)
    assert not after.is_workday(TODAY)
    assert after.version != before.version


def test_what_was_never_loaded_is_named_and_not_guessed(session: Session) -> None:
    for model, _ in SHIPPED:
        session.execute(delete(model))
    changed(session)
    with pytest.raises(LookupError, match="working hours"):
        work_calendar(session, TODAY)
    with pytest.raises(LookupError, match="reopen_within_days"):
        number_setting(session, "reopen_within_days", TODAY)
    with pytest.raises(LookupError, match="lights at P2"):
        clock_rule(session, "lights", "P2", TODAY)
    assert emergency_numbers(session, TODAY) == categories(session, TODAY) == routing(session, "lights", TODAY) == ()
    assert category(session, "lights", TODAY) is None


def test_a_year_that_nobody_has_published_is_provisional(session: Session) -> None:
    session.execute(delete(CalendarYear))
    changed(session)
    assert 2026 not in work_calendar(session, TODAY).official_years
