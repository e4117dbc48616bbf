"""What the first visit to the place page costs on a slow network."""

from __future__ import annotations

import pytest

from tests.browser.house import House, Visitors

MOST = 25 * 1024  # bytes over the wire, headers included, photographs apart


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_first_visit_to_the_place_page_stays_light(house: House, visitors: Visitors, scripts: bool) -> None:
    page = visitors.open(scripts=scripts)
    wire = page.context.new_cdp_session(page)
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    wire.on("Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]}))
    wire.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    wire.send("Network.enable")
    page.goto(house.at("/p/{code}"), wait_until="networkidle")

    cost = {addresses[request].removeprefix(house.base).partition("?")[0]: size for request, size in sizes.items()}
    assert {"/static/css/base.css", "/static/icons.svg"} < set(cost)
    icon = page.context.request.get("/static/favicon.svg")  # a headless browser has no place to show it, and asks not
    cost["/static/favicon.svg"] = len(icon.body()) + sum(
        len(name) + len(value) + 4 for name, value in icon.headers.items()
    )
    print(sum(cost.values()), cost)
    assert sum(cost.values()) <= MOST, cost
