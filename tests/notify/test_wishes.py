"""People are told when they want to be: gathered by the hour, once a day, not at night; the inbox has every message."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from propman.carriers.rounds import deliver_due
from propman.errors import Refused
from propman.notify import delivery, operations, queries, spacing
from propman.notify.models import Channel, Notice
from propman.notify.texts import letter
from propman.notify.timing import Wishes
from propman.roles import Viewer
from tests import world
from tests.shipped import at

TEN = at("2026-11-26 10:00")
LIN = Viewer(user_id=7, name="Lin")


def tell(session: Session, now: datetime, *, ref: int, subject: str = "2611-0000001", urgent: bool = False) -> None:
    """Tell one person of one event, in the inbox and by mail."""
    operations.tell(
        session, event_ref=f"ticket_event:{ref}", topic="ticket.worker.assign", facts={"number": subject}, now=now,
        channels={7: (Channel.INBOX, Channel.EMAIL)}, link=f"/tickets/{subject}", subject=subject, urgent=urgent,
    )  # fmt: skip


def mails(session: Session) -> list[tuple[str, datetime, bool]]:
    """The mails in the outbox: of which event, when they leave, whether they leave with another."""
    rows = session.scalars(select(Notice).where(Notice.channel == Channel.EMAIL).order_by(Notice.id))
    return [(row.event_ref.partition(":")[2], row.due_at, row.head_id is not None) for row in rows]


def carried(session: Session, now: datetime) -> list[list[str]]:
    """What leaves at `now`: message by message, the events that it tells of."""
    session.commit()
    sent: list[list[str]] = []
    open_session = sessionmaker(session.get_bind(), expire_on_commit=False)

    def send(notice: Notice) -> None:
        with open_session() as own:
            sent.append([one.event_ref.partition(":")[2] for one in delivery.gathered(own, notice)])

    deliver_due(open_session, send={Channel.EMAIL: send}, now=lambda: now)
    return sent


def test_the_later_ones_of_an_hour_leave_as_one(session: Session) -> None:
    sent = []
    for minutes in (0, 5, 20, 40):
        tell(session, TEN + timedelta(minutes=minutes), ref=minutes + 1)
        sent += carried(session, TEN + timedelta(minutes=minutes))
    tell(session, TEN + timedelta(minutes=45), ref=99, subject="2611-0000002")
    assert sent + carried(session, TEN + timedelta(minutes=59)) == [["1"], ["99"]]
    assert carried(session, TEN + timedelta(minutes=60)) == [["6", "21", "41"]]
    assert carried(session, TEN + timedelta(hours=9)) == []
    inbox = queries.inbox(session, viewer=LIN).notices
    assert [row.due_at == row.made_at for row in inbox] == [True] * 5


def test_the_hour_begins_again_with_what_was_gathered(session: Session) -> None:
    for minutes in (0, 30, 70):
        tell(session, TEN + timedelta(minutes=minutes), ref=minutes + 1)
    assert [at_ for _ref, at_, _with in mails(session)] == [TEN, TEN + timedelta(hours=1), TEN + timedelta(hours=2)]


def blind(session: Session, ref: int, **more: object) -> Notice:
    """A mail due at ten about the usual report, as a transaction writes it that sees nothing of the others."""
    notice = Notice(event_ref=f"ticket_event:{ref}", topic="ticket.worker.assign", recipient_id=7, link="/", facts={},
                    channel=Channel.EMAIL, made_at=TEN, due_at=TEN, subject="2611-0000001", **more)  # fmt: skip
    session.add(notice)
    session.flush()
    return notice


def test_two_that_were_written_without_seeing_each_other_leave_an_hour_apart(session: Session) -> None:
    for ref in (1, 2, 3):
        blind(session, ref)
    tell(session, TEN + timedelta(minutes=10), ref=4)
    assert carried(session, TEN + timedelta(minutes=10)) == [["1"]]
    assert carried(session, TEN + timedelta(minutes=59)) == []
    assert carried(session, TEN + timedelta(minutes=70)) == [["2", "3", "4"]]


def test_one_that_waits_because_of_another_keeps_the_quiet_hours(session: Session) -> None:
    operations.prefer(session, viewer=LIN, wishes=Wishes(None, time(10, 30), time(13)))
    for ref in (1, 2):
        blind(session, ref)
    assert carried(session, TEN) == [["1"]]
    assert {due for ref, due, _with in mails(session) if ref == "2"} == {at("2026-11-26 13:00")}


def test_emergencies_that_were_written_at_once_leave_at_once(session: Session) -> None:
    for ref in (1, 2):
        blind(session, ref, urgent=True)
    assert carried(session, TEN) == [["1"], ["2"]]


def test_nobody_has_two_about_one_thing_in_hand(session: Session) -> None:
    for ref in (1, 2):
        blind(session, ref)
    held = delivery.claim_next(session, channels={Channel.EMAIL}, now=TEN)
    assert held is not None
    assert delivery.claim_next(session, channels={Channel.EMAIL}, now=TEN) is None
    assert mails(session)[1][1] == TEN + delivery.LEASE  # looked at again when the first is settled
    delivery.mark_sent(session, notice=held, now=TEN)
    assert carried(session, TEN + delivery.LEASE) == []
    assert carried(session, TEN + timedelta(hours=1)) == [["2"]]


def test_an_emergency_passes_by_all_of_it(session: Session) -> None:
    operations.prefer(session, viewer=LIN, wishes=Wishes(8, time(22), time(7)))
    late = at("2026-11-26 23:30")
    tell(session, late, ref=1)
    tell(session, late, ref=2, urgent=True)
    assert mails(session) == [("1", at("2026-11-27 08:00"), False), ("2", late, False)]


def test_what_came_at_night_leaves_as_one_in_the_morning(session: Session) -> None:
    operations.prefer(session, viewer=LIN, wishes=Wishes(None, time(22), time(7)))
    for ref, subject in ((1, "2611-0000001"), (2, "2611-0000002"), (3, "2611-0000001")):
        tell(session, at("2026-11-26 23:00") + timedelta(minutes=ref), ref=ref, subject=subject)
    assert carried(session, at("2026-11-27 06:59")) == []
    assert carried(session, at("2026-11-27 07:00")) == [["1", "2", "3"]]


def test_a_mail_that_fails_comes_again_with_all_it_gathered(session: Session) -> None:
    operations.prefer(session, viewer=LIN, wishes=Wishes(8))
    for ref in (1, 2):
        tell(session, TEN, ref=ref, subject=f"2611-000000{ref}")
    morning = at("2026-11-27 08:00")
    head = delivery.claim_next(session, channels={Channel.EMAIL}, now=morning)
    assert head is not None
    session.expunge(head)
    delivery.mark_failed(session, notice=head, fault="TimeoutError", now=morning)
    assert {due for _ref, due, _with in mails(session)} == {morning + delivery.FIRST_PAUSE}
    assert carried(session, morning + delivery.FIRST_PAUSE) == [["1", "2"]]
    assert queries.outbox(session).waiting == 2  # the two of the inbox, which no test worker marks


def test_one_that_was_given_up_takes_what_it_gathered_along_and_back(session: Session) -> None:
    operations.prefer(session, viewer=LIN, wishes=Wishes(8))
    for ref in (1, 2):
        tell(session, TEN, ref=ref)
    morning = at("2026-11-27 08:00")
    head = delivery.claim_next(session, channels={Channel.EMAIL}, now=morning)
    assert head is not None
    session.expunge(head)
    delivery.mark_failed(session, notice=head, fault="no_address", now=morning, final=True)
    assert queries.outbox(session).dead == 2
    assert operations.revive(session, viewer=LIN, notice_id=head.id, now=morning)
    assert carried(session, morning) == [["1", "2"]]


def test_repeating_an_event_writes_nothing_more(session: Session) -> None:
    for _ in range(2):
        tell(session, TEN, ref=1)
    assert len(mails(session)) == 1


def test_quiet_hours_have_two_ends(session: Session) -> None:
    with pytest.raises(Refused, match="from when and until when"):
        operations.prefer(session, viewer=LIN, wishes=Wishes(None, time(22), None))


def test_a_letter_of_several_lists_each_with_its_page(app: object) -> None:
    def notice(number: str) -> Notice:
        return Notice(topic="ticket.worker.assign", facts={"number": number}, link=f"/tickets/{number}")

    def read(notices: Sequence[Notice]) -> tuple[str, str]:
        with app.test_request_context():  # type: ignore[attr-defined]
            return letter(notices, language="en", base_url="https://x.example")

    subject, body = read([notice("2611-0000001"), notice("2611-0000002")])
    assert subject == "2 messages"
    for number in ("2611-0000001", "2611-0000002"):
        assert f"Job {number} was given to you." in body
        assert f"https://x.example/tickets/{number}" in body
    assert read([notice("2611-0000001")])[0] == "Job 2611-0000001 was given to you."


def test_somebody_says_how_and_the_page_remembers(session: Session, client: FlaskClient) -> None:
    town = world.build(session)
    world.sign_in(session, client, town.resident_lin)
    page = client.get("/inbox/wishes").text
    hidden = dict(re.findall(r'name="(csrf_token|key)"[^>]*value="([^"]+)"', page))
    said = {"digest_hour": "8", "quiet_from": "22:00", "quiet_until": "07:00"}
    answers = [client.post("/inbox/wishes", data=hidden | said) for _ in range(2)]  # the second is a retry
    assert [answer.status_code for answer in answers] == [303, 303]
    wishes = spacing.wishes_of(session, [town.resident_lin.id])
    assert wishes == {town.resident_lin.id: Wishes(8, time(22), time(7))}
    again = client.get("/inbox/wishes").text
    assert 'value="22:00"' in again
    assert re.search(r'<option selected value="8">', again)
