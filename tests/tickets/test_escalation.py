"""Deadlines are told of before, at and after: once per run of a clock, rule and level, however often the job runs."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, select, update
from sqlalchemy.orm import Session

from propman import clock, heartbeat
from propman.accounts.models import Membership
from propman.catalogue.models import EscalationRule
from propman.catalogue.operations import EscalationRuleFacts, add_escalation_rule, change_escalation_rule, end
from propman.data.escalation import Level, TimeLimit, read_escalation_rules
from propman.db import engine_options, prepare_engine
from propman.errors import Refused
from propman.notify.models import Channel, Notice
from propman.roles import Role
from propman.tickets import escalation, operations
from propman.tickets.escalation import Running, told_of
from propman.tickets.invariants import promises
from propman.tickets.models import ClockKind, Escalation, Ticket, TicketClock
from tests import stories
from tests.shipped import CALENDAR, at
from tests.world import World, build, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Heilongjiang
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Rule:
    """A rule as the pure functions see it."""

    share_left: int | None = None
    minutes_after: int | None = None
    level: Level = Level.DISPATCHERS
    time_limit: str = "resolve"
    priority: str = "*"
    code: str = "r"


# --- when a rule speaks ---

REACHED = [
    # limit, priority, start, due, rule, last moment before it speaks, first moment at which it does
    ("24 h", "P1", "2026-11-27 20:00", "2026-11-28 20:00", Rule(25), "2026-11-28 13:59", "2026-11-28 14:00"),
    ("24 h", "P1", "2026-11-27 20:00", "2026-11-28 20:00", Rule(None, 0), "2026-11-28 19:59", "2026-11-28 20:00"),
    ("24 h", "P1", "2026-11-27 20:00", "2026-11-28 20:00", Rule(None, 480), "2026-11-29 03:59", "2026-11-29 04:00"),
    # Friday 16:30 with 4 h of working time: due on Monday at 11:30, half of it is left at 09:30; no word at the weekend
    ("4 h", "P2", "2026-11-27 16:30", "2026-11-30 11:30", Rule(50), "2026-11-30 09:29", "2026-11-30 09:30"),
    ("4 h", "P2", "2026-11-27 16:30", "2026-11-30 11:30", Rule(None, 60), "2026-11-30 13:59", "2026-11-30 14:00"),
    # three workdays from Monday noon: due on Thursday at the close, a quarter of 26.5 h is left that morning
    ("3 days", "P3", "2026-11-23 12:00", "2026-11-26 17:30", Rule(25), "2026-11-26 09:22", "2026-11-26 09:23"),
    ("3 days", "P3", "2026-11-23 12:00", "2026-11-26 17:30", Rule(None, 1), "2026-11-27 08:30", "2026-11-27 08:31"),
    # a hold of a year moved the deadline: the share is one of the limit, not of the year
    ("24 h", "P1", "2025-11-27 20:00", "2026-11-28 20:00", Rule(25), "2026-11-28 13:59", "2026-11-28 14:00"),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "priority", "start", "due", "rule", "before", "then"), REACHED)
def test_a_rule_speaks_when_its_moment_has_come(
    limit: str, priority: str, start: str, due: str, rule: Rule, before: str, then: str
) -> None:
    run = Running("resolve", limit, priority, at(start), at(due), CALENDAR)
    assert not run.reached(rule, at(before))
    assert run.reached(rule, at(then))
    assert run.reached(rule, at(then) + timedelta(days=400))


def test_a_rule_speaks_of_its_kind_and_priority_alone() -> None:
    run = Running("on_site", "30 min", "P0", TUESDAY, TUESDAY + HOUR / 2, CALENDAR)
    late = TUESDAY + 9 * HOUR
    assert run.reached(Rule(None, 0, time_limit="on_site"), late)
    assert run.reached(Rule(None, 0, time_limit="on_site", priority="P0"), late)
    assert not run.reached(Rule(None, 0, time_limit="on_site", priority="P1"), late)
    assert not run.reached(Rule(None, 0, time_limit="resolve"), late)


TOLD = [
    ([], "", ""),
    ([Rule(25, code="a")], "a", ""),
    ([Rule(25, level=Level.PERSON_SENT, code="a"), Rule(None, 0, code="b")], "b", "a"),
    ([Rule(None, 0, code="a"), Rule(None, 0, Level.MANAGER, code="b")], "ab", ""),  # both at that moment
    ([Rule(None, 0, Level.COUNTY, code="a"), Rule(None, 60, code="b")], "a", "b"),  # the highest level
    ([Rule(None, 60, code="a"), Rule(None, 240, code="b"), Rule(50, code="c")], "b", "ac"),
]


@pytest.mark.parametrize(("reached", "told", "passed_over"), TOLD)
def test_of_several_moments_that_passed_the_highest_is_told(reached: list[Rule], told: str, passed_over: str) -> None:
    tells, passes = told_of(reached)
    assert ("".join(rule.code for rule in tells), "".join(rule.code for rule in passes)) == (told, passed_over)


@pytest.mark.parametrize("priority", ["P0", "P2"])
@pytest.mark.parametrize("limit", list(TimeLimit))
def test_the_shipped_rules_begin_low(limit: TimeLimit, priority: str) -> None:
    """Nobody above the company is told first, and of what presses most somebody above it is told in the end."""
    rules = [row for row in read_escalation_rules() if row.time_limit is limit and row.priority in {"*", priority}]
    steps = sorted(rules, key=escalation.moment)
    assert steps[0].level.rank <= Level.DISPATCHERS.rank
    if limit is not TimeLimit.ON_SITE:
        assert max(row.level.rank for row in rules) >= Level.STREET_OFFICE.rank


# --- in the database ---


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return build(session, now=TUESDAY, files=tmp_path / "files")


def told(session: Session, ticket: Ticket) -> list[tuple[str, Level | None, bool]]:
    """What was told of `ticket`: rule, level reached, passed over."""
    rows = session.scalars(select(Escalation).where(Escalation.ticket_id == ticket.id).order_by(Escalation.id))
    return [(row.code, row.reached, row.passed_over) for row in rows]


def heard(session: Session, *, by: Channel = Channel.INBOX) -> list[tuple[str, int]]:
    """The topics of deadlines, and to whom they were told."""
    rows = session.scalars(
        select(Notice).where(Notice.topic.like("deadline.%"), Notice.channel == by).order_by(Notice.id)
    )
    return [(row.topic, row.recipient_id) for row in rows]


def test_before_at_and_after_each_is_told_once(session: Session, world: World) -> None:
    """Lights: somebody within 4 h of working time, repaired within 24 h of it."""
    ticket = stories.report(session, world, now=TUESDAY)
    assert operations.escalate(session, now=TUESDAY + HOUR) == 0
    half = at("2026-11-24 13:30")
    assert [operations.escalate(session, now=half), operations.escalate(session, now=half + HOUR / 60)] == [1, 0]
    assert told(session, ticket) == [("respond_half", Level.DISPATCHERS, False)]
    assert operations.escalate(session, now=at("2026-11-24 15:30")) == 1
    assert told(session, ticket)[1:] == [("respond_due", Level.MANAGER, False)]
    assert heard(session) == [("deadline.respond.before", world.dispatcher_mei.id),
                              ("deadline.respond.after", world.manager_han.id)]  # fmt: skip


def test_a_missed_week_tells_the_highest_alone_and_writes_down_the_others(session: Session, world: World) -> None:
    ticket = stories.report(session, world, now=TUESDAY)
    assert operations.escalate(session, now=TUESDAY + timedelta(days=30)) == 1
    assert [row for row in told(session, ticket) if not row[2]] == [
        ("respond_late", Level.STREET_OFFICE, False), ("on_site_late", Level.MANAGER, False),
        ("resolve_county", Level.COUNTY, False),
    ]  # fmt: skip
    assert {code for code, _level, passed_over in told(session, ticket) if passed_over} == {
        "respond_half", "respond_due", "on_site_half", "on_site_due", "resolve_quarter", "resolve_due", "resolve_late",
        "resolve_very_late",
    }  # fmt: skip
    assert heard(session) == [("deadline.respond.after", world.clerk_jie.id),
                              ("deadline.on_site.after", world.manager_han.id),
                              ("deadline.resolve.after", world.official_qian.id)]  # fmt: skip
    assert operations.escalate(session, now=TUESDAY + timedelta(days=31)) == 0


def test_a_clock_that_pauses_or_has_stopped_tells_nobody(session: Session, world: World) -> None:
    held, done = (stories.report(session, world, now=TUESDAY) for _ in range(2))
    stories.start(session, world, held, now=TUESDAY)
    stories.hold(session, world, held, now=TUESDAY + HOUR)
    stories.complete(session, world, done, now=TUESDAY + HOUR)
    assert operations.escalate(session, now=TUESDAY + timedelta(days=5)) == 0


def test_a_reopening_begins_a_new_run_that_is_told_anew(session: Session, world: World) -> None:
    ticket = stories.report(session, world, now=TUESDAY)
    stories.start(session, world, ticket, now=TUESDAY + HOUR)
    late = TUESDAY + timedelta(days=4)
    operations.escalate(session, now=late)
    operations.complete(session, ticket=ticket, viewer=viewer(session, world.worker_zhao, now=late), note="换了",
                        seen_version=ticket.version, now=late, store=world.store)  # fmt: skip
    operations.reopen(session, ticket=ticket, viewer=stories.holder(ticket), seen_version=ticket.version,
                      now=late + HOUR, note="还是不亮", store=world.store)  # fmt: skip
    again = late + timedelta(days=5)
    assert operations.escalate(session, now=again) == 1
    runs = dict(session.execute(select(TicketClock.id, TicketClock.run)).all())
    rows = session.scalars(select(Escalation).where(Escalation.code == "resolve_due").order_by(Escalation.id)).all()
    assert [runs[row.clock_id] for row in rows] == [1, 2]


def test_where_nobody_is_at_a_level_the_next_one_that_has_somebody_is_told(session: Session, world: World) -> None:
    """No company manages it: the street office dispatches, and also hears what the manager would."""
    nobodys = stories.report(session, world, place=world.unmanaged, now=TUESDAY)
    session.execute(delete(Membership).where(Membership.role == Role.OFFICIAL))
    operations.escalate(session, now=at("2026-11-24 15:30"))
    assert told(session, nobodys)[-1] == ("respond_due", Level.STREET_OFFICE, False)
    operations.escalate(session, now=TUESDAY + timedelta(days=40))
    county = session.scalars(select(Escalation).where(Escalation.code == "resolve_county")).one()
    assert (county.reached, county.notices) == (None, 0)  # seen on the page: nobody is on file


def test_the_person_sent_is_told_on_the_way_and_without_one_the_dispatchers(session: Session, world: World) -> None:
    sent, unsent = (stories.report(session, world, now=TUESDAY) for _ in range(2))
    stories.start(session, world, sent, now=TUESDAY + HOUR)
    due_at = session.scalars(select(TicketClock.due_at).where(
        TicketClock.ticket_id == sent.id, TicketClock.kind == ClockKind.RESOLVE)).one()  # fmt: skip
    assert due_at is not None
    operations.escalate(session, now=due_at - HOUR)
    assert ("resolve_quarter", Level.PERSON_SENT, False) in told(session, sent)
    assert ("resolve_quarter", Level.DISPATCHERS, False) in told(session, unsent)
    assert ("deadline.resolve.before", world.worker_zhao.id) in heard(session)


def test_a_rule_of_the_city_speaks_from_its_day_on_and_one_out_of_use_is_silent(session: Session, world: World) -> None:
    said: dict[str, object] = {
        "name_zh": "名", "name_en": "name", "source": "文", "valid_from": date(2026, 11, 25), "priority": "*",
    }  # fmt: skip
    said |= {"time_limit": TimeLimit.RESPOND, "share_left": None, "minutes_after": 1}
    by = {"actor_id": None, "now": TUESDAY}
    add_escalation_rule(session, code="own", facts=EscalationRuleFacts(**said, level=Level.DISPATCHERS), **by)
    for rule in session.scalars(select(EscalationRule).where(EscalationRule.code.like("respond_%"))).all():
        end(session, row=rule, ends_on=date(2026, 11, 25), **by)
    own = EscalationRuleFacts(**said | {"minutes_after": 2}, level=Level.MANAGER)
    change_escalation_rule(session, code="own", facts=own, **by)
    ticket = stories.report(session, world, now=TUESDAY)
    operations.escalate(session, now=at("2026-11-24 13:30"))
    operations.escalate(session, now=at("2026-11-25 08:40"))
    assert [code for code, _level, _passed in told(session, ticket)] == ["respond_half", "own"]


def test_a_rule_has_one_moment(session: Session) -> None:
    said = {"name_zh": "名", "name_en": "name", "source": "文", "valid_from": date(2026, 11, 25), "priority": "*",
            "time_limit": TimeLimit.RESPOND, "level": Level.MANAGER}  # fmt: skip
    for share, minutes in ((None, None), (5, 5), (0, None), (100, None), (None, -1)):
        with pytest.raises(Refused, match="Say either"):
            add_escalation_rule(session, code="own", actor_id=None, now=TUESDAY, facts=EscalationRuleFacts(
                **said, share_left=share, minutes_after=minutes))  # fmt: skip


def test_racing_jobs_tell_each_thing_once(session: Session, world: World, database_url: str) -> None:
    tickets = [stories.report(session, world, now=TUESDAY) for _ in range(3)]
    session.commit()
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)

    def run(_number: int) -> int:
        with Session(engine) as own, own.begin():
            return operations.escalate(own, now=TUESDAY + timedelta(days=30))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == len(tickets)
    engine.dispose()
    assert len(heard(session)) == 3 * len(tickets)  # of both clocks, and of being there
    assert promises(session)["I13"]().broken == ()


# --- what is promised ---


def a_notice_is_gone(session: Session) -> None:
    session.execute(delete(Notice).where(Notice.topic.like("deadline.%")))


def it_was_told_after_the_end(session: Session) -> None:
    session.execute(update(Escalation).values(at=TUESDAY - HOUR))


def it_is_of_another_ticket(session: Session) -> None:
    session.execute(
        update(Escalation).values(ticket_id=session.scalars(select(Ticket.id).order_by(Ticket.id.desc())).first())
    )


def one_is_missing(session: Session) -> None:
    session.execute(delete(Escalation).where(Escalation.code == "respond_half"))


@pytest.mark.parametrize(
    "break_it", [a_notice_is_gone, it_was_told_after_the_end, it_is_of_another_ticket, one_is_missing]
)
def test_the_recount_finds_what_is_broken(session: Session, world: World, break_it: Callable[[Session], None]) -> None:
    stories.report(session, world, now=TUESDAY)
    now = TUESDAY + timedelta(days=30)
    operations.escalate(session, now=now)
    stories.report(session, world, now=now)
    heartbeat.beat(session, name=escalation.JOB, now=now, expected_by=now + HOUR, done=1)
    found = promises(session)["I13"]()
    assert (found.broken, found.checked) == ((), 6)  # two reports, each with the two clocks and a milestone
    break_it(session)
    assert promises(session)["I13"]().broken


def test_a_rule_of_today_is_not_yet_missing(session: Session, world: World) -> None:
    stories.report(session, world, now=TUESDAY)
    now = TUESDAY + timedelta(days=30)
    operations.escalate(session, now=now)
    heartbeat.beat(session, name=escalation.JOB, now=now, expected_by=now + HOUR, done=1)
    add_escalation_rule(session, code="own", actor_id=None, now=now, facts=EscalationRuleFacts(
        name_zh="名", name_en="name", source="文", valid_from=clock.local_date(now), priority="*",
        time_limit=TimeLimit.RESPOND, share_left=None, minutes_after=0, level=Level.DISPATCHERS))  # fmt: skip
    assert session.scalars(select(EscalationRule).where(EscalationRule.code == "own")).one()
    assert promises(session)["I13"]().broken == ()
