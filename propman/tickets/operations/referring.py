"""Referring a repair to the contractor who built it or the utility whose it is: refer, accept, refuse, take back.

A referral is a change of holder with a clock of its own. The clocks of the ticket run on: to respond until somebody
accepts, to repair until it is repaired.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.queries import number_setting, work_calendar
from propman.communities.models import Organisation
from propman.errors import Refused, Stale
from propman.personal import clean
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import queries
from propman.tickets.models import ClockKind, Referral, ReferralEnd, ReferralKind, Ticket, TicketClock, TicketEvent
from propman.tickets.notices import tell_claimant
from propman.tickets.operations import clocks as clock_runs
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.moving import Effect, move, step
from propman.tickets.workflow import Action, Party, legal

Clocks = dict[ClockKind, TicketClock]


def refer(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, organisation_id: int | None,
    note: str | None = None,
) -> TicketEvent:  # fmt: skip
    """Hand `ticket` to a contractor or utility, who accept or refuse within some workdays. Flushes.

    To refer to one that refused is to insist, and needs a note. Raises `Refused` as `moving.move`, and for an
    organisation that it cannot be referred to.
    """
    chosen = queries.referee(session, ticket, organisation_id, now) if organisation_id is not None else None
    if organisation_id is not None and chosen is None:
        raise Refused(N_("It cannot be referred to this organisation."), field="organisation_id")
    before = queries.last_ended_with(session, ticket, chosen.id) if chosen else None
    if before is not None and before.end_kind is ReferralEnd.REFUSED and not clean(note or ""):
        raise Refused(N_("They refused before: please say why you insist."), field="note")

    event = move(session, ticket=ticket, action=Action.REFER, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note, organisation_id=organisation_id),
                 effect=_hand_on(session, ticket, chosen))  # fmt: skip
    return _referred(session, ticket, event, before, now)


def refer_as_decided(
    session: Session, *, ticket: Ticket, to: Organisation, actor_id: int | None, now: datetime
) -> None:
    """Refer `ticket`, which nobody has been sent for, `to` whom the decision of `actor_id` names. Flushes."""
    row = legal(Action.REFER, ticket.state)
    if row is None:
        raise Stale()
    event = step(session, ticket=ticket, row=row, party=Party.SYSTEM, actor_id=actor_id, now=now,
                 brought=Brought(organisation_id=to.id), effect=_hand_on(session, ticket, to))  # fmt: skip
    _referred(session, ticket, event, queries.last_ended_with(session, ticket, to.id), now)


def _hand_on(session: Session, ticket: Ticket, to: Organisation | None) -> Effect:
    def hand_on(clocks: Clocks, at: datetime) -> None:
        clock_runs.unpause_all(session, clocks, now=at)
        if to is not None:
            ticket.organisation_id, ticket.assignee_id = to.id, None

    return hand_on


def _referred(
    session: Session, ticket: Ticket, event: TicketEvent, insists_on: Referral | None, now: datetime
) -> TicketEvent:
    """Open the referral that `event` made, and tell whoever holds the claim."""
    referral = _opened(session, ticket=ticket, insists_on=insists_on, at=event.at)
    event.notices += tell_claimant(session, ticket=ticket, event=event, referral=referral, now=now)
    session.flush()
    return event


def accept(session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime) -> TicketEvent:
    """Somebody of the organisation takes it on, and goes: answers the respond clock."""

    def take_on(clocks: Clocks, at: datetime) -> None:
        clock_runs.stop(clocks.get(ClockKind.RESPOND), answered=True, now=at)
        ticket.assignee_id = viewer.user_id

    event = move(session, ticket=ticket, action=Action.ACCEPT, viewer=viewer, seen_version=seen_version, now=now,
                 effect=take_on)  # fmt: skip
    referral = queries.open_referral(session, ticket)
    if referral is not None and referral.accepted_at is None:
        referral.accepted_at = event.at
        session.flush()
    return event


def refuse(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None
) -> TicketEvent:
    """The organisation says no, with the reason: back to who is in charge, who may insist."""
    referral = queries.open_referral(session, ticket)
    event = move(session, ticket=ticket, action=Action.REFUSE, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note), effect=_back(session, ticket, now))  # fmt: skip
    end(session, ticket=ticket, kind=ReferralEnd.REFUSED, at=event.at)
    if referral is not None:
        event.notices += tell_claimant(session, ticket=ticket, event=event, referral=referral, now=now)
    session.flush()
    return event


def take_back(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None = None
) -> TicketEvent:
    """Whoever is in charge no longer waits for them."""
    event = move(session, ticket=ticket, action=Action.TAKE_BACK, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note), effect=_back(session, ticket, now))  # fmt: skip
    end(session, ticket=ticket, kind=ReferralEnd.TAKEN_BACK, at=event.at)
    return event


def end(session: Session, *, ticket: Ticket, kind: ReferralEnd, at: datetime) -> None:
    """End the open referral of `ticket`, if there is one, and with it the access that it gives. Flushes."""
    referral = queries.open_referral(session, ticket)
    if referral is not None:
        referral.ended_at, referral.end_kind = at, kind
        session.flush()


def open_again(session: Session, *, ticket: Ticket, proven: Referral, at: datetime) -> None:
    """The repair that was `proven` under a referral has failed: it is referred once more, and accepted where the person
    who did it is still there. Flushes.
    """
    referral = _opened(session, ticket=ticket, insists_on=proven, at=at)
    if ticket.assignee_id is not None:
        referral.accepted_at = at
        session.flush()


def _opened(session: Session, *, ticket: Ticket, insists_on: Referral | None, at: datetime) -> Referral:
    """The row of the referral that begins at `at` to the organisation that holds `ticket` now. Flushes."""
    today = clock.local_date(at)
    holder = session.get_one(Organisation, ticket.organisation_id)
    kind = ReferralKind(holder.kind.value)
    verdict = queries.verdict_of(session, ticket)
    part = queries.part_of(session, ticket, verdict)
    claimant = part.claimant if part is not None and kind is ReferralKind.CONTRACTOR else None
    days = number_setting(session, "referral_answer_days", today)
    referral = Referral(
        ticket_id=ticket.id, kind=kind, organisation_id=holder.id, claim_holder_id=claimant.id if claimant else None,
        asset_id=part.id if part else None, verdict_id=verdict.id if verdict else None,
        insists_on_id=insists_on.id if insists_on else None, sent_at=at,
        answer_due_at=work_calendar(session, today).close_of_workday_after(at, days),
    )  # fmt: skip
    session.add(referral)
    session.flush()
    return referral


def _back(session: Session, ticket: Ticket, now: datetime) -> Effect:
    """What refusing and taking back do to `ticket`: nobody is sent, and whoever is in charge today holds it."""
    holder = queries.holder_today(session, ticket, now)

    def bring_back(clocks: Clocks, at: datetime) -> None:
        clock_runs.unpause_all(session, clocks, now=at)
        ticket.organisation_id, ticket.assignee_id = holder.id, None

    return bring_back
