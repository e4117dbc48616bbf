"""What must always be true of stored spot checks: P01 and P02. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman.invariants import Finding, Promises
from propman.spotchecks import queries, rules
from propman.spotchecks.models import SOURCE, SpotCheck, SpotDraw, SpotFrame
from propman.spotchecks.rules import Kind, Outcome, Whose
from propman.tickets.models import TicketEvent, TicketFinding
from propman.tickets.workflow import Action


def promises(session: Session) -> Promises:
    """What is promised of spot checks, each counted afresh when it is called; writes nothing."""
    return {"P01": lambda: draws(session), "P02": lambda: ends(session)}


def draws(session: Session) -> Finding:
    """P01: what was drawn is what the seed gives of that from which was drawn; and that is every point at which
    nothing failed in that time and that was not drawn before, by who recorded it, and of repairs completions by who
    made them.
    """
    found = session.scalars(select(SpotDraw).options(joinedload(SpotDraw.area)).order_by(SpotDraw.id)).all()
    broken = [f"draw {draw.id} {fault}" for draw in found for fault in _faults(session, draw)]
    return Finding("P01", len(found), tuple(broken))


def _faults(session: Session, draw: SpotDraw) -> Iterator[str]:
    frames = session.scalars(select(SpotFrame).where(SpotFrame.draw_id == draw.id)).all()
    of = {frame.whose: frame.things for frame in frames}
    due = {(whose, one) for whose, ids in rules.sample(draw.seed, of, draw.share, draw.most).items() for one in ids}
    drawn = set()
    for check in session.scalars(select(SpotCheck).where(SpotCheck.draw_id == draw.id)):
        drawn.add((Whose(check.kind, check.person_id), check.point_id or check.completion_id or 0))
    if drawn != due:
        yield f"drew {len(drawn)} things, of which {len(drawn & due)} are those that its seed gives"
    held = {(whose.person_id, one) for whose, ids in of.items() if whose.kind is Kind.POINT for one in ids}
    there = {(row[0], row[1]) for row in session.execute(queries.unfailed(draw))}
    if held != there:
        yield f"is from {len(held)} points, and there were {len(there)}, {len(held & there)} of them the same"
    repairs = {one: whose.person_id for whose, ids in of.items() if whose.kind is Kind.REPAIR for one in ids}
    made = select(TicketEvent.id, TicketEvent.actor_id).where(TicketEvent.action == Action.COMPLETE)
    known = {row[0]: row[1] for row in session.execute(made.where(TicketEvent.id.in_(repairs)))}
    if known != repairs:
        yield "is from repairs that others completed, or nobody"


def ends(session: Session) -> Finding:
    """P02: a spot check was ended by a second person, who had no hand in what was looked at; each disagreement has its
    report, and each such report its disagreement.
    """
    checks = session.scalars(select(SpotCheck).order_by(SpotCheck.id)).all()
    hands = queries.checked_of(session, checks)
    broken = [
        f"spot check {check.id} was ended by one who had a hand in it"
        for check in checks
        if check.checked_by_id is not None and check.checked_by_id in hands[check.id].hands
    ]
    told = defaultdict(set)
    query = select(TicketFinding.source, TicketFinding.ticket_id)
    for source, ticket_id in session.execute(query.where(TicketFinding.source.startswith(SOURCE))):
        told[source].add(ticket_id)
    due = {check.source: {check.led_to_id} for check in checks if check.outcome is Outcome.DISAGREED}
    broken += [f"{source} has no report, or another" for source, ids in due.items() if told[source] != ids]
    broken += [f"a report is of {source}, which did not disagree" for source, ids in told.items()
               if ids and source not in due]  # fmt: skip
    return Finding("P02", len(checks), tuple(broken))
