"""From a finding to its cure: opening and joining, who looks again, what counts; on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.callbacks import queries as callbacks
from propman.callbacks.queries import Wanted
from propman.checks import recount
from propman.communities.models import Place
from propman.errors import Refused
from propman.notify.models import Channel as By
from propman.notify.models import Notice
from propman.oversight.invariants import promises as of_rates
from propman.tickets import operations, queries
from propman.tickets.invariants import promises
from propman.tickets.models import Channel, Ticket, TicketEvent, TicketFinding
from propman.tickets.operations import Failed
from propman.tickets.workflow import Action, Party, State
from tests import stories
from tests import world as small
from tests.assets.works import Works, furnish, part
from tests.conftest import engine_at
from tests.tickets.buttons import Sign, press, text_of
from tests.tickets.findings import find, look_again
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Harbin
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


@pytest.fixture
def works(session: Session, world: World) -> Works:
    return furnish(session, world)


def nothing_is_broken(session: Session) -> None:
    session.flush()
    broken = [finding for finding in recount(session, promises(session)) if finding.broken]
    assert broken == []


def refused(act: Callable[..., object], *given: object, **more: object) -> int:
    with pytest.raises(Refused) as answer:
        act(*given, **more)
    return answer.value.status


def told(session: Session, topic: str) -> set[int]:
    """Who finds it in the inbox."""
    rows = select(Notice.recipient_id).where(Notice.topic == topic, Notice.channel == By.INBOX)
    return set(session.scalars(rows))


def test_a_finding_opens_a_ticket_that_only_another_confirms(session: Session, world: World) -> None:
    ticket = find(session, world, now=TUESDAY)
    assert (ticket.channel, ticket.recheck, ticket.reporter_id) == (Channel.INSPECTION, True, None)
    first = queries.story_of(session, ticket)[0]
    assert (first.party, first.actor_id) == (Party.INSPECTOR, world.worker_sun.id)
    assert find(session, world, now=TUESDAY + HOUR) is ticket  # said twice, it is one
    assert refused(look_again, session, world, ticket, now=TUESDAY + HOUR) == 409

    stories.complete(session, world, ticket, now=TUESDAY + HOUR)
    assert told(session, "ticket.inspector.complete") == {world.dispatcher_mei.id, world.manager_han.id}
    for person in (world.worker_zhao, world.worker_sun, world.committee_ju, world.readonly_cai, world.far_clerk):
        assert refused(look_again, session, world, ticket, by=person, now=TUESDAY + HOUR) == 403, person.name
    assert operations.close_unanswered(session, now=TUESDAY + 30 * DAY) == 0

    look_again(session, world, ticket, now=TUESDAY + 2 * DAY)
    assert (ticket.state, ticket.stars, ticket.closed_by_system) == (State.CONFIRMED, None, False)
    assert told(session, "ticket.worker.recheck_pass") == {world.worker_zhao.id}
    nothing_is_broken(session)


@pytest.mark.parametrize("name", ["dispatcher_mei", "manager_han", "clerk_jie", "official_qian"])
def test_who_is_in_charge_or_above_looks_again(session: Session, world: World, name: str) -> None:
    ticket = stories.complete(session, world, find(session, world, now=TUESDAY), now=TUESDAY)
    look_again(session, world, ticket, by=world.people[name], now=TUESDAY + HOUR)
    assert ticket.state is State.CONFIRMED
    nothing_is_broken(session)


def test_a_dispatcher_who_completed_it_does_not_look_again(session: Session, world: World) -> None:
    ticket = stories.start(session, world, find(session, world, now=TUESDAY), now=TUESDAY)
    mei = viewer(session, world.dispatcher_mei, now=TUESDAY)
    operations.complete(session, ticket=ticket, viewer=mei, seen_version=ticket.version, now=TUESDAY, note="好了",
                        store=world.store)  # fmt: skip
    assert refused(look_again, session, world, ticket, by=world.dispatcher_mei, now=TUESDAY) == 403


def test_what_fails_goes_back_and_is_cured_by_the_next_repair(session: Session, world: World) -> None:
    ticket = stories.complete(session, world, find(session, world, now=TUESDAY), now=TUESDAY)
    assert refused(look_again, session, world, ticket, passed=False, note="", now=TUESDAY + HOUR) == 422
    look_again(session, world, ticket, passed=False, note="一闪一闪", now=TUESDAY + HOUR)
    assert (ticket.state, ticket.reopened, ticket.completed_at) == (State.ASSIGNED, 1, None)
    assert ticket.due_at is not None
    assert ticket.due_at > TUESDAY + HOUR
    assert told(session, "ticket.worker.recheck_fail") == {world.worker_zhao.id}
    stories.repair_again(session, world, ticket, now=TUESDAY + 2 * HOUR)
    look_again(session, world, ticket, now=TUESDAY + 3 * HOUR)
    assert ticket.state is State.CONFIRMED
    nothing_is_broken(session)


def test_of_what_was_found_nobody_is_called_or_asked(session: Session, world: World) -> None:
    ticket = stories.complete(session, world, find(session, world, now=TUESDAY), now=TUESDAY)
    mei = viewer(session, world.dispatcher_mei, now=TUESDAY)
    for wanted in Wanted:
        assert list(callbacks.call_list(session, mei, wanted, TUESDAY + HOUR)) == []
    assert refused(operations.ask, session, ticket=ticket, viewer=mei, seen_version=ticket.version, now=TUESDAY,
                   note="在哪？") == 422  # fmt: skip
    for other in ({"name": "decline", "status": 409}, {"name": "withdraw", "status": 409}):
        assert refused(getattr(operations, str(other["name"])), session, ticket=ticket, viewer=mei, now=TUESDAY,
                       seen_version=ticket.version, note="不修") == other["status"]  # fmt: skip


def test_a_finding_joins_the_open_report_of_its_part(session: Session, world: World, works: Works) -> None:
    """Its reporter is told, still answers, and reopens; the answer is counted once and confirms nothing."""
    roof = part(session, works)
    mine = stories.report(session, world, by=world.resident_lin, category="leak", now=TUESDAY)
    mine.asset_id = roof.id
    session.flush()
    joined = find(session, world, category="leak", place=world.building, words="瓦片松动", asset_id=roof.id,
                  now=TUESDAY + HOUR)  # fmt: skip
    assert joined is mine
    assert (mine.recheck, mine.state, mine.channel) == (True, State.SUBMITTED, Channel.ACCOUNT)
    assert told(session, "ticket.reporter.finding") == {world.resident_lin.id}
    assert find(session, world, category="leak", place=world.building, asset_id=roof.id) is mine
    assert session.scalar(select(func.count()).select_from(TicketFinding)) == 1

    lin = viewer(session, world.resident_lin, now=TUESDAY)
    assert refused(operations.withdraw, session, ticket=mine, viewer=lin, seen_version=mine.version,
                   now=TUESDAY + HOUR) == 409  # fmt: skip
    stories.complete(session, world, mine, now=TUESDAY + 2 * HOUR)
    say = {"ticket": mine, "viewer": lin, "now": TUESDAY + 3 * HOUR, "stars": 5}
    operations.confirm(session, seen_version=mine.version, **say)
    assert (mine.state, mine.stars) == (State.COMPLETED, 5)
    assert refused(operations.confirm, session, seen_version=mine.version, **say) == 409
    look_again(session, world, mine, now=TUESDAY + 4 * HOUR)
    assert (mine.state, mine.stars) == (State.CONFIRMED, 5)
    operations.reopen(session, ticket=mine, viewer=lin, seen_version=mine.version, now=TUESDAY + DAY, note="又漏",
                      store=world.store)  # fmt: skip
    assert (mine.state, mine.recheck, mine.stars) == (State.ASSIGNED, True, None)
    nothing_is_broken(session)
    assert [finding for finding in recount(session, of_rates(session, now=TUESDAY + 2 * DAY)) if finding.broken] == []


def test_a_failed_item_without_a_part_joins_what_was_found_there_before(session: Session, world: World) -> None:
    stories.report(session, world, now=TUESDAY)  # a resident's is not known to be the same
    one = find(session, world, "a", now=TUESDAY)
    assert one.channel is Channel.INSPECTION
    assert find(session, world, "b", now=TUESDAY) is one
    assert find(session, world, "c", place=world.other_entrance, now=TUESDAY) is not one
    nothing_is_broken(session)


def test_of_rivals_that_find_one_part_broken_one_opens_and_the_others_join(
    database_url: str, session: Session, world: World, works: Works
) -> None:
    roof, building, sun, gate = part(session, works).id, world.building.id, world.worker_sun.id, Barrier(8)
    session.commit()

    def one(number: int) -> int:
        with Session(engine_at(database_url)) as own:
            gate.wait()
            failed = Failed(f"item {number // 2}", own.get_one(Place, building), "leak", "瓦片松动", roof)
            by = viewer(own, own.get_one(type(world.worker_sun), sun), now=TUESDAY)
            ticket = operations.open_finding(own, failed=failed, viewer=by, store=world.store, now=TUESDAY)
            own.commit()
            return ticket.id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(8)))) == 1
    actions = session.scalars(select(TicketEvent.action).order_by(TicketEvent.version)).all()
    assert actions == [Action.SUBMIT, *[Action.FINDING] * 3]
    nothing_is_broken(session)


def test_the_database_and_the_promise_hold_it(session: Session, world: World) -> None:
    ticket = stories.complete(session, world, find(session, world, now=TUESDAY), now=TUESDAY)
    event = look_again(session, world, ticket, now=TUESDAY + HOUR)
    session.commit()
    for values in ({"recheck": False}, {"state": State.DECLINED, "confirmed_at": None}):
        with pytest.raises(IntegrityError):
            session.execute(update(Ticket).values(**values))
        session.rollback()
    for values in ({"actor_id": world.worker_zhao.id}, {"action": Action.CONFIRM, "stars": 5}):
        session.execute(update(TicketEvent).where(TicketEvent.id == event.id).values(**values))
        assert len(promises(session)["T04"]().broken) == 1
        session.rollback()
    session.execute(update(TicketFinding).values(event_id=event.id))
    assert len(promises(session)["T04"]().broken) == 2


def test_the_words_of_a_finding_are_found_and_erased(session: Session, world: World, works: Works) -> None:
    from propman.findable.models import TicketWords

    roof = part(session, works)
    ticket = find(session, world, "a", category="leak", place=world.building, asset_id=roof.id, now=TUESDAY)
    find(session, world, "b", category="leak", place=world.building, asset_id=roof.id, words="瓦片松动", now=TUESDAY)
    words = select(TicketWords.words).where(TicketWords.ticket_id == ticket.id)
    before = session.scalars(words).one()
    stories.complete(session, world, ticket, now=clock.now())
    look_again(session, world, ticket)
    operations.erase_ticket(session, ticket=ticket, actor_id=None, now=clock.now())
    event = next(one for one in queries.story_of(session, ticket) if one.action is Action.FINDING)
    assert event.note is not None
    assert event.note.body is None
    assert len(session.scalars(words).one()) < len(before)


def test_the_pages_say_who_found_it_and_lead_to_the_re_check(session: Session, world: World, signed_in: Sign) -> None:
    ticket = stories.complete(session, world, find(session, world))
    session.commit()
    han, zhao = signed_in("manager_han"), signed_in("worker_zhao")
    assert ticket.number in han.get("/queue?recheck=1").text
    page = text_of(han.get(f"/tickets/{ticket.number}").text)
    assert "Needs a re-check" in page
    assert "Found on an inspection" in page
    assert "Telephone" not in page
    assert zhao.get(f"/tickets/{ticket.number}/recheck_pass").status_code in {403, 404}
    for action, words in (("recheck_fail", "Failed: "), ("recheck_pass", "")):
        if action == "recheck_pass":
            stories.repair_again(session, world, ticket)
            session.commit()
        answer = press(han, f"/tickets/{ticket.number}", f"/tickets/{ticket.number}/{action}", note="看过了")
        assert answer.status_code == 303
        assert words in text_of(han.get(answer.location).text)
        session.refresh(ticket)
    assert ticket.state is State.CONFIRMED
