"""Sending one person to several reports: each on its own, once for the key of the form, with a reason for each no."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import Action, State
from tests import stories
from tests.tickets.buttons import Sign, form_on, hidden_in, in_english, text_of
from tests.world import World


@pytest.fixture
def signed_in(session: Session, new_client: Callable[[], FlaskClient], world: World) -> Sign:
    return in_english(session, new_client, world)


def ticked(page: str, *tickets: Ticket) -> dict[str, str]:
    """The boxes of `tickets` as they stand on the page of the queue."""
    boxes = dict(re.findall(r'name="(t-[\d-]+)" value="(\d+)"', page))
    return {f"t-{ticket.number}": boxes[f"t-{ticket.number}"] for ticket in tickets}


def test_one_person_is_sent_to_all_that_is_ticked(session: Session, world: World, signed_in: Sign) -> None:
    new, sent = stories.report(session, world), stories.assign(session, world, stories.report(session, world))
    other = stories.report(session, world)
    mei = signed_in("dispatcher_mei")
    page = mei.get("/queue?category=lights").text
    form = hidden_in(form_on(page, "/queue/send") or "") | {"assignee_id": str(world.worker_sun.id)}
    form |= ticked(page, new, sent)

    answers = [mei.post("/queue/send", data=form) for _time in range(2)]

    assert [(one.status_code, one.location) for one in answers] == [(303, "/queue?category=lights")] * 2
    assert "孙师傅 was sent to 2 reports." in text_of(mei.get("/queue").text)
    session.expire_all()
    assert {new.assignee_id, sent.assignee_id} == {world.worker_sun.id}
    assert other.state is State.SUBMITTED
    moves = select(func.count()).where(TicketEvent.action.in_({Action.ASSIGN, Action.REASSIGN}))
    assert session.scalar(moves) == 3  # zhao before, then sun twice: the second press changed nothing


def test_what_cannot_be_sent_is_named_and_stops_nothing_else(session: Session, world: World, signed_in: Sign) -> None:
    good, overtaken = stories.report(session, world), stories.report(session, world)
    far = stories.report(session, world, place=world.far_entrance)
    had = stories.assign(session, world, stories.report(session, world), to=world.worker_sun)
    mei = signed_in("dispatcher_mei")
    page = mei.get("/queue").text
    form = hidden_in(form_on(page, "/queue/send") or "") | {"assignee_id": str(world.worker_sun.id)}
    form |= {**ticked(page, good, overtaken, had), f"t-{far.number}": "1", "t-2601-0000000": "1"}
    stories.assign(session, world, overtaken)

    answer = mei.post("/queue/send", data=form)

    assert answer.status_code == 200
    said = text_of(answer.text)
    assert "4 reports were not sent. 1 was." in said
    for number in (far.number, "2601-0000000"):
        assert f"{number} There is nothing at this address that you can see." in said
    assert f"{overtaken.number} Somebody else changed this in the meantime." in said
    assert f"{had.number} This person has it already." in said
    session.expire_all()
    assert (good.assignee_id, overtaken.assignee_id) == (world.worker_sun.id, world.worker_zhao.id)
    assert far.state is State.SUBMITTED


@pytest.mark.parametrize(("typed", "status", "said"), [
    ({}, 422, "Please choose who goes."),
    ({"assignee_id": "{zhao}"}, 422, "Tick the reports to which somebody is to go."),
    ({"assignee_id": "{zhao}", "t-{number}": "0"}, 409, "Somebody else changed this in the meantime."),
    ({"assignee_id": "{far}", "t-{number}": "1"}, 409, "This person cannot be sent from here."),
    ({"assignee_id": "{zhao}", **{f"t-2601-{number:07}": "1" for number in range(51)}}, 422, "At most 50"),
])  # fmt: skip
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_wrong_form_is_named_and_changes_nothing(
    session: Session, world: World, signed_in: Sign, typed: dict[str, str], status: int, said: str
) -> None:
    ticket = stories.report(session, world)
    names = {"zhao": world.worker_zhao.id, "far": world.far_worker.id, "number": ticket.number}
    mei = signed_in("dispatcher_mei")
    form = hidden_in(form_on(mei.get("/queue").text, "/queue/send") or "")
    form |= {name.format_map(names): value.format_map(names) for name, value in typed.items()}
    answer = mei.post("/queue/send", data=form)
    assert (answer.status_code, said in text_of(answer.text)) == (status, True)
    session.expire_all()
    assert ticket.state is State.SUBMITTED


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_who_sends_people_can_tick(session: Session, world: World, signed_in: Sign) -> None:
    stories.assign(session, world, stories.report(session, world))
    for who, ticks in {"dispatcher_mei": True, "clerk_jie": True, "worker_zhao": False, "official_qian": False}.items():
        page = signed_in(who).get("/queue").text
        assert ('name="t-' in page, 'action="/queue/send"' in page) == (ticks, ticks), who
    assert signed_in("official_qian").post("/queue/send").status_code == 403
