"""What is read in one look stands on one line, also on a small phone."""

from __future__ import annotations

import pytest

from tests.browser.house import PHONE, House, Visitors


@pytest.mark.parametrize("width", [PHONE[0], 360])
def test_the_telephone_among_the_facts_of_a_ticket(house: House, visitors: Visitors, width: int) -> None:
    page = visitors.open("dispatcher_mei", size=(width, 844))
    page.goto(house.at("/tickets/{submitted}"))
    call = page.locator(".facts a[href^='tel:']")
    assert call.inner_text().split() == ["拨打", "139", "1234", "5678"]
    box = call.bounding_box()
    assert box is not None
    assert 44 <= box["height"] < 2 * 27  # one line of 18 px at most, and its edge
