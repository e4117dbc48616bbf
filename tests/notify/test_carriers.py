"""Several processes carry the outbox away, and some are killed: each message leaves, and at most twice per kill."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.notify import delivery, operations
from propman.notify.models import Channel, Notice

CARRIER = Path(__file__).with_name("carrier.py")


def start(url: str, file: Path, *arguments: str) -> subprocess.Popen[str]:
    """A carrier as a process of its own."""
    command = [sys.executable, str(CARRIER), url, str(file), *arguments]
    root = CARRIER.parents[2]
    return subprocess.Popen(command, cwd=root, env={"PYTHONPATH": str(root)}, stdout=subprocess.PIPE, text=True)


def write(session: Session, count: int) -> None:
    """Put `count` messages into the outbox and commit."""
    for number in range(count):
        operations.tell(
            session, event_ref=f"ticket_event:{number}", topic="t", channels={7: [Channel.EMAIL]}, facts={}, link="/",
            now=clock.now(),
        )  # fmt: skip
    session.commit()


def sent(file: Path) -> Counter[str]:
    """How often each dedupe id was sent."""
    return Counter(line.split()[0] for line in file.read_text().splitlines())


def end_the_lease(session: Session) -> None:
    """Let a minute pass for whoever was killed with a message in hand."""
    held = update(Notice).where(Notice.claim.is_not(None))
    session.execute(held.values(claimed_until=clock.now() - timedelta(seconds=1)))
    session.commit()


@pytest.mark.experiment
def test_racing_carriers_send_each_message_once(database_url: str, session: Session, tmp_path: Path) -> None:
    write(session, 300)
    carriers = [start(database_url, tmp_path / "sent") for _ in range(3)]
    counts = [int(carrier.communicate(timeout=120)[0]) for carrier in carriers]
    print(f"300 messages, 3 carriers: {counts}")
    assert sum(counts) == 300
    assert sent(tmp_path / "sent") == {f"ticket_event:{number}:7:email": 1 for number in range(300)}
    assert all(notice.sent_at and notice.attempts == 1 for notice in session.scalars(select(Notice)))


@pytest.mark.experiment
def test_of_two_messages_about_one_thing_racing_carriers_send_one(
    database_url: str, session: Session, tmp_path: Path
) -> None:
    now, n = clock.now(), 100
    same = {"topic": "t", "recipient_id": 7, "channel": Channel.EMAIL, "link": "/", "facts": {}}
    for number in range(2 * n):  # written by transactions that saw nothing of each other
        named = {"event_ref": f"ticket_event:{number}", "subject": f"2611-{number // 2:07}"}
        session.add(Notice(**same, **named, made_at=now, due_at=now))
    session.commit()
    carriers = [start(database_url, tmp_path / "sent") for _ in range(3)]
    counts = [int(carrier.communicate(timeout=120)[0]) for carrier in carriers]
    print(f"{2 * n} messages about {n} things, 3 carriers: {counts}")
    assert sum(counts) == n
    left = session.scalars(select(Notice.subject).where(Notice.sent_at.is_not(None)))
    assert set(Counter(left).values()) == {1}


@pytest.mark.experiment
def test_a_carrier_killed_after_sending_sends_again_under_the_same_id(
    database_url: str, session: Session, tmp_path: Path
) -> None:
    write(session, 5)
    kills = 3
    for _ in range(kills):
        dying = start(database_url, tmp_path / "sent", "die")
        dying.communicate(timeout=120)
        assert dying.returncode == -signal.SIGKILL
    assert not session.scalars(select(Notice).where(Notice.sent_at.is_not(None))).all()
    end_the_lease(session)
    start(database_url, tmp_path / "sent").communicate(timeout=120)
    times = sent(tmp_path / "sent")
    print(f"5 messages, {kills} kills: sent {sorted(times.values())} times")
    assert set(times) == {f"ticket_event:{number}:7:email" for number in range(5)}
    assert sum(times.values()) == 5 + kills
    assert max(times.values()) == 2
    assert all(notice.sent_at for notice in session.scalars(select(Notice)))


@pytest.mark.experiment
def test_a_message_that_kills_every_carrier_is_put_aside_and_the_others_go(
    database_url: str, session: Session, tmp_path: Path
) -> None:
    write(session, 1)
    for _ in range(delivery.MOST_ATTEMPTS):
        start(database_url, tmp_path / "sent", "die").communicate(timeout=120)
        end_the_lease(session)
    operations.tell(
        session,
        event_ref="ticket_event:1",
        topic="t",
        channels={7: [Channel.EMAIL]},
        facts={},
        link="/",
        now=clock.now(),
    )
    session.commit()
    start(database_url, tmp_path / "sent").communicate(timeout=120)
    killer, other = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert (killer.sent_at, killer.last_fault) == (None, delivery.UNFINISHED)
    assert killer.dead_at is not None
    assert other.sent_at is not None
