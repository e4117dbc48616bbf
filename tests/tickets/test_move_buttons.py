"""The moves of a company on the page of a ticket: what is offered, what is refused, what is kept; by HTTP."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import clock
from propman.communities.queries import engagements_of
from propman.tickets.forms.staff import FORMS
from propman.tickets.models import Attachment, Ticket, TicketEvent
from propman.tickets.workflow import Action, State
from tests import stories
from tests import world as worlds
from tests.statements import counted
from tests.tickets.buttons import Sign, form_for, form_on, hidden_in, links_to, press, send, text_of
from tests.world import World


def page_of(ticket: Ticket) -> str:
    return f"/tickets/{ticket.number}"


def to(ticket: Ticket, action: str) -> str:
    return f"/tickets/{ticket.number}/{action}"


def offered(client: FlaskClient, ticket: Ticket) -> set[str]:
    """The moves that the page offers."""
    page = client.get(page_of(ticket)).text
    return {action.value for action in FORMS if links_to(page, to(ticket, action.value))}


def in_state(session: Session, world: World, state: State, **words: str) -> Ticket:
    """A ticket in `state`, sent to worker_zhao where somebody was sent."""
    ticket = stories.report(session, world, **words)
    ways = {State.ASSIGNED: stories.assign, State.UNDERWAY: stories.start, State.COMPLETED: stories.complete,
            State.CONFIRMED: stories.confirm, State.ON_HOLD: stories.hold}  # fmt: skip
    if state in ways:
        ways[state](session, world, ticket)
    assert ticket.state is state
    return ticket


SAY = {"ask", "note"}
VISIT = {*SAY, "appoint", "make_safe"}
LATER = {*VISIT, "request_extension"}
BUTTONS = [
    ("dispatcher_mei", State.SUBMITTED, {"assign", "refer", "hold", "decline", "correct", "merge", "object", *LATER}),
    ("dispatcher_mei", State.ASSIGNED, {"reassign", "refer", "hold", "decline", "correct", "merge", "object", *LATER}),
    ("manager_han", State.UNDERWAY, {"reassign", "refer", "hold", "complete", "correct", "merge", "object", *LATER}),
    ("dispatcher_mei", State.ON_HOLD, {"resume", "refer", "correct", "merge", *VISIT}),
    ("dispatcher_mei", State.COMPLETED, SAY),
    ("dispatcher_mei", State.CONFIRMED, {"note"}),
    ("worker_zhao", State.ASSIGNED, {"arrive", "start", "hold", "object", *LATER}),
    ("worker_zhao", State.UNDERWAY, {"hold", "complete", "object", *LATER}),
    ("worker_zhao", State.COMPLETED, SAY),
    ("clerk_jie", State.SUBMITTED, {"urge"}),  # a company is in charge here
    ("official_qian", State.SUBMITTED, {"urge"}),
    ("owner_ye", State.SUBMITTED, set()),
    ("auditor_shen", State.UNDERWAY, set()),
]


def test_page_offers_the_moves_that_are_legal_for_this_person(session: Session, world: World, signed_in: Sign) -> None:
    tickets = {state: in_state(session, world, state) for state in {state for _person, state, _moves in BUTTONS}}
    browsers = {person: signed_in(person) for person in {person for person, _state, _moves in BUTTONS}}
    found = [(person, state, offered(browsers[person], tickets[state])) for person, state, _moves in BUTTONS]
    assert found == BUTTONS


def test_a_step_that_is_not_to_be_taken_has_no_page(session: Session, world: World, signed_in: Sign) -> None:
    """Not of who may not take it, nor one that the state does not know; and nothing of what is foreign."""
    ticket = stories.assign(session, world, stories.report(session, world))
    for person, action, status in (
        ("official_qian", "reassign", 403), ("worker_zhao", "decline", 403), ("dispatcher_mei", "assign", 409),
        ("far_dispatcher", "hold", 404), ("worker_zhao", "start", 200), ("worker_zhao", "handed_over", 404),
    ):  # fmt: skip
        assert signed_in(person).get(to(ticket, action)).status_code == status, (person, action)


def test_street_office_dispatches_where_nobody_manages(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.report(session, world, place=world.unmanaged)
    clerk = signed_in("clerk_jie")

    assert offered(clerk, ticket) == {"assign", "refer", "hold", "decline", "correct", "merge", *LATER}
    assert press(clerk, page_of(ticket), to(ticket, "assign"), assignee_id=world.clerk_jie.id).status_code == 303
    session.refresh(ticket)
    assert (ticket.state, ticket.assignee_id) == (State.ASSIGNED, world.clerk_jie.id)


def test_one_repair_from_the_queue_to_done(session: Session, world: World, signed_in: Sign) -> None:
    """Dispatcher assigns, worker begins with a photo and completes with another; the reporter alone can confirm."""
    ticket = stories.report(session, world)
    mei, zhao = signed_in("dispatcher_mei"), signed_in("worker_zhao")

    answer = press(mei, page_of(ticket), to(ticket, "assign"), assignee_id=world.worker_zhao.id, note="请带梯子")
    assert (answer.status_code, answer.location) == (303, page_of(ticket))
    before = (io.BytesIO(stories.picture("gray")), "before.jpg")
    assert press(zhao, page_of(ticket), to(ticket, "start"), before=before).status_code == 303
    after = (io.BytesIO(stories.picture("green")), "after.jpg")
    assert press(zhao, page_of(ticket), to(ticket, "complete"), note="换了灯泡", after=after).status_code == 303

    session.refresh(ticket)
    assert ticket.state is State.COMPLETED
    stages = session.scalars(select(Attachment.stage).where(Attachment.ticket_id == ticket.id).order_by(Attachment.id))
    assert [stage.value for stage in stages] == ["before", "after"]
    page = text_of(mei.get(page_of(ticket)).text)
    assert "请带梯子" in page
    assert "换了灯泡" in page


def test_worker_cannot_confirm_own_repair(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.complete(session, world, stories.report(session, world))
    zhao = signed_in("worker_zhao")
    token = worlds.token_of(zhao.get(page_of(ticket)).text)

    answer = zhao.post(to(ticket, "confirm"), data={"csrf_token": token, "stars": "5", "version": ticket.version})
    assert answer.status_code == 404  # staff pages know no such move
    session.refresh(ticket)
    assert ticket.state is State.COMPLETED


def test_stranger_to_the_ticket_is_refused(session: Session, world: World, signed_in: Sign) -> None:
    """Another worker of the company does not see it; an official sees it and may not move it."""
    ticket = stories.assign(session, world, stories.report(session, world))
    typed = {"version": str(ticket.version), "key": worlds.new_key()}
    for person, status in (("worker_sun", 404), ("far_dispatcher", 404), ("resident_lin", 404), ("official_qian", 403)):
        client = signed_in(person)
        token = worlds.token_of(client.get("/").text)
        assert send(client, to(ticket, "start"), {**typed, "csrf_token": token}).status_code == status, person
    session.refresh(ticket)
    assert ticket.state is State.ASSIGNED


def test_foreign_worker_cannot_be_sent(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.report(session, world)
    mei = signed_in("dispatcher_mei")
    choices = form_for(mei, page_of(ticket), to(ticket, "assign"))
    assert f'value="{world.worker_zhao.id}"' in choices
    assert f'value="{world.far_worker.id}"' not in choices

    for wrong in (world.far_worker.id, world.resident_lin.id, 0, 2**70, "x"):
        answer = press(mei, page_of(ticket), to(ticket, "assign"), assignee_id=wrong, note="请带梯子")
        assert answer.status_code == 422, wrong
        assert "This person cannot be sent from here." in answer.text
        assert "请带梯子" in answer.text
    session.refresh(ticket)
    assert ticket.state is State.SUBMITTED


def test_stale_page_is_told_how_the_ticket_stands_now(session: Session, world: World, signed_in: Sign) -> None:
    """The slower of two dispatchers gets 409, what now stands, and what was typed; the second try goes through."""
    ticket = stories.report(session, world)
    mei = signed_in("dispatcher_mei")
    hold = hidden_in(form_for(mei, page_of(ticket), to(ticket, "hold")))
    stories.assign(session, world, ticket, to=world.worker_sun, by=world.manager_han)

    tomorrow = clock.local_date(clock.now()) + timedelta(days=1)
    answer = send(mei, to(ticket, "hold"), hold, until_on=str(tomorrow), cause="parts", note="等材料")
    assert answer.status_code == 409
    assert "Somebody else changed this in the meantime." in answer.text
    assert "孙师傅" in text_of(answer.text)
    kept = form_on(answer.text, to(ticket, "hold")) or ""
    assert "等材料" in kept

    again = send(mei, to(ticket, "hold"), hidden_in(kept), until_on=str(tomorrow), cause="parts", note="等材料")
    assert again.status_code == 303
    session.refresh(ticket)
    assert ticket.state is State.ON_HOLD


def test_move_that_is_gone_keeps_the_words(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.report(session, world)
    mei = signed_in("dispatcher_mei")
    decline = hidden_in(form_for(mei, page_of(ticket), to(ticket, "decline")))
    stories.start(session, world, ticket)

    answer = send(mei, to(ticket, "decline"), decline, note="不属于物业范围")
    assert answer.status_code == 409
    assert "不属于物业范围" in text_of(answer.text)
    assert form_on(answer.text, to(ticket, "decline")) is None


def test_pressing_twice_moves_once(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.report(session, world)
    mei = signed_in("dispatcher_mei")
    kept = hidden_in(form_for(mei, page_of(ticket), to(ticket, "assign")))

    answers = [send(mei, to(ticket, "assign"), kept, assignee_id=world.worker_zhao.id) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assigned = select(func.count(TicketEvent.id)).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.action == Action.ASSIGN
    )
    assert session.scalar(assigned) == 1


WRONG = [
    (State.SUBMITTED, "assign", {"assignee_id": ""}, "Please choose who goes."),
    (State.SUBMITTED, "hold", {"until_on": "2027-02-30", "cause": "parts", "note": "等"}, "2027-02-30 is not a day."),
    (State.SUBMITTED, "hold", {"until_on": "2020-01-01", "cause": "parts", "note": "等"}, "The day must lie ahead"),
    (State.SUBMITTED, "hold", {"until_on": "9999-12-31", "cause": "parts", "note": "等"}, "The day must lie ahead"),
    (State.SUBMITTED, "hold", {"until_on": "", "cause": "parts", "note": "等"}, "Please say until which day."),
    (State.SUBMITTED, "hold", {"until_on": "2027-01-01", "cause": "parts", "note": "  "}, "Please say why"),
    (State.SUBMITTED, "decline", {"note": ""}, "Please say why"),
    (State.SUBMITTED, "decline", {"note": "长" * 1001}, "Please keep it to 1000 characters."),
    (State.UNDERWAY, "complete", {"note": ""}, "what was done"),
    (State.UNDERWAY, "complete", {"note": "好了", "after": "x"}, "photo 1"),
    (State.UNDERWAY, "complete", {"note": "好了", "version": "abc"}, "Open the page again"),
    (State.UNDERWAY, "complete", {"note": "好了", "version": "99999999999999"}, "Open the page again"),
]


def test_wrong_value_gets_a_sentence_and_changes_nothing(session: Session, world: World, signed_in: Sign) -> None:
    mei = signed_in("dispatcher_mei")
    tickets = {state: in_state(session, world, state) for state in (State.SUBMITTED, State.UNDERWAY)}
    versions = {state: ticket.version for state, ticket in tickets.items()}
    for state, action, typed, sentence in WRONG:
        photo = {"after": (io.BytesIO(b"not a picture"), "a.jpg")} if "after" in typed else {}
        answer = press(mei, page_of(tickets[state]), to(tickets[state], action), **(typed | photo))
        said = text_of(answer.text).lower()
        assert (answer.status_code in {415, 422}, sentence.lower() in said) == (True, True), (action, typed, said)
        assert (typed.get("note") or "").strip() in answer.text
    session.expire_all()
    assert {state: ticket.version for state, ticket in tickets.items()} == versions
    assert {state: ticket.state for state, ticket in tickets.items()} == {state: state for state in tickets}


def test_emergency_is_not_put_on_hold(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.report(session, world, category="lift_trapped")
    mei = signed_in("dispatcher_mei")
    assert offered(mei, ticket) == {"assign", "refer", "decline", "correct", "merge", "object", *LATER}

    token = worlds.token_of(mei.get(page_of(ticket)).text)
    kept = {"csrf_token": token, "key": worlds.new_key(), "version": str(ticket.version)}
    answer = send(mei, to(ticket, "hold"), kept, until_on="2027-01-01", cause="parts", note="等")
    assert answer.status_code == 422
    assert "An emergency cannot be put on hold." in text_of(answer.text)


def test_unknown_move_is_not_found(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.report(session, world)
    mei = signed_in("dispatcher_mei")
    token = worlds.token_of(mei.get(page_of(ticket)).text)
    for action in ("explode", "handed_over", "closed_by_system", "withdraw", "ASSIGN"):
        assert mei.post(to(ticket, action), data={"csrf_token": token}).status_code == 404, action


def test_company_that_left_at_midnight_cannot_move_its_ticket(session: Session, world: World, signed_in: Sign) -> None:
    """Rights follow the date even before the job that hands over has run."""
    ticket = stories.assign(session, world, stories.report(session, world))
    engagements_of(session, world.community.id)[0].ends_on = clock.local_date(clock.now())

    assert signed_in("dispatcher_mei").get(page_of(ticket)).status_code == 404
    clerk = signed_in("clerk_jie")
    page = text_of(clerk.get(page_of(ticket)).text)
    assert "The community has changed hands." in page
    assert press(clerk, page_of(ticket), to(ticket, "assign"), assignee_id=world.clerk_jie.id).status_code == 303
    session.refresh(ticket)
    assert ticket.organisation_id == world.street_office.id


def test_who_is_in_charge_is_asked_once_by_the_page_of_a_step_and_once_by_a_move(
    app: Flask, session: Session, world: World, signed_in: Sign
) -> None:
    """The page of the report learns it with the report; the form that was sent names people, and asks for itself."""
    ticket, mei, zhao = stories.report(session, world), signed_in("dispatcher_mei"), signed_in("worker_zhao")

    def asked(act: Callable[[], TestResponse], status: int) -> int:
        with counted(app) as statements:
            assert act().status_code == status
        return sum(
            " ".join(each.split()).startswith("SELECT engagement.community_id, organisation.") for each in statements
        )

    assert asked(lambda: mei.get(page_of(ticket)), 200) == 0
    assert asked(lambda: mei.get(to(ticket, "assign")), 200) == 1
    filled = hidden_in(form_for(mei, page_of(ticket), to(ticket, "assign")))
    assert asked(lambda: send(mei, to(ticket, "assign"), filled, assignee_id=world.worker_zhao.id), 303) == 2
    filled = hidden_in(form_for(zhao, page_of(ticket), to(ticket, "start")))
    assert asked(lambda: send(zhao, to(ticket, "start"), filled), 303) == 1
