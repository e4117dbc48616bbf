"""Job processes that race for due days while they are killed: each due day is laid once, none is missing (I06).

They do what all jobs of inspections do: lay and miss, follow the register and the calendar, remind, draw spot checks.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from itertools import pairwise
from multiprocessing.process import BaseProcess
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from propman import clock
from propman.db import engine_options, prepare_engine, read_only
from propman.inspections import invariants, operations
from propman.inspections.almanac import due_days
from propman.inspections.models import Counts, Digest, Duty, PlanVersion, Reminder, Target
from propman.inspections.operations import Aim, Terms
from propman.inspections.operations.laying import AHEAD
from propman.inspections.reminding import Level
from propman.inspections.schedule import End
from propman.spotchecks.operations import draw_next
from tests import world
from tests.experiments.runs import SEED, Figures

LIFT = "FREQ=DAILY;INTERVAL=14"  # counted from the one before: the next is laid when that has its end
RULES = (
    "FREQ=DAILY", LIFT, "FREQ=WEEKLY;BYDAY=SA,SU", "FREQ=MONTHLY", "FREQ=MONTHLY;INTERVAL=3",
    "FREQ=YEARLY;BYMONTH=4,9;BYMONTHDAY=15", "FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=YEARLY", "YEARS=1,4,7",
    "FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=MO,TH",
)  # fmt: skip
ACTS: tuple[Callable[..., int], ...] = (
    operations.arise, operations.follow, partial(operations.lay_due, most=50), partial(operations.end_missed, most=50),
    operations.follow_calendar, operations.remind_next, operations.ask_for_ends, draw_next,
)  # fmt: skip
"""In the order of the timetable, each until it finds nothing to do."""
FIRST = date(2028, 1, 2)  # in ninety days and sixty: 29 February, months of every length, 15 April
RACING = 4
TURNS = 5
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])
ZONES = ("Asia/Shanghai", "Europe/Berlin", "UTC", "America/New_York")  # of the hosts


def duties(engine: Engine, folder: Path, *, plans: int, days: int, every: float) -> Figures:
    """`RACING` processes live through `days`, one of them killed about `every` seconds, until one came to the end."""
    figures, began, chance = Figures(), time.monotonic(), random.Random(SEED)
    with Session(engine) as session:
        _plan(session, plans, folder)
    kills, url = 0, engine.url.render_as_string(hide_password=False)
    running = [_process(url, FIRST, days, zone) for zone in ZONES]
    try:
        while not any(process.exitcode == 0 for process in running):
            time.sleep(every * chance.uniform(0.5, 1.5))
            at = chance.randrange(RACING)
            kills += _kill(running[at])
            figures.must(running[at].exitcode in (0, -signal.SIGKILL), f"a process ended with {running[at].exitcode}")
            if running[at].exitcode != 0:
                running[at] = _process(url, _reached(engine), days, ZONES[at])
    finally:
        for process in running:
            _kill(process)
    with Session(engine) as session:
        _judge(session, figures, days)
    figures.counted |= {"plans": plans, "days": days, "processes": RACING, "kills": kills,
                        "seconds": round(time.monotonic() - began, 1)}  # fmt: skip
    return figures


def _plan(session: Session, plans: int, folder: Path) -> None:
    now = clock.at_local(FIRST, datetime(2028, 1, 1, 1).time())  # noqa: DTZ001
    town = world.build(session, now=now, files=folder / "files")
    for number in range(plans):
        kind, anchor = number % len(RULES), date(2024, 2, 29) + timedelta(days=number * 2)
        template, counts = f"X{kind}", Counts.CALENDAR
        if RULES[kind] == LIFT:  # each of its own, for one thing is in one; the first is missed on the tenth day
            template, anchor, counts = f"X{kind}-{number}", FIRST - timedelta(days=number * 13), Counts.COMPLETION
        operations.make_plan(session, community_id=town.community.id, template=template, schedule_code="main",
                             terms=Terms(RULES[kind], FIRST, counts), aims=[Aim(town.building.id, anchor)],
                             actor_id=None, now=now)  # fmt: skip
    session.commit()


def _process(url: str, since: date, days: int, zone: str) -> BaseProcess:
    """One that lives through the days from `since` on, on a host in `zone`.

    It is forked off a server that has read the program, so that a kill meets it at work, not while it starts.
    """
    process = FORKS.Process(target=live, args=(url, since, days, zone))
    process.start()
    return process


def _kill(process: BaseProcess) -> bool:
    """kill -9, and wait for its end; whether it was alive."""
    if not process.is_alive():
        return False
    process.kill()
    process.join()
    return True


def _reached(engine: Engine) -> date:
    """The day to which the first of them has come: who is killed does not come back in the past."""
    token = read_only.set(True)
    try:
        with Session(engine) as session:
            return session.scalar(select(func.max(Digest.day))) or FIRST
    finally:
        read_only.reset(token)


def _judge(session: Session, figures: Figures, days: int) -> None:
    stored: dict[int, Counter[date]] = {}
    for target_id, due_on in session.execute(select(Duty.target_id, Duty.due_on)):
        stored.setdefault(target_id, Counter())[due_on] += 1
    doubled = sum(count - 1 for found in stored.values() for count in found.values())
    until, missing, extra = FIRST + timedelta(days=days - 1) + AHEAD + timedelta(days=1), 0, 0
    for target_id, anchor, rule in session.execute(
        select(Target.id, Target.anchor_on, PlanVersion.rule).join(PlanVersion, PlanVersion.plan_id == Target.plan_id)
    ):
        by_rule = due_days(rule, anchor, FIRST, until)
        wanted, found = set(_in_a_chain(by_rule, days) if rule == LIFT else by_rule), set(stored.get(target_id, ()))
        missing, extra = missing + len(wanted - found), extra + len(found - wanted)
    rows = sum(found.total() for found in stored.values())
    last = clock.at_local(FIRST + timedelta(days=days - 1), datetime(2028, 1, 1, 12).time())  # noqa: DTZ001
    findings = {name: recount() for name, recount in invariants.promises(session, now=last).items()}
    broken = {name: len(found.broken) for name, found in findings.items()}
    figures.counted = {"n": rows, "duplicates": doubled, "gaps": missing, "more than due": extra, "recounted": broken}
    figures.must(rows > 0 and doubled == missing == extra == 0, f"{doubled} twice, {missing} missing, {extra} too many")
    figures.must(not any(broken.values()), f"the recount found {broken}")
    _judge_told(session, figures, days)


def _in_a_chain(by_rule: Sequence[date], days: int) -> Sequence[date]:
    """Of the days of a rule those that are laid where nobody ever goes: each once the one before is missed, which it is
    on the day after half of the time between them.
    """
    over = FIRST + timedelta(days=days - 1)
    missed = [after for before, after in pairwise(by_rule) if before + (after - before) // 2 < over]
    return [*by_rule[:1], *missed]


def _judge_told(session: Session, figures: Figures, days: int) -> None:
    """Each organisation was looked after once a day, and what was missed was told of by the next day.

    One process reminds while another writes down what is missed: of that the next day tells.
    """
    looked_after = session.execute(select(Digest.organisation_id, func.count()).group_by(Digest.organisation_id)).all()
    told = select(Reminder.duty_id).where(Reminder.duty_id == Duty.id, Reminder.level == Level.MISSED)
    last = clock.at_local(FIRST + timedelta(days=days - 1), datetime.min.time())
    missed = select(func.count()).where(Duty.ended_as == End.MISSED, Duty.ended_at < last)
    figures.counted |= {"missed": session.scalar(missed), "not told": session.scalar(missed.where(~told.exists())),
                        "told": session.scalar(select(func.count()).select_from(Reminder))}  # fmt: skip
    figures.must(bool(looked_after) and all(count == days for _id, count in looked_after), f"told: {looked_after}")
    figures.must(figures.counted["not told"] == 0 < figures.counted["missed"], "what was missed was not told of")


def live(url: str, since: date, days: int, zone: str) -> None:
    """Do what the jobs do on each of the days from `since` on, by a host's clock in `zone`."""
    os.environ["TZ"] = zone
    time.tzset()
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    for now in _noons(since, days):
        for act in ACTS:
            while _in_turn(engine, partial(act, now=now)):
                pass


def _noons(since: date, days: int) -> Iterator[datetime]:
    noon = datetime(2028, 1, 1, 12).time()  # noqa: DTZ001
    return (clock.at_local(FIRST + timedelta(days=number), noon) for number in range((since - FIRST).days, days))


def _in_turn(engine: Engine, act: Callable[[Session], int]) -> int:
    """Run `act` in a transaction, once more where it did not come to its turn: SQLite lets in whoever asks first, and
    who waited for twenty seconds gives up. A job then goes on at its next tick.
    """
    for _turn in range(TURNS - 1):
        with suppress(OperationalError):
            return _in_a_transaction(engine, act)
    return _in_a_transaction(engine, act)


def _in_a_transaction(engine: Engine, act: Callable[[Session], int]) -> int:
    with Session(engine) as session, session.begin():
        return act(session)
