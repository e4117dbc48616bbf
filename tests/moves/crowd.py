"""Many threads move the same few reports at once. Each writes down what it saw, asked and was answered, and when."""

from __future__ import annotations

import dataclasses
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.queries import responsible_on
from propman.errors import Refused
from propman.tickets import operations, queries
from propman.tickets.models import Ticket
from tests import world
from tests.moves import oracle
from tests.moves.ground import Ground
from tests.moves.machine import START

ROUND = 50  # moves of each thread between two leaps of time, while which all clocks go as they do
LEAPS = (timedelta(minutes=20), timedelta(hours=3), timedelta(hours=9), timedelta(days=1), timedelta(days=8))
SLOTS = 8  # reports that are moved at one time
AGAIN = 503  # the database let nobody through: nothing was done


@dataclass(frozen=True)
class Seen:
    """What a thread saw of a report before it asked, and what time it was before and after."""

    version: int
    state: str
    referral: str | None
    asked: bool
    extension: str | None
    urged: bool
    objected: bool
    lead: str | None
    led: bool
    began: float
    ended: float


@dataclass(frozen=True)
class Entry:
    """One line of the history: `version` is that of the acknowledged move."""

    thread: int
    ticket_id: int
    action: str
    who: str
    seen: Seen
    now: datetime  # the time of the world
    asked_seen: int  # the version that the move named: what was seen, or an older page
    status: int
    version: int | None
    began: float
    ended: float


@dataclass
class Crowd:
    """The ground, the reports in hand, the time, and what happened."""

    engine: Engine
    ground: Ground
    slots: list[int] = field(default_factory=list)
    reporters: dict[int, str] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    history: list[Entry] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)  # what was done besides moves, and how often
    lock: threading.Lock = field(default_factory=threading.Lock)
    leapt: timedelta = timedelta()
    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        """The time of the world."""
        return START + self.leapt + timedelta(seconds=time.monotonic() - self.began)

    def count(self, what: str) -> None:
        """Note that something was done besides moves."""
        with self.lock:
            self.others[what] = self.others.get(what, 0) + 1


def gather(engine: Engine, *, threads: int, moves: int, seed: int, files: Path) -> Crowd:
    """Let `threads` threads make `moves` random moves each on the empty database of `engine`."""
    with Session(engine, expire_on_commit=False) as session:
        town = world.build(session, now=START, files=files)
        ground = Ground.lay(session, town, "河柏小区二期", START)
        session.flush()
        for part in (town.company, town.far_company, town.street_office, town.contractor, town.utility):
            session.refresh(part)
        session.commit()
        session.expunge_all()
    crowd = Crowd(engine, ground)
    for _ in range(SLOTS):
        crowd.slots.append(_submitted(crowd, random.Random(seed)))
    leaps = random.Random(seed)

    def leap() -> None:
        crowd.leapt += leaps.choice(LEAPS)

    together = threading.Barrier(threads, action=leap)

    def work(thread: int) -> None:
        chance = random.Random(seed * 1000 + thread)
        try:
            for number in range(moves):
                if number % ROUND == 0:
                    together.wait()
                _one(crowd, chance, thread)
        except BaseException:
            together.abort()  # nobody waits for a thread that is gone
            raise

    with ThreadPoolExecutor(threads) as pool:
        at_work = [pool.submit(work, thread) for thread in range(threads)]
    faults = [fault for fault in (each.exception() for each in at_work) if fault is not None]
    for fault in sorted(faults, key=lambda one: isinstance(one, threading.BrokenBarrierError)):
        raise fault
    return crowd


def _submitted(crowd: Crowd, chance: random.Random) -> int:
    with Session(crowd.engine) as session, session.begin():
        own = dataclasses.replace(crowd.ground, session=session, tickets=[])
        reporter = chance.choice(["lin", "link", "gao"])
        number = own.submit(reporter, chance.choice(["water", "power", "missing_cover"]), crowd.now())
        [ticket_id] = own.tickets
    with crowd.lock:
        crowd.reporters[ticket_id], crowd.numbers[ticket_id] = reporter, number
    return ticket_id


def _one(crowd: Crowd, chance: random.Random, thread: int) -> None:
    """A move; and now and then something else before it."""
    slot = chance.randrange(SLOTS)
    ticket_id = crowd.slots[slot]
    if chance.random() < 0.02:
        _something_else(crowd, chance)
    seen, report, model = _look(crowd, ticket_id)
    if report.state in oracle.FINAL and chance.random() < 0.3:
        fresh = _submitted(crowd, chance)
        with crowd.lock:
            crowd.slots[slot] = fresh
    others = [crowd.numbers[other] for other in crowd.slots if other != ticket_id]
    asked = _asked(chance, seen, report, model, others, crowd.now())
    began = time.monotonic()
    status, version = _answer(crowd, ticket_id, asked)
    entry = Entry(
        thread,
        ticket_id,
        asked.action,
        asked.who,
        seen,
        asked.now,
        asked.seen,
        status,
        version,
        began,
        time.monotonic(),
    )
    with crowd.lock:
        crowd.history.append(entry)


def _look(crowd: Crowd, ticket_id: int) -> tuple[Seen, oracle.Report, oracle.World]:
    """What the page of the report would show now."""
    ground, began = crowd.ground, time.monotonic()
    organisation = {row.id: name for name, row in ground.organisations.items()}
    person = {user_id: who for who, user_id in ground.ids.items()}
    with Session(crowd.engine) as session:
        ticket = session.get_one(Ticket, ticket_id)
        referral = queries.open_referral(session, ticket)
        now = crowd.now()
        charge = organisation[responsible_on(session, ticket.community_id, clock.local_date(now)).id]
        report = oracle.Report(
            crowd.reporters[ticket_id], ticket.category, ticket.priority, START, organisation[ticket.organisation_id],
            state=ticket.state.value, version=ticket.version,
            person=person[ticket.assignee_id] if ticket.assignee_id else None,
            hold_until=ticket.hold_until_on,
            placed=organisation[ticket.placed_with_id] if ticket.placed_with_id else None,
            referral=organisation[referral.organisation_id] if referral else None, stars=ticket.stars,
            lead=ticket.lead.number if ticket.lead else None,
        )  # fmt: skip
        led = queries.has_merged(session, ticket)
        by = person[ticket.extension_by_id] if ticket.extension_by_id else None
        objection = queries.open_objection(session, ticket) is not None
        asked, urged = ticket.asked_at is not None, queries.open_urge(session, ticket) is not None
    seen = Seen(
        report.version, report.state, report.referral, asked, by, urged, objection, report.lead, led, began,
        time.monotonic(),
    )  # fmt: skip
    return seen, report, oracle.World(now, charge)


def _asked(
    chance: random.Random, seen: Seen, report: oracle.Report, model: oracle.World, others: list[str], now: datetime
) -> oracle.Asked:
    """A move for what was seen: mostly one that looks legal. Now and then by an old page."""
    legal = [each for each in oracle.legal_now(model, report) if each[0] not in {"withdraw", "decline"}]
    anything = (chance.choice(sorted(oracle.MOVES)), chance.choice(sorted(oracle.PEOPLE)))
    action, who = chance.choice(legal) if legal and chance.random() < 0.85 else anything
    today = oracle.day(now)
    here = [one for one, (organisation, _post) in oracle.PEOPLE.items() if organisation == model.charge_of(report)]
    begins = datetime.combine(today + timedelta(days=2), datetime.min.time(), oracle.HARBIN) + timedelta(hours=9)
    brought: dict[str, Any] = {
        "person": chance.choice(here), "until": today + timedelta(days=chance.randrange(3, 30)),
        "organisation": chance.choice("CU"), "answer_by": today, "appointment": (begins, begins + timedelta(hours=2)),
        "photos": int(bool(report.referral)), "category": chance.choice(["water", "power"]),
        "priority": chance.choice(["P0", "P1"]), "place": chance.choice(["entrance", "yard"]),
        "lead": chance.choice(others), "for_reporter": oracle.PEOPLE[who][1] in {"dispatcher", "office"},
    }  # fmt: skip
    if action in {"object", "uphold_objection"}:
        brought["organisation"] = chance.choice([None, *"ABSCU"])
    old = seen.version > 1 and chance.random() < 0.03
    return oracle.Asked(action, who, seen.version - old, now, **brought)


def _answer(crowd: Crowd, ticket_id: int, asked: oracle.Asked) -> tuple[int, int | None]:
    """The status, and the version of the move once its commit has returned."""
    with Session(crowd.engine) as session:
        own = dataclasses.replace(crowd.ground, session=session)
        try:
            event = own.act(session.get_one(Ticket, ticket_id), asked)
            version = event.version
            session.commit()
        except Refused as no:
            return no.status, None
        except DBAPIError:  # a deadlock, or a lock that nobody let go of in time: rolled back, to be tried again
            return AGAIN, None
    return 200, version


def _something_else(crowd: Crowd, chance: random.Random) -> None:
    """A job, or the community changes hands."""
    name = chance.choice(["hand_over_due", "wake_holds", "close_unanswered", "escalate", "change_hands"])
    now = crowd.now()
    with Session(crowd.engine) as session:
        own = dataclasses.replace(crowd.ground, session=session)
        try:
            if name == "change_hands":
                own.change_hands(chance.choice("ABS"), now)
            else:
                getattr(operations, name)(session, now=now)
            session.commit()
            crowd.count(name)
        except Refused:
            crowd.count(f"{name} refused")
        except DBAPIError:
            crowd.count(f"{name} to be tried again")
