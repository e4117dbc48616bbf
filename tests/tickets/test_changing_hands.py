"""Hands change by the day and are entered at any hour: late, on the day itself, for days long past."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership
from propman.accounts.operations import end_membership
from propman.communities.models import Engagement, Place
from propman.communities.operations import change_over, end_engagement, engage
from propman.errors import Refused
from propman.roles import NOBODY
from propman.tickets import operations, queries
from propman.tickets.invariants import promises
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import Action
from tests.stories import assign, report
from tests.world import World, build, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Heilongjiang
NOON = TUESDAY + timedelta(hours=2)
TODAY = date(2026, 11, 24)
LONG_AGO = date(2023, 5, 1)


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return build(session, now=TUESDAY, files=tmp_path / "files")


def broken(session: Session) -> list[str]:
    """What the recount finds of I10."""
    session.flush()
    return list(promises(session)["I10"]().broken)


def enter(session: Session, world: World, where: Place, starts_on: date, ends_on: date | None = None) -> Engagement:
    """Enter at noon that the company manages `where`."""
    return engage(
        session, community_id=where.id, organisation_id=world.company.id, starts_on=starts_on, ends_on=ends_on,
        actor_id=None, now=NOON, first_report_on=lambda place_id: queries.first_report_on(session, place_id),
    )  # fmt: skip


# --- entered for days long past ---


def test_the_first_report_of_a_community_is_known_by_its_local_day(session: Session, world: World) -> None:
    assert queries.first_report_on(session, world.community.id) is None
    report(session, world, now=TUESDAY)
    report(session, world, now=datetime(2026, 11, 23, 16, 30, tzinfo=UTC))  # half past midnight on Tuesday
    assert queries.first_report_on(session, world.community.id) == TODAY
    report(session, world, now=datetime(2026, 11, 23, 15, 59, tzinfo=UTC))
    assert queries.first_report_on(session, world.community.id) == TODAY - timedelta(days=1)
    assert queries.first_report_on(session, world.far_community.id) is None


def test_whoever_managed_it_all_along_gets_the_first_report(session: Session, world: World) -> None:
    enter(session, world, world.unmanaged, LONG_AGO)
    ticket = report(session, world, place=world.unmanaged, now=NOON)
    assert ticket.organisation_id == world.company.id
    assert operations.hand_over_due(session, now=NOON) == 0
    assign(session, world, ticket, now=NOON)
    assert broken(session) == []


def test_what_the_street_office_did_stays_its_own(session: Session, world: World) -> None:
    """It sent somebody a week ago: no company was in charge then, whoever says so today."""
    last_week = TUESDAY - timedelta(days=7)
    ticket = report(session, world, place=world.unmanaged, now=last_week)
    assign(session, world, ticket, by=world.clerk_jie, to=world.clerk_jie, now=last_week)
    with pytest.raises(Refused, match="Reports have come from 无主小区 since 2026-11-17"):
        enter(session, world, world.unmanaged, LONG_AGO)
    enter(session, world, world.unmanaged, LONG_AGO, TODAY - timedelta(days=7))
    assert operations.hand_over_due(session, now=NOON) == 0
    enter(session, world, world.unmanaged, TODAY)
    assert operations.hand_over_due(session, now=NOON) == 1
    last = queries.timeline(session, ticket)[-1]
    assert (last.action, last.at) == (Action.HANDED_OVER, clock.at_local(TODAY))
    assert ticket.organisation_id == world.company.id
    assert broken(session) == []


# --- entered on the day itself, after somebody was sent ---


def another_company(session: Session, world: World) -> None:
    change_over(session, community_id=world.community.id, organisation_id=world.far_company.id, starts_on=TODAY,
                actor_id=None, now=NOON)  # fmt: skip


def nobody_any_more(session: Session, world: World) -> None:
    here = select(Engagement.id).where(Engagement.community_id == world.community.id)
    end_engagement(session, engagement_id=session.scalars(here).one(), ends_on=TODAY, actor_id=None, now=NOON)


def the_worker_leaves(session: Session, world: World) -> None:
    post = session.scalars(select(Membership).where(Membership.user_id == world.worker_zhao.id)).one()
    end_membership(session, membership=post, ends_on=TODAY, viewer=NOBODY, now=NOON)


def nothing(session: Session, world: World) -> None:
    """The day goes on as it began."""


ENTERED_AT_NOON = [another_company, nobody_any_more, the_worker_leaves, nothing]


@pytest.mark.parametrize("entered", ENTERED_AT_NOON)
def test_who_was_sent_in_the_morning_was_sent_rightly(
    session: Session, world: World, entered: Callable[[Session, World], None]
) -> None:
    assign(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    entered(session, world)
    operations.hand_over_due(session, now=NOON)
    assert broken(session) == []


def test_the_office_that_sent_in_the_morning_was_in_charge_until_noon(session: Session, world: World) -> None:
    ticket = report(session, world, place=world.unmanaged, now=TUESDAY)
    assign(session, world, ticket, by=world.clerk_jie, to=world.clerk_jie, now=TUESDAY)
    enter(session, world, world.unmanaged, TODAY)
    assert operations.hand_over_due(session, now=NOON) == 1
    assert broken(session) == []


def sent(session: Session, ticket: Ticket, **values: object) -> None:
    """Change by hand what the event says that sent somebody."""
    event = (TicketEvent.ticket_id == ticket.id, TicketEvent.action == Action.ASSIGN)
    session.execute(update(TicketEvent).where(*event).values(**values))
    session.expire_all()


@pytest.mark.parametrize("entered", ENTERED_AT_NOON)
def test_on_such_a_day_too_a_third_one_was_not_in_charge(
    session: Session, world: World, entered: Callable[[Session, World], None]
) -> None:
    ticket = assign(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    entered(session, world)
    operations.hand_over_due(session, now=NOON)
    sent(session, ticket, organisation_id=world.contractor.id)
    assert any("by one not in charge" in line for line in broken(session))


@pytest.mark.parametrize("entered", ENTERED_AT_NOON[:3])
def test_the_day_after_nobody_sends_or_goes_who_left(
    session: Session, world: World, entered: Callable[[Session, World], None]
) -> None:
    ticket = assign(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    entered(session, world)
    operations.hand_over_due(session, now=NOON)
    sent(session, ticket, at=TUESDAY + timedelta(days=1))
    assert len(broken(session)) == 1


def test_a_later_deadline_asked_for_by_who_left_is_nobodys_to_grant(session: Session, world: World) -> None:
    """It lapses with the passing on, also where the job that hands over is late."""
    ticket = assign(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    asked = {"until_on": TODAY + timedelta(days=20), "note": "等配件"}
    operations.request_extension(session, ticket=ticket, viewer=viewer(session, world.worker_zhao, now=TUESDAY),
                                 seen_version=ticket.version, now=TUESDAY, **asked)  # fmt: skip
    change_over(session, community_id=world.community.id, organisation_id=world.far_company.id, starts_on=TODAY,
                actor_id=None, now=NOON)  # fmt: skip
    with pytest.raises(Refused, match="Nobody asks for a later deadline now"):
        operations.grant_extension(session, ticket=ticket, viewer=viewer(session, world.far_dispatcher, now=NOON),
                                   seen_version=ticket.version, now=NOON, note="好")  # fmt: skip


def test_the_office_may_send_somebody_between_two_companies_of_one_day(session: Session, world: World) -> None:
    ticket = report(session, world, now=TUESDAY)
    ended = session.scalars(select(Engagement).where(Engagement.community_id == world.community.id)).one()
    end_engagement(session, engagement_id=ended.id, ends_on=TODAY, actor_id=None, now=TUESDAY)
    assign(session, world, ticket, by=world.clerk_jie, to=world.clerk_jie, now=TUESDAY)
    engage(session, community_id=world.community.id, organisation_id=world.far_company.id, starts_on=TODAY,
           actor_id=None, now=NOON)  # fmt: skip
    assert broken(session) == []
