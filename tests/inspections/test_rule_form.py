"""How often by HTTP: picked in place of written, read back, and what is wrong with it beside its field."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.inspections.models import PlanVersion
from tests import world as small
from tests.assets import works as renovated
from tests.desk import Desk
from tests.inspections.following import DAY, TODAY, bound
from tests.inspections.test_plan_pages import PLANS, DeskOf, typed
from tests.world import World

PICKED = (
    ({"unit": "DAILY", "every": "10"}, "FREQ=DAILY;INTERVAL=10"),
    ({"unit": "WEEKLY", "every": "1", "weekday": "TH"}, "FREQ=WEEKLY;BYDAY=TH"),
    ({"unit": "WEEKLY", "every": "", "weekday": "TH", "rule": "freq=weekly; byday=th"}, "FREQ=WEEKLY;BYDAY=TH"),
    ({"unit": "MONTHLY", "every": "2", "monthday": "31"}, "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=31"),
    ({"unit": "YEARLY", "every": "1", "month": "5", "monthday": "15"}, "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=15"),
    ({"unit": "", "every": "", "rule": "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1"}, "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1"),
)


@pytest.fixture
def desk_of(session: Session, new_client: Callable[[], FlaskClient], world: World) -> DeskOf:
    """Somebody at work, in a community with a lift."""
    renovated.old_part(session, renovated.furnish(session, world), type_code="I01", name="3号楼电梯")
    session.commit()
    return lambda person: Desk(small.sign_in(session, new_client(), person))


def test_how_often_is_picked_and_stands_so_in_the_form_for_the_next_change(
    session: Session, world: World, desk_of: DeskOf
) -> None:
    plan = bound(session, world.manager_han, world.community.id, "T06", "month")
    session.commit()
    desk, page = desk_of(world.clerk_jie), f"{PLANS}/{plan.id}/change"
    own = typed(terms="own", first_on=(TODAY + DAY).isoformat(), reason="换个说法", weekday="", monthday="", month="")
    for number, (said_so, rule) in enumerate(PICKED, 1):
        desk.sent(page, **own | {"version": str(number)} | said_so)
        last = session.scalars(select(PlanVersion).order_by(PlanVersion.number.desc())).first()
        assert last is not None
        assert last.rule == rule
        shown = desk.open(page).text
        assert "What the plan would say" in shown  # read back at once
        for name in ("every", "monthday"):
            [value] = re.findall(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', shown)
            assert value == (said_so.get(name) or ("1" if name == "every" and said_so["unit"] else ""))
        for name in ("unit", "weekday", "month"):
            options = re.search(rf'<select[^>]* name="{name}".*?</select>', shown, re.DOTALL)
            assert options
            assert re.findall(r'<option selected value="([^"]*)"', options[0]) == [said_so.get(name, "")]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_wrong_with_a_rule_stands_beside_its_field(world: World, desk_of: DeskOf) -> None:
    desk, address = desk_of(world.manager_han), f"{PLANS}/new/{world.community.id}/T01/half_month"
    cases: tuple[tuple[str, dict[str, str]], ...] = (
        ("rule", {"rule": "YEARS=1"}),
        ("rule", {"rule": ""}),
        ("unit", {"unit": "YEARLY", "monthday": "5"}),
        ("weekday", {"unit": "MONTHLY", "weekday": "MO"}),  # else each Monday
        ("weekday", {"unit": "YEARLY", "month": "5", "weekday": "MO"}),
        ("season_from", {"rule": "FREQ=DAILY", "season_from": "x", "season_to": "02-01"}),
        ("season_to", {"rule": "FREQ=DAILY", "season_from": "11-01", "season_to": ""}),
    )
    for field, wrong in cases:
        shown = desk.send(address, **typed(terms="own") | wrong).text
        assert f'id="{field}-error"' in shown, (field, wrong)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("language", "empties"), [("en", "Empty it"), ("zh", "清空")])
def test_who_picks_and_writes_is_told_what_to_do(world: World, desk_of: DeskOf, language: str, empties: str) -> None:
    desk, address = desk_of(world.manager_han), f"{PLANS}/new/{world.community.id}/T01/half_month"
    desk.client.post("/settings/language", data={"csrf_token": small.value_of(desk.open(address).text, "csrf_token"),
                                                 "lang": language})  # fmt: skip
    shown = desk.send(address, **typed(terms="own", unit="WEEKLY", rule="FREQ=DAILY")).text
    error = re.search(r'id="rule-error".*?</p>', shown, re.DOTALL)
    choice = re.search(r'<select[^>]* name="unit".*?<option[^>]* value="">([^<]*)</option>', shown, re.DOTALL)
    assert error is not None
    assert choice is not None
    assert empties in error[0]
    assert f"“{choice[1]}”" in error[0]
