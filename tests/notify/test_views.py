"""The pages: an inbox that opens what it tells of, and an outbox for the administrator alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock, heartbeat
from propman.accounts.models import User
from propman.notify import delivery, operations
from propman.notify.models import Channel, Notice
from tests import world
from tests.world import World

LARGEST = 2**63 - 1


@pytest.fixture
def town(session: Session) -> World:
    """A small world."""
    return world.build(session)


def tell(
    session: Session, person: User, *, by: Channel = Channel.INBOX, number: str = "2611-0000001",
    now: datetime | None = None,
) -> Notice:  # fmt: skip
    """Tell `person` that a job was given to them."""
    operations.tell(
        session, event_ref=f"ticket_event:{number}", topic="ticket.worker.assign", channels={person.id: [by]},
        facts={"number": number}, link=f"/tickets/{number}", now=now or clock.now(),
    )  # fmt: skip
    return session.scalars(select(Notice).order_by(Notice.id.desc())).first()  # type: ignore[return-value]


def press(client: FlaskClient, page: str, address: str, **values: object) -> object:
    """Send a form from `page` to `address`, as its button would."""
    return client.post(address, data={"csrf_token": world.token_of(client.get(page).text), **values})


def test_a_worker_reads_of_a_job_and_opening_it_leads_there(session: Session, client: FlaskClient, town: World) -> None:
    notice = tell(session, town.worker_zhao)
    world.sign_in(session, client, town.worker_zhao)
    page = client.get("/inbox").text
    assert "2611-0000001" in page
    answer = press(client, "/inbox", f"/inbox/{notice.id}/open")
    assert (answer.status_code, answer.location) == (303, "/tickets/2611-0000001")
    session.refresh(notice)
    assert notice.read_at is not None


def test_the_sentence_of_a_message_is_what_one_presses(session: Session, client: FlaskClient, town: World) -> None:
    """A button while it is unread, because opening it changes something; then a link. A word says which is which."""
    world.in_english(world.sign_in(session, client, town.worker_zhao))
    notice = tell(session, town.worker_zhao)
    sentence = "Job 2611-0000001 was given to you."
    page = client.get("/inbox").text
    assert f'action="/inbox/{notice.id}/open"' in page
    assert f'<button type="submit">{sentence}</button>' in page
    assert ">Unread<" in page

    press(client, "/inbox", f"/inbox/{notice.id}/open")
    page = client.get("/inbox").text
    assert f'<a href="/tickets/2611-0000001">{sentence}</a>' in page
    assert f'action="/inbox/{notice.id}/open"' not in page
    assert ">Unread<" not in page


def test_messages_stand_day_by_day(session: Session, client: FlaskClient, town: World) -> None:
    """The day is that of the reader's clock: 00:30 in Harbin is still the evening before in UTC."""
    today = clock.local_date(clock.now())
    at = [clock.at_local(today - timedelta(days=days), time(0, 30)) for days in (9, 1, 1, 0)]
    for number, moment in enumerate(at, start=1):
        tell(session, town.worker_zhao, number=f"2611-000000{number}", now=moment)
    page = world.in_english(world.sign_in(session, client, town.worker_zhao)).get("/inbox").text
    found = re.findall(r"<h2>(.*?)</h2>|Job 2611-000000(\d)", page)
    days = [day or number for day, number in found]
    assert days[:5] == ["Today", "4", "Yesterday", "3", "2"]
    assert days[5].startswith(str(today - timedelta(days=9)))
    assert days[6:] == ["1"]


def test_what_is_not_in_ones_inbox_cannot_be_opened(session: Session, client: FlaskClient, town: World) -> None:
    foreign = tell(session, town.worker_sun).id
    mailed = tell(session, town.worker_zhao, by=Channel.EMAIL).id
    tell(session, town.worker_zhao, number="2611-0000002")
    world.sign_in(session, client, town.worker_zhao)
    for number in (foreign, mailed, 404404, LARGEST, LARGEST + 1, "9" * 400):
        assert press(client, "/inbox", f"/inbox/{number}/open").status_code == 404, number
    assert session.scalar(select(func.count()).where(Notice.read_at.is_not(None))) == 0


def test_reading_all_marks_what_stood_on_the_page(session: Session, client: FlaskClient, town: World) -> None:
    tell(session, town.worker_zhao)
    world.sign_in(session, client, town.worker_zhao)
    newest = world.value_of(client.get("/inbox").text, "newest_id")
    later = tell(session, town.worker_zhao, number="2611-0000002")
    assert press(client, "/inbox", "/inbox/read-all", newest_id=newest).status_code == 303
    unread = session.scalars(select(Notice).where(Notice.read_at.is_(None))).all()
    assert unread == [later]


def test_reading_all_up_to_something_that_is_no_number_is_refused(
    session: Session, client: FlaskClient, town: World
) -> None:
    notice = tell(session, town.worker_zhao)
    world.sign_in(session, client, town.worker_zhao)
    for newest in ("", "0x1", "-1", "１", "9" * 400, "1.0"):
        assert press(client, "/inbox", "/inbox/read-all", newest_id=newest).status_code == 422, newest
    session.refresh(notice)
    assert notice.read_at is None


def test_a_page_of_the_inbox_that_is_no_number_is_refused(session: Session, client: FlaskClient, town: World) -> None:
    world.sign_in(session, client, town.worker_zhao)
    for before in ("", "x", "-1", "9" * 400, "1%2C2"):
        assert client.get(f"/inbox?before={before}").status_code == 400, before


def test_an_old_message_without_its_text_does_not_take_the_inbox_away(
    session: Session, client: FlaskClient, town: World
) -> None:
    first, second = tell(session, town.worker_zhao), tell(session, town.worker_zhao, number="2611-0000002")
    first.topic, second.facts = "ticket.of.old", {}
    world.sign_in(session, client, town.worker_zhao)
    page = world.in_english(client).get("/inbox").text
    assert page.count("There is news for you.") == 2


def test_a_visitor_is_asked_to_sign_in(client: FlaskClient) -> None:
    for address in ("/inbox", "/admin/outbox"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert "/sign-in" in answer.location


def test_only_an_administrator_sees_the_outbox(
    session: Session, new_client: Callable[[], FlaskClient], town: World
) -> None:
    notice = tell(session, town.worker_zhao, by=Channel.EMAIL)
    notice.dead_at, notice.last_fault = clock.now(), "SMTPRecipientsRefused 550"
    for person, status in ((town.worker_zhao, 403), (town.official_sheng, 403), (town.administrator_guan, 200)):
        client = world.sign_in(session, new_client(), person)
        answer = client.get("/admin/outbox")
        assert answer.status_code == status
        assert ("SMTPRecipientsRefused 550" in answer.text) == (status == 200)


def test_a_dead_letter_is_sent_again_once(session: Session, client: FlaskClient, town: World) -> None:
    notice = tell(session, town.worker_zhao, by=Channel.EMAIL)
    notice.dead_at, notice.attempts = clock.now(), delivery.MOST_ATTEMPTS
    world.sign_in(session, client, town.administrator_guan)
    for _ in range(2):
        assert press(client, "/admin/outbox", f"/admin/outbox/{notice.id}/retry").status_code == 303
    session.refresh(notice)
    assert (notice.dead_at, notice.attempts) == (None, 0)
    assert press(client, "/admin/outbox", "/admin/outbox/404404/retry").status_code == 404


def test_the_outbox_says_when_nobody_delivers(session: Session, client: FlaskClient, town: World) -> None:
    world.in_english(world.sign_in(session, client, town.administrator_guan))
    alarm = "Is the job process running?"
    assert alarm in client.get("/admin/outbox").text
    now = clock.now()
    heartbeat.beat(session, name=delivery.JOB, now=now, expected_by=now + timedelta(minutes=1), done=0)
    assert alarm not in client.get("/admin/outbox").text
