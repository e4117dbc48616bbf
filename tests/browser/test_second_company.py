"""A leak that comes back after its community has changed hands, in a real browser: the second company gets it."""

from __future__ import annotations

from sqlalchemy import select

from propman import clock
from propman.communities.operations import change_over
from propman.tickets.models import ClockKind, Ticket, TicketClock
from tests.browser.house import DESK, House, Visitors
from tests.browser.test_journey_browser import Thumb, assign_zhao, number_on, repair, zh

LEAK = "屋顶、外墙漏水"


def change_hands(house: House, community_id: int) -> None:
    """From today on the community is the second company's."""
    now = clock.now()
    with house.session() as session:
        change_over(session, community_id=community_id, organisation_id=house.world.far_company.id,
                    starts_on=clock.local_date(now), actor_id=None, now=now)  # fmt: skip
        session.commit()


def repairs(house: House, number: str) -> list[TicketClock]:
    """The runs of the time to repair, the first one first."""
    with house.session() as session:
        query = select(TicketClock).join(Ticket, Ticket.id == TicketClock.ticket_id)
        query = query.where(Ticket.number == number, TicketClock.kind == ClockKind.RESOLVE)
        return list(session.scalars(query.order_by(TicketClock.run)))


def test_a_reopened_leak_goes_to_the_second_company_with_a_clock_of_its_own(
    house: House, visitors: Visitors, community: tuple[int, str]
) -> None:
    community_id, code = community
    lin = visitors.open()
    lin.goto(f"/p/{code}")
    thumb = Thumb(lin)
    thumb.leave_by(zh("Report a fault"))
    thumb.tap(lin.get_by_role("radio", name=LEAK))
    thumb.say(zh("Say it in a sentence"), "屋顶又漏水了")
    thumb.leave_by(zh("Send report"))
    number = number_on(lin)
    assign_zhao(visitors, number, scripts=True)
    repair(visitors, number, scripts=True)
    [first] = repairs(house, number)
    assert first.answered is True
    assert first.stopped_at is not None

    change_hands(house, community_id)
    thumb.leave_by(zh("See how it goes on"))
    thumb.tap(lin.locator("#answer summary", has_text=zh("It is not fixed")).first)
    lin.locator("#answer textarea").locator("visible=true").first.fill("雨一来又漏了")
    thumb.leave_by(zh("Send: it is not fixed"))
    assert "远景物业" in lin.locator("main").inner_text()  # who is in charge of it now

    old, new = repairs(house, number)
    assert (old.stopped_at, old.answered, old.due_at) == (first.stopped_at, True, first.due_at)  # its verdict stays
    assert new.stopped_at is None
    assert new.started_at > first.stopped_at
    assert new.limit == old.limit

    fan = visitors.open("far_dispatcher", size=DESK)
    fan.goto("/queue")
    assert "已重开 1 次" in fan.locator("tr", has_text=number).inner_text()
    fan.goto(f"/tickets/{number}")
    page = fan.locator("main").inner_text()
    assert "雨一来又漏了" in page
    assert zh("Reopened by the reporter: not fixed") in page
    fan.locator("#send select").select_option(label="方师傅")
    with fan.expect_navigation():
        fan.locator("#send button", has_text=zh("Assign")).click()

    mei = visitors.open("dispatcher_mei", size=DESK)
    answer = mei.goto(f"/tickets/{number}")
    assert answer is not None
    assert answer.status == 404  # it is no longer the first company's
