"""What is written without a space stays on a phone's screen: the rule that an error names."""

from __future__ import annotations

import pytest

from tests.browser.house import House, Visitors

WIDTH = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_error_that_holds_a_rule_sticks_out_nowhere(
    house: House, visitors: Visitors, language: str, width: int
) -> None:
    page = visitors.open("clerk_jie", size=(width, 844), language=language)
    page.goto(house.at("/inspections/plans/{plan_changed}/change"))
    page.check("input[name=terms][value=own]")
    page.select_option("select[name=unit]", "MONTHLY")
    page.select_option("select[name=weekday]", "MO")
    page.click("main form[method=post] button[type=submit] >> nth=-1")
    for shown in (page.locator(".notice.over li a"), page.locator(".error")):
        assert "BYSETPOS" in shown.filter(has_text="BYSETPOS").first.inner_text()
    assert page.evaluate(WIDTH) == 0
    for shown in (page.locator(".notice.over"), page.locator(".error").filter(has_text="BYSETPOS")):
        box = shown.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= width
        assert shown.evaluate("one => one.scrollWidth <= one.clientWidth")
