"""A burst pipe that twenty households report, in a real browser: sent, told and closed once; one says "not mine"."""

from __future__ import annotations

from sqlalchemy import func, select

from propman.accounts.models import User
from propman.communities.models import Place
from propman.notify.models import Channel, Notice
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import Action, State
from tests import stories
from tests.browser.house import DESK, House, Visitors
from tests.browser.test_journey_browser import Thumb, assign_zhao, number_on, repair, zh

BURST = "水管爆裂、停水"


def report(visitors: Visitors, code: str, words: str) -> tuple[Thumb, str]:
    """Somebody at the door reports the pipe: their telephone, and the number of their report."""
    page = visitors.open()
    page.goto(f"/p/{code}")
    thumb = Thumb(page)
    thumb.leave_by(zh("Report a fault"))
    thumb.tap(page.get_by_role("radio", name=BURST))
    thumb.say(zh("Say it in a sentence"), words)
    thumb.leave_by(zh("Send report"))
    return thumb, number_on(page)


def neighbours(house: House, community_id: int, how_many: int) -> None:
    """So many households more send the same from that building."""
    with house.session() as session:
        door = session.scalars(select(Place).where(Place.parent_id == community_id)).one()
        for number in range(how_many):
            stories.report(session, house.world, place=door, category="water", description=f"没水，第{number}户",
                           apart=False)  # fmt: skip
        session.commit()


def incident(house: House, number: str) -> tuple[Ticket, list[Ticket]]:
    """The report with this number, and those merged with it."""
    with house.session() as session:
        lead = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        return lead, list(session.scalars(select(Ticket).where(Ticket.lead_id == lead.id)))


def told(house: House, person: User, tickets: list[Ticket]) -> int:
    """How many messages about these reports are in the inbox of `person`."""
    with house.session() as session:
        query = select(func.count()).where(Notice.recipient_id == person.id, Notice.channel == Channel.INBOX)
        return session.scalar(query.where(Notice.subject.in_([ticket.number for ticket in tickets]))) or 0


def test_a_burst_pipe_with_twenty_reports_is_sent_told_and_closed_once(
    house: House, visitors: Visitors, community: tuple[int, str]
) -> None:
    community_id, code = community
    first, number = report(visitors, code, "水管爆了，往外喷水")
    neighbours(house, community_id, 18)
    twentieth, own = report(visitors, code, "我家也没有水")
    receipt = twentieth.page.locator("main").inner_text()
    assert "20 户" in receipt
    assert "喷水" not in receipt  # what a neighbour wrote

    lead, others = incident(house, number)
    assert len(others) == 19
    assert told(house, house.world.dispatcher_mei, [lead, *others]) == 1
    mei = visitors.open("dispatcher_mei", size=DESK)
    mei.goto("/queue")
    assert "20 户" in mei.locator("tr", has_text=number).inner_text()
    assert mei.locator("tr", has_text=own).count() == 0

    assign_zhao(visitors, number, scripts=True)
    assert told(house, house.world.worker_zhao, [lead, *others]) == 1
    repair(visitors, number, scripts=True)
    first.leave_by(zh("See how it goes on"))
    first.tap(first.page.locator("#answer summary", has_text=zh("It is fixed")).first)
    first.tap(first.page.get_by_role("radio", name=zh("very good")))
    first.leave_by(zh("Send: it is fixed"))
    twentieth.leave_by(zh("See how it goes on"))
    twentieth.tap(twentieth.page.locator("#answer summary", has_text=zh("It is not fixed here")).first)
    twentieth.page.locator("#answer textarea").locator("visible=true").first.fill("我家的水管是另一根")
    twentieth.leave_by(zh("Send: it is not fixed"))

    lead, others = incident(house, number)
    assert lead.state is State.CONFIRMED
    assert len(others) == 18
    mei.goto("/queue")
    assert mei.locator("tr", has_text=number).count() == 0
    assert mei.locator("tr", has_text=own).count() == 1
    with house.session() as session:
        of_all = select(TicketEvent.action).where(TicketEvent.ticket_id.in_([one.id for one in (lead, *others)]))
        sent = session.scalars(of_all.where(TicketEvent.action.in_([Action.ASSIGN, Action.COMPLETE]))).all()
    assert sorted(sent) == [Action.ASSIGN, Action.COMPLETE]
