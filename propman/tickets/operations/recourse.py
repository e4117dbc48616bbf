"""The verdict on the warranty of a repair: as the report comes in, and when a dispatcher knows more.

It is no move: state and version of the ticket stay. Each verdict is a row with who and when, which is its audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.assets.queries import guarantees
from propman.assets.warranty import Finding, Reason, Verdict
from propman.communities.models import Place
from propman.communities.queries import AnyPlace
from propman.db import fresh, put
from propman.errors import Refused
from propman.personal import TextKind, write
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import queries
from propman.tickets.evidence import Evidence
from propman.tickets.models import Ticket, TicketPayer, TicketVerdict
from propman.tickets.operations.paying import Answers, decide, decided, fit, follow, guard

EARLIEST = date(1949, 1, 1)  # a day before is a slip of the pen


@dataclass(frozen=True)
class Judged:
    """A verdict that was found: on which part (None: on none), known or standing for others that are alike."""

    finding: Finding
    part_id: int | None = None
    known: bool = False
    rule_id: int | None = None
    evidence: Evidence | None = None

    @property
    def known_part(self) -> int | None:
        """The part, where it is known."""
        return self.part_id if self.known else None


def judge_report(
    session: Session, *, meant: Sequence[int], place: AnyPlace, scanned_id: int | None, now: datetime
) -> Judged:
    """The verdict on a report that comes in: on the part whose code was scanned, else on those that it can have `meant`
    (`queries.parts_meant`).
    """
    today = clock.local_date(now)
    scanned = None
    if scanned_id is not None:
        scanned = queries.part_at(session, scanned_id, place=place, on=today)
    if scanned is not None:
        return _judged(session, [scanned.id], arose_on=today, on=today)
    return _judged(session, meant, arose_on=today, on=today)


def first_findings(
    session: Session, *, ticket: Ticket, judged: Judged, now: datetime
) -> tuple[TicketVerdict, TicketPayer]:
    """The verdict that a report comes in with, and who is to pay: rows to be stored with it."""
    today = clock.local_date(now)
    verdict = _verdict(ticket, judged, run=1, arose_on=today, now=now)
    return verdict, decided(ticket, decide(session, ticket, verdict, Answers(), today), run=1, now=now)


def judged_anew(
    session: Session, ticket: Ticket, *, category: str, place: Place, asset_id: int | None, on: date, misuse: bool
) -> Judged:
    """The verdict as it would be about another category, place or part; the day of the defect stays. Reads alone."""
    before = queries.verdict_of(session, ticket)
    arose_on = before.arose_on if before else clock.local_date(ticket.submitted_at)
    ids = _named(session, ticket, asset_id, on) if asset_id is not None else queries.parts_meant(
        session, category=category, place=place, on=on
    )  # fmt: skip
    return _judged(session, ids, arose_on=arose_on, on=on, misuse=misuse)


def record_anew(session: Session, *, ticket: Ticket, judged: Judged, viewer: Viewer, now: datetime) -> None:
    """Write down the verdict that `judged_anew` gave, and ask anew who pays. Flushes."""
    before = queries.verdict_of(session, ticket)
    arose_on = before.arose_on if before else clock.local_date(ticket.submitted_at)
    found = _record(session, ticket, judged, run=before.run + 1 if before else 1, arose_on=arose_on, now=now,
                    actor_id=viewer.user_id)  # fmt: skip
    follow(session, ticket, found, viewer, now)


def judge(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_run: int, now: datetime, asset_id: int | None,
    arose_on: date | None, misuse: bool = False, note: str | None = None,
) -> TicketVerdict:  # fmt: skip
    """A dispatcher names the part, the day on which the defect arose, and whether misuse caused it. Flushes.

    In: without `asset_id`, the parts that the report can mean are judged anew; `seen_run` is the verdict that was seen.
    Raises `Refused` 403 for who does not dispatch it, 409 (`Stale`) if somebody decided first, 422 naming a field.
    """
    verdict = guard(session, ticket, viewer, seen_run, queries.verdict_of, now)
    today, reported = clock.local_date(now), clock.local_date(ticket.submitted_at)
    arose_on = arose_on or (verdict.arose_on if verdict else reported)
    if not EARLIEST <= arose_on <= reported:
        raise Refused(N_("The defect arose between 1949 and the day on which it was reported."), field="arose_on")
    words = fit(note)
    if misuse and not words:
        raise Refused(N_("Please say what points to misuse."), field="note")
    judged = _judged(session, _named(session, ticket, asset_id, today), arose_on=arose_on, on=today, misuse=misuse)
    if misuse and judged.finding.reason is not Reason.MISUSE:
        raise Refused(N_("Please name the part that was misused."), field="asset_id")
    run = verdict.run + 1 if verdict else 1
    found = _record(session, ticket, judged, run=run, arose_on=arose_on, now=now, actor_id=viewer.user_id, note=words)
    follow(session, ticket, found, viewer, now)
    return found


def _named(session: Session, ticket: Ticket, asset_id: int | None, on: date) -> Sequence[int]:
    """The part that was named; without one, those that the report can mean. Raises `Refused` for a foreign one."""
    if asset_id is None:
        return queries.parts_meant(session, category=ticket.category, place=ticket.place, on=on)
    part = queries.part_in(session, asset_id, community_id=ticket.community_id, on=on)
    if part is None:
        raise Refused(N_("Please choose one of the parts."), field="asset_id")
    return [part.id]


def _judged(session: Session, ids: Sequence[int], *, arose_on: date, on: date, misuse: bool = False) -> Judged:
    """The verdict on one part, or on several that stand alike: the nearest one then stands for all of them."""
    if not ids:
        return Judged(Finding(Verdict.UNKNOWN, Reason.NO_PART))
    if len(ids) > queries.MOST_MEANT:
        return Judged(Finding(Verdict.UNKNOWN, Reason.SEVERAL_PARTS))
    cases = [
        Judged(evidence.finding(arose_on), asset_id, len(ids) == 1, given.rule.id if given.rule else None, evidence)
        for asset_id, given in guarantees(session, ids, on).items()
        for evidence in [Evidence(given.papers, given.end, misuse=misuse, alike=len(ids))]
    ]
    if len({(case.finding, case.rule_id, _accepted_on(case)) for case in cases}) > 1:
        return Judged(Finding(Verdict.UNKNOWN, Reason.SEVERAL_PARTS))
    return next(case for case in cases if case.part_id == ids[0])


def _accepted_on(case: Judged) -> date | None:
    return case.evidence.papers.accepted_on if case.evidence else None


def _record(
    session: Session, ticket: Ticket, judged: Judged, *, run: int, arose_on: date, now: datetime,
    actor_id: int | None = None, note: str = "",
) -> TicketVerdict:  # fmt: skip
    words = write(session, kind=TextKind.NOTE, body=note, now=now)
    if ticket.asset_id != judged.known_part:
        ticket.asset_id = judged.known_part
    verdict = _verdict(ticket, judged, run=run, arose_on=arose_on, now=now, actor_id=actor_id)
    verdict.note_id = words.id if words else None
    put(session, verdict)
    return verdict


def _verdict(
    ticket: Ticket, judged: Judged, *, run: int, arose_on: date, now: datetime, actor_id: int | None = None
) -> TicketVerdict:
    return fresh(
        TicketVerdict, ticket_id=ticket.id, run=run, verdict=judged.finding.verdict, asset_id=judged.part_id,
        arose_on=arose_on, last_on=judged.finding.last_on, rule_id=judged.rule_id, reason=judged.finding.reason,
        facts=judged.evidence.stored() if judged.evidence else {}, decided_at=now, actor_id=actor_id,
    )  # fmt: skip
