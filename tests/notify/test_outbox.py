"""The outbox: written once, claimed by one, retried with patience, dead at last and never called sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.audit.models import AuditRecord
from propman.errors import NotFound
from propman.notify import delivery, operations, queries
from propman.notify.models import Channel, Notice
from propman.roles import Viewer

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BOTH = (Channel.INBOX, Channel.EMAIL)
ALL = frozenset(Channel)


def told(
    session: Session, ref: str = "ticket_event:1", *, to: int = 7, by: Sequence[Channel] = (Channel.EMAIL,)
) -> int:
    """Tell one person of one event at NOW."""
    return operations.tell(
        session, event_ref=ref, topic="ticket.worker.assign", channels={to: by}, facts={"number": "2611-0000001"},
        link="/tickets/2611-0000001", now=NOW,
    )  # fmt: skip


def only(session: Session) -> Notice:
    """The one notice there is, read afresh."""
    return session.scalars(select(Notice).execution_options(populate_existing=True)).one()


def claimed(session: Session, now: datetime = NOW) -> Notice:
    """The next message, claimed by somebody who then has it in hand."""
    notice = delivery.claim_next(session, channels=ALL, now=now)
    assert notice is not None
    session.expunge(notice)
    return notice


# --- telling ---


def test_an_event_is_told_once_per_person_and_channel(session: Session) -> None:
    assert told(session, by=BOTH) == 2
    assert told(session, by=BOTH) == 0
    assert told(session, to=8, by=BOTH) == 2
    assert session.scalar(select(func.count()).select_from(Notice)) == 4


def test_the_dedupe_id_names_event_person_and_channel(session: Session) -> None:
    told(session)
    assert only(session).dedupe_id == "ticket_event:1:7:email"


# --- claiming ---


def test_a_claimed_message_is_nobody_elses_until_the_lease_ends(session: Session) -> None:
    told(session)
    assert claimed(session).claimed_until == NOW + delivery.LEASE
    assert delivery.claim_next(session, channels=ALL, now=NOW + timedelta(seconds=59)) is None
    assert claimed(session, NOW + delivery.LEASE).attempts == 2


def test_the_message_due_longest_goes_first(session: Session) -> None:
    told(session, "ticket_event:2")
    told(session, "ticket_event:1")
    second = session.scalars(select(Notice).where(Notice.event_ref == "ticket_event:1")).one()
    second.due_at = NOW - timedelta(minutes=1)
    session.flush()
    assert [claimed(session).event_ref for _ in range(2)] == ["ticket_event:1", "ticket_event:2"]


def test_a_channel_that_is_not_served_keeps_its_messages(session: Session) -> None:
    told(session, by=BOTH)
    notice = delivery.claim_next(session, channels={Channel.INBOX}, now=NOW)
    assert notice is not None
    assert notice.channel is Channel.INBOX
    assert delivery.claim_next(session, channels={Channel.INBOX}, now=NOW) is None


def test_what_was_sent_is_not_claimed_again(session: Session) -> None:
    told(session)
    delivery.mark_sent(session, notice=claimed(session), now=NOW)
    assert only(session).sent_at == NOW
    assert delivery.claim_next(session, channels=ALL, now=NOW + timedelta(days=1)) is None


# --- failing ---


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 3), (3, 9), (4, 27), (5, 81), (6, 243), (7, 729)])
def test_each_pause_is_three_times_the_last(attempts: int, minutes: int) -> None:
    assert delivery.pause_after(attempts) == timedelta(minutes=minutes)


def test_after_the_eighth_failure_a_message_is_dead_and_not_sent(session: Session) -> None:
    told(session)
    now = NOW
    for attempt in range(1, delivery.MOST_ATTEMPTS + 1):
        notice = claimed(session, now)
        assert notice.attempts == attempt
        delivery.mark_failed(session, notice=notice, fault="ConnectionRefusedError", now=now)
        now = only(session).due_at
    dead = only(session)
    assert (dead.dead_at, dead.sent_at, dead.last_fault) == (now, None, "ConnectionRefusedError")
    assert delivery.claim_next(session, channels=ALL, now=now + timedelta(days=1)) is None


def test_a_message_that_kills_its_worker_every_time_is_put_aside(session: Session) -> None:
    told(session)
    now = NOW
    for _ in range(delivery.MOST_ATTEMPTS):
        claimed(session, now)
        now += delivery.LEASE
    told(session, "ticket_event:2")
    assert claimed(session, now).event_ref == "ticket_event:2"
    dead = session.scalars(select(Notice).where(Notice.dead_at.is_not(None))).one()
    assert (dead.event_ref, dead.last_fault, dead.attempts) == ("ticket_event:1", delivery.UNFINISHED, 8)


def test_what_no_attempt_can_help_is_dead_at_once(session: Session) -> None:
    told(session)
    delivery.mark_failed(session, notice=claimed(session), fault="no_address", now=NOW, final=True)
    assert (only(session).dead_at, only(session).attempts) == (NOW, 1)


def test_a_worker_that_fails_late_does_not_touch_the_next_ones_claim(session: Session) -> None:
    told(session)
    slow = claimed(session)
    quick = claimed(session, NOW + delivery.LEASE)
    delivery.mark_failed(session, notice=slow, fault="TimeoutError", now=NOW + delivery.LEASE)
    assert (only(session).claim, only(session).due_at) == (quick.claim, NOW)


@pytest.mark.parametrize("meanwhile", ["claimed by another", "dead"])
def test_a_worker_that_sends_late_has_sent_all_the_same(session: Session, meanwhile: str) -> None:
    told(session)
    slow = claimed(session)
    other = claimed(session, NOW + delivery.LEASE)
    if meanwhile == "dead":
        delivery.mark_failed(session, notice=other, fault="TimeoutError", now=NOW, final=True)
    delivery.mark_sent(session, notice=slow, now=NOW)
    assert (only(session).sent_at, only(session).dead_at, only(session).claim) == (NOW, None, None)


# --- a second life ---


def test_a_revived_message_gets_its_attempts_again_and_a_second_press_changes_nothing(session: Session) -> None:
    told(session)
    delivery.mark_failed(session, notice=claimed(session), fault="no_address", now=NOW, final=True)
    notice_id, later, admin = only(session).id, NOW + timedelta(hours=1), Viewer(user_id=1)
    assert operations.revive(session, viewer=admin, notice_id=notice_id, now=later)
    assert not operations.revive(session, viewer=admin, notice_id=notice_id, now=later)
    assert (only(session).dead_at, only(session).attempts, only(session).due_at) == (None, 0, later)
    acts = select(AuditRecord.act).where(AuditRecord.subject_kind == "notice")
    assert session.scalars(acts).all() == ["notice_revived"]


def test_a_message_that_is_not_there_cannot_be_revived(session: Session) -> None:
    with pytest.raises(NotFound):
        operations.revive(session, viewer=Viewer(user_id=1), notice_id=404, now=NOW)


def test_the_outbox_counts_what_waits_and_what_was_given_up(session: Session) -> None:
    for number in range(3):
        told(session, f"ticket_event:{number}")
    delivery.mark_failed(session, notice=claimed(session), fault="no_address", now=NOW, final=True)
    delivery.mark_sent(session, notice=claimed(session), now=NOW)
    outbox = queries.outbox(session)
    assert (outbox.waiting, outbox.dead, outbox.due_since) == (1, 1, NOW)
    assert queries.due_since(session) == NOW
    assert [dead.event_ref for dead in queries.dead_letters(session).notices] == ["ticket_event:0"]
