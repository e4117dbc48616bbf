"""A round on a telephone, in a real browser: a failed item is repaired, looked at again by another and confirmed; what
nobody did is missed the next morning.
"""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page
from sqlalchemy import select

from propman import clock
from propman.communities.models import Place
from propman.inspections import operations
from propman.inspections.models import Duty
from propman.inspections.operations import Aim
from propman.inspections.schedule import End
from propman.rounds.models import RoundPoint
from propman.rounds.proof import Level
from propman.tickets.models import Ticket
from propman.tickets.workflow import State
from tests.browser.house import House, Visitors
from tests.browser.test_journey_browser import Thumb, assign_zhao, number_on, repair, zh
from tests.files.scenes import photograph
from tests.rounds import walks

NOTE = "二楼堆放纸箱"


def due_today(house: House, community_id: int) -> tuple[int, int]:
    """A fire patrol and a daily patrol of the building, by their duties."""
    today = clock.local_date(clock.now())
    with house.session() as session:
        door = session.scalars(select(Place).where(Place.parent_id == community_id)).one()
        here = {"community_id": community_id, "aims": [Aim(door.id, today)]}
        weekly = walks.due(session, house.world, **here)
        daily = walks.due(session, house.world, "T21", "grade_1", rule="FREQ=DAILY", **here)
        session.commit()
        return weekly.id, daily.id


def answer(page: Page, failing: str) -> None:
    """Everything passes but one item, whose note and photograph say why."""
    for job in page.locator(".job").all():
        fails = failing in (job.get_attribute("aria-label") or "")
        job.get_by_role("radio", name=zh("fail") if fails else zh("pass"), exact=True).check(force=True)
        if job.locator("> .field input[type=file]").count():
            shot = photograph(hash(job.get_attribute("aria-label")) % 10_000)
            job.locator("> .field input[type=file]").set_input_files(
                {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": shot}
            )
        if fails:
            job.locator("summary").tap()
            job.locator("textarea").fill(NOTE)


def send_half(page: Page, thumb: Thumb) -> None:
    """A photograph and no answer: the browser asks before it sends, and keeps the photograph."""
    shot = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photograph(1)}
    page.locator(".job > .field input[type=file]").first.set_input_files(shot)
    thumb.tap(page.get_by_role("button", name=zh("Record this point")))
    asked = page.evaluate("[document.activeElement.type, document.activeElement.validity?.valueMissing]")
    assert asked == ["radio", True]
    assert page.locator(".job > .field input[type=file]").first.evaluate("field => field.files.length") == 1


def test_a_failed_item_is_repaired_and_confirmed_by_another_and_what_nobody_did_is_missed(
    house: House, visitors: Visitors, community: tuple[int, str]
) -> None:
    community_id, code = community
    done_id, missed_id = due_today(house, community_id)
    zhao = visitors.open("worker_zhao")
    thumb = Thumb(zhao)
    zhao.goto("/inspections/work")
    zhao.locator(f"#duty-{missed_id}").uncheck()
    thumb.leave(zhao.locator(f"#community-{community_id} button[type=submit]"))
    zhao.goto(f"/p/{code}")  # as the camera of the telephone opens it
    thumb.leave(zhao.get_by_role("link", name=zh("Record here: %(what)s").partition("%")[0]))
    assert zhao.locator("#code").input_value() == code
    send_half(zhao, thumb)
    answer(zhao, "堆物")
    thumb.leave(zhao.get_by_role("button", name=zh("Record this point")))
    shown = zhao.locator("main").inner_text()
    assert zh("That was the last point: the round is over.") in shown
    assert zh("What failed is reported as %(numbers)s.").partition("%")[0] in shown
    assert zh("proven by its label") in shown
    thumb.tap(zhao.locator("#in summary"))
    number = number_on(zhao)

    assign_zhao(visitors, number, scripts=True)
    repair(visitors, number, scripts=True)
    han = visitors.open("manager_han")
    han.goto(f"/tickets/{number}/recheck_pass")
    Thumb(han).leave(han.locator("main form button[type=submit]"))
    with house.session() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.number == number)).one()
        point = session.scalars(select(RoundPoint).where(RoundPoint.duty_id == done_id)).one()
        assert (ticket.state, ticket.category) == (State.CONFIRMED, "fire_safety")
        assert (session.get_one(Duty, done_id).ended_as, point.level) == (End.DONE, Level.SCANNED)
        while operations.end_missed(session, now=clock.now() + timedelta(days=1)):  # as the job does next morning
            pass
        session.commit()
        assert session.get_one(Duty, missed_id).ended_as is End.MISSED
    zhao.goto("/inspections/work")
    missed = zhao.locator(f"#community-{community_id} details", has_text=zh("Missed, can be made up for"))
    assert missed.locator(f"#duty-{missed_id}").count() == 1
