"""What a database holds is there after a migration up, and after one down, as far as the older schema can hold it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, Engine, inspect, select, text, update
from sqlalchemy.orm import Session

from propman import clock, migrate
from propman.catalogue.operations.shipped import load_shipped_rows
from propman.errors import Refused
from propman.idempotency import hash_key, once
from propman.inspections import operations as inspections
from propman.inspections.models import DutyAct, DutyEvent, Plan, Target
from propman.notify import operations
from propman.notify.models import Channel, Notice
from propman.oversight import operations as oversight
from propman.rounds.models import RoundDuty
from propman.tickets.invariants import promises
from propman.tickets.models import TicketFinding
from propman.tickets.operations import wake_holds
from tests import stories, world
from tests.callbacks import calls
from tests.conftest import connections
from tests.inspections import following, lived
from tests.rounds import walks
from tests.spotchecks import drawn
from tests.tickets import extensions, findings, imports, incidents, referrals, talks
from tests.voice.samples import spoken

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def engine(empty_database_url: str) -> Iterator[Engine]:
    """An engine on the database that is migrated."""
    with connections(empty_database_url) as engine:
        yield engine


def go(url: str, revision: str, *, down: bool = False) -> None:
    """Bring the database to `revision`."""
    (command.downgrade if down else command.upgrade)(migrate.alembic_config(url), revision)


def before(name: str) -> str:
    """The revision before the step whose file has this name."""
    [step] = (ROOT / "migrations" / "versions").glob(f"*_{name}.py")
    [revision] = re.findall(r'^down_revision = "(.+)"$', step.read_text(encoding="utf-8"), re.MULTILINE)
    return str(revision)


def old_key(connection: Connection, key: str) -> None:
    """A used key as it was kept at first: as it is, with the SHA-256 of what was asked."""
    asked = hashlib.sha256(b'{"phone": "13812345678"}').hexdigest()
    connection.execute(
        text("INSERT INTO idempotency_key VALUES ('code:A', :key, :asked, '{\"ticket_id\": 7}', :at)"),
        {"key": key, "asked": asked, "at": NOW.replace(tzinfo=None).isoformat(" ")},
    )


def test_keys_become_hashes_and_a_retry_finds_its_answer(empty_database_url: str, engine: Engine) -> None:
    go(empty_database_url, "0001")
    with engine.begin() as connection:
        old_key(connection, "ab" * 16)
    go(empty_database_url, "0002")
    with engine.connect() as connection:
        [(key_hash, asked)] = connection.execute(text("SELECT key_hash, fingerprint FROM idempotency_key")).all()
    assert key_hash == hash_key("ab" * 16)
    assert asked != hashlib.sha256(b'{"phone": "13812345678"}').hexdigest()
    with Session(engine) as session:
        same = {"principal": "code:A", "key": "ab" * 16, "now": NOW, "act": lambda: pytest.fail("done again")}
        assert once(session, payload={"phone": "13812345678"}, **same) == {"ticket_id": 7}
        with pytest.raises(Refused):
            once(session, payload={"phone": "13812345679"}, **same)


def test_keys_survive_the_way_down_and_up_again(empty_database_url: str, engine: Engine) -> None:
    go(empty_database_url, "0001")
    with engine.begin() as connection:
        old_key(connection, "ab" * 16)
    go(empty_database_url, "0002")
    go(empty_database_url, "0001", down=True)
    with engine.begin() as connection:
        old_key(connection, "cd" * 16)
        assert connection.scalar(text("SELECT count(key) FROM idempotency_key")) == 2
    go(empty_database_url, "0002")
    with engine.connect() as connection:
        kept = set(connection.scalars(text("SELECT key_hash FROM idempotency_key")))
    assert kept == {hash_key("ab" * 16), hash_key("cd" * 16)}


def test_changes_of_before_name_no_request(empty_database_url: str, engine: Engine) -> None:
    go(empty_database_url, "0002")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO change (at, subject_kind, subject_id, field, old, new)"
                " VALUES ('2026-11-24 02:00:00', 'place', '7', 'name', '7号楼', '8号楼')"
            )
        )
    query = text("SELECT field, old, new FROM change")
    go(empty_database_url, "0003")
    with engine.begin() as connection:
        assert connection.execute(query).all() == [("name", "7号楼", "8号楼")]
        assert connection.scalar(text("SELECT count(*) FROM change WHERE request_id IS NULL")) == 1
        connection.execute(text("UPDATE change SET request_id = 'ab'"))
    go(empty_database_url, "0002", down=True)
    with engine.connect() as connection:
        assert connection.execute(query).all() == [("name", "7号楼", "8号楼")]


def test_the_audit_stays_whole_while_it_becomes_quick_to_read(empty_database_url: str, engine: Engine) -> None:
    go(empty_database_url, "0005")
    with engine.begin() as connection:
        for act in ("signed_in", "denied"):
            connection.execute(
                text(
                    "INSERT INTO audit_record (at, act, actor_id, subject_kind, subject_id, request_id, details)"
                    f" VALUES ('2026-11-24 02:00:00', '{act}', 7, 'user', '7', 'ab', '{{}}')"
                )
            )
    rows = text("SELECT id, act, actor_id, request_id FROM audit_record ORDER BY id")

    def indexes() -> set[str | None]:
        return {each["name"] for table in ("audit_record", "change") for each in inspect(engine).get_indexes(table)}

    before = indexes()
    go(empty_database_url, "0006")
    assert len(indexes() - before) == 7
    with engine.connect() as connection:
        assert connection.execute(rows).all() == [(1, "signed_in", 7, "ab"), (2, "denied", 7, "ab")]
    go(empty_database_url, "0005", down=True)
    assert indexes() == before
    with engine.connect() as connection:
        assert len(connection.execute(rows).all()) == 2


def test_forgotten_notices_are_not_missed_on_the_way_down_either(database_url: str, session: Session) -> None:
    """The recount of before counts the rows that are there, so events promise no more than those."""
    town = world.build(session)
    stories.report(session, town)
    stories.complete(session, town, stories.report(session, town))
    session.execute(update(Notice).where(Notice.channel == Channel.EMAIL).values(sent_at=NOW))
    assert operations.forget(session, before=clock.now()) > 1
    session.commit()
    go(database_url, "0003", down=True)
    promised = text("SELECT id, notices FROM ticket_event WHERE notices > 0 ORDER BY id")
    there = text("SELECT event_ref, count(*) FROM notice GROUP BY event_ref")
    found = {f"ticket_event:{event_id}": notices for event_id, notices in session.execute(promised)}
    assert found == dict(session.execute(there).all())
    session.commit()
    go(database_url, "head")
    assert not promises(session)["I04"]().broken


def test_tickets_stay_as_they_are_while_their_indexes_change(database_url: str, session: Session) -> None:
    town = world.build(session)
    stories.report(session, town)
    stories.complete(session, town, stories.report(session, town))
    session.commit()
    rows = text("SELECT * FROM ticket ORDER BY id"), text("SELECT * FROM ticket_event ORDER BY id")
    before = [session.execute(query).all() for query in rows]
    session.commit()
    go(database_url, "0004", down=True)
    go(database_url, "head")
    assert [session.execute(query).all() for query in rows] == before
    assert not [name for name, count in promises(session).items() if count().broken]


def test_referrals_are_told_in_the_moves_of_before_on_the_way_down(database_url: str, session: Session) -> None:
    """To refer hands a ticket over, to accept sends a person: the histories stay paths of the moves that were known."""
    town = world.build(session)
    now = clock.now()
    accepted, refused, on_hold, proven = (referrals.leak(session, town, now=now) for _time in range(4))
    referrals.accept(session, town, referrals.refer(session, town, accepted, now=now), now=now)
    referrals.refuse(session, town, referrals.refer(session, town, refused, now=now), now=now)
    for step in (stories.hold, referrals.refer, referrals.accept, stories.hold, referrals.take_back):
        step(session, town, on_hold, now=now)
    referrals.proven(session, town, proven, now=now)
    numbers = {"accepted": accepted.number, "on_hold": on_hold.number, "refused": refused.number}
    session.commit()
    go(database_url, "0006", down=True)
    told = text(
        "SELECT ticket.number, action, party, from_state, to_state FROM ticket_event"
        " JOIN ticket ON ticket.id = ticket_event.ticket_id ORDER BY ticket_event.id"
    )
    history: dict[str, list[tuple[str, ...]]] = {}
    for number, *event in session.execute(told):
        history.setdefault(number, []).append(tuple(event[:2]))
    assert history[numbers["accepted"]][1:] == [("handed_over", "system"), ("assign", "dispatcher")]
    assert history[numbers["refused"]][1:] == [("handed_over", "system"), ("handed_over", "system")]
    assert history[numbers["on_hold"]][1:] == [
        ("hold", "dispatcher"), ("resume", "dispatcher"), ("assign", "dispatcher"), ("hold", "dispatcher"),
        ("resume", "dispatcher"),
    ]  # fmt: skip
    session.commit()
    go(database_url, "head")
    kept = ("I04", "I08", "I11", "I12", "V01")
    assert not [name for name in kept if promises(session)[name]().broken]


def test_what_was_said_is_forgotten_on_the_way_down(database_url: str, session: Session) -> None:
    """The later events move up, the photograph stays with the report, and every promise holds again."""
    town = world.build(session)
    ticket = talks.answered(session, town, stories.report(session, town), photo=stories.picture())
    talks.note(session, town, ticket)
    stories.complete(session, town, ticket)
    session.commit()
    go(database_url, "0008", down=True)
    told = session.execute(text("SELECT version, action FROM ticket_event ORDER BY id")).all()
    assert told == [(1, "submit"), (2, "assign"), (3, "start"), (4, "complete")]
    assert session.execute(text("SELECT count(*) FROM attachment")).scalar() == 1
    session.commit()
    go(database_url, "head")
    assert not [name for name in ("I04", "I08", "I11", "I12") if promises(session)[name]().broken]


def test_what_was_spoken_is_forgotten_on_the_way_down(database_url: str, session: Session, tmp_path: Path) -> None:
    """The move stays; whether anybody spoke is not known any more."""
    town = world.build(session, files=tmp_path)
    ticket = stories.report(session, town, description="", voice=spoken())
    session.commit()
    go(database_url, before("voice_notes"), down=True)
    assert session.execute(text("SELECT version, action FROM ticket_event")).all() == [(1, "submit")]
    assert "voice_note" not in inspect(session.connection()).get_table_names()
    session.commit()
    go(database_url, "head")
    assert session.execute(text("SELECT voice_id FROM ticket_event")).all() == [(None,)]
    assert not promises(session)["I08"]().broken
    stories.confirm(session, town, ticket)


def test_replaced_runs_and_what_replaced_them_go_on_the_way_down(database_url: str, session: Session) -> None:
    """Each ticket is told as if its deadlines had been from the start what they are now."""
    town = world.build(session)
    corrected = extensions.correct(session, town, stories.report(session, town))
    extensions.grant(session, town, stories.report(session, town))
    due = corrected.due_at
    session.commit()
    go(database_url, "0009", down=True)
    told = session.execute(text("SELECT action FROM ticket_event ORDER BY ticket_id, version")).scalars().all()
    assert told == ["submit", "submit", "assign"]
    session.commit()
    go(database_url, "head")
    session.expire_all()
    assert corrected.due_at == due
    assert not [name for name in ("I04", "I08", "I11", "I12") if promises(session)[name]().broken]


def test_why_a_ticket_waits_is_forgotten_on_the_way_down(database_url: str, session: Session) -> None:
    """What the system let go on was let go on by the dispatcher; a hold goes on holding, for a reason that is lost."""
    town, now = world.build(session), clock.now()
    woken = stories.hold(session, town, stories.report(session, town, now=now - timedelta(days=9)),
                         now=now - timedelta(days=8))  # fmt: skip
    stories.hold(session, town, stories.report(session, town))
    wake_holds(session, now=now)
    woken_id = woken.id
    session.commit()
    go(database_url, before("holds"), down=True)
    parties = text("SELECT party FROM ticket_event WHERE ticket_id = :id ORDER BY version")
    assert session.execute(parties, {"id": woken_id}).scalars().all()[-1] == "dispatcher"
    session.commit()
    go(database_url, "head")
    reasons = session.execute(text("SELECT hold_reason FROM ticket ORDER BY id")).scalars().all()
    assert reasons == [None, "other"]
    assert not [name for name in ("I04", "I08", "I11", "I12") if promises(session)[name]().broken]


def test_merged_reports_were_withdrawn_on_the_way_down(database_url: str, session: Session) -> None:
    """Those that were separated were never merged; every history is one that the moves of before allow."""
    town = world.build(session)
    lead, merged, apart = incidents.burst(session, town, 3)
    talks.add(session, town, merged)
    incidents.separate(session, town, apart, by=stories.holder(apart))
    sent = stories.assign(session, town, stories.report(session, town))
    incidents.merge(session, town, sent, lead)
    incidents.separate(session, town, sent)
    numbers = {ticket.number: name for name, ticket in (("merged", merged), ("apart", apart), ("sent", sent))}
    session.commit()
    go(database_url, before("incidents"), down=True)
    told = text(
        "SELECT ticket.number, action FROM ticket_event JOIN ticket ON ticket.id = ticket_event.ticket_id"
        " ORDER BY ticket_event.ticket_id, ticket_event.version"
    )
    history: dict[str, list[str]] = {}
    for number, action in session.execute(told):
        history.setdefault(numbers.get(number, "lead"), []).append(action)
    assert history["merged"] == ["submit", "withdraw", "add"]
    assert history["apart"] == ["submit"]
    assert history["sent"] == ["submit", "assign", "handed_over"]
    session.commit()
    go(database_url, "head")
    kept = ("I04", "I08", "I11", "I12", "T01")
    assert not [name for name in kept if promises(session)[name]().broken]


def test_calls_go_on_the_way_down_and_what_was_said_in_them_stays_said(database_url: str, session: Session) -> None:
    """The reporter confirmed it and reopened it; that it was on the telephone is forgotten."""
    town, now = world.build(session), clock.now()
    pleased, displeased = (calls.completed(session, town, now=now) for _time in range(2))
    calls.call(session, town, pleased, "no_answer", now=now)
    calls.call(session, town, pleased, "reached", now=now, solved=True, stars=5)
    calls.call(session, town, displeased, "reached", now=now, solved=False, words="还漏")
    session.commit()
    go(database_url, before("calling_back"), down=True)
    told = text("SELECT action, party FROM ticket_event WHERE version > 4 ORDER BY ticket_id, version")
    assert session.execute(told).all() == [("confirm", "reporter"), ("reopen", "reporter")]
    session.commit()
    go(database_url, "head")
    session.expire_all()
    assert not [name for name in ("I04", "I08", "I11", "I12") if promises(session)[name]().broken]


def test_moves_of_before_learn_what_they_count_by(database_url: str, session: Session) -> None:
    """Its month, its place, the category that stood before a correction and after it, and the completion it judges."""
    town, now = world.build(session), clock.now()
    extensions.correct(session, town, stories.report(session, town, now=now), now=now)
    twice = calls.completed(session, town, now=now)
    calls.call(session, town, twice, "reached", now=now, solved=False, words="还漏")
    stories.repair_again(session, town, twice, now=now)
    stories.say_fixed(session, twice, now=now)
    session.commit()
    columns = text("SELECT month, community_id, category, completion_id FROM ticket_event ORDER BY id")
    counted = session.execute(columns).all()
    session.commit()
    go(database_url, before("counted_events"), down=True)
    go(database_url, "head")
    assert session.execute(columns).all() == counted
    assert len({row.category for row in counted}) == 2
    assert len({row.completion_id for row in counted}) == 3  # two completions, and none


def test_what_was_taken_over_open_was_written_down_on_the_way_down(database_url: str, session: Session) -> None:
    """With clocks that have no limit. What was closed elsewhere is gone, with its words."""
    town = world.build(session)
    stories.report(session, town)
    imports.taken_over(session, town)
    stories.hold(session, town, imports.taken_over(session, town, "2"))
    stories.complete(session, town, imports.taken_over(session, town, "3"))
    imports.closed(session, town)
    words = text("SELECT count(*) FROM personal_text")
    before_it = session.execute(words).scalar() or 0
    session.commit()
    go(database_url, before("taking_over"), down=True)
    told = session.execute(text("SELECT channel, state FROM ticket ORDER BY id")).all()
    assert told == [("code", "submitted"), ("phone", "submitted"), ("phone", "on_hold"), ("phone", "completed")]
    assert session.execute(words).scalar() == before_it - 3
    session.commit()
    go(database_url, "head")
    assert not [name for name in ("I04", "I07", "I08", "I10", "I11", "I12") if promises(session)[name]().broken]


def test_what_was_found_was_written_down_on_the_way_down(database_url: str, session: Session) -> None:
    """A re-check that failed reopened it, one that passed is told as the system closing it."""
    town = world.build(session)
    ticket = stories.complete(session, town, findings.find(session, town))
    findings.look_again(session, town, ticket, passed=False)
    findings.look_again(session, town, stories.repair_again(session, town, ticket))
    session.commit()
    go(database_url, before("findings_and_re_checks"), down=True)
    told = session.execute(text("SELECT action, party FROM ticket_event ORDER BY id")).all()
    assert [row for row in told if row.action in {"submit", "reopen", "closed_by_system"}] == [
        ("submit", "dispatcher"), ("reopen", "caller"), ("closed_by_system", "system"),
    ]  # fmt: skip
    assert session.execute(text("SELECT channel FROM ticket")).scalar() == "phone"
    session.commit()
    go(database_url, "head")
    assert not [name for name in ("I04", "I08", "I11", "I12", "T04") if promises(session)[name]().broken]


def test_of_several_targets_of_one_place_the_last_one_has_all_duties_on_the_way_down(
    empty_database_url: str, engine: Engine
) -> None:
    go(empty_database_url, "head")
    with Session(engine, expire_on_commit=False) as session:
        load_shipped_rows(session, now=NOW)
        town = world.build(session)
        plan = following.bound(session, town.manager_han, town.community.id, "T18", "night")
        [first] = following.targets(session, plan)
        first.ends_on, first.next_on = following.TODAY + timedelta(days=20), None
        session.flush()
        session.add(Target(plan_id=plan.id, place_id=first.place_id, anchor_on=first.anchor_on,
                           starts_on=first.ends_on))  # fmt: skip
        session.commit()
        last = following.targets(session, plan)[1].id
    go(empty_database_url, before("plans_follow"), down=True)
    with engine.connect() as connection:
        assert connection.scalars(text("SELECT id FROM inspection_target")).all() == [last]
        assert set(connection.scalars(text("SELECT target_id FROM duty"))) == {last}
    go(empty_database_url, "head")
    with Session(engine) as session:
        again = session.get_one(Plan, plan.id)
        assert (again.counted_on, again.whole, again.arose) == (following.TODAY, False, False)


def test_duties_learn_in_which_month_they_count_and_closed_months_keep_their_figures(
    database_url: str, session: Session
) -> None:
    """Of what ended, what was made up for and what is open, with a month that is closed and one that is not."""
    at = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)
    here = world.build(session, now=at)
    lived.live(session, here, clock.local_date(at))
    for day in (date(2026, 10, 6), date(2026, 10, 20)):
        gone = walks.due(session, here, now=lived.noon(day))
        walks.walk(session, here, gone, now=lived.noon(day), failing="clutter")
    ticket = session.scalars(select(TicketFinding)).all()[0].ticket
    stories.complete(session, here, ticket, now=lived.noon(day))
    findings.look_again(session, here, ticket, now=lived.noon(day))
    while oversight.close_next(session, now=at):
        pass
    session.commit()
    tables = [text(f"SELECT * FROM {table} ORDER BY {order}") for table, order in (
        ("inspection_fact", "community_id, organisation_id, template, month"),
        ("inspection_sum", "place_id, template, month"), ("duty", "id"), ("round_point", "id"),
        ("ticket_finding", "id"),
    )]  # fmt: skip
    stored = [[row._asdict() | {"id": 0} for row in session.execute(table)] for table in tables]
    session.commit()
    go(database_url, before("figures_of_inspections"), down=True)
    go(database_url, "head")
    assert [[row._asdict() | {"id": 0} for row in session.execute(table)] for table in tables] == stored
    assert len(stored[0]) == 3
    assert sum(row["made_up"] for row in stored[0]) == 1
    assert [(row["stops"], row["findings"], row["cured_3"], row["cured_30"]) for row in stored[0] if row["stops"]] == [
        (2, 2, 1, 1)
    ]  # fmt: skip


def test_spot_checks_learn_for_whom_they_count_and_closed_months_how_many_agreed(
    database_url: str, session: Session
) -> None:
    """A patrol and a repair were looked at again in a month that is closed, before anything was counted of it."""
    at = datetime(2026, 11, 10, 2, 0, tzinfo=UTC)
    here = world.build(session, now=at)
    then = lived.noon(date(2026, 10, 4))
    drawn.passed(session, here, now=then)
    drawn.closed(session, here, now=then)
    for check in drawn.checks(session, drawn.by_hand(session, here, now=lived.noon(date(2026, 10, 20)))):
        drawn.end(session, here, check, now=lived.noon(date(2026, 10, 21)))
    while oversight.close_next(session, now=at):
        pass
    session.commit()
    tables = [text(f"SELECT * FROM {table} ORDER BY {order}") for table, order in (
        ("inspection_fact", "community_id, organisation_id, template, month"),
        ("inspection_sum", "place_id, template, month"), ("spot_check", "id"),
    )]  # fmt: skip
    stored = [[row._asdict() | {"id": 0} for row in session.execute(table)] for table in tables]
    session.commit()
    go(database_url, before("agreement_in_months"), down=True)
    go(database_url, "head")
    assert [[row._asdict() | {"id": 0} for row in session.execute(table)] for table in tables] == stored
    assert [(row["template"], row["agreed"], row["stops"]) for row in stored[0]] == [("T05", 1, 1), ("repair", 1, 0)]


def test_of_several_make_ups_of_one_duty_the_first_stays_and_the_rounds_of_the_others_keep_who_went(
    database_url: str, session: Session, tmp_path: Path
) -> None:
    town = world.build(session, files=tmp_path)
    duty = walks.due(session, town, now=clock.now() - timedelta(days=20))
    while inspections.end_missed(session, now=clock.now()):
        pass
    found = walks.walk(session, town, duty)
    session.commit()
    [first] = session.scalars(select(DutyEvent.id).where(DutyEvent.act == DutyAct.MAKE_UP))
    duty_id, round_id, at = duty.id, found.id, clock.now()
    session.commit()
    go(database_url, before("made_up_once"), down=True)
    again = DutyEvent(duty_id=duty_id, number=9, act=DutyAct.MAKE_UP, at=at)
    session.add(again)
    session.flush()
    session.get_one(RoundDuty, (round_id, duty_id)).event_id = again.id
    session.commit()
    go(database_url, "head")
    assert list(session.scalars(select(DutyEvent.id).where(DutyEvent.act == DutyAct.MAKE_UP))) == [first]
    row = session.get_one(RoundDuty, (round_id, duty_id), populate_existing=True)
    assert (row.event_id, row.done_at is None) == (None, False)
