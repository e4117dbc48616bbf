"""Several reports of one fault become one: merged with the first, which moves for all; separated where they are not.

Whoever joins, merges or withdraws in a community waits for whoever does so there already: of twenty reports that
come at once the first one is the lead, and none is merged with a report that has just become a merged one itself.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman.catalogue.models import Category
from propman.communities.models import Place
from propman.communities.queries import AnyPlace
from propman.db import held
from propman.errors import Refused
from propman.personal import clean
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import queries
from propman.tickets.incident import TAKES_MORE, Fault, joins
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.operations import clocks as clock_runs
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.moving import Effect, move, step
from propman.tickets.workflow import FINAL, OPEN, Action, Party, State, legal

Clocks = dict[ClockKind, TicketClock]


def incident_of(
    session: Session, *, community: AnyPlace, place: AnyPlace, kind: Category, part_id: int | None, now: datetime,
    outage_id: int | None = None,
) -> Ticket | None:  # fmt: skip
    """The lead that a report coming in now belongs to, by the rule; it stands still until the transaction ends.

    The caller holds the community.
    """
    scope = queries.scope_of(session, place)
    known = queries.known_incidents(
        session, community_id=community.id, scope=scope, category=kind.code, part_id=part_id, now=now,
        outage_id=outage_id,
    )  # fmt: skip
    lead_id = joins(Fault(kind.code, scope.id, part_id, now, kind.private, outage_id), known)
    lead = held(session, Ticket, lead_id) if lead_id is not None else None
    return lead if lead is not None and lead.state in TAKES_MORE else None  # it may have ended meanwhile


def followed(
    session: Session, *, place: AnyPlace, kind: Category, number: str, now: datetime
) -> Ticket:  # fmt: skip
    """The report that a household follows instead of sending its own; it stands still until the transaction ends.

    The caller holds the community. Raises `Refused` for one that has ended, is inside a flat, or is not about `kind` in
    the building of `place`: of what is merged nobody is told, so that a gas leak cannot hide behind a lamp.
    """
    found = queries.to_follow_at(session, place, kind.code, number, now)
    if found is None:
        raise Refused(N_("This report can no longer be followed. Please send your own."))
    return held(session, Ticket, found.id)


def ask_first(session: Session, *, place: AnyPlace, kind: Category, now: datetime) -> None:
    """Raises `Refused` where a report like this one may be known already, so that somebody says whether it is."""
    if queries.alike_at(session, place, now, kind.code):
        raise Refused(N_("This may be known already. Please ask whether it is one of these."), field="known")


def join(session: Session, *, ticket: Ticket, lead: Ticket, now: datetime) -> TicketEvent:
    """Merge `ticket`, which comes in now, with `lead`: by the rule, or because its reporter follows it. Flushes."""
    return _merged(session, ticket, lead, Party.SYSTEM, None, now)


def merge(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, number: str | None,
    note: str | None = None,
) -> TicketEvent:  # fmt: skip
    """A dispatcher says that `ticket` is about the same fault as the report with `number`. Flushes.

    The reports merged with `ticket` go along, each with an event of its own. Raises `Refused` as `moving.move`, and 422
    for a number that is none of an open report there.
    """
    held(session, Place, ticket.community_id)
    found = queries.lead_numbered(session, ticket, number) if number else None
    lead = held(session, Ticket, found.id) if found is not None else None
    if number and (lead is None or lead.state not in OPEN):
        raise Refused(N_("There is no open report with this number in this community."), field="number")
    if lead is not None and lead.id == ticket.lead_id:
        raise Refused(N_("It is merged with this one already."), field="number")
    event = move(session, ticket=ticket, action=Action.MERGE, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note, lead_id=lead.id if lead else None),
                 effect=_into(session, ticket, lead))  # fmt: skip
    for follower in queries.followers(session, ticket):
        if lead is not None:
            _merged(session, follower, lead, Party.DISPATCHER, viewer.user_id, now)
    return event


def separate(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None = None
) -> TicketEvent:
    """Take `ticket` out of its incident: nobody is sent for it yet, and whoever is in charge today has it. Flushes.

    By staff its clocks run on from where they began, as if it had never been merged: no deadline is got rid of so. By
    its household, which says that it is not this or not fixed here, they begin anew. Raises `Refused` as `moving.move`;
    after the repair the household says what is still wrong.
    """
    held(session, Place, ticket.community_id)
    holder = queries.holder_today(session, ticket, now)
    lead = session.get(Ticket, ticket.lead_id) if ticket.lead_id is not None else None
    by_household = Party.REPORTER in queries.parties_of(session, ticket, viewer, holder)
    ended = lead is not None and lead.state in {*FINAL, State.COMPLETED}
    if by_household and ended and not clean(note or ""):
        raise Refused(N_("Please say what is still wrong."), field="note")

    def stand_alone(_clocks: Clocks, at: datetime) -> None:
        ticket.lead_id = ticket.stars = ticket.outage_id = None
        ticket.organisation_id = holder.id
        if by_household:
            ticket.reopened += ended
            clock_runs.start_clocks(session, ticket=ticket, now=at)
        else:
            clock_runs.run_on(session, ticket=ticket)

    return move(session, ticket=ticket, action=Action.SEPARATE, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note), effect=stand_alone, holder=holder)  # fmt: skip


def agree(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, stars: int | None,
    note: str | None = None,
) -> TicketEvent:  # fmt: skip
    """It is fixed here too, says the household of a merged report, with 1 to 5 stars that are its own alone."""

    def note_stars(_clocks: Clocks, _at: datetime) -> None:
        ticket.stars = stars

    return move(session, ticket=ticket, action=Action.AGREE, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note, stars=stars), effect=note_stars)  # fmt: skip


def keep_leading(session: Session, *, ticket: Ticket) -> None:
    """Raises `Refused` (409) where other households follow `ticket`: nobody would come to them any more."""
    held(session, Place, ticket.community_id)
    if queries.has_merged(session, ticket):
        sentence = N_(
            "Other households have reported the same, and somebody comes for all of them under your report. "
            "If nothing is broken at your place any more, please add that to it."
        )
        raise Refused(sentence, status=409)


def _merged(
    session: Session, ticket: Ticket, lead: Ticket, party: Party, actor_id: int | None, now: datetime
) -> TicketEvent:
    row = legal(Action.MERGE, ticket.state, recheck=ticket.recheck)
    if row is None:
        raise Refused(N_("This cannot be done any more: the ticket has moved on."), status=409)
    return step(session, ticket=ticket, row=row, party=party, actor_id=actor_id, now=now,
                brought=Brought(lead_id=lead.id), effect=_into(session, ticket, lead))  # fmt: skip


def _into(session: Session, ticket: Ticket, lead: Ticket | None) -> Effect:
    """What merging does to `ticket`: nobody is sent for it, and its clocks end, those on hold with what that took."""

    def follow(clocks: Clocks, at: datetime) -> None:
        clock_runs.unpause_all(session, clocks, now=at)
        for run in clocks.values():
            clock_runs.stop(run, answered=False, now=at)
        ticket.lead_id = lead.id if lead is not None else None
        ticket.assignee_id = ticket.stars = None

    return follow
