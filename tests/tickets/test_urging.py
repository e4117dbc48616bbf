"""An official urges a repair and wants an answer by a day; it is answered once, and what is overdue is seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.checks import recount
from propman.communities.operations import change_over
from propman.errors import Refused
from propman.notify.models import Channel, Notice
from propman.tickets import operations, queries
from propman.tickets.invariants import promises
from propman.tickets.models import Ticket, TicketEvent, Urge, UrgeEnd
from propman.tickets.workflow import Party, State
from tests import stories
from tests import world as small
from tests.desk import Desk
from tests.tickets import urges
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TODAY = clock.local_date(TUESDAY)


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


@pytest.fixture
def ticket(session: Session, world: World) -> Ticket:
    """A report that zhao was sent for."""
    return stories.assign(session, world, stories.report(session, world, now=TUESDAY), now=TUESDAY)


def urge(session: Session, ticket: Ticket, by: User, *, on: date | None = None, now: datetime = TUESDAY) -> TicketEvent:
    urges.urge(session, None, ticket, by=by, now=now, on=on)
    return queries.timeline(session, ticket)[-1]


def answer(session: Session, ticket: Ticket, by: User, *, now: datetime = TUESDAY) -> None:
    urges.answer(session, None, ticket, by=by, now=now)


def told(session: Session, topic: str) -> set[int]:
    rows = session.scalars(select(Notice).where(Notice.topic == topic, Notice.channel == Channel.INBOX))
    return {row.recipient_id for row in rows}


def nothing_is_broken(session: Session) -> None:
    assert [line for finding in recount(session, promises(session)) for line in finding.broken] == []


def test_company_and_worker_are_told_at_once_and_the_official_of_the_answer(
    session: Session, world: World, ticket: Ticket
) -> None:
    due = ticket.due_at
    assert urge(session, ticket, world.official_qian).party is Party.OFFICIAL
    assert told(session, "ticket.dispatch.urge") == {world.dispatcher_mei.id}
    assert told(session, "ticket.worker.urge") == {world.worker_zhao.id}
    answer(session, ticket, world.dispatcher_mei)
    assert told(session, "ticket.urger.answer_urge") == {world.official_qian.id}
    assert (ticket.state, ticket.due_at) == (State.ASSIGNED, due)
    [row] = session.scalars(select(Urge)).all()
    assert row.end_kind is UrgeEnd.ANSWERED
    urge(session, ticket, world.clerk_jie)  # a second one, once the first is answered
    nothing_is_broken(session)


@pytest.mark.parametrize("who", ["readonly_cai", "auditor_shen", "committee_ju", "dispatcher_mei", "far_official"])
def test_who_only_reads_does_not_urge(session: Session, world: World, ticket: Ticket, who: str) -> None:
    with pytest.raises(Refused) as refused:
        urge(session, ticket, world.people[who])
    assert refused.value.status == 403


def test_one_urge_waits_at_a_time_and_is_answered_once(session: Session, world: World, ticket: Ticket) -> None:
    with pytest.raises(Refused) as nothing:
        answer(session, ticket, world.dispatcher_mei)
    urge(session, ticket, world.official_qian)
    with pytest.raises(Refused) as again:
        urge(session, ticket, world.official_sheng)
    assert nothing.value.status == again.value.status == 409
    session.add(Urge(ticket_id=ticket.id, by_id=world.clerk_jie.id, answer_by_on=TODAY, urged_at=TUESDAY))
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("days", [-1, 91])
def test_the_answer_is_wanted_on_a_day_ahead(session: Session, world: World, ticket: Ticket, days: int) -> None:
    with pytest.raises(Refused) as refused:
        urge(session, ticket, world.official_qian, on=TODAY + days * DAY)
    assert refused.value.field == "answer_by_on"


def test_on_hold_the_day_of_the_hold_stays(session: Session, world: World, ticket: Ticket) -> None:
    stories.hold(session, world, ticket, now=TUESDAY)
    until_on = ticket.hold_until_on
    urge(session, ticket, world.official_qian)
    assert (ticket.state, ticket.hold_until_on) == (State.ON_HOLD, until_on)
    nothing_is_broken(session)


def test_overdue_is_told_once_to_both_sides(session: Session, world: World, ticket: Ticket) -> None:
    urge(session, ticket, world.official_qian)
    assert operations.tell_of_urges(session, now=clock.at_local(TODAY + 2 * DAY) - timedelta(seconds=1)) == 0
    late = clock.at_local(TODAY + 2 * DAY)
    assert operations.tell_of_urges(session, now=late) == 1
    assert operations.tell_of_urges(session, now=late + DAY) == 0
    assert told(session, "urge.overdue") == {
        world.official_qian.id, world.dispatcher_mei.id, world.manager_han.id,
    }  # fmt: skip


def test_a_repair_ends_it_and_whoever_urged_is_told(session: Session, world: World, ticket: Ticket) -> None:
    urge(session, ticket, world.official_qian)
    zhao = viewer(session, world.worker_zhao, now=TUESDAY)
    operations.start(session, ticket=ticket, viewer=zhao, seen_version=ticket.version, now=TUESDAY, store=world.store)
    operations.complete(session, ticket=ticket, viewer=zhao, seen_version=ticket.version, now=TUESDAY, note="好了",
                        store=world.store)  # fmt: skip
    [row] = session.scalars(select(Urge)).all()
    assert row.end_kind is UrgeEnd.REPAIRED
    assert told(session, "ticket.urger.complete") == {world.official_qian.id}


def test_who_follows_a_company_answers_for_it(session: Session, world: World, ticket: Ticket) -> None:
    urge(session, ticket, world.official_qian, on=TODAY + 9 * DAY)
    change_over(session, community_id=world.community.id, organisation_id=world.far_company.id, starts_on=TODAY + DAY,
                actor_id=None, now=TUESDAY)  # fmt: skip
    later = TUESDAY + DAY
    operations.hand_over_due(session, now=later)
    with pytest.raises(Refused):
        answer(session, ticket, world.dispatcher_mei, now=later)
    answer(session, ticket, world.far_dispatcher, now=later)
    assert queries.open_urge(session, ticket) is None
    nothing_is_broken(session)


def test_pages_show_who_waits_for_what(session: Session, new_client: Callable[[], FlaskClient]) -> None:
    world, today = small.build(session), clock.local_date(clock.now())
    ticket = stories.report(session, world)
    urge(session, stories.report(session, world, now=clock.now() - 5 * DAY), world.official_qian,
         on=today - 3 * DAY, now=clock.now() - 4 * DAY)  # fmt: skip
    session.commit()
    qian, mei = (Desk(small.sign_in(session, new_client(), one)) for one in (world.official_qian, world.dispatcher_mei))
    page, address = f"/tickets/{ticket.number}", f"/tickets/{ticket.number}/urge"
    typed = {"version": ticket.version, "answer_by_on": f"{today:%Y-%m-%d}", "note": "请尽快"}
    refused = qian.send(address, page, **{**typed, "answer_by_on": "soon"})
    assert refused.status_code == 422
    assert "Urged: the answer is to come by" in qian.sent(address, page, **typed)
    home = qian.read("/")
    assert "Urged 2 not answered yet" in home
    assert "Urged, answer overdue 1 of 2 urged" in home
    assert "Urged 2 to answer; 1 overdue" in mei.read("/")
    assert ticket.number not in qian.read("/queue?urge_late=1")
    assert f"urged: answer by {today:%Y-%m-%d %a}" in mei.read("/queue?urged=1")
    answered = mei.sent(f"{page}/answer_urge", page, version=2, note="下午到")
    assert "Answered: who urged it is told." in answered
    assert "urged: answer by" not in mei.read("/queue?urged=1")
