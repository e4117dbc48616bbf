"""Writing down a caller's report, and the number and PIN that only its clerk reads out; by HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.config import Settings
from propman.tickets import tracking
from propman.tickets.models import Channel, Ticket, TicketEvent
from propman.tickets.workflow import Party
from tests import stories
from tests.tickets.buttons import Sign, form_on, hidden_in, press, send, text_of
from tests.world import World

TOLD = {"category": "water", "description": "三楼漏水", "spot": "301", "name": "王奶奶", "phone": "13912345678"}


def desk(community: Place) -> str:
    return f"/intake?community={community.id}"


def offered(page: str) -> set[int]:
    """The ids that the selects of the page offer."""
    return {int(value) for value in re.findall(r'<option[^>]*value="(\d+)"', page)}


def test_call_becomes_a_ticket_with_number_and_pin_to_read_out(
    session: Session, world: World, signed_in: Sign, settings: Settings
) -> None:
    mei = signed_in("dispatcher_mei")
    answer = press(mei, "/intake", desk(world.community), place=world.entrance.id, call_back="y", **TOLD)
    assert answer.status_code == 303
    ticket = session.scalars(select(Ticket)).one()
    assert answer.location == f"/tickets/{ticket.number}/caller"

    first = session.scalars(select(TicketEvent)).one()
    assert (ticket.channel, ticket.place_id, ticket.reporter_id) == (Channel.PHONE, world.entrance.id, None)
    assert (first.actor_id, first.party) == (world.dispatcher_mei.id, Party.DISPATCHER)
    page = text_of(mei.get(answer.location).text)
    pin = tracking.pin(ticket.id, ticket.tracking_key_id, settings.tracking_keys)
    assert ticket.number in page
    assert f"{pin[:3]} {pin[3:]}" in page
    facts = text_of(mei.get(f"/tickets/{ticket.number}").text)
    for word in ("三楼漏水", "301", "王奶奶", "139 1234 5678", "a call back", "written down for a caller by 梅调度"):
        assert word in facts, word


def test_pin_is_for_the_clerk_who_wrote_it_down_for_some_hours(session: Session, world: World, signed_in: Sign) -> None:
    mei = signed_in("dispatcher_mei")
    press(mei, "/intake", desk(world.community), place=world.entrance.id, **TOLD)
    ticket = session.scalars(select(Ticket)).one()
    caller = f"/tickets/{ticket.number}/caller"
    assert mei.get(caller).status_code == 200

    for person in ("manager_han", "clerk_jie", "committee_ju", "far_dispatcher"):
        assert signed_in(person).get(caller).status_code == 404, person
    assert signed_in("worker_zhao").get(caller).status_code == 403
    by_code = stories.report(session, world)
    assert mei.get(f"/tickets/{by_code.number}/caller").status_code == 404
    ticket.submitted_at -= tracking.READ_OUT
    assert mei.get(caller).status_code == 404


def test_a_call_taken_before_midnight_is_read_out_after_it(session: Session, world: World, signed_in: Sign) -> None:
    midnight = clock.at_local(clock.local_date(clock.now()) + timedelta(days=1))
    with time_machine.travel(midnight - timedelta(minutes=1), tick=False):
        mei = signed_in("dispatcher_mei")
        caller = press(mei, "/intake", desk(world.community), place=world.entrance.id, **TOLD).location
        assert mei.get(caller).status_code == 200
    with time_machine.travel(midnight + timedelta(minutes=5), tick=False):
        page = mei.get(caller)
        assert page.status_code == 200
        assert "only for 12 hours" in text_of(page.text)


def test_places_are_those_within_reach(session: Session, world: World, signed_in: Sign) -> None:
    """Companies: what they manage. Offices and committees: their area. A grid worker: the own building."""
    one_building = {world.building.id, world.entrance.id, world.other_entrance.id}
    whole = one_building | {world.community.id}
    expected = {
        "dispatcher_mei": whole, "manager_han": whole, "grid_worker_gao": one_building,
        "clerk_jie": whole | {world.unmanaged.id}, "committee_ju": whole | {world.unmanaged.id},
    }  # fmt: skip
    for person, places in expected.items():
        client = signed_in(person)
        assert offered(client.get(desk(world.community)).text) == places, person
        for foreign in (world.far_community.id, world.building.id, 2**63, 10**25, "x"):
            assert client.get(f"/intake?community={foreign}").status_code == 404, (person, foreign)
        assert client.get(desk(world.unmanaged)).status_code == (200 if world.unmanaged.id in places else 404), person
    for person in ("worker_zhao", "official_qian", "owner_ye", "resident_lin", "auditor_shen"):
        assert signed_in(person).get("/intake").status_code == 403, person


def test_no_place_is_proposed_where_there_is_a_choice(world: World, signed_in: Sign) -> None:
    client = signed_in("dispatcher_mei")
    form = form_on(client.get(desk(world.community)).text, desk(world.community)) or ""
    first = re.search(r'name="place"[^>]*>\s*(<option[^>]*>)', form)

    assert first is not None
    assert 'value=""' in first.group(1)
    assert not re.search(r'<option selected value="\d', form)


def test_place_out_of_reach_is_refused_and_words_are_kept(session: Session, world: World, signed_in: Sign) -> None:
    gao = signed_in("grid_worker_gao")
    for place in (world.community.id, world.far_entrance.id, 999999, "x", ""):
        answer = press(gao, "/intake", desk(world.community), place=place, **TOLD)
        assert answer.status_code == 422, place
        assert "Please choose where it is." in text_of(answer.text)
        assert "三楼漏水" in answer.text
        assert "王奶奶" in answer.text
    kept = hidden_in(form_on(gao.get("/intake").text, desk(world.community)) or "")
    assert send(gao, desk(world.far_community), kept, place=world.far_entrance.id, **TOLD).status_code == 404
    assert session.scalar(select(func.count(Ticket.id))) == 0


WRONG = [
    ({"category": ""}, "Please choose what is broken."),
    ({"category": "dragons"}, "Please choose what is broken."),
    ({"description": ""}, "Please say in a sentence what is broken"),
    ({"description": "长" * 2001}, "Please keep it to 2000 characters."),
    ({"spot": "长" * 81}, "Please keep it to 80 characters."),
    ({"name": "长" * 61}, "Please keep it to 60 characters."),
    ({"phone": "12"}, "12 is not a telephone number."),
    ({"phone": "", "call_back": "y"}, "To be called we need a telephone number."),
]


def test_wrong_value_gets_a_sentence_and_nothing_is_stored(session: Session, world: World, signed_in: Sign) -> None:
    mei = signed_in("dispatcher_mei")
    for typed, sentence in WRONG:
        answer = press(mei, "/intake", desk(world.community), **{"place": world.entrance.id, **TOLD, **typed})
        assert (answer.status_code, sentence in text_of(answer.text)) == (422, True), typed
    assert session.scalar(select(func.count(Ticket.id))) == 0


def test_pressing_twice_writes_one_ticket(session: Session, world: World, signed_in: Sign) -> None:
    mei = signed_in("dispatcher_mei")
    kept = hidden_in(form_on(mei.get("/intake").text, desk(world.community)) or "")
    answers = [send(mei, desk(world.community), kept, place=world.entrance.id, **TOLD) for _press in range(2)]

    assert answers[0].location == answers[1].location
    other = send(mei, desk(world.community), kept, place=world.building.id, **TOLD)
    assert other.status_code == 422
    assert "already sent with other content" in text_of(other.text)
    assert session.scalar(select(func.count(Ticket.id))) == 1


def test_emergency_tells_the_clerk_which_number_to_name(session: Session, world: World, signed_in: Sign) -> None:
    mei = signed_in("dispatcher_mei")
    answer = press(mei, "/intake", desk(world.community), place=world.entrance.id, category="lift_trapped")
    page = mei.get(answer.location).text
    assert "Tell the caller to ring this number now" in text_of(page)
    assert 'href="tel:119"' in page


def test_closed_community_takes_no_calls(session: Session, world: World, signed_in: Sign) -> None:
    world.community.closed_on = clock.local_date(clock.now())
    mei = signed_in("dispatcher_mei")
    assert mei.get(desk(world.community)).status_code == 404
    assert "no community that you can write down reports for" in text_of(mei.get("/intake").text)
