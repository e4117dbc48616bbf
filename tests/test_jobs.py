"""Jobs: one transaction each with a sign of life, faults that stop nobody else, and a process that ends in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock, heartbeat, jobs
from propman.accounts.models import Invitation, SignInSession
from propman.carriers import ways
from propman.carriers.mail import Folder, PostOffice
from propman.carriers.rounds import deliver_due
from propman.carriers.ways import senders
from propman.config import Settings
from propman.heartbeat import Heartbeat
from propman.idempotency import IdempotencyKey
from propman.jobs import TIMETABLE, Job, run_job
from propman.notify import delivery, operations
from propman.notify.models import Channel, Notice
from propman.throttle import Counter
from tests import stories, world
from tests.notify.mail_sink import mail_sink
from tests.world import World

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def town(session: Session) -> World:
    """A small world."""
    return world.build(session)


def tell(session: Session, recipient_id: int, *, by: Channel = Channel.EMAIL, number: int = 1) -> None:
    """Tell somebody of a job."""
    operations.tell(
        session, event_ref=f"ticket_event:{number}", topic="ticket.worker.assign", channels={recipient_id: [by]},
        facts={"number": "2611-0000001"}, link="/tickets/2611-0000001", now=clock.now(),
    )  # fmt: skip
    session.commit()


def beats(session: Session) -> dict[str, Heartbeat]:
    """The signs of life, by job."""
    rows = session.scalars(select(Heartbeat).execution_options(populate_existing=True))
    return {row.name: row for row in rows}


def idle(session: Session, *, now: datetime) -> int:
    """A job that finds nothing to do."""
    return 0


def named_job(name: str) -> Job:
    """The job of the timetable with this name."""
    return next(job for job in TIMETABLE if job.name == name)


def done(app: Flask, session: Session, job: Job, now: datetime) -> bool:
    """Whether `job` succeeds, once the test has let go of the database: SQLite has room for one writer."""
    session.commit()
    return run_job(app, job, now)


# --- one job ---


def test_every_job_of_the_timetable_runs_and_gives_a_sign_of_life(app: Flask, session: Session) -> None:
    assert [done(app, session, job, clock.now()) for job in TIMETABLE] == [True] * len(TIMETABLE)
    found = beats(session)
    assert found.keys() == {job.name for job in TIMETABLE}
    assert all(row.expected_by > clock.now() for row in found.values())


def test_work_and_sign_of_life_are_committed_together(app: Flask, session: Session) -> None:
    def work(session: Session, *, now: datetime) -> int:
        session.add(Counter(subject="work", window_at=now, n=1))
        return 3

    assert done(app, session, Job("work", 5, work), NOW)
    row = beats(session)["work"]
    assert (row.beaten_at, row.done, row.fault) == (NOW, 3, None)
    assert row.expected_by == NOW + timedelta(seconds=15) + jobs.ROOM
    assert session.get(Counter, ("work", NOW)) is not None


def test_a_job_that_fails_leaves_nothing_behind_but_the_name_of_its_fault(
    app: Flask, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    def work(session: Session, *, now: datetime) -> NoReturn:
        session.add(Counter(subject="work", window_at=now, n=1))
        session.flush()
        raise LookupError("Lin Xiuying, 13800000001")

    assert done(app, session, Job("work", 5, idle), NOW)
    assert not done(app, session, Job("work", 5, work), NOW + timedelta(seconds=5))
    row = beats(session)["work"]
    assert (row.beaten_at, row.fault, row.fault_at) == (NOW, "LookupError", NOW + timedelta(seconds=5))
    assert row.expected_by == NOW + timedelta(seconds=15) + jobs.ROOM
    assert session.get(Counter, ("work", NOW + timedelta(seconds=5))) is None
    assert done(app, session, Job("work", 5, idle), NOW + timedelta(seconds=10))
    assert beats(session)["work"].fault is None


def test_what_has_served_its_purpose_is_forgotten_and_the_rest_stays(app: Flask, session: Session, town: World) -> None:
    """A row of each kind past its time and one within; how long that is stands in the timetable's module."""
    lin = town.resident_lin.id
    keeps = [
        ({"subject": "pin", "n": 1}, Counter, "window_at", 2),
        ({"principal": "code:A", "fingerprint": "0", "answer": {}}, IdempotencyKey, "used_at", 30),
        ({"browser": "", "user_id": lin, "created_at": NOW, "seen_at": NOW, "idle_after_minutes": 1},
         SignInSession, "expires_at", 30),
        ({"user_id": lin, "created_at": NOW}, Invitation, "expires_at", 30),
        ({"event_ref": "ticket_event:1", "topic": "t", "channel": Channel.EMAIL, "facts": {}, "link": "/",
          "made_at": NOW, "due_at": NOW}, Notice, "sent_at", 184),
    ]  # fmt: skip
    named = {IdempotencyKey: "key_hash", SignInSession: "id_hash", Invitation: "token_hash", Notice: "recipient_id"}
    for values, kind, column, days in keeps:
        for number, late in enumerate((1, -1)):
            name = {named[kind]: number if kind is Notice else str(number)} if kind in named else {}
            session.add(kind(**values, **name, **{column: NOW - timedelta(days=days, minutes=late)}))
            session.flush()
    assert done(app, session, named_job("forget"), NOW)
    for _values, kind, column, days in keeps:
        assert session.scalars(select(getattr(kind, column))).all() == [NOW - timedelta(days=days, minutes=-1)], kind
    assert beats(session)["forget"].done == len(keeps)
    assert done(app, session, named_job("forget"), NOW)
    assert beats(session)["forget"].done == 0


def test_a_missed_week_heals_itself(app: Flask, session: Session, town: World) -> None:
    now = clock.now()
    ticket = stories.complete(session, town, stories.report(session, town, now=now - timedelta(days=20)),
                            now=now - timedelta(days=19))  # fmt: skip
    session.commit()
    job = named_job("close-unanswered")
    assert [done(app, session, job, now), done(app, session, job, now)] == [True, True]
    session.refresh(ticket)
    assert ticket.state == "confirmed"
    assert beats(session)["close-unanswered"].done == 0  # the second run found nothing left


# --- delivering ---


def test_an_email_leaves_in_the_language_of_its_reader(app: Flask, session: Session, town: World) -> None:
    town.worker_zhao.language = "en"
    tell(session, town.worker_zhao.id)
    assert done(app, session, TIMETABLE[0], clock.now())
    settings: Settings = app.extensions["propman.settings"]
    [file] = (settings.data_dir / "mail").iterdir()
    text = file.read_text()
    assert "Subject: Job 2611-0000001 was given to you." in text
    assert "http://localhost/tickets/2611-0000001" in text
    assert "X-Propman-Dedupe: ticket_event:1:" in text
    assert session.scalars(select(Notice)).one().sent_at is not None


@pytest.mark.parametrize("trouble", ["erased", "without address", "nobody"])
def test_an_email_to_nobody_is_a_dead_letter_at_once(app: Flask, session: Session, town: World, trouble: str) -> None:
    zhao = town.worker_zhao
    zhao.email = None if trouble == "without address" else zhao.email
    if trouble == "erased":
        zhao.erased_at, zhao.name, zhao.sign_in_name, zhao.phone, zhao.email = clock.now(), None, None, None, None
    tell(session, zhao.id if trouble != "nobody" else 404)
    assert done(app, session, TIMETABLE[0], clock.now())
    notice = session.scalars(select(Notice)).one()
    assert (notice.sent_at, notice.last_fault, notice.attempts) == (None, "no_address", 1)
    assert notice.dead_at is not None


def test_a_mail_server_that_is_busy_costs_a_pause_and_the_next_message_goes(
    app: Flask, session: Session, town: World
) -> None:
    tell(session, town.worker_zhao.id)
    tell(session, town.worker_sun.id, by=Channel.INBOX, number=2)
    with mail_sink() as sink:
        sink.busy = True
        object.__setattr__(app.extensions["propman.settings"], "smtp_url", sink.url)
        assert done(app, session, TIMETABLE[0], clock.now())
        mail, inbox = session.scalars(select(Notice).order_by(Notice.id)).all()
        assert (mail.sent_at, mail.dead_at, mail.last_fault) == (None, None, "SMTPRecipientsRefused 451")
        assert mail.due_at > clock.now() + timedelta(seconds=50)
        assert inbox.sent_at is not None
        sink.busy = False
        mail.due_at = clock.now()
        session.commit()
        assert done(app, session, TIMETABLE[0], clock.now())
        assert sink.dedupe_ids == [mail.dedupe_id]
    session.refresh(mail)
    assert mail.sent_at is not None


def test_delivery_stops_between_two_messages_when_told_to(app: Flask, session: Session) -> None:
    for number in range(3):
        tell(session, 7, by=Channel.INBOX, number=number)
    answers = iter([False, True])
    with app.app_context():
        from propman.db import db

        sent = deliver_due(
            lambda: Session(db.engine, expire_on_commit=False), send={Channel.INBOX: print},
            now=clock.now, stop=lambda: next(answers),
        )  # fmt: skip
    assert sent == 1
    assert len(session.scalars(select(Notice).where(Notice.claim.is_not(None))).all()) == 0


@pytest.mark.parametrize(
    ("mode", "smtp_url", "office"),
    [
        ("production", "smtp://mail.example", PostOffice("smtp", "mail.example", 25)),
        ("production", None, None),
        ("demo", "smtp://mail.example", PostOffice("smtp", "mail.example", 25)),
        ("demo", None, Folder(Path("data/mail"))),
    ],
)
def test_mail_goes_to_the_server_or_a_folder_and_in_production_never_quietly_nowhere(
    mode: str, smtp_url: str | None, office: object
) -> None:
    settings = Settings.for_tests(database_url="sqlite:///x", data_dir=Path("data"))
    object.__setattr__(settings, "mode", mode)
    object.__setattr__(settings, "smtp_url", smtp_url)
    assert ways.post_office(settings) == office
    if office is None:
        notice = Notice(recipient_id=7, channel=Channel.EMAIL)
        with pytest.raises(delivery.Undeliverable, match="no_mail_server"):
            senders(settings, lambda: Session())[Channel.EMAIL](notice)


# --- the process ---


def job_process(database_url: str, folder: Path, **settings: str) -> subprocess.Popen[str]:
    """`propman jobs run` as a process of its own."""
    environment = {
        "PATH": os.environ["PATH"],
        "PROPMAN_DATABASE_URL": database_url,
        "PROPMAN_DATA_DIR": str(folder),
        **settings,
    }
    command = [sys.executable, "-c", "from propman.cli import main; main(['jobs', 'run'])"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def wait_for(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until `condition` holds. Raises AssertionError when it has not by then."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


@pytest.mark.experiment
def test_the_job_process_delivers_and_ends_in_order(
    database_url: str, session: Session, town: World, tmp_path: Path
) -> None:
    with mail_sink() as sink:
        tell(session, town.worker_zhao.id)
        heartbeat.beat(session, name="a job of old", now=NOW, expected_by=NOW, done=0)
        session.commit()
        process = job_process(database_url, tmp_path / "data", PROPMAN_SMTP_URL=sink.url)
        try:
            wait_for(lambda: len(sink.messages) == 1 or process.poll() is not None)
            tell(session, town.worker_zhao.id, number=2)
            wait_for(lambda: len(sink.messages) == 2 or process.poll() is not None)
            process.send_signal(signal.SIGTERM)
            faults = process.communicate(timeout=30)[1]
        finally:
            process.kill()
    assert (process.returncode, faults) == (0, "")
    assert sink.dedupe_ids == [f"ticket_event:{number}:{town.worker_zhao.id}:email" for number in (1, 2)]
    session.rollback()
    assert all(notice.sent_at and notice.claim is None for notice in session.scalars(select(Notice)))
    assert beats(session).keys() == {job.name for job in TIMETABLE}
