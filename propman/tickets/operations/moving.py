"""The one way a ticket moves: guards, change, event, notices, in one transaction that the caller commits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from propman import clock
from propman.catalogue.queries import work_calendar
from propman.communities.models import Organisation
from propman.db import put
from propman.errors import Stale
from propman.notify.operations import number_of
from propman.personal import TextKind, write
from propman.roles import Viewer
from propman.tickets import queries, urgency
from propman.tickets.models import COUNTED, TWO_CLOCKS, ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.notices import messages_of, tell
from propman.tickets.operations.bringing import Brought, check
from propman.tickets.operations.clocks import running, unpause
from propman.tickets.operations.rivals import is_yesterday, last_at, overtaken
from propman.tickets.operations.waiting import let_lapse
from propman.tickets.workflow import JUDGES, Action, Move, Party, Standing, State, legal, refusal

Effect = Callable[[dict[ClockKind, TicketClock], datetime], None]


def move(
    session: Session,
    *,
    ticket: Ticket,
    action: Action,
    viewer: Viewer,
    seen_version: int,
    now: datetime,
    brought: Brought | None = None,
    effect: Effect | None = None,
    holder: Organisation | None = None,
    acting_as: Party | None = None,
) -> TicketEvent:
    """Make `action` on `ticket` for `viewer`. Flushes.

    In: `seen_version` is the version that the person saw; `effect` changes clocks and columns of this move before its
    event is written, and gets the running clocks and the moment of the move; `holder` is `queries.holder_today`, from
    whoever asked already; `acting_as` is what `viewer` acts as, where being something else as well must not help.
    Out: the event.
    Raises `Stale` (409) if somebody moved first, `Refused` 403, 409 or 422 as `workflow.refusal` says.
    """
    brought = brought or Brought()
    if overtaken(session, ticket, action, seen_version) or is_yesterday(session, ticket, now):
        raise Stale()
    holder = holder or queries.holder_today(session, ticket, now)
    parties = queries.parties_of(session, ticket, viewer, holder) & frozenset({acting_as} if acting_as else Party)
    standing = queries.standing(session, ticket, now, holder, viewer)
    row = _lawful(action, standing, parties, now)
    check(row, brought, now)
    catch_up(session, ticket=ticket, now=now, holder=holder)
    party = next(party for party in Party if party in parties & row.parties)
    stands = len(row.to) > 1 and queries.person_stands(session, ticket, now, holder)
    return step(session, ticket=ticket, row=row, party=party, actor_id=viewer.user_id, now=now, brought=brought,
                effect=effect, person_stands=stands)  # fmt: skip


def _lawful(action: Action, standing: Standing, parties: frozenset[Party], now: datetime) -> Move:
    """The row of the table that allows `action`. Raises `Refused` as `workflow.refusal` says."""
    refused = refusal(action, standing=standing, parties=parties, now=now)
    row = legal(action, standing.state, referred=standing.referred, recheck=standing.recheck)
    if refused is not None or row is None:
        raise refused or Stale()
    return row


def step(
    session: Session, *, ticket: Ticket, row: Move, party: Party, actor_id: int | None, now: datetime, brought: Brought,
    effect: Effect | None = None, engagement_id: int | None = None, at: datetime | None = None,
    person_stands: bool = False,
) -> TicketEvent:  # fmt: skip
    """Carry out a move that was found legal: state, clocks, event, notices.

    `at` is when it took effect, where that was before `now`; `person_stands` decides where a row has two targets.
    Time never goes back on a ticket: the event lies at its previous event, if that is later. Raises `Stale` if a
    rival's move was committed first: the version says so.
    """
    before, clocks, had = ticket.state, running(session, ticket), (ticket.organisation_id, ticket.assignee_id)
    at = max(at or now, last_at(session, ticket))
    note = write(session, kind=TextKind.NOTE, body=brought.note, now=at)
    with session.no_autoflush:  # state and columns change together or not at all
        ticket.state = row.target(before, person_stands=person_stands)
        ticket.version += 1
        _keep_hold(ticket, brought)
        if effect is not None:
            effect(clocks, at)
        let_lapse(session, ticket=ticket, had=had, at=at)
    event = TicketEvent(
        ticket_id=ticket.id, version=ticket.version, action=row.action, from_state=before, to_state=ticket.state,
        at=at, actor_id=actor_id, party=party, note_id=note.id if note else None, engagement_id=engagement_id,
        **brought.told,
    )  # fmt: skip
    return finish(session, ticket=ticket, event=event, now=now)


def finish(session: Session, *, ticket: Ticket, event: TicketEvent, now: datetime, quiet: bool = False) -> TicketEvent:
    """Write down how things stand after the move, and tell the people concerned at `now`, unless `quiet`. Flushes.

    Raises `Stale` when the compare-and-set on the version finds that a rival was first.
    """
    with session.no_autoflush:
        stored = select(TicketClock).where(TicketClock.ticket_id == ticket.id).order_by(TicketClock.run)
        fresh = [row for row in session.new if isinstance(row, TicketClock) and row.ticket_id == ticket.id]
        note_deadlines(ticket, event, [*session.scalars(stored), *fresh])
    try:
        session.flush()
    except StaleDataError:
        raise Stale() from None
    return enter(session, ticket=ticket, event=event, now=now, quiet=quiet)


def enter(session: Session, *, ticket: Ticket, event: TicketEvent, now: datetime, quiet: bool = False) -> TicketEvent:
    """Write `event`, whose deadlines are noted, with how things stand on `ticket`, and tell of it at `now`. Flushes."""
    note_standing(session, ticket, event, now)
    messages = [] if quiet else messages_of(session, ticket=ticket, event=event)
    event.notices = number_of(messages)
    put(session, event)
    tell(session, event=event, messages=messages, now=now)
    session.flush()
    return event


def note_standing(session: Session, ticket: Ticket, event: TicketEvent, now: datetime) -> None:
    """Write onto `event`, which is written down at `now`, how things stand on `ticket`."""
    event.month = clock.month_of(now) if ticket.channel in COUNTED else None
    event.community_id, event.category = ticket.community_id, ticket.category
    event.completion_id = queries.last_completion_id(session, ticket) if event.action in JUDGES else None
    event.organisation_id = ticket.organisation_id
    event.assignee_id = ticket.assignee_id
    event.hold_until_on, event.hold_reason = ticket.hold_until_on, ticket.hold_reason
    event.lead_id = ticket.lead_id
    event.appointed_from, event.appointed_until = ticket.appointed_from, ticket.appointed_until


def catch_up(session: Session, *, ticket: Ticket, now: datetime, holder: Organisation) -> list[TicketEvent]:
    """What has happened to `ticket` by the calendar and was not written down yet: it changed hands, its hold ended; in
    the order of their days.

    The jobs do this for all; a move that comes first does it for its own ticket, because rights and deadlines follow
    the date even if the job is late.
    """
    change = queries.change_of_holder(session, ticket, now, holder)
    acts = [wake, settle_holder]
    if change is not None and ticket.hold_until_on is not None and change.on <= ticket.hold_until_on:
        acts.reverse()
    events = [act(session, ticket=ticket, now=now, holder=holder) for act in acts]
    return [event for event in events if event is not None]


def wake(session: Session, *, ticket: Ticket, now: datetime, holder: Organisation) -> TicketEvent | None:
    """End the hold of `ticket` where its day has come; None where nothing is to be done.

    The event lies at 00:00 of that day, however late this runs, so that the deadline moves by the hold and no more.
    """
    row = legal(Action.RESUME, ticket.state, referred=queries.open_referral(session, ticket) is not None)
    if row is None or ticket.hold_until_on is None or clock.local_date(now) < ticket.hold_until_on:
        return None

    def go_on(clocks: dict[ClockKind, TicketClock], at: datetime) -> None:
        unpause(clocks, calendar=work_calendar(session, clock.local_date(at)), now=at)

    return step(
        session, ticket=ticket, row=row, party=Party.SYSTEM, actor_id=None, now=now, brought=Brought(), effect=go_on,
        at=clock.at_local(ticket.hold_until_on), person_stands=queries.person_stands(session, ticket, now, holder),
    )  # fmt: skip


def settle_holder(session: Session, *, ticket: Ticket, now: datetime, holder: Organisation) -> TicketEvent | None:
    """Hand `ticket` over to `holder`, who manages the community today; None where nothing is to be done.

    The event lies at 00:00 of the day the change took effect.
    """
    change = queries.change_of_holder(session, ticket, now, holder)
    if change is None or is_yesterday(session, ticket, now):
        return None
    row = legal(Action.HANDED_OVER, ticket.state)
    if row is None:
        return None

    def pass_on(_clocks: dict[ClockKind, TicketClock], _at: datetime) -> None:
        ticket.organisation_id, ticket.assignee_id = change.organisation_id, None

    return step(
        session, ticket=ticket, row=row, party=Party.SYSTEM, actor_id=None, now=now,
        at=clock.at_local(change.on), brought=Brought(), effect=pass_on,
        engagement_id=change.engagement_id,
    )  # fmt: skip


def _keep_hold(ticket: Ticket, brought: Brought) -> None:
    """Day and reason of a hold stand as long as it lasts."""
    lasts = ticket.state is State.ON_HOLD
    ticket.hold_until_on = (brought.until_on or ticket.hold_until_on) if lasts else None
    ticket.hold_reason = (brought.cause or ticket.hold_reason) if lasts else None


def note_deadlines(ticket: Ticket, event: TicketEvent, runs: Iterable[TicketClock]) -> None:
    """Write the deadlines that stand by all `runs`, the earlier first, onto `event`; onto `ticket` what presses."""
    pressing: TicketClock | None = None
    for run in (each for each in runs if each.kind in TWO_CLOCKS):
        if run.kind is ClockKind.RESPOND:
            event.respond_due_at = run.due_at
        else:
            event.resolve_due_at = run.due_at
        presses = run.stopped_at is None and run.paused_at is None and run.due_at is not None
        if presses and (pressing is None or run.kind is ClockKind.RESPOND):
            pressing = run
    ticket.due_at = pressing.due_at if pressing else None
    ticket.due_kind = pressing.kind if pressing else None
    ticket.urgency, ticket.queue_at = urgency.of(
        state=ticket.state, priority=ticket.priority, due_at=ticket.due_at, submitted_at=ticket.submitted_at,
        moved_at=event.at,
    )  # fmt: skip
