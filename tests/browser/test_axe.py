"""No page has a barrier that axe knows: at both widths, in both schemes, and for residents in the elder view too.

A page is loaded once; then the window changes its width and scheme. Contrast, which takes longer than all else, is
looked at in the last width alone, because no colour depends on the width. In the dark it is all that is looked at, for
nothing else depends on the scheme, and once for each address: the states of a page differ in tones, which
pages/test_look.py compares in both schemes. Pages come from the tour; pages/test_words.py sees to it that the tour
leads past all of them. Beside axe: nothing sticks out sideways, down to 320 px (WCAG 2.2, 1.4.10).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask, render_template
from playwright.sync_api import Browser, Page, Route

from propman import create_app
from propman.config import ROOT, Settings
from propman.db import db
from tests.browser.house import DESK, PHONE, House, Visitors
from tests.pages import tour
from tests.pages.tour import Stop

NARROW = (320, 640)
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
CONTRAST: dict[str, Any] = {"runOnly": ["color-contrast"], **EVERYTHING}
SHAPE: dict[str, Any] = {"rules": {"color-contrast": {"enabled": False}}, **EVERYTHING}
RUN = """
(options) => axe.run(options).then((results) => results.violations.flatMap((found) => found.nodes.map(
  (node) => `${found.id}: ${node.html.slice(0, 200)} ${node.failureSummary}`)))
"""
"""As the package's `Axe.run`, without carrying the script to a page again, and all that is right back from it."""

SEND = """
([action, typed]) => {
  const posted = Array.from(document.forms).filter(
    (form) => form.method === "post" && form.getAttribute("action") === action);
  const form = posted.find((form) => Object.keys(typed).every((name) => name in form.elements)) ?? posted[0];
  if (!form) return false;
  const said = new Set();
  for (const field of Array.from(form.elements).filter((one) => one.tagName !== "FIELDSET")) {
    if (field.name in typed && !said.has(field.name)) {
      said.add(field.name);
      if (field.tagName === "SELECT") field.add(new Option(typed[field.name], typed[field.name]));
      field.removeAttribute("maxlength");
      field.type = field.tagName === "INPUT" ? "text" : field.type;
      field.value = typed[field.name];
    } else if (field.type !== "hidden") field.disabled = true;
  }
  form.submit();
  return true;
}
"""
"""Sends what the stop says and what is hidden in the form, as it would go out from a browser that checks nothing.

Each name goes out once, whatever is offered for it. Fieldsets stay as they are: a disabled one keeps back what is in
it.
"""

Window = Callable[..., Page]


@pytest.fixture(scope="module")
def window(house: House, chromium: Browser) -> Iterator[Window]:
    """One window for each person and text size, kept for the whole tour."""
    visitors, kept = Visitors(house, chromium), dict[tuple[str, str, str], Page]()

    def of(who: str, view: str = "normal", language: str = "zh") -> Page:
        which = (who, view, language)
        if which not in kept:
            kept[which] = visitors.open(who, view=view, language=language)
            kept[which].emulate_media(reduced_motion="reduce")
            kept[which].route("**/register/imports/*", stand_still)
        return kept[which]

    yield of
    visitors.close()


def stand_still(route: Route) -> None:
    """Let a page that asks to be loaded again every two seconds stay as it is while it is looked at."""
    answer = route.fetch()
    route.fulfill(response=answer, headers={name: text for name, text in answer.headers.items() if name != "refresh"})


def barriers(page: Page, options: dict[str, Any] = EVERYTHING) -> list[str]:
    """What axe finds on `page`: the rule, the element, and why."""
    return page.evaluate(RUN, options)


def look(page: Page, *, sizes: tuple[tuple[int, int], ...] = (PHONE, DESK), dark: bool = True) -> list[str]:
    """What is wrong with the page in this window, at these sizes, and then in the dark at the last of them."""
    found = []
    page.evaluate(AXE_SCRIPT)
    for size in sizes:
        resize(page, size)
        options = EVERYTHING if size == sizes[-1] else SHAPE
        found += [f"{size[0]} px: {barrier}" for barrier in barriers(page, options)]
    if dark:
        page.emulate_media(color_scheme="dark")
        found += [f"{sizes[-1][0]} px, dark: {barrier}" for barrier in barriers(page, CONTRAST)]
        page.emulate_media(color_scheme="light")
    resize(page, NARROW)
    found += sticks_out(page)
    resize(page, PHONE)
    return found


def resize(page: Page, size: tuple[int, int]) -> None:
    """Give the window `size`."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert page.evaluate("document.documentElement.clientWidth") == size[0]


def sticks_out(page: Page) -> list[str]:
    """What makes the page scroll sideways, if it does."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide <= 0:
        return []
    who = page.evaluate(
        """() => Array.from(document.body.querySelectorAll("*"))
        .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
        .slice(0, 3).map((one) => one.outerHTML.slice(0, 160))"""
    )
    return [f"{page.viewport_size['width']} px: sticks out by {wide} px: {json.dumps(who, ensure_ascii=False)}"]


def nothing_wrong(found: list[str]) -> None:
    """Raises AssertionError naming each thing that was found, on a line of its own."""
    assert not found, "\n".join(found)


def arrive(page: Page, house: House, stop: Stop) -> None:
    """Bring `page` to the stop, and through its form if that is to be refused."""
    answer = page.goto(house.at(stop.address))
    if stop.sent is not None:
        typed = {name: text.format_map(house.things) for name, text in stop.sent.items()}
        action = (stop.to or stop.address).format_map(house.things)
        if page.locator(f'a[href="{action}"]').count():  # it has a page of its own
            page.goto(house.at(action))
        with page.expect_navigation() as navigation:
            assert page.evaluate(SEND, [action, typed]), f"no form goes to {action}"
        answer = navigation.value
    assert answer is not None
    assert answer.status == stop.status


def once_an_address() -> set[Stop]:
    """The first stop of the tour at each address, whatever it is about and whatever is asked there."""
    stops = {re.sub(r"\{\w+\}", "", stop.address.split("?")[0]): stop for stop in reversed(tour.PAGES)}
    return set(stops.values())


IN_THE_DARK = once_an_address()


@pytest.mark.parametrize("stop", tour.PAGES, ids=str)
def test_page_has_no_barrier(house: House, window: Window, stop: Stop) -> None:
    page = window(stop.who)
    arrive(page, house, stop)
    nothing_wrong(look(page, dark=stop in IN_THE_DARK))


@pytest.mark.parametrize("stop", {(stop.address, stop.to): stop for stop in tour.REFUSED}.values(), ids=str)
def test_refused_form_has_no_barrier(house: House, window: Window, stop: Stop) -> None:
    """What a refusal adds to a page bears colours that pages/test_look.py compares in both schemes."""
    page = window(stop.who)
    arrive(page, house, stop)
    nothing_wrong(look(page, sizes=(PHONE,), dark=False))


@pytest.mark.parametrize("stop", tour.RESIDENT, ids=str)
def test_elder_view_has_no_barrier(house: House, window: Window, stop: Stop) -> None:
    page = window(stop.who, "elder")
    arrive(page, house, stop)
    assert page.evaluate("document.documentElement.dataset.view") == "elder"
    nothing_wrong(look(page, dark=False))


@pytest.mark.parametrize("stop", tour.RESIDENT, ids=str)
def test_largest_text_sticks_out_nowhere(house: House, window: Window, stop: Stop) -> None:
    """In English, whose words are longer."""
    page = window(stop.who, "largest", "en")
    arrive(page, house, stop)
    resize(page, NARROW)
    nothing_wrong(sticks_out(page))


@pytest.fixture(scope="module")
def drawing(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application that draws the pages which cannot be provoked from outside."""
    folder = tmp_path_factory.mktemp("drawing")
    app = create_app(Settings.for_tests(database_url=f"sqlite:///{sqlite_template}", data_dir=folder))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("template", sorted(path.name for path in ROOT.glob("templates/errors/[0-9e]*.html")))
def test_error_page_has_no_barrier(house: House, window: Window, drawing: Flask, template: str) -> None:
    """As the program draws it, at an address of the house."""
    with drawing.test_request_context():
        html = render_template(f"errors/{template}", status=418)
    page = window("")
    page.route("**/drawn", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(f"{house.base}/drawn")
    page.unroute("**/drawn")
    assert page.locator("h1").count() == 1
    nothing_wrong(look(page))
