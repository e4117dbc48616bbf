"""A dispatcher's hour by keys alone: not one touch of a mouse, from signing in to the caller's number and PIN."""

from __future__ import annotations

import re

from babel.support import Translations
from playwright.sync_api import Page, expect

from propman.tickets.models import Ticket
from propman.tickets.workflow import State
from propman.translations import FOLDER, compile_catalogues
from tests import stories
from tests.browser.house import DESK, House, Visitors
from tests.world import PASSWORD

compile_catalogues()
zh = Translations.load(FOLDER, ["zh"]).gettext
PHONE = "13912348765"


class Keys:
    """Presses keys, and says where the focus is."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def leave(self, key: str) -> None:
        """Press what leads to another page, and wait for it."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """What an input method hands over."""
        self.page.keyboard.insert_text(text)

    def tab_to(self, selector: str, most: int = 80) -> None:
        """Press Tab until the focus is on `selector`."""
        for _press in range(most):
            if self.on(selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{most} times Tab do not lead to {selector}")

    def on(self, selector: str) -> bool:
        """Whether the focus is on `selector`."""
        return bool(self.page.evaluate("(it) => document.activeElement.matches(it)", selector))

    def row(self) -> str:
        """The number of the report on whose line the focus is."""
        found = self.page.evaluate("() => document.activeElement.closest('tr')?.innerText ?? ''")
        number = re.search(r"\d{4}-\d{7}", found)
        return number.group() if number else ""

    def find(self, text: str, wanted: str) -> None:
        """`/`, some letters, and the row of the list that says `wanted`."""
        self.press("/")
        assert self.on("#find")
        self.type(text)
        self.choose(wanted)

    def choose(self, wanted: str) -> None:
        """Go down to the row `wanted` of the list that opened, and choose it."""
        rows = self.page.get_by_role("option")
        expect(rows.filter(has_text=wanted).first).to_be_visible()
        for _press in range(12):
            self.press("ArrowDown")
            if wanted in self.page.locator("[role=option][aria-selected=true]").inner_text():
                break
        self.leave("Enter")


def reports(house: House) -> list[str]:
    """Three new ones, about a telephone that calls again later."""
    with house.session() as session:
        made = [stories.report(session, house.world, phone=PHONE, name="王奶奶") for _number in range(3)]
        session.commit()
        return [one.number for one in made]


def state_of(house: House, number: str) -> tuple[State, str | None]:
    """The state of a report, and who is sent."""
    with house.session() as session:
        found = session.query(Ticket).filter_by(number=number).one()
        return found.state, found.assignee.name if found.assignee else None


def test_a_dispatchers_hour_by_keys_alone(house: House, visitors: Visitors) -> None:
    numbers, page = reports(house), visitors.open(size=DESK)
    keys = Keys(page)

    page.goto("/sign-in")
    keys.tab_to("[name=who]")
    keys.type(house.world.manager_han.phone or "")
    keys.tab_to("[name=password]")
    keys.type(PASSWORD)
    keys.leave("Enter")
    keys.tab_to("nav a[href='/queue']")
    keys.leave("Enter")

    keys.press("j")
    first = keys.row()
    keys.press("j")
    second = keys.row()
    keys.press("k")
    assert (bool(first), first != second, keys.row()) == (True, True, first)
    page.keyboard.press("Control+j")  # with Ctrl, Alt or Meta a key is the browser's
    assert keys.row() == first
    keys.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    keys.press("j", "Escape")
    expect(page.get_by_role("dialog")).not_to_be_visible()
    assert keys.row() == first  # what opens in front takes no line away

    keys.find(numbers[0], numbers[0])
    assert page.url.endswith(f"/tickets/{numbers[0]}")
    keys.press("a")
    assert keys.on("#send select")
    keys.press("ArrowDown")
    keys.tab_to("#send button")
    keys.leave("Enter")
    assert state_of(house, numbers[0])[0] is State.ASSIGNED

    keys.leave("h")
    assert keys.on("[name=until_on]")
    keys.press(*["ArrowUp", "ArrowUp", "Tab"] * 3)  # a day of next year, in whatever order the browser asks for it
    keys.tab_to("select[name=cause]")
    keys.press("ArrowDown")
    keys.tab_to("select[name=phrase]")
    keys.press("ArrowDown")
    keys.tab_to("textarea")
    keys.type("已通知住户")
    keys.tab_to("#step button")
    keys.leave("Enter")
    assert state_of(house, numbers[0])[0] is State.ON_HOLD

    keys.leave("q")
    keys.find("zhao", "赵师傅")
    assert f"assignee={house.world.worker_zhao.id}" in page.url

    page.goto("/queue?state=submitted")
    marked = []
    for _line in range(60):
        keys.press("j")
        if keys.row() in numbers:
            keys.press("x")
            marked.append(keys.row())
    assert set(marked) == set(numbers[1:])
    keys.press("a")
    assert keys.on("#send-many select")
    keys.press("ArrowDown")
    keys.tab_to("#send-many button")
    keys.leave("Enter")
    assert {state_of(house, number)[0] for number in numbers[1:]} == {State.ASSIGNED}

    keys.leave("c")
    keys.tab_to("#caller-phone")
    keys.type(PHONE)
    keys.leave("Enter")
    assert all(number in page.locator("#caller-reports").inner_text() for number in numbers)
    assert page.locator("[name=name]").input_value() == "王奶奶"
    keys.tab_to("#find-place")
    keys.type("河柏 3")
    keys.choose("河柏小区 3号楼")
    keys.tab_to("[name=category]")
    keys.press("Space")
    keys.tab_to("textarea[name=description]")
    keys.type("门口积水，jkx?/ 这些字也照样写")
    keys.tab_to("form button.large")
    keys.leave("Enter")
    assert re.search(r"\d{4}-\d{7}", page.locator("main").inner_text())
    assert zh("Read out to the caller") in page.locator("main").inner_text()
