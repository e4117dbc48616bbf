"""The day from which a part is counted is corrected: what the pages of the part and its plan say until it has moved."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from dateutil.relativedelta import relativedelta
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman.assets.operations import change_part
from tests import world as small
from tests.assets import works as renovated
from tests.desk import Desk
from tests.inspections.following import DAY, NOW, TODAY, bound, follow, recounted
from tests.world import World

FIRST = TODAY - relativedelta(years=3) + 20 * DAY  # the fourth year is tested in a year
MENDED = FIRST + 15 * DAY


@pytest.mark.parametrize("used", [True, False], ids=["first use", "acceptance"])
def test_a_corrected_day_is_told_until_the_days_have_moved_and_shown_once(
    session: Session, world: World, new_client: Callable[[], FlaskClient], used: bool
) -> None:
    works, day = renovated.furnish(session, world), "in_use_since" if used else "accepted_on"
    lift = renovated.old_part(session, works, type_code="I01", name="3号楼电梯", **{day: FIRST},
                              attributes={"inspection_month": 7})  # fmt: skip
    plan = bound(session, world.clerk_jie, world.community.id, "T03", "statutory")
    bound(session, world.clerk_jie, world.community.id, "T01", "half_month")
    session.commit()
    desk = Desk(small.sign_in(session, new_client(), world.clerk_jie))
    page, part = f"/inspections/plans/{plan.id}", f"/parts/{lift.id}"
    assert "moves within ten minutes" not in desk.read(part) + desk.read(page)
    assert f'href="{page}"' in desk.open(part).text
    assert "and moves none of them" in desk.read(part)
    assert "T01 Half-monthly lift upkeep counted from the last valid inspection · next due day" in desk.read(part)
    said = renovated.said(works, code=lift.code, type_code="I01", name=lift.name, no_project=lift.no_project,
                          **{day: MENDED}, attributes={"inspection_month": 7})  # fmt: skip
    change_part(session, asset_id=lift.id, part=said, seen_version=lift.version, actor_id=None, now=NOW)
    session.commit()
    before, mended = FIRST.isoformat(), MENDED.isoformat()
    told = rf"counted from {before} \w+; by the register they count from {mended} \w+ now.* T03 Statutory"
    assert re.search(told, desk.read(part))
    assert desk.read(part).count("moves within ten minutes") == 1
    assert re.search(rf"3号楼电梯 .*{before} \w+ By the register it counts from {mended}", desk.read(page))
    while follow(session):
        pass
    session.commit()
    tomorrow = (TODAY + DAY).isoformat()
    assert re.search(rf"counted from {mended} .* up to {tomorrow} \w+ still from {before}", desk.read(part))
    rows = desk.read(page).partition("In the plan since")[2].partition("What leaves or left the plan")[0]
    assert re.search(rf"^ 河柏小区 .*3号楼电梯 .*{mended} \w+ from {tomorrow} \w+ on; until then from {before}", rows)
    assert rows.count("3号楼电梯") == 1
    assert "moves within ten minutes" not in desk.read(part) + desk.read(page)
    recounted(session)


def test_the_form_says_what_moves(session: Session, world: World, new_client: Callable[[], FlaskClient]) -> None:
    lift = renovated.old_part(session, renovated.furnish(session, world), type_code="I01", name="3号楼电梯")
    session.commit()
    form = Desk(small.sign_in(session, new_client(), world.clerk_jie)).read(f"/parts/{lift.id}/change")
    assert "count from this day, not from the month of its statutory inspection, and move with it" in form
    assert "Inspections that count from it move with it" in form
