"""The pages of who calls: the number is shown once the call is taken on, and what was typed is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman import clock
from propman.callbacks import queries
from propman.config import Settings
from propman.tickets import operations as tickets
from propman.tickets import tracking
from propman.tickets.models import Ticket
from propman.tickets.workflow import State
from tests import stories
from tests import world as small
from tests.callbacks.calls import PHONE, call, completed
from tests.desk import Desk, said
from tests.world import World

SHOWN = "139 1234 5678"


@pytest.fixture
def at_desk(session: Session, new_client: Callable[[], FlaskClient], world: World) -> Callable[[str], Desk]:
    """The browser of somebody by name."""
    return lambda name: Desk(small.sign_in(session, new_client(), world.people[name]))


def waiting(session: Session, world: World) -> Ticket:
    """Completed an hour ago, and nobody has called."""
    return completed(session, world, now=clock.now() - timedelta(hours=1))


def test_a_call_is_taken_on_made_and_confirms_the_report(
    session: Session, world: World, at_desk: Callable[[str], Desk]
) -> None:
    ticket = waiting(session, world)
    mei, page = at_desk("dispatcher_mei"), f"/call-backs/{ticket.number}"
    assert "1 reporter to call back" in mei.read("/")
    listed = mei.read("/call-backs")
    assert ticket.number in listed
    assert "139****5678" in listed
    for address in ("/call-backs", page):
        shown = mei.open(address).text
        assert SHOWN not in shown
        assert PHONE not in shown
    mei.sent(f"{page}/take", page)
    claimed = mei.open(page).text
    assert f'href="tel:{SHOWN.replace(" ", "")}"' in claimed
    assert "I am calling for 安居物业" in claimed
    jie = at_desk("clerk_jie")
    assert "梅调度 is calling already" in jie.read(page)
    assert "梅调度 is calling" in jie.read("/call-backs")
    refused = jie.client.post(f"{page}/take", data={"csrf_token": small.token_of(jie.open(page).text),
                                                    "key": small.new_key()})  # fmt: skip
    assert refused.status_code == 409
    then = mei.sent(f"{page}/result", page, version=str(ticket.version), outcome="reached", in_time="yes", solved="yes",
                    stars="4", words="来得快")  # fmt: skip
    assert f"Noted: call-back about {ticket.number}" in then
    assert "Nobody waits for a call" in then
    session.refresh(ticket)
    assert (ticket.state, ticket.stars) == (State.CONFIRMED, 4)
    told = mei.read(f"/tickets/{ticket.number}")
    assert "Call-back: reached" in told
    assert "Confirmed by the reporter on the telephone: 4 of 5 stars" in told
    assert "The reporter has answered: on the telephone" in mei.read(page)


def test_a_refused_result_keeps_what_was_typed(session: Session, world: World, at_desk: Callable[[str], Desk]) -> None:
    ticket = waiting(session, world)
    mei, page = at_desk("dispatcher_mei"), f"/call-backs/{ticket.number}"
    mei.sent(f"{page}/take", page)
    answer = mei.send(f"{page}/result", page, version=str(ticket.version), outcome="reached", solved="no", stars="1")
    assert answer.status_code == 422
    assert "what is still wrong, in the reporter's words" in said(answer)
    assert re.search(r'<input checked[^>]*name="solved"[^>]*value="no"', answer.text)
    session.refresh(ticket)
    assert ticket.state is State.COMPLETED


def test_who_repaired_it_reads_why_somebody_else_calls(
    session: Session, world: World, at_desk: Callable[[str], Desk]
) -> None:
    ticket = stories.start(session, world, stories.report(session, world, phone=PHONE))
    mei = small.viewer(session, world.dispatcher_mei)
    tickets.complete(session, ticket=ticket, viewer=mei, seen_version=ticket.version, now=clock.now(), note="好了",
                     store=world.store)  # fmt: skip
    assert "This step is for somebody else to take" in at_desk("dispatcher_mei").read(f"/call-backs/{ticket.number}")
    assert "Take the call on" in at_desk("manager_han").read(f"/call-backs/{ticket.number}")
    assert at_desk("worker_zhao").open("/call-backs").status_code == 403


def test_without_a_telephone_nobody_can_call_and_the_page_says_so(
    session: Session, world: World, at_desk: Callable[[str], Desk]
) -> None:
    ticket = stories.complete(session, world, stories.report(session, world))
    mei = at_desk("dispatcher_mei")
    assert "No telephone was left" in mei.read(f"/call-backs/{ticket.number}")
    assert ticket.number in mei.read("/call-backs?show=no_phone")
    assert ticket.number not in mei.read("/call-backs")


def test_the_reporter_says_on_the_page_whether_somebody_was_in_touch_in_time(
    session: Session, world: World, settings: Settings, client: FlaskClient
) -> None:
    ticket = waiting(session, world)
    call(session, world, ticket, "no_answer", now=clock.now())
    secret = tracking.secret(ticket.id, ticket.tracking_key_id, settings.tracking_keys)
    session.commit()
    page = f"/t/{ticket.number}/{secret}"
    resident = Desk(client)
    assert "Call-back: nobody picked up" in resident.read(page)
    resident.sent(f"{page}/confirm", page, version=str(ticket.version), stars="5", in_time="no")
    session.refresh(ticket)
    completion = queries.last_completion(session, ticket)
    assert completion is not None
    [given] = queries.answers_about(session, [completion.id])[completion.id]
    assert (given.contacted_in_time, given.solved, given.stars) == (False, True, 5)
