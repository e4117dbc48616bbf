"""Following a report that somebody has sent already, instead of sending one's own; by HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.tickets.models import Ticket
from propman.tickets.workflow import State
from tests import stories
from tests.desk import Desk, said
from tests.tickets.buttons import Sign, hidden_in, text_of
from tests.world import World


def following(ticket: Ticket) -> dict[str, object]:
    return {"category": ticket.category, "place": str(ticket.place_id), "follow": ticket.number}


def test_the_form_names_what_is_known_and_nothing_that_a_household_said(
    session: Session, world: World, client: FlaskClient
) -> None:
    now, then = clock.now(), clock.now() - timedelta(days=15)
    shown = stories.report(session, world, category="water", description="王奶奶家楼下", spot="北屋窗下", name="王")
    lately = stories.confirm(session, world, stories.report(session, world, place=world.building), now=now)
    inside = stories.report(session, world, category="in_home")
    long_ago = stories.confirm(session, world, stories.report(session, world, now=then), now=then)
    elsewhere = stories.report(session, world, place=world.community)
    page = Desk(client).open(f"/p/{world.code}/report").text
    assert "Reported here already" in text_of(page)
    assert {one.number in page for one in (shown, lately)} == {True}
    assert {one.number in page for one in (inside, long_ago, elsewhere)} == {False}
    assert "王奶奶" not in page
    assert "北屋窗下" not in page


def test_following_gives_a_receipt_and_no_second_dispatch(
    session: Session, world: World, client: FlaskClient, signed_in: Sign
) -> None:
    lead = stories.report(session, world, category="water")
    at = f"/p/{world.code}/report"
    assert "2 households have reported this fault" in Desk(client).sent(at, **following(lead))
    lin = Desk(signed_in("resident_lin"))
    home = f"/report?place={world.entrance.id}"
    answer = lin.send(home, **following(lead))
    assert answer.status_code == 303
    session.expire_all()
    states = session.scalars(select(Ticket.state).where(Ticket.lead_id == lead.id)).all()
    assert states == [State.MERGED, State.MERGED]


def test_pressed_twice_it_is_followed_once(session: Session, world: World, client: FlaskClient) -> None:
    lead, at = stories.report(session, world, category="water"), f"/p/{world.code}/report"
    shown = Desk(client).open(at).text
    button = next(form for form in re.findall(r"<form.*?</form>", shown, re.DOTALL) if lead.number in form)
    answers = [client.post(at, data=hidden_in(button)) for _press in range(2)]
    assert answers[0].location == answers[1].location
    assert len(session.scalars(select(Ticket).where(Ticket.lead_id == lead.id)).all()) == 1


@pytest.mark.parametrize("which", ["inside", "elsewhere", "outdoors", "another fault", "withdrawn", "no number"])
def test_what_cannot_be_followed_is_refused_and_stores_nothing(
    session: Session, world: World, client: FlaskClient, which: str
) -> None:
    tickets = {
        "inside": stories.report(session, world, category="in_home"),
        "elsewhere": stories.report(session, world, place=world.far_entrance),
        "outdoors": stories.report(session, world, place=world.community),
        "withdrawn": stories.report(session, world),
    }
    ticket = tickets.get(which, tickets["withdrawn"])
    if which == "withdrawn":
        ticket.state = State.CANCELLED
    before = session.scalar(select(func.count()).select_from(Ticket))
    typed = {**following(ticket), "place": str(world.entrance.id)}
    if which == "another fault":  # an emergency would be merged with a lamp, and nobody told of it
        typed["category"] = "gas_leak"
    if which == "no number":  # everything else is such that a report could be made of it
        typed |= {"follow": "the one below", "description": "没水"}
    answer = Desk(client).send(f"/p/{world.code}/report", **typed)
    assert answer.status_code == 422
    assert "can no longer be followed" in said(answer)
    assert session.scalar(select(func.count()).select_from(Ticket)) == before
