"""The inbox under a thumb: the whole row of a message opens it, with scripts and without."""

from __future__ import annotations

import pytest

from propman import clock
from propman.notify import operations
from propman.notify.models import Channel
from tests.browser.house import DESK, PHONE, House, Visitors

FINGER = 44  # px, the least height of what is touched


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_touch_anywhere_on_an_unread_message_opens_it(
    house: House, visitors: Visitors, size: tuple[int, int], scripts: bool
) -> None:
    number = house.things["reopened"]
    with house.session() as session:
        operations.tell(
            session, event_ref=f"ticket_event:{size[0]}{scripts}", topic="ticket.worker.assign",
            channels={house.world.worker_sun.id: [Channel.INBOX]}, facts={"number": number},
            link=f"/tickets/{number}", now=clock.now(),
        )  # fmt: skip
        session.commit()
    page = visitors.open("worker_sun", size=size, scripts=scripts)
    page.goto("/inbox")
    row = page.locator(".item", has_text=number).first
    box = row.bounding_box()
    assert box is not None
    assert box["height"] >= FINGER
    assert "未读" in row.inner_text()
    with page.expect_navigation():
        page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] - 3)
    assert page.url == f"{house.base}/tickets/{number}"

    page.goto("/inbox")
    assert "未读" not in row.inner_text()
    with page.expect_navigation():
        row.get_by_role("link").click()
    assert page.url == f"{house.base}/tickets/{number}"
