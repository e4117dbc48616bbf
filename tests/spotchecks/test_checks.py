"""Looking again: by a second person of another organisation, once; a disagreement becomes a report."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.accounts.operations import add_membership
from propman.errors import NotFound, Refused
from propman.inspections.operations import Aim
from propman.roles import NOBODY, Role
from propman.rounds.models import RoundAnswer, RoundPoint
from propman.spotchecks import invariants, queries
from propman.spotchecks.models import SpotCheck
from propman.spotchecks.rules import Kind, Outcome
from propman.tickets.models import Channel, Ticket, TicketEvent
from propman.tickets.workflow import State
from tests import stories
from tests.assets import works as renovated
from tests.rounds import walks
from tests.spotchecks import drawn
from tests.tickets import findings
from tests.world import World, viewer


@pytest.fixture
def point(session: Session, world: World) -> SpotCheck:
    """A point that worker_zhao found in order."""
    drawn.passed(session, world)
    [check] = drawn.checks(session, drawn.month(session, world.street))
    return check


@pytest.fixture
def repair(session: Session, world: World) -> SpotCheck:
    """A light that worker_zhao mended."""
    drawn.closed(session, world)
    [check] = drawn.checks(session, drawn.month(session, world.street))
    return check


def broken(session: Session) -> tuple[str, ...]:
    """What the recount finds."""
    return invariants.promises(session)["P02"]().broken


def test_what_agrees_ends_with_who_looked_and_when(session: Session, world: World, point: SpotCheck) -> None:
    now = clock.now()
    drawn.end(session, world, point, now=now)
    assert (point.outcome, point.checked_by_id, point.ended_at, point.month, point.led_to_id) == (
        Outcome.AGREED, world.clerk_jie.id, now, clock.month_of(now), None)  # fmt: skip
    assert broken(session) == ()


def test_a_disagreement_about_a_point_becomes_a_report_and_changes_nothing_that_was(
    session: Session, world: World, point: SpotCheck
) -> None:
    def recorded() -> list[tuple[object, ...]]:
        rows = [*session.scalars(select(RoundPoint)), *session.scalars(select(RoundAnswer))]
        return [tuple(getattr(row, column.key) for column in row.__table__.columns) for row in rows]

    before = recorded()
    drawn.end(session, world, point, Outcome.DISAGREED, photos=[walks.shot()])
    ticket = point.led_to
    assert ticket is not None
    assert (ticket.channel, ticket.state, ticket.recheck, ticket.category) == (
        Channel.INSPECTION, State.SUBMITTED, True, "fire_safety")  # fmt: skip
    assert ticket.description is not None
    assert drawn.FOUND in (ticket.description.body or "")
    assert ticket.place_id == session.get_one(RoundPoint, point.point_id).place_id
    session.expire_all()
    assert recorded() == before
    assert broken(session) == ()
    stories.complete(session, world, ticket)
    findings.look_again(session, world, ticket, by=world.official_qian)
    assert ticket.state is State.CONFIRMED, "it ends as what a round found ends"


def test_a_part_shows_how_it_was_found_and_its_open_report_is_joined(
    session: Session, world: World
) -> None:  # fmt: skip
    then = drawn.then()
    renovated_part = renovated.part(session, renovated.furnish(session, world), type_code="B01")
    aims = [Aim(renovated_part.place_id, clock.local_date(then), renovated_part.id)]
    walks.walk(session, world, walks.due(session, world, "T12", "main", now=then, aims=aims), now=then)
    found = findings.find(session, world, "elsewhere", asset_id=renovated_part.id)
    [check] = drawn.checks(session, drawn.month(session, world.street), Kind.POINT)
    drawn.end(session, world, check, Outcome.DISAGREED)
    assert check.led_to_id == found.id
    assert renovated_part.condition == 2
    assert broken(session) == ()


def test_a_disagreement_about_a_repair_becomes_a_report_of_its_own(
    session: Session, world: World, repair: SpotCheck
) -> None:
    mended = session.get_one(Ticket, repair.ticket_id)
    moves = select(func.count()).select_from(TicketEvent).where(TicketEvent.ticket_id == mended.id)
    before = (mended.version, session.scalar(moves))
    drawn.end(session, world, repair, Outcome.DISAGREED)
    assert repair.led_to is not None
    assert repair.led_to.id != mended.id
    assert (mended.state, mended.version, session.scalar(moves)) == (State.CONFIRMED, *before)
    assert repair.led_to.description is not None
    assert mended.number in (repair.led_to.description.body or "")
    assert (repair.led_to.category, repair.led_to.place_id) == (mended.category, mended.place_id)
    assert broken(session) == ()


def test_what_could_not_be_checked_says_why_and_counts_in_no_share(
    session: Session, world: World, point: SpotCheck
) -> None:
    with pytest.raises(Refused, match="say why"):
        drawn.end(session, world, point, Outcome.NOT_CHECKED, words="\u200b")
    drawn.end(session, world, point, Outcome.NOT_CHECKED, words="楼门锁着，没人开门")
    on, clerk = clock.local_date(clock.now()), viewer(session, world.clerk_jie)
    wanted = queries.Wanted(queries.Which.ENDED, clock.month_of(clock.now()), clock.month_of(clock.now()))
    [found] = queries.agreement(session, clerk, wanted, queries.By.PEOPLE, on).values()
    assert (found.not_checked, found.rate.n, found.rate.interval) == (1, 0, None)


def test_it_ends_once(session: Session, world: World, point: SpotCheck) -> None:
    drawn.end(session, world, point)
    with pytest.raises(Refused, match="its end already") as refused:
        drawn.end(session, world, point, Outcome.DISAGREED, by=world.official_qian)
    assert refused.value.status == 409
    assert point.outcome is Outcome.AGREED


@pytest.mark.parametrize("who", ["worker_zhao", "manager_han", "auditor_shen", "readonly_cai", "far_clerk"])
def test_who_looks_again_oversees_the_area(session: Session, world: World, point: SpotCheck, who: str) -> None:
    with pytest.raises(NotFound):
        drawn.end(session, world, point, by=world.people[who])


def _clerk_walks(session: Session, world: World) -> User:
    """clerk_jie goes a round in the community that nobody manages."""
    then = drawn.then()
    aims = [Aim(world.unmanaged.id, clock.local_date(then))]
    duty = walks.due(session, world, now=then, community_id=world.unmanaged.id, aims=aims)
    walks.walk(session, world, duty, by=world.clerk_jie, now=then)
    return world.clerk_jie


def _manager_joins_the_office(session: Session, world: World) -> User:
    drawn.passed(session, world)
    _joins(session, world, world.manager_han)
    return world.manager_han


def _sent_for_it(session: Session, world: World) -> User:
    """worker_sun was sent first, and is of the office now and of the company no more."""
    ticket = stories.report(session, world, now=drawn.then())
    stories.assign(session, world, ticket, to=world.worker_sun, now=drawn.then())
    move = stories.operations.reassign
    move(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei, now=drawn.then()),
         seen_version=ticket.version, now=drawn.then(), assignee_id=world.worker_zhao.id)  # fmt: skip
    stories.say_fixed(session, stories.finish(session, world, ticket, by=world.worker_zhao, now=drawn.then()),
                      now=drawn.then())  # fmt: skip
    _joins(session, world, world.worker_sun)
    return world.worker_sun


def _joins(session: Session, world: World, person: User) -> None:
    add_membership(session, person=person, role=Role.STREET_OFFICE, organisation=world.street_office, place=None,
                   starts_on=clock.local_date(drawn.then()), viewer=NOBODY, now=clock.now())  # fmt: skip


@pytest.mark.parametrize(
    ("lived", "says"),
    [
        (_clerk_walks, "had no hand in it"),
        (_manager_joins_the_office, "another organisation"),
        (_sent_for_it, "had no hand in it"),
    ],
)
def test_nobody_judges_the_own_work_or_that_of_the_own_company(
    session: Session, world: World, lived: Callable[[Session, World], User], says: str
) -> None:
    person = lived(session, world)
    [check] = drawn.checks(session, drawn.month(session, world.street))
    assert queries.mine(session, viewer(session, person), [check]) == set()
    with pytest.raises(Refused, match=says) as refused:
        drawn.end(session, world, check, by=person)
    assert refused.value.status == 403
    drawn.end(session, world, check, by=world.official_qian)
    assert broken(session) == ()


def test_a_report_that_was_reopened_meanwhile_cannot_be_checked(session: Session, world: World) -> None:
    mended = drawn.closed(session, world, now=clock.now())
    [repair] = drawn.checks(session, drawn.by_hand(session, world))
    stories.say_broken(session, world, mended)
    with pytest.raises(Refused, match="reopened meanwhile"):
        drawn.end(session, world, repair)
    drawn.end(session, world, repair, Outcome.NOT_CHECKED, words="居民已重新报修")
    assert repair.outcome is Outcome.NOT_CHECKED


@pytest.mark.parametrize(
    "harm",
    [
        {"checked_by_id": SpotCheck.person_id},
        {"outcome": "disagreed"},
        {"ended_at": None},
        {"month": None},
        {"outcome": None},
    ],
)
def test_the_database_refuses_an_end_that_is_none(
    session: Session, world: World, point: SpotCheck, harm: dict[str, object]
) -> None:
    drawn.end(session, world, point)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(SpotCheck).where(SpotCheck.id == point.id).values(harm))


def test_an_end_by_who_was_sent_is_found_by_the_recount(session: Session, world: World, repair: SpotCheck) -> None:
    drawn.end(session, world, repair)
    wrong = select(SpotCheck.id).where(SpotCheck.id == repair.id)
    event = select(TicketEvent.id).where(TicketEvent.ticket_id == repair.ticket_id).order_by(TicketEvent.id).limit(1)
    session.execute(update(TicketEvent).where(TicketEvent.id == event.scalar_subquery())
                    .values(assignee_id=world.clerk_jie.id))  # fmt: skip
    assert session.scalar(wrong) is not None
    assert broken(session) == (f"spot check {repair.id} was ended by one who had a hand in it",)


def test_a_disagreement_without_its_report_is_found_by_the_recount(
    session: Session, world: World, point: SpotCheck
) -> None:
    drawn.end(session, world, point, Outcome.DISAGREED)
    other = stories.report(session, world)
    session.execute(update(SpotCheck).where(SpotCheck.id == point.id).values(led_to_id=other.id))
    assert broken(session) == (f"spot check {point.id} has no report, or another",)
