"""Who is told of a ticket by SMS, and in which group; and what leaves for the gateway."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.carriers.ways import CALLED_IN_A_DAY, served
from propman.jobs import TIMETABLE, run_job
from propman.notify import delivery, operations
from propman.notify.models import EVERYBODY, Channel, Notice
from propman.notify.queries import served as known
from propman.notify.timing import SmsWish, Wishes
from propman.personal import erase
from propman.tickets.channels import BY_SMS
from propman.tickets.invariants import promises
from propman.tickets.models import Ticket
from propman.tickets.sentences import TEXTS
from propman.translations import FOLDER
from tests import stories, world
from tests.notify.gateway import gateway
from tests.shipped import at
from tests.world import World

SECRET = "0123456789abcdef" * 2
NOON = at("2026-11-26 12:00")


@pytest.fixture
def town(session: Session) -> World:
    """A small world with a gateway, and a robot in the group of the company."""
    town = world.build(session, now=NOON)
    by = {(Channel.SMS, EVERYBODY), (Channel.CALLER, EVERYBODY), (Channel.GROUP, town.company.id)}
    operations.serve(session, served=by)
    return town


def left(session: Session, *channels: Channel) -> Counter[tuple[str, int]]:
    """What is to leave by `channels`: topic and recipient."""
    rows = session.scalars(select(Notice).where(Notice.channel.in_(channels)))
    return Counter((row.topic, row.recipient_id) for row in rows)


def by_caller(session: Session, town: World, phone: str = "13900000009", **more: object) -> Ticket:
    """A report from a label, by somebody who leaves a telephone."""
    return stories.report(session, town, phone=phone, now=NOON, **more)


def test_who_has_no_address_but_a_telephone_is_texted_what_matters(session: Session, town: World) -> None:
    ticket = stories.report(session, town, by=town.neighbour_wu, now=NOON)  # without an address
    stories.complete(session, town, ticket, now=NOON)
    wu = town.neighbour_wu.id
    assert left(session, Channel.SMS) == {("ticket.reporter.assign", wu): 1, ("ticket.reporter.complete", wu): 1}
    lins = stories.report(session, town, by=town.resident_lin, now=NOON)
    stories.assign(session, town, lins, to=town.worker_sun, now=NOON)
    assert ("ticket.reporter.assign", town.resident_lin.id) not in left(session, Channel.SMS)
    assert ("ticket.worker.assign", town.worker_sun.id) in left(session, Channel.SMS)


@pytest.mark.parametrize(
    ("wish", "lights", "gas"), [(SmsWish.USUAL, 0, 1), (SmsWish.ALL, 1, 1), (SmsWish.EMERGENCIES, 0, 1)]
)
def test_an_emergency_is_texted_always_and_else_as_one_wishes(
    session: Session, town: World, wish: SmsWish, lights: int, gas: int
) -> None:
    zhao = town.worker_zhao
    operations.prefer(session, viewer=world.viewer(session, zhao, now=NOON), wishes=Wishes(sms=wish))
    for category, n in (("lights", lights), ("gas_leak", gas)):
        session.execute(Notice.__table__.delete())
        stories.assign(session, town, stories.report(session, town, category=category, now=NOON), now=NOON)
        assert left(session, Channel.SMS)["ticket.worker.assign", zhao.id] == n, category


def test_an_emergency_is_texted_to_who_sends_people(session: Session, town: World) -> None:
    stories.report(session, town, now=NOON)
    assert not left(session, Channel.SMS)
    stories.report(session, town, category="gas_leak", now=NOON)
    assert left(session, Channel.SMS) == {("ticket.dispatch.submit", town.dispatcher_mei.id): 1}


def test_a_caller_is_texted_who_comes_and_what_became_of_it(session: Session, town: World) -> None:
    ticket = by_caller(session, town)
    stories.complete(session, town, ticket, now=NOON)
    of = ticket.caller_phone_id
    assert left(session, Channel.CALLER) == {("ticket.reporter.assign", of): 1, ("ticket.reporter.complete", of): 1}
    assert [one.due_at for one in session.scalars(select(Notice).where(Notice.channel == Channel.CALLER))] == [
        NOON, NOON + timedelta(hours=1)]  # fmt: skip
    assert not promises(session)["I04"]().broken


def test_at_night_a_caller_is_left_to_sleep(session: Session, town: World) -> None:
    late = at("2026-11-26 22:00")
    stories.assign(session, town, stories.report(session, town, phone="13900000009", now=late), now=late)
    [text] = session.scalars(select(Notice).where(Notice.channel == Channel.CALLER))
    assert text.due_at == at("2026-11-27 08:00")


@pytest.mark.parametrize("phone", ["", "0451-84660001"])
def test_no_sms_goes_where_none_arrives(session: Session, town: World, phone: str) -> None:
    stories.complete(session, town, by_caller(session, town, phone=phone), now=NOON)
    assert not left(session, Channel.CALLER)


def test_without_a_gateway_nothing_is_written_for_it(session: Session, town: World) -> None:
    operations.serve(session, served=set())
    stories.complete(session, town, by_caller(session, town, category="gas_leak"), now=NOON)
    assert not left(session, Channel.SMS, Channel.CALLER, Channel.GROUP)


def test_the_group_hears_of_new_work_and_of_nobody(session: Session, town: World) -> None:
    ticket = by_caller(session, town, description="林秀英家")
    stories.complete(session, town, ticket, now=NOON)
    stories.report(session, town, place=town.far_entrance, now=NOON)
    assert left(session, Channel.GROUP) == {("ticket.dispatch.submit", town.company.id): 1}
    [told] = session.scalars(select(Notice).where(Notice.channel == Channel.GROUP))
    assert told.facts == {"number": ticket.number}


# --- what leaves ---


def delivered(app: Flask, session: Session) -> None:
    """Let the job carry away what is due."""
    session.commit()
    assert run_job(app, TIMETABLE[0], clock.now())
    session.expire_all()


@pytest.fixture
def now_town(session: Session) -> World:
    """A small world of today, with a gateway."""
    town = world.build(session)
    operations.serve(session, served={(Channel.SMS, EVERYBODY), (Channel.CALLER, EVERYBODY)})
    return town


def test_what_leaves_for_a_caller_names_no_secret_and_each_number_has_its_allowance(
    app: Flask, session: Session, now_town: World
) -> None:
    tickets = [stories.report(session, now_town, phone="13900000009") for _ in range(CALLED_IN_A_DAY + 2)]
    for ticket in tickets:
        stories.assign(session, now_town, ticket)
    texts = session.scalars(select(Notice).where(Notice.channel == Channel.CALLER)).all()
    for text in texts:
        text.due_at = clock.now()
    erase(tickets[0].caller_phone, now=clock.now())
    with gateway() as sink:
        settings = app.extensions["propman.settings"]
        object.__setattr__(settings, "sms_hook_url", sink.url)
        object.__setattr__(settings, "sms_hook_secret", SECRET)
        delivered(app, session)
        assert known(session) == served(settings) == {(Channel.SMS, EVERYBODY), (Channel.CALLER, EVERYBODY)}
        to_caller = [said for said in sink.said if said["to"] == "+8613900000009"]
    assert len(to_caller) == CALLED_IN_A_DAY
    assert to_caller[0]["text"] == f"您的报修 {tickets[1].number} 已派人。 http://localhost/track"
    assert to_caller[0]["id"] == texts[1].dedupe_id
    assert Counter(text.last_fault for text in texts if text.dead_at) == {"no_phone": 1, "too_many_to_this_number": 1}


def test_a_gateway_in_trouble_keeps_no_mail_waiting(app: Flask, session: Session, now_town: World) -> None:
    for worker in (now_town.worker_sun, now_town.worker_zhao):  # by SMS, and by mail
        stories.assign(session, now_town, stories.report(session, now_town), to=worker)
    with gateway() as sink:
        sink.code = 503
        settings = app.extensions["propman.settings"]
        object.__setattr__(settings, "sms_hook_url", sink.url)
        object.__setattr__(settings, "sms_hook_secret", SECRET)
        delivered(app, session)
    [sms] = session.scalars(select(Notice).where(Notice.channel == Channel.SMS))
    mails = session.scalars(select(Notice).where(Notice.channel == Channel.EMAIL)).all()
    assert (sms.sent_at, sms.dead_at, sms.last_fault) == (None, None, "GatewayError 503")
    assert sms.due_at >= clock.now() + delivery.FIRST_PAUSE - timedelta(seconds=20)
    assert mails
    assert all(mail.sent_at for mail in mails)


def test_where_the_gateway_was_taken_away_what_waits_is_seen(app: Flask, session: Session, now_town: World) -> None:
    stories.assign(session, now_town, stories.report(session, now_town), to=now_town.worker_sun)
    delivered(app, session)
    [sms] = session.scalars(select(Notice).where(Notice.channel == Channel.SMS))
    assert (sms.last_fault, sms.dead_at is not None) == ("no_sms_gateway", True)
    assert known(session) == set()


def test_an_sms_fits_into_one_part() -> None:
    """70 signs, and an address of 30 with them."""
    with (FOLDER / "zh" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        words = read_po(file)
    for topic in BY_SMS:
        said = str(words[TEXTS[topic]].string) % {"number": "2611-0482915"}
        assert len(said) <= 40, topic
