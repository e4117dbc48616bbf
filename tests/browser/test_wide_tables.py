"""Tables of many columns show all of their figures: none runs into the next, or out of its frame."""

from __future__ import annotations

from datetime import timedelta

import pytest

from propman import clock
from propman.inspections import operations
from tests.browser.house import DESK, House, Visitors
from tests.inspections import lived

STICKS_OUT = """cells => cells.filter(badge => {
  const cell = badge.closest("td").getBoundingClientRect(), box = badge.getBoundingClientRect();
  return box.right > cell.right || box.left < cell.left || badge.scrollWidth > badge.clientWidth;
}).map(badge => badge.textContent)"""


@pytest.fixture(scope="module")
def lived_in(house: House) -> None:
    """Some weeks of inspections, of which last week left something."""
    today = clock.local_date(clock.now())
    with house.session() as session:
        lived.live(session, house.world, today)
        lived.live(session, house.world, today - timedelta(days=1), template="T11")
        while operations.end_missed(session, now=clock.now()):
            pass
        session.commit()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [DESK[0], 1024])
def test_what_is_due_on_a_day_stands_in_its_cell(
    house: House, visitors: Visitors, lived_in: None, width: int, language: str
) -> None:
    page = visitors.open("official_qian", size=(width, 900), language=language)
    for month in (clock.now(), clock.now() - timedelta(days=28)):
        page.goto(house.at(f"/inspections?month={month:%Y-%m}"))
        badges = page.locator(".month td .badge")
        assert badges.count()
        assert badges.evaluate_all(STICKS_OUT) == []


def test_today_is_seen_in_the_month(house: House, visitors: Visitors, lived_in: None) -> None:
    """Whether or not anything is due."""
    page = visitors.open("official_qian", size=DESK)
    for address in ("/inspections", "/inspections?template=T11"):
        page.goto(house.at(address))
        today, other = page.locator("[aria-current=date]"), page.locator(".month td .note").first
        assert today.inner_text() == str(clock.local_date(clock.now()).day)
        edge = "one => getComputedStyle(one).borderBottomWidth"
        assert today.evaluate(edge) != other.evaluate(edge)


@pytest.mark.parametrize("width", [DESK[0], 1024])
def test_what_a_week_left_is_read_without_scrolling(
    house: House, visitors: Visitors, lived_in: None, width: int
) -> None:  # fmt: skip
    late_on = clock.local_date(clock.now()) - timedelta(days=41)
    page = visitors.open("official_qian", size=(width, 900), language="en")
    page.goto(house.at(f"/inspections/week?from={late_on - timedelta(days=late_on.weekday())}"))
    assert page.locator(".table-frame").evaluate("one => one.scrollWidth <= one.clientWidth")
