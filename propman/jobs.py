"""What propman does by itself, and how often: the timetable on one page.

APScheduler is only the clock; nothing depends on "only one runs". Each job selects by state, so that any number of
processes may run it, a rerun adds nothing, and a missed night heals itself. All of them run once at the start.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask, current_app
from sqlalchemy.orm import Session, sessionmaker

from propman import clock, heartbeat, idempotency, throttle
from propman.accounts import operations as accounts
from propman.accounts.operations.sessions import DEVICE_LASTS
from propman.assets import operations as assets
from propman.assets import queries as register
from propman.assets.models import Asset
from propman.carriers.rounds import deliver_due
from propman.carriers.ways import check, senders, served
from propman.config import Settings
from propman.db import db, read_only
from propman.desk import operations as desk
from propman.files import operations as files
from propman.files.store import FileStore
from propman.health import STOPPING, stop_on_signals
from propman.inspections import operations as inspections
from propman.notify import delivery
from propman.notify import operations as notify
from propman.outages import operations as outages
from propman.oversight import operations as oversight
from propman.register import operations as imports
from propman.rota import operations as rota
from propman.spotchecks import operations as spotchecks
from propman.tickets import escalation
from propman.tickets import operations as tickets
from propman.voice import operations as voice

log = logging.getLogger(__name__)

LONGEST_RUN = timedelta(seconds=30)  # then nothing more is begun: the run ends and gives a sign of life
ROOM = timedelta(seconds=60)  # how much later than three ticks a sign of life may come
COUNTERS_KEPT = timedelta(days=2)  # the longest window that refuses anything is a day
SIGN_INS_KEPT = timedelta(days=30)  # after the end of a session or invitation; the audit keeps that they were
NOTICES_KEPT = timedelta(days=184)  # after they were mailed or read: half a year, however long its months are
DEPARTURES_KEPT = timedelta(days=93)  # absences and extra duty, after they were over
PARTS_AT_ONCE = 2000  # whose warranties are settled in one transaction
IMPORTS = "imports"
LONGEST_SILENCE = timedelta(minutes=3)  # of an import at work: reading a large file on a busy machine

Result = TypeVar("Result")


@dataclass(frozen=True)
class Job:
    """`work` runs every `seconds` in one transaction and says how many things it dealt with."""

    name: str
    seconds: int
    work: Callable[..., int]  # work(session, *, now)


def deliver(session: Session, *, now: datetime) -> int:
    """Send what is due, each message in transactions of its own."""
    open_session = sessionmaker(session.get_bind(), expire_on_commit=False)
    settings: Settings = current_app.extensions["propman.settings"]
    until = now + LONGEST_RUN
    with open_session() as own, own.begin():
        notify.serve(own, served=served(settings))
    return deliver_due(
        open_session,
        send=senders(settings, open_session),
        now=clock.now,
        stop=lambda: current_app.extensions[STOPPING] or clock.now() > until,
    )


def sweep_files(session: Session, *, now: datetime) -> int:
    """Delete the files of erased photographs and voice notes, and files that no row claims."""
    settings: Settings = current_app.extensions["propman.settings"]
    store = FileStore(settings.files_dir)
    swept = files.sweep(session, store, now=now)
    return swept.erased + swept.unclaimed + voice.sweep(session, store, now=now)


def forget(session: Session, *, now: datetime) -> int:
    """Delete what has served its purpose. Each room knows what that is, and what must stay all the same."""
    return (
        throttle.forget(session, before=now - COUNTERS_KEPT)
        + idempotency.forget(session, before=now - idempotency.KEPT)
        + accounts.forget(session, before=now - SIGN_INS_KEPT, devices_before=now - DEVICE_LASTS)
        + notify.forget(session, before=now - NOTICES_KEPT)
        + desk.forget(session)
        + rota.forget(session, before=now - DEPARTURES_KEPT)
    )


def settle_warranties(session: Session, *, now: datetime) -> int:
    """Recount until when every part is guaranteed, and store what a new rule, season or setting has changed.

    Batch by batch: each is read while nobody waits for it, and what is stale in it stored in a transaction of its own.
    """
    open_session = sessionmaker(session.get_bind(), expire_on_commit=False)
    grounds: register.Grounds | None = None
    settled, after = 0, 0
    while not current_app.extensions[STOPPING]:
        token = read_only.set(True)
        try:
            with open_session() as reader:
                last = register.last_of_batch(reader, after, PARTS_AT_ONCE)
                if last is None:
                    break
                grounds = grounds or register.Grounds(reader, clock.local_date(now))
                found = register.stale(reader, grounds, Asset.id > after, Asset.id <= last)
        finally:
            read_only.reset(token)
        settled += _store_ends(open_session, found)
        after = last
    return settled


@dataclass(frozen=True)
class Desk:
    """How the work on an import reads and writes: each act in a transaction of its own. Writing is a sign of life."""

    open_session: Callable[[], Session]
    job: str
    until: datetime
    now: Callable[[], datetime] = clock.now

    def read(self, act: Callable[[Session], Result]) -> Result:
        """Run an act that only reads, so that nobody waits for it."""
        token = read_only.set(True)
        try:
            with self.open_session() as session:
                return act(session)
        finally:
            read_only.reset(token)

    def write(self, act: Callable[[Session], Result]) -> Result:
        """Run an act and commit what it wrote."""
        with self.open_session() as session, session.begin():
            result = act(session)
            heartbeat.beat(session, name=self.job, now=self.now(), expected_by=self.now() + LONGEST_SILENCE, done=0)
            return result

    def stopping(self) -> bool:
        """Whether to begin nothing more: the process is about to end, or this run has lasted long enough."""
        return bool(current_app.extensions[STOPPING]) or self.now() > self.until


def carry_on_imports(session: Session, *, now: datetime) -> int:
    """Check, apply and undo the imports of parts that wait."""
    open_session = sessionmaker(session.get_bind(), expire_on_commit=False)
    return imports.carry_on(Desk(open_session, IMPORTS, until=now + LONGEST_RUN))


def close_months(session: Session, *, now: datetime) -> int:
    """Close the months that are over, each in a transaction of its own; how many."""
    open_session = sessionmaker(session.get_bind(), expire_on_commit=False)
    closed, until = 0, clock.now() + LONGEST_RUN
    while not current_app.extensions[STOPPING] and clock.now() < until:
        with open_session() as own, own.begin():
            if oversight.close_next(own, now=now) is None:
                break
        closed += 1
    return closed


def repeated(*acts: Callable[..., int]) -> Callable[..., int]:
    """The work of a job that does some of it at a time, each time in a transaction of its own, until nothing is left of
    one act after the other.
    """

    def work(session: Session, *, now: datetime) -> int:
        return sum(_by_and_by(session, partial(act, now=now)) for act in acts)

    return work


def _by_and_by(session: Session, act: Callable[[Session], int]) -> int:
    """Run `act` until it finds nothing to do, each time in a transaction of its own; how many things it dealt with."""
    open_session = sessionmaker(session.get_bind(), expire_on_commit=False)
    done, until = 0, clock.now() + LONGEST_RUN
    while not current_app.extensions[STOPPING] and clock.now() < until:
        with open_session() as own, own.begin():
            found = act(own)
        if not found:
            break
        done += found
    return done


def _store_ends(open_session: Callable[[], Session], found: Sequence[register.Stale]) -> int:
    """Store one batch; one that cannot be stored is logged, and the others go on."""
    try:
        with open_session() as own, own.begin():
            return assets.settle_warranties(own, found=found)
    except Exception:
        log.exception("the warranties of parts %s to %s could not be settled", found[0].asset_id, found[-1].asset_id)
        return 0


TIMETABLE = (
    Job(delivery.JOB, 5, deliver),
    Job(IMPORTS, 5, carry_on_imports),
    Job("hand-over", 60, tickets.hand_over_due),
    Job("wake-holds", 60, tickets.wake_holds),
    Job("urges", 60, tickets.tell_of_urges),
    Job(escalation.JOB, 60, tickets.escalate),
    Job("outages", 60, outages.remind_late),
    Job("warranties", 600, settle_warranties),
    Job("close-months", 600, close_months),
    Job("follow-parts", 600, repeated(inspections.arise, inspections.follow)),
    Job("lay-duties", 600, repeated(inspections.lay_due)),
    Job("miss-duties", 600, repeated(inspections.end_missed)),
    Job("follow-calendar", 3600, repeated(inspections.follow_calendar)),
    Job("remind-duties", 600, repeated(inspections.remind_next, inspections.ask_for_ends)),
    Job("tell-officials", 3600, oversight.tell_officials),
    Job("warn-of-calendar", 3600, inspections.warn_of_calendar),
    Job("spot-checks", 3600, repeated(spotchecks.draw_next)),
    Job("take-overs", 3600, assets.open_take_overs_due),
    Job("close-unanswered", 3600, tickets.close_unanswered),
    Job("sweep-files", 6 * 3600, sweep_files),
    Job("forget", 6 * 3600, forget),
)


def run_job(app: Flask, job: Job, now: datetime) -> bool:
    """Do the work of `job` and commit it with its sign of life; False if it failed, which is logged and noted."""
    expected_by = now + timedelta(seconds=3 * job.seconds) + ROOM
    with app.app_context():
        try:
            with Session(db.engine) as session, session.begin():
                done = job.work(session, now=now)
                heartbeat.beat(session, name=job.name, now=now, expected_by=expected_by, done=done)
        except Exception as fault:
            log.exception("job %s failed", job.name)
            _note_fault(job, type(fault).__name__, now)
            return False
    return True


def _note_fault(job: Job, fault: str, now: datetime) -> None:
    try:
        with Session(db.engine) as session, session.begin():
            heartbeat.stumble(session, name=job.name, now=now, fault=fault)
    except Exception:
        log.exception("the fault of job %s could not be noted", job.name)


def start(app: Flask) -> BackgroundScheduler:
    """Start the clock for `app` beside whatever else this process does; end it with `.shutdown(wait=True)`.

    Raises `BadSetting` for a way of sending that could never send.
    """
    check(app.extensions["propman.settings"])
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns at every tick that meets a longer run
    with app.app_context(), Session(db.engine) as session, session.begin():
        heartbeat.forget_all_but(session, {job.name for job in TIMETABLE})
    options = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler = BackgroundScheduler(timezone=clock.SHANGHAI, job_defaults=options)
    for job in TIMETABLE:
        scheduler.add_job(
            tick, IntervalTrigger(seconds=job.seconds), args=(app, job), id=job.name, next_run_time=clock.now()
        )
    scheduler.start()
    return scheduler


def tick(app: Flask, job: Job) -> None:
    """Run `job` now."""
    run_job(app, job, clock.now())


def run_until_stopped(app: Flask) -> None:
    """Be the job process: run the timetable until SIGTERM or Ctrl-C, then finish what is under way and return."""
    stop_on_signals(app)
    scheduler = start(app)
    while not app.extensions[STOPPING]:
        time.sleep(0.2)
    scheduler.shutdown(wait=True)
