"""What the operations write: state, event, clocks, notices; and what they refuse without a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.checks import recount
from propman.communities.operations import change_over, end_engagement
from propman.errors import NotFound, Refused, Stale
from propman.notify.models import Notice
from propman.personal import PersonalText
from propman.roles import NOBODY, Viewer
from propman.tickets import operations, queries
from propman.tickets.invariants import promises
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.workflow import Action, Party, State
from tests import world as small
from tests.stories import assign, complete, confirm, hold, holder, picture, report, start
from tests.world import World, viewer

TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Harbin, a workday


@pytest.fixture
def world(session: Session, tmp_path: Path) -> World:
    return small.build(session, now=TUESDAY, files=tmp_path / "files")


def events(session: Session, ticket: Ticket) -> list[tuple[Action, State]]:
    return [(event.action, event.to_state) for event in queries.timeline(session, ticket)]


def parties(session: Session, ticket: Ticket, someone: Viewer, at: datetime) -> frozenset[Party]:
    return queries.parties_of(session, ticket, someone, queries.holder_today(session, ticket, at))


def run_of(session: Session, ticket: Ticket, kind: ClockKind, run: int = 1) -> TicketClock:
    query = select(TicketClock).where(
        TicketClock.ticket_id == ticket.id, TicketClock.kind == kind, TicketClock.run == run
    )
    return session.scalars(query).one()


def told(session: Session, ticket: Ticket) -> set[tuple[str, int]]:
    rows = session.scalars(select(Notice)).all()
    return {(row.topic, row.recipient_id) for row in rows if row.facts["number"] == ticket.number}


def nothing_is_broken(session: Session) -> None:
    assert [line for finding in recount(session, promises(session)) for line in finding.broken] == []


def test_the_whole_way_from_report_to_confirmed(session: Session, world: World) -> None:
    ticket = report(session, world, by=world.resident_lin, now=TUESDAY)
    confirm_by = viewer(session, world.resident_lin, now=TUESDAY)
    complete(session, world, ticket, now=TUESDAY + timedelta(hours=1))
    operations.confirm(session, ticket=ticket, viewer=confirm_by, seen_version=ticket.version,
                       now=TUESDAY + timedelta(hours=2), stars=5)  # fmt: skip
    assert events(session, ticket) == [
        (Action.SUBMIT, State.SUBMITTED), (Action.ASSIGN, State.ASSIGNED), (Action.START, State.UNDERWAY),
        (Action.COMPLETE, State.COMPLETED), (Action.CONFIRM, State.CONFIRMED),
    ]  # fmt: skip
    assert ticket.stars == 5
    assert run_of(session, ticket, ClockKind.RESPOND).stopped_at == TUESDAY + timedelta(hours=1)
    assert run_of(session, ticket, ClockKind.RESOLVE).answered is True
    assert told(session, ticket) >= {
        ("ticket.dispatch.submit", world.dispatcher_mei.id),
        ("ticket.worker.assign", world.worker_zhao.id),
        ("ticket.reporter.complete", world.resident_lin.id),
        ("ticket.worker.confirm", world.worker_zhao.id),
    }
    nothing_is_broken(session)


def test_a_report_commits_with_its_event_clocks_and_notices_or_not_at_all(session: Session, world: World) -> None:
    session.commit()
    report(session, world, now=TUESDAY)
    session.rollback()
    for model in (Ticket, TicketEvent, TicketClock, Notice, PersonalText):
        assert session.scalar(select(func.count()).select_from(model)) == 0, model


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"category": "no-such-thing"}, "category"),
        ({"description": "  "}, "description"),
        ({"description": "漏" * 2001}, "description"),
        ({"spot": "x" * 81}, "spot"),
        ({"name": "x" * 61}, "name"),
        ({"phone": "12345"}, "phone"),
        ({"phone": "not a number"}, "phone"),
        ({"call_back": True}, "phone"),
    ],
)
def test_a_wrong_report_names_the_field_and_stores_nothing(
    session: Session, world: World, words: dict[str, object], field: str
) -> None:
    session.commit()
    with pytest.raises(Refused) as refused:
        report(session, world, now=TUESDAY, **words)
    assert refused.value.field == field
    assert session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_an_emergency_needs_no_words(session: Session, world: World) -> None:
    ticket = report(session, world, category="lift_trapped", description="", now=TUESDAY)
    assert ticket.priority == "P0"


def test_a_collision_of_numbers_is_drawn_again(session: Session, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter(["2611-0000001", "2611-0000001", "2611-0000001", "2611-0000002"])
    monkeypatch.setattr("propman.tickets.operations.intake.draw_number", lambda _on: next(draws))
    first, second = report(session, world, now=TUESDAY), report(session, world, now=TUESDAY)
    assert (first.number, second.number) == ("2611-0000001", "2611-0000002")
    nothing_is_broken(session)


def test_a_stale_page_loses_and_changes_nothing(session: Session, world: World) -> None:
    ticket = report(session, world, now=TUESDAY)
    seen = ticket.version
    assign(session, world, ticket, now=TUESDAY)
    with pytest.raises(Stale):
        operations.decline(session, ticket=ticket, viewer=viewer(session, world.dispatcher_mei), seen_version=seen,
                           now=TUESDAY, note="重复")  # fmt: skip
    assert ticket.state is State.ASSIGNED


@pytest.mark.parametrize("person", ["worker_zhao", "dispatcher_mei", "manager_han", "official_qian", "neighbour_wu"])
def test_only_the_reporter_confirms(session: Session, world: World, person: str) -> None:
    ticket = report(session, world, by=world.resident_lin, now=TUESDAY)
    complete(session, world, ticket, now=TUESDAY)
    with pytest.raises(Refused) as refused:
        operations.confirm(session, ticket=ticket, viewer=viewer(session, world.people[person]), stars=5,
                           seen_version=ticket.version, now=TUESDAY)  # fmt: skip
    assert refused.value.status == 403


def test_worker_cannot_confirm_own_repair_of_own_report(session: Session, world: World) -> None:
    ticket = report(session, world, by=world.worker_zhao, now=TUESDAY)
    complete(session, world, ticket, now=TUESDAY)
    zhao = viewer(session, world.worker_zhao)
    assert Party.REPORTER not in parties(session, ticket, zhao, TUESDAY)


@pytest.mark.parametrize("stars", [None, 0, 6, -1])
def test_confirming_needs_one_to_five_stars(session: Session, world: World, stars: int | None) -> None:
    ticket = complete(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    with pytest.raises(Refused, match="stars"):
        operations.confirm(session, ticket=ticket, viewer=holder(ticket), seen_version=ticket.version, now=TUESDAY,
                           stars=stars)  # fmt: skip


def test_a_person_of_another_company_cannot_be_sent(session: Session, world: World) -> None:
    ticket = report(session, world, now=TUESDAY)
    with pytest.raises(Refused) as refused:
        assign(session, world, ticket, to=world.far_worker, now=TUESDAY)
    assert refused.value.field == "assignee_id"
    assert ticket.state is State.SUBMITTED


def test_hold_pauses_the_resolve_clock_only(session: Session, world: World) -> None:
    ticket = assign(session, world, report(session, world, category="leak", now=TUESDAY), now=TUESDAY)
    before = run_of(session, ticket, ClockKind.RESOLVE).due_at
    hold(session, world, ticket, now=TUESDAY, until_on=clock.local_date(TUESDAY) + timedelta(days=30))
    assert run_of(session, ticket, ClockKind.RESOLVE).paused_at == TUESDAY
    later = TUESDAY + timedelta(days=7)
    operations.resume(session, ticket=ticket, viewer=viewer(session, world.worker_zhao, now=later),
                      seen_version=ticket.version, now=later)  # fmt: skip
    after = run_of(session, ticket, ClockKind.RESOLVE)
    assert ticket.state is State.ASSIGNED
    assert after.paused_at is None
    assert (after.due_at is None) == (before is None)
    if before is not None and after.due_at is not None:
        assert after.due_at == before + timedelta(days=7)  # a week holds the same workdays wherever it begins
    nothing_is_broken(session)


@pytest.mark.parametrize("days", [0, -1, 731])
def test_a_hold_ends_on_a_day_ahead(session: Session, world: World, days: int) -> None:
    ticket = report(session, world, now=TUESDAY)
    with pytest.raises(Refused) as refused:
        hold(session, world, ticket, now=TUESDAY, until_on=clock.local_date(TUESDAY) + timedelta(days=days))
    assert refused.value.field == "until_on"


def test_reopening_starts_a_full_run_and_keeps_the_first_verdict(session: Session, world: World) -> None:
    ticket = complete(session, world, report(session, world, now=TUESDAY), now=TUESDAY + timedelta(hours=1))
    later = TUESDAY + timedelta(days=2)
    operations.reopen(session, ticket=ticket, viewer=holder(ticket), seen_version=ticket.version, now=later,
                      note="还是不亮", store=world.store)  # fmt: skip
    first, second = (run_of(session, ticket, ClockKind.RESOLVE, run) for run in (1, 2))
    assert first.stopped_at == TUESDAY + timedelta(hours=1)
    assert (second.started_at, second.stopped_at) == (later, None)
    assert (ticket.state, ticket.assignee_id, ticket.reopened) == (State.ASSIGNED, world.worker_zhao.id, 1)
    nothing_is_broken(session)


def test_reopened_after_the_person_left_goes_back_to_the_queue(session: Session, world: World) -> None:
    from propman.accounts.models import Membership

    ticket = complete(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    post = session.scalars(select(Membership).where(Membership.user_id == world.worker_zhao.id)).one()
    post.ends_on = clock.local_date(TUESDAY) + timedelta(days=1)
    later = TUESDAY + timedelta(days=2)
    operations.reopen(session, ticket=ticket, viewer=holder(ticket), seen_version=ticket.version, now=later,
                      note="还是不亮", store=world.store)  # fmt: skip
    assert (ticket.state, ticket.assignee_id) == (State.SUBMITTED, None)
    nothing_is_broken(session)


def test_unanswered_for_seven_days_is_closed_by_the_system(session: Session, world: World) -> None:
    ticket = complete(session, world, report(session, world, by=world.resident_lin, now=TUESDAY), now=TUESDAY)
    assert operations.close_unanswered(session, now=TUESDAY + timedelta(days=7) - timedelta(seconds=1)) == 0
    assert operations.close_unanswered(session, now=TUESDAY + timedelta(days=7)) == 1
    assert operations.close_unanswered(session, now=TUESDAY + timedelta(days=8)) == 0
    assert (ticket.state, ticket.stars) == (State.CONFIRMED, None)
    assert events(session, ticket)[-1] == (Action.CLOSED_BY_SYSTEM, State.CONFIRMED)
    nothing_is_broken(session)


def change(session: Session, world: World, days: int = 1) -> datetime:
    """The far company takes over `community` from the day that begins in `days` days; gives 00:00 of that day."""
    on = clock.local_date(TUESDAY) + timedelta(days=days)
    change_over(session, community_id=world.community.id, organisation_id=world.far_company.id, starts_on=on,
                actor_id=None, now=TUESDAY)  # fmt: skip
    return clock.at_local(on)


PREPARED: dict[str, Callable[[Session, World, Ticket], Ticket]] = {
    "submitted": lambda session, world, ticket: ticket,
    "assigned": lambda session, world, ticket: assign(session, world, ticket, now=TUESDAY),
    "underway": lambda session, world, ticket: start(session, world, ticket, now=TUESDAY),
    "on_hold": lambda session, world, ticket: hold(session, world, ticket, now=TUESDAY),
    "completed": lambda session, world, ticket: complete(session, world, ticket, now=TUESDAY),
}


@pytest.mark.parametrize(
    ("state", "becomes", "passes"),
    [
        ("submitted", "submitted", True),
        ("assigned", "submitted", True),
        ("underway", "submitted", True),
        ("on_hold", "on_hold", True),
        ("completed", "completed", False),
    ],
)
def test_open_tickets_pass_to_the_new_company(
    session: Session, world: World, state: str, becomes: str, passes: bool
) -> None:
    ticket = PREPARED[state](session, world, report(session, world, now=TUESDAY))
    until_on, due = ticket.hold_until_on, run_of(session, ticket, ClockKind.RESOLVE).due_at
    midnight = change(session, world)
    assert operations.hand_over_due(session, now=midnight - timedelta(seconds=1)) == 0
    assert operations.hand_over_due(session, now=midnight + timedelta(hours=3)) == int(passes)
    assert operations.hand_over_due(session, now=midnight + timedelta(hours=4)) == 0
    assert (ticket.state, ticket.hold_until_on) == (becomes, until_on)
    assert run_of(session, ticket, ClockKind.RESOLVE).due_at == due
    last = queries.timeline(session, ticket)[-1]
    if passes:
        assert (last.action, last.at, last.party) == (Action.HANDED_OVER, midnight, Party.SYSTEM)
        assert (ticket.organisation_id, ticket.assignee_id) == (world.far_company.id, None)
        assert ("ticket.dispatch.handed_over", world.far_dispatcher.id) in told(session, ticket)
    else:
        assert ticket.organisation_id == world.company.id
    nothing_is_broken(session)


def test_rights_follow_the_date_even_if_the_job_is_late(session: Session, world: World) -> None:
    ticket = assign(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    after = change(session, world) + timedelta(hours=9)
    with pytest.raises(NotFound):
        queries.load(session, ticket.number, viewer(session, world.dispatcher_mei, now=after), after)
    new = viewer(session, world.far_dispatcher, now=after)
    found = queries.load(session, ticket.number, new, after)
    operations.assign(session, ticket=found, viewer=new, seen_version=found.version, now=after,
                      assignee_id=world.far_worker.id)  # fmt: skip
    assert [action for action, _ in events(session, ticket)] == [
        Action.SUBMIT, Action.ASSIGN, Action.HANDED_OVER, Action.ASSIGN,
    ]  # fmt: skip
    assert operations.hand_over_due(session, now=after) == 0
    nothing_is_broken(session)


def test_while_nobody_manages_the_street_office_answers(session: Session, world: World) -> None:
    ticket = assign(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    on = clock.local_date(TUESDAY) + timedelta(days=1)
    from propman.communities.models import Engagement

    engagement = session.scalars(select(Engagement).where(Engagement.community_id == world.community.id)).one()
    end_engagement(session, engagement_id=engagement.id, ends_on=on, actor_id=None, now=TUESDAY)
    after = clock.at_local(on) + timedelta(hours=9)
    assert operations.hand_over_due(session, now=after) == 1
    assert (ticket.state, ticket.organisation_id) == (State.SUBMITTED, world.street_office.id)
    assign(session, world, ticket, to=world.clerk_jie, by=world.clerk_jie, now=after)
    assert ticket.state is State.ASSIGNED
    nothing_is_broken(session)


def test_the_former_company_reads_what_it_closed_without_contact_for_ninety_days(
    session: Session, world: World
) -> None:
    closed = confirm(session, world, report(session, world, phone="13812345678", now=TUESDAY), now=TUESDAY)
    midnight = change(session, world)
    for days, seen in ((1, True), (89, True), (90, False)):
        later = midnight + timedelta(days=days)
        mei = viewer(session, world.dispatcher_mei, now=later)
        found = session.scalars(queries.visible_to(mei, later).where(Ticket.id == closed.id)).one_or_none()
        assert (found is not None) is seen, days
        assert not queries.sees_contact(session, closed, parties(session, closed, mei, later))


def test_completed_work_stays_with_its_company_until_answered(session: Session, world: World) -> None:
    ticket = complete(session, world, report(session, world, now=TUESDAY), now=TUESDAY)
    after = change(session, world) + timedelta(hours=9)
    assert queries.load(session, ticket.number, viewer(session, world.dispatcher_mei, now=after), after) is ticket
    operations.reopen(session, ticket=ticket, viewer=holder(ticket), seen_version=ticket.version, now=after,
                      note="没修好", store=world.store)  # fmt: skip
    assert (ticket.state, ticket.organisation_id, ticket.assignee_id) == (State.SUBMITTED, world.far_company.id, None)
    nothing_is_broken(session)


def test_time_never_goes_back_on_a_ticket(session: Session, world: World) -> None:
    ticket = report(session, world, now=TUESDAY)
    assign(session, world, ticket, now=TUESDAY - timedelta(hours=5))
    assert [event.at for event in queries.timeline(session, ticket)] == [TUESDAY, TUESDAY]
    nothing_is_broken(session)


def test_erasing_empties_the_words_and_keeps_the_history(session: Session, world: World) -> None:
    photo = operations_photo()
    ticket = report(session, world, now=TUESDAY, description="三楼王奶奶家漏水", spot="301", name="王奶奶",
                    phone="13812345678", photos=(photo,))  # fmt: skip
    confirm(session, world, ticket, now=TUESDAY, note="谢谢赵师傅")
    before = events(session, ticket)
    operations.erase_ticket(session, ticket=ticket, actor_id=None, now=TUESDAY)
    operations.erase_ticket(session, ticket=ticket, actor_id=None, now=TUESDAY)
    assert session.scalars(select(PersonalText).where(PersonalText.body.is_not(None))).all() == []
    assert events(session, ticket) == before
    assert queries.attachments_of(session, ticket) == []
    nothing_is_broken(session)


def operations_photo():  # type: ignore[no-untyped-def]
    from propman.files.operations import Upload

    return Upload(file_name="王奶奶家.jpg", data=picture())


SCOPE = {
    "dispatcher_mei": True, "manager_han": True, "clerk_jie": True, "committee_ju": True, "owner_ye": True,
    "grid_worker_gao": True, "official_qian": True, "official_sheng": True, "readonly_cai": True, "auditor_shen": True,
    "resident_lin": True, "worker_zhao": True, "worker_sun": False, "neighbour_wu": False, "contractor_deng": False,
    "utility_shui": False, "administrator_guan": False, "far_dispatcher": False, "far_worker": False,
    "far_resident": False, "far_clerk": False, "far_official": False,
}  # fmt: skip


@pytest.mark.parametrize(("person", "sees"), list(SCOPE.items()))
def test_who_sees_a_ticket(session: Session, world: World, person: str, sees: bool) -> None:
    ticket = report(session, world, by=world.resident_lin, now=TUESDAY, phone="13812345678")
    assign(session, world, ticket, now=TUESDAY)
    someone = viewer(session, world.people[person], now=TUESDAY)
    found = session.scalars(queries.visible_to(someone, TUESDAY)).all()
    assert (ticket in found) is sees
    contact = person in {"dispatcher_mei", "manager_han", "worker_zhao", "resident_lin"}
    assert queries.sees_contact(session, ticket, parties(session, ticket, someone, TUESDAY)) is contact


def test_nobody_sees_nothing(session: Session, world: World) -> None:
    report(session, world, now=TUESDAY)
    assert session.scalars(queries.visible_to(NOBODY, TUESDAY)).all() == []
