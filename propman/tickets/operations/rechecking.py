"""From a finding to its cure: a failed item opens a ticket or joins one, and a re-check by another confirms the repair.

docs/decisions/findings-and-re-checks.md says what counts of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.assets.models import Asset
from propman.communities.models import Place
from propman.db import held, settle
from propman.errors import Stale
from propman.files.operations import Upload
from propman.files.store import FileStore
from propman.roles import Viewer
from propman.tickets import queries
from propman.tickets.models import Channel, ClockKind, ReferralEnd, Ticket, TicketClock, TicketEvent, TicketFinding
from propman.tickets.operations.bringing import Brought, check
from propman.tickets.operations.finding import keep_findable
from propman.tickets.operations.importing import NO_KEY
from propman.tickets.operations.intake import Report, open_ticket
from propman.tickets.operations.moving import catch_up, move, step
from propman.tickets.operations.photos import attach
from propman.tickets.operations.referring import end
from propman.tickets.operations.reporter import send_back
from propman.tickets.operations.rivals import is_yesterday, wait_for_rivals
from propman.tickets.workflow import Action, Party, legal

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Failed:
    """What failed on a round: a part where it is, or something at a place of a community. `source` names it there for
    ever: "round 17, item 4". `template` is that of the inspection by which it was found, and None where it was none.
    """

    source: str
    place: Place
    category: str
    words: str
    asset_id: int | None = None
    photos: Sequence[Upload] = ()
    template: str | None = None


def open_finding(session: Session, *, failed: Failed, viewer: Viewer, store: FileStore, now: datetime) -> Ticket:
    """The ticket of what `failed`, which `viewer` found: a new one, or the open one of that part. Flushes.

    Safe to repeat: one source gives one ticket or one joining for ever, and of rivals the second finds what the first
    did. Whoever calls has asked whether `viewer` may inspect there. Raises `Refused` as `intake.open_ticket`, and
    `Stale` where the ticket has moved on a later day than that of `now`.
    """
    part = session.get_one(Asset, failed.asset_id) if failed.asset_id is not None else None
    place = part.place if part is not None else failed.place
    community_id = place.community_line_ids[0]
    held(session, Place, community_id)
    known = queries.found_before(session, failed.source)
    if known is not None:
        return known
    ticket = queries.open_about(session, community_id=community_id, place_id=place.id, category=failed.category,
                                asset_id=failed.asset_id)  # fmt: skip
    if ticket is not None:
        event = _join(session, ticket, failed, viewer, store, now)
    else:
        report = Report(failed.category, description=failed.words, photos=failed.photos, apart=True)
        ticket = open_ticket(session, report=report, place=place, channel=Channel.INSPECTION, viewer=viewer,
                             tracking_key_id=NO_KEY, store=store, now=now, scanned_id=failed.asset_id)  # fmt: skip
        settle(session, ticket)
        event = session.get_one(TicketEvent, queries.first_event_id(session, ticket))
    session.add(TicketFinding(source=failed.source, ticket_id=ticket.id, event_id=event.id, found_at=event.at,
                              template=failed.template))  # fmt: skip
    session.flush()
    return ticket


def pass_recheck(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None = None
) -> TicketEvent:
    """It is fixed, says who looked again: that confirms the report, and cures what was found. Raises `Refused` as
    `moving.move`.
    """

    def close(_clocks: dict[ClockKind, TicketClock], at: datetime) -> None:
        ticket.confirmed_at = at

    event = move(session, ticket=ticket, action=Action.RECHECK_PASS, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note), effect=close)  # fmt: skip
    end(session, ticket=ticket, kind=ReferralEnd.PROVEN, at=event.at)
    waiting = select(TicketFinding).where(TicketFinding.ticket_id == ticket.id, TicketFinding.cured_id.is_(None))
    for finding in session.scalars(waiting):
        finding.cured_id, finding.cured_hours = event.id, -((finding.found_at - event.at) // HOUR)
        if event.month is not None:
            finding.month, finding.community_id = event.month, event.community_id
            finding.organisation_id = event.organisation_id
    session.flush()
    return event


def fail_recheck(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None
) -> TicketEvent:
    """It is not fixed, says who looked again: back to repair, as `reporter.reopen`."""
    return send_back(session, ticket=ticket, action=Action.RECHECK_FAIL, viewer=viewer, seen_version=seen_version,
                     now=now, brought=Brought(note=note), acting_as=Party.INSPECTOR)  # fmt: skip


def _join(
    session: Session, ticket: Ticket, failed: Failed, viewer: Viewer, store: FileStore, now: datetime
) -> TicketEvent:
    """Add the finding to `ticket`, which from now on needs a re-check."""
    wait_for_rivals(session, ticket)
    if is_yesterday(session, ticket, now):
        raise Stale()
    catch_up(session, ticket=ticket, now=now, holder=queries.holder_today(session, ticket, now))
    referred = queries.open_referral(session, ticket) is not None
    row = legal(Action.FINDING, ticket.state, referred=referred, recheck=ticket.recheck)
    if row is None:
        raise Stale()
    brought = Brought(note=failed.words, photos=len(failed.photos))
    check(row, brought, now)

    def need_a_recheck(_clocks: dict[ClockKind, TicketClock], _at: datetime) -> None:
        ticket.recheck = True

    event = step(session, ticket=ticket, row=row, party=Party.INSPECTOR, actor_id=viewer.user_id, now=now,
                 brought=brought, effect=need_a_recheck)  # fmt: skip
    attach(session, ticket=ticket, event=event, uploads=failed.photos, store=store)
    keep_findable(session, ticket_ids=[ticket.id])
    return event
