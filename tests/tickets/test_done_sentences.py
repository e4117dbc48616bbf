"""After a move the next page says in a sentence what has happened; by HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.queries import engagements_of
from propman.tickets.models import Ticket
from propman.tickets.workflow import State
from tests import stories
from tests import world as worlds
from tests.tickets.buttons import Sign, form_for, hidden_in, press, send, text_of
from tests.world import World


def said(client: FlaskClient, page: str, action: str, **typed: object) -> str:
    """What the page that follows the move says at its top."""
    answer = press(client, page, action, **typed)
    assert answer.status_code == 303, text_of(answer.text)
    return top_of(client.get(answer.location).text)


def top_of(page: str) -> str:
    """What stands where a page says what has just happened."""
    _before, _there, rest = page.partition('class="flashes">')
    return text_of(rest.partition("</div>")[0])


def moved(client: FlaskClient, ticket: Ticket, action: str, **typed: object) -> str:
    """As `said`, for a move on the page of `ticket`."""
    return said(client, f"/tickets/{ticket.number}", f"/tickets/{ticket.number}/{action}", **typed)


def test_every_move_of_the_company_names_what_happened(session: Session, world: World, signed_in: Sign) -> None:
    ticket, declined = stories.report(session, world), stories.report(session, world)
    mei, zhao = signed_in("dispatcher_mei"), signed_in("worker_zhao")
    day = clock.local_date(clock.now()) + timedelta(days=9)

    assert moved(mei, ticket, "assign", assignee_id=world.worker_sun.id) == "孙师傅 was sent."
    assert moved(mei, ticket, "reassign", assignee_id=world.worker_zhao.id) == "赵师傅 goes now."
    assert moved(zhao, ticket, "start") == f"Work on {ticket.number} has begun."
    assert moved(mei, ticket, "hold", until_on=day, cause="parts", note="等材料") == f"On hold until {day:%Y-%m-%d %a}."
    assert moved(mei, ticket, "resume") == f"{ticket.number} goes on with 赵师傅."
    assert moved(zhao, ticket, "start") == f"Work on {ticket.number} has begun."
    assert moved(zhao, ticket, "complete", note="好了") == f"{ticket.number} is done and waits for the reporter."
    assert moved(mei, declined, "decline", note="不归物业") == "Declined and closed. The reporter reads the reason."


def test_what_goes_on_without_anybody_says_so(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.hold(session, world, stories.report(session, world))
    assert moved(signed_in("dispatcher_mei"), ticket, "resume") == (
        f"{ticket.number} goes on. Nobody has been sent yet."
    )


def test_who_was_sent_by_a_company_that_left_is_not_named(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.hold(session, world, stories.start(session, world, stories.report(session, world)))
    engagements_of(session, world.community.id)[0].ends_on = clock.local_date(clock.now())
    assert "Nobody has been sent yet." in moved(signed_in("clerk_jie"), ticket, "resume")


def test_a_retry_whose_first_answer_was_lost_reads_the_same_sentence(
    session: Session, world: World, signed_in: Sign
) -> None:
    """Also after somebody has moved the ticket on: the sentence is about the move that this form made."""
    ticket, mei = stories.report(session, world), signed_in("dispatcher_mei")
    page, action = f"/tickets/{ticket.number}", f"/tickets/{ticket.number}/assign"
    kept = hidden_in(form_for(mei, page, action))
    send(mei, action, kept, assignee_id=world.worker_sun.id)
    mei.get(page)
    session.refresh(ticket)
    assert (
        press(signed_in("manager_han"), page, f"{page}/reassign", assignee_id=world.worker_zhao.id).status_code == 303
    )

    assert send(mei, action, kept, assignee_id=world.worker_sun.id).status_code == 303
    assert top_of(mei.get(page).text) == "孙师傅 was sent."


def test_in_chinese(session: Session, new_client: Callable[[], FlaskClient], world: World) -> None:
    ticket = stories.report(session, world)
    mei = worlds.sign_in(session, new_client(), world.dispatcher_mei)
    assert moved(mei, ticket, "assign", assignee_id=world.worker_zhao.id) == "已派给赵师傅。"
    day = clock.local_date(clock.now()) + timedelta(days=90)
    weekday = "一二三四五六日"[day.weekday()]
    assert moved(mei, ticket, "hold", until_on=day, cause="parts", note="等开春") == f"已挂账至 {day} 周{weekday}。"


def test_every_answer_of_the_reporter_names_what_happened(session: Session, world: World, signed_in: Sign) -> None:
    lin = signed_in("resident_lin")
    done = [stories.complete(session, world, stories.report(session, world, by=world.resident_lin)) for _ in range(2)]
    taken_back = stories.report(session, world, by=world.resident_lin)

    def answered(ticket: Ticket, action: str, **typed: object) -> str:
        return said(lin, f"/reports/{ticket.number}", f"/reports/{ticket.number}/{action}", **typed)

    assert answered(done[0], "confirm", stars=4) == "Thank you. Your 4 of 5 stars are noted."
    assert answered(done[1], "reopen", note="还漏") == "Your report is open again: it is not fixed."
    assert answered(taken_back, "withdraw") == "Your report is withdrawn. Nobody comes any more."
    session.refresh(done[1])
    assert done[1].state is State.ASSIGNED
