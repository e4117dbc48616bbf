"""Following a report by its secret link or by number and PIN, and answering for it, by HTTP."""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import clock
from propman.catalogue.queries import work_calendar
from propman.config import Settings
from propman.tickets import operations, tracking
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import State
from tests import stories
from tests import world as worlds
from tests.tickets.links import enter, link, pin, without_ids
from tests.world import World


def answer(client: FlaskClient, page: str, action: str, **answers: Any) -> TestResponse:
    """Send the form for `action` on `page` of a report, as it stands there."""
    shown = client.get(page).text
    _before, there, form = shown.partition(f'action="{page}/{action}"')
    if "photos" in answers:
        answers["photos"] = [(io.BytesIO(photo), "照片.jpg") for photo in answers["photos"]]
    standing = (
        {name: worlds.value_of(form, name) for name in ("key", "version")} if there else {"key": worlds.new_key()}
    )
    data = {"csrf_token": worlds.token_of(shown)} | standing | answers
    return client.post(f"{page}/{action}", data={name: value for name, value in data.items() if value is not None})


def state(session: Session, ticket: Ticket) -> State:
    session.rollback()
    session.refresh(ticket)
    return ticket.state


# --- what is shown ---


def test_link_tells_who_comes_and_by_when_but_no_telephone_and_no_flat(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.report(session, world, spot="五楼东户", name="林秀英", phone="13912345678")
    stories.assign(session, world, ticket)
    page = worlds.in_english(client).get(link(settings, ticket)).text

    assert "赵师傅 of 安居物业 will come." in page
    assert "It is to be repaired by" in page
    assert 'content="noindex"' in page
    for private in ("东户", "林秀英", "12345678", str(world.worker_zhao.phone), str(world.worker_zhao.phone)[3:]):
        assert private not in page


@pytest.mark.parametrize("tail", ["", "/receipt", "/photos/" + "0" * 32])
def test_wrong_secret_and_missing_number_are_answered_alike(
    world: World, client: FlaskClient, session: Session, tail: str
) -> None:
    ticket = stories.report(session, world)
    foreign = client.get(f"/t/{ticket.number}/{'a' * 26}{tail}")
    missing = client.get(f"/t/2611-0000000/{'a' * 26}{tail}")

    assert foreign.status_code == missing.status_code == 404
    assert without_ids(foreign) == without_ids(missing)


def test_link_opens_its_own_ticket_only(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    mine, other = stories.report(session, world), stories.report(session, world)
    secret = tracking.secret(mine.id, "t1", settings.tracking_keys)

    assert client.get(f"/t/{other.number}/{secret}").status_code == 404


def test_ticket_of_a_key_that_is_gone_is_answered_as_missing(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.report(session, world)
    address = link(settings, ticket)
    ticket.tracking_key_id = "old"

    assert client.get(address).status_code == 404
    assert enter(client, ticket.number, "000000").status_code == 422


def test_missed_time_is_said(world: World, client: FlaskClient, session: Session, settings: Settings) -> None:
    ticket = stories.report(session, world, now=clock.now() - timedelta(days=20))
    page = worlds.in_english(client).get(link(settings, ticket)).text

    assert "Somebody should have been sent by" in page
    assert "It should have been repaired by" in page


def _friday_before_a_weekend(session: Session) -> date:
    """A Friday some thirty days ago whose Sunday is an ordinary one: no holiday, not made up for."""
    today = clock.local_date(clock.now())
    special = work_calendar(session, today).days
    fridays = (today - timedelta(days=days) for days in range(30, 58) if (today - timedelta(days=days)).weekday() == 4)
    return next(friday for friday in fridays if friday + timedelta(days=2) not in special)


def test_every_clock_is_explained_step_by_step(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.report(session, world, now=clock.at_local(_friday_before_a_weekend(session)))
    stories.assign(session, world, ticket, now=clock.now() - timedelta(days=9))
    stories.hold(session, world, ticket, now=clock.now() - timedelta(days=8))
    operations.resume(session, ticket=ticket, viewer=worlds.viewer(session, world.dispatcher_mei),
                      seen_version=ticket.version, now=clock.now() - timedelta(days=4))  # fmt: skip
    page = worlds.in_english(client).get(link(settings, ticket)).text

    assert page.count("How this is computed") == 3  # two clocks, and the milestone of being there
    for words in ("The clock starts", "minutes counted", "weekend, not counted", "It was due", "On hold"):
        assert words in page
    assert "Working hours or holidays were changed since" not in page


def test_what_a_dispatcher_tells_the_worker_stays_between_them(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.report(session, world)
    operations.assign(session, ticket=ticket, viewer=worlds.viewer(session, world.dispatcher_mei), seen_version=1,
                      now=clock.now(), assignee_id=world.worker_zhao.id, note="此人难缠")  # fmt: skip

    assert "此人难缠" not in client.get(link(settings, ticket)).text


def test_erased_words_are_shown_as_erased(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.report(session, world, description="楼道灯不亮了")
    operations.erase_ticket(session, ticket=ticket, actor_id=None, now=clock.now())
    page = worlds.in_english(client).get(link(settings, ticket)).text

    assert "楼道灯不亮了" not in page
    assert "The words were erased." in page


def test_receipt_shows_the_pin_that_opens_the_ticket(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.report(session, world)
    right = pin(settings, ticket)

    assert f"{right[:3]} {right[3:]}" in client.get(link(settings, ticket, "/receipt")).text
    assert enter(client, ticket.number, right).headers["Location"] == link(settings, ticket)


# --- the three answers ---


def test_holder_of_the_link_confirms_with_stars(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.complete(session, world, stories.report(session, world))
    answered = answer(client, link(settings, ticket), "confirm", stars="4", note="师傅很快")

    assert answered.status_code == 303
    assert state(session, ticket) is State.CONFIRMED
    assert ticket.stars == 4
    assert "师傅很快" in client.get(link(settings, ticket)).text


def test_not_fixed_reopens_with_a_reason_and_a_photo(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.complete(session, world, stories.report(session, world))
    answered = answer(client, link(settings, ticket), "reopen", note="还是不亮", photos=[stories.picture()])

    assert answered.status_code == 303
    assert state(session, ticket) is State.ASSIGNED
    page = client.get(link(settings, ticket)).text
    assert "还是不亮" in page
    assert "?size=thumb" in page


def test_report_not_yet_assigned_can_be_withdrawn_by_the_link(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.report(session, world)
    answered = answer(client, link(settings, ticket), "withdraw")

    assert answered.status_code == 303
    assert state(session, ticket) is State.CANCELLED


@pytest.mark.parametrize(
    ("action", "answers", "status", "sentence"),
    [
        ("confirm", {}, 422, "Please give 1 to 5 stars."),
        ("confirm", {"stars": "6"}, 422, "Please give 1 to 5 stars."),
        ("confirm", {"stars": "5", "note": "长" * 1001}, 422, "Please keep it to 1000 characters."),
        ("reopen", {"note": " "}, 422, "Please say why"),
        ("reopen", {"note": "\u200b"}, 422, "Please say why"),
        ("reopen", {"note": "还漏", "photos": [b"no photo"]}, 415, "还漏"),
        ("confirm", {"stars": "5", "version": "x"}, 422, "Open the page again"),
        ("confirm", {"stars": "5", "version": "1"}, 409, "Somebody else changed this in the meantime."),
        ("confirm", {"stars": "5", "key": "z"}, 400, "This form has lost its key."),
        ("withdraw", {"version": "4"}, 409, "the ticket has moved on"),
    ],
)
def test_wrong_answer_is_named_and_moves_nothing(
    world: World, client: FlaskClient, session: Session, settings: Settings,
    action: str, answers: dict[str, Any], status: int, sentence: str,
) -> None:  # fmt: skip
    ticket = stories.complete(session, world, stories.report(session, world))
    refused = answer(worlds.in_english(client), link(settings, ticket), action, **answers)

    assert refused.status_code == status
    assert sentence in refused.text
    assert state(session, ticket) is State.COMPLETED


def test_move_that_is_not_the_reporters_is_no_address(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.report(session, world)
    for action in ("assign", "complete", "made_up"):
        assert answer(client, link(settings, ticket), action).status_code == 404


def test_same_answer_sent_twice_is_one_move(
    world: World, client: FlaskClient, session: Session, settings: Settings
) -> None:
    ticket = stories.complete(session, world, stories.report(session, world))
    same = {"stars": "5", "key": worlds.new_key(), "version": str(ticket.version)}
    answers = [answer(client, link(settings, ticket), "confirm", **same).status_code for _number in range(2)]

    assert answers == [303, 303]
    session.rollback()
    moves = session.scalars(select(TicketEvent.action).where(TicketEvent.ticket_id == ticket.id)).all()
    assert moves.count("confirm") == 1


@pytest.mark.parametrize("who", ["dispatcher_mei", "worker_zhao", "manager_han"])
def test_who_dispatches_or_repairs_cannot_answer_by_the_link_either(
    world: World, client: FlaskClient, session: Session, settings: Settings, who: str
) -> None:
    ticket = stories.complete(session, world, stories.report(session, world))
    worlds.sign_in(session, client, world.people[who])
    page = link(settings, ticket)
    assert f"{page}/confirm" not in client.get(page).text

    refused = answer(client, page, "confirm", stars="5", key=worlds.new_key(), version=str(ticket.version))
    assert refused.status_code == 403
    assert state(session, ticket) is State.COMPLETED
