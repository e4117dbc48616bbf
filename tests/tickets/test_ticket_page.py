"""What the page of a ticket shows to whom: contact data, photos, clocks, who should go, what was erased; by HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.queries import engagements_of
from propman.config import Settings
from propman.files.models import Photo
from propman.files.operations import Upload
from propman.files.store import FileStore
from propman.idempotency import IdempotencyKey
from propman.tickets.invariants import one_key_one_ticket
from propman.tickets.models import Ticket
from tests import stories
from tests import world as worlds
from tests.statements import counted
from tests.tickets.buttons import Sign, form_on, links_to, press, text_of
from tests.world import World

NAME, PHONE, SHOWN = "王奶奶", "13912345678", "139 1234 5678"


def test_name_and_telephone_are_for_who_dispatches_and_who_goes(
    session: Session, world: World, signed_in: Sign
) -> None:
    """Never for owners' committees, committees, officials, auditors (PIPL, Art. 6)."""
    ticket = stories.assign(session, world, stories.report(session, world, name=NAME, phone=PHONE))
    own = stories.assign(session, world, stories.report(session, world, by=world.resident_lin))
    people = ("dispatcher_mei", "manager_han", "worker_zhao", "owner_ye", "committee_ju", "grid_worker_gao",
              "clerk_jie", "official_qian", "readonly_cai", "auditor_shen")  # fmt: skip
    seen = {}
    for person in people:
        client = signed_in(person)
        page = client.get(f"/tickets/{ticket.number}").text
        by_account = client.get(f"/tickets/{own.number}").text
        seen[person] = {NAME in page, SHOWN in page, "林秀英" in by_account, "138 0000 0001" in by_account}
        assert PHONE not in text_of(page)
        assert "tel:13912345678" not in page or person in people[:3]
    assert seen == {person: {person in people[:3]} for person in people}


def test_company_that_left_reads_what_it_closed_without_contact_data(
    session: Session, world: World, signed_in: Sign
) -> None:
    closed = stories.confirm(session, world, stories.report(session, world, name=NAME, phone=PHONE))
    still_open = stories.report(session, world)
    engagements_of(session, world.community.id)[0].ends_on = clock.local_date(clock.now()) - timedelta(days=3)
    mei = signed_in("dispatcher_mei")
    answer = mei.get(f"/tickets/{closed.number}")

    assert answer.status_code == 200
    assert "no longer manages this community" in text_of(answer.text)
    assert NAME not in answer.text
    assert SHOWN not in answer.text
    assert not links_to(answer.text, f"/tickets/{closed.number}/erase")
    assert mei.get(f"/tickets/{still_open.number}").status_code == 404


def test_foreign_ticket_and_none_are_the_same_answer(session: Session, world: World, signed_in: Sign) -> None:
    far = stories.report(session, world, place=world.far_entrance)
    own = stories.report(session, world, by=world.dispatcher_mei, place=world.far_entrance)
    mei = signed_in("dispatcher_mei")
    for number in (far.number, own.number, "2601-0000000", "x", "%F0%9F%99%82"):
        assert mei.get(f"/tickets/{number}").status_code == 404, number


def test_every_clock_says_its_limit_its_verdict_and_how_it_was_computed(
    session: Session, world: World, signed_in: Sign
) -> None:
    now = clock.now()
    ticket = stories.report(session, world, now=now - timedelta(days=40))
    official, address = signed_in("official_qian"), f"/tickets/{ticket.number}"
    page = official.get(address).text
    assert text_of(page).count(" over") >= 2
    assert links_to(page, f"{address}/times")

    counted = text_of(official.get(f"{address}/times").text)
    assert counted.count("How this is computed") == 3  # two clocks, and the milestone of being there
    assert "The clock starts" in counted
    assert counted.count(" over") >= 2


def test_somebody_is_sent_from_the_page_of_a_report_that_waits(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.report(session, world)
    page, send = f"/tickets/{ticket.number}", f"/tickets/{ticket.number}/assign"
    mei = signed_in("dispatcher_mei")
    shown = mei.get(page).text
    form = form_on(shown, send)
    assert form is not None
    assert world.worker_zhao.name in form
    assert links_to(shown, send)  # with a word for who goes

    refused = press(mei, page, send, assignee_id="")
    assert refused.status_code == 422
    assert "Please choose who goes." in text_of(refused.text)
    assert press(mei, page, send, assignee_id=world.worker_zhao.id).status_code == 303
    assert form_on(mei.get(page).text, send) is None  # nobody waits any more
    assert (
        form_on(signed_in("official_qian").get(f"/tickets/{stories.report(session, world).number}").text, send) is None
    )


def test_who_should_go_is_a_proposal_with_its_reason(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.report(session, world, category="heat")
    page = text_of(signed_in("dispatcher_mei").get(f"/tickets/{ticket.number}").text)
    assert "Who should go" in page
    assert world.utility.name in page

    closed = stories.confirm(session, world, stories.report(session, world, category="heat"))
    assert "Who should go" not in text_of(signed_in("dispatcher_mei").get(f"/tickets/{closed.number}").text)


def test_what_the_system_closed_is_not_called_confirmed(session: Session, world: World, signed_in: Sign) -> None:
    from propman.tickets.operations import close_unanswered

    now = clock.now()
    ticket = stories.report(session, world, now=now - timedelta(days=9))
    stories.complete(session, world, ticket, now=now - timedelta(days=8))
    close_unanswered(session, now=now)
    mei = signed_in("dispatcher_mei")
    for page in (f"/tickets/{ticket.number}", "/queue?state=all"):
        words = text_of(mei.get(page).text)
        assert "Closed by the system" in words
        assert "Confirmed by the reporter" not in words


def test_ticket_costs_no_more_with_more_to_tell(app: Flask, session: Session, world: World, signed_in: Sign) -> None:
    short = stories.report(session, world)
    long = stories.report(session, world, photos=[Upload(stories.picture()), Upload(stories.picture("blue"))])
    stories.assign(session, world, long)
    for _time in range(6):
        stories.operations.reassign(
            session, ticket=long, viewer=worlds.viewer(session, world.dispatcher_mei), seen_version=long.version,
            now=clock.now(), note="换人",
            assignee_id=(world.worker_zhao if long.assignee_id == world.worker_sun.id else world.worker_sun).id,
        )  # fmt: skip
    mei, costs = signed_in("dispatcher_mei"), []
    for ticket in (short, long):
        mei.get(f"/tickets/{ticket.number}")
        with counted(app) as statements:
            assert mei.get(f"/tickets/{ticket.number}").status_code == 200
        costs.append(len(statements))
    assert costs[1] <= 5, costs  # who is looking, what the rules are, the ticket whole, its photographs, the keys
    assert costs[0] <= 6, costs  # with whom one can send


class TestErasing:
    """Personal content goes for good; the history stays."""

    @pytest.fixture
    def closed(self, session: Session, world: World) -> Ticket:
        photos = [Upload(stories.picture("red"), "厨房.jpg")]
        told = {"description": "厨房漏水", "spot": "北屋窗下", "name": NAME, "phone": PHONE, "photos": photos}
        return stories.confirm(session, world, stories.report(session, world, **told), note="谢谢师傅")

    def test_needs_a_tick_then_leaves_times_and_moves(
        self, session: Session, world: World, signed_in: Sign, closed: Ticket, settings: Settings
    ) -> None:
        mei, page, erase = signed_in("dispatcher_mei"), f"/tickets/{closed.number}", f"/tickets/{closed.number}/erase"
        photo = session.scalars(select(Photo)).one()
        store = FileStore(settings.files_dir)
        assert store.read(photo.key)
        shown = mei.get(f"{page}/photos/{photo.key}")
        assert shown.status_code == 200

        refused = press(mei, page, erase)
        assert refused.status_code == 422
        assert "say that you mean it" in text_of(refused.text)
        assert "厨房漏水" in refused.text

        assert press(mei, page, erase, sure="y").status_code == 303
        again = mei.get(page).text
        assert not links_to(again, erase)  # nothing is left to erase
        words = text_of(again)
        for gone in ("厨房漏水", "北屋窗下", NAME, SHOWN, "谢谢师傅", "换了灯泡"):
            assert gone not in words, gone
        assert "The words were erased." in words
        assert "One photo was erased." in words
        assert "Work started" in words
        assert mei.get(f"{page}/photos/{photo.key}").status_code == 404
        with pytest.raises(FileNotFoundError):
            store.read(photo.key)

    def test_breaks_no_promise_about_the_key_that_made_the_ticket(
        self, session: Session, signed_in: Sign, closed: Ticket
    ) -> None:
        session.add(IdempotencyKey(principal="code:1", key_hash="0" * 64, fingerprint="0" * 64,
                                   used_at=closed.submitted_at, answer={"ticket_id": closed.id}))  # fmt: skip
        mei, page = signed_in("dispatcher_mei"), f"/tickets/{closed.number}"
        assert press(mei, page, f"{page}/erase", sure="y").status_code == 303
        assert not one_key_one_ticket(session).broken

    def test_is_for_who_dispatches_and_for_closed_tickets(
        self, session: Session, world: World, signed_in: Sign, closed: Ticket
    ) -> None:
        still_open = stories.complete(session, world, stories.report(session, world))
        asked = [
            ("worker_zhao", closed, 403), ("official_qian", closed, 403), ("clerk_jie", closed, 403),
            ("far_dispatcher", closed, 404), ("dispatcher_mei", still_open, 422),
        ]  # fmt: skip
        for person, ticket, status in asked:
            client = signed_in(person)
            token = worlds.token_of(client.get("/").text)
            typed = {"csrf_token": token, "key": worlds.new_key(), "sure": "y"}
            assert client.post(f"/tickets/{ticket.number}/erase", data=typed).status_code == status, person
            assert not links_to(client.get(f"/tickets/{ticket.number}").text, f"/tickets/{ticket.number}/erase")
            assert client.get(f"/tickets/{ticket.number}/erase").status_code == status, person
        assert closed.description is not None
        session.refresh(closed.description)
        assert closed.description.body == "厨房漏水"
