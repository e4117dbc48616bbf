"""Who pays for a repair: by the table from the start, and as a dispatcher decides who answers what only people know.

It is no move: state and version of the ticket stay. Each decision is a row with who and when, which is its audit; of
two people who decide at once the second one is told to look first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from propman import clock
from propman.assets.warranty import Verdict
from propman.db import fresh, held, put
from propman.errors import Refused, Stale
from propman.personal import TextKind, clean, write
from propman.roles import Viewer
from propman.text import N_
from propman.tickets import payer as table
from propman.tickets import queries
from propman.tickets.models import Ticket, TicketPayer, TicketVerdict
from propman.tickets.operations.bringing import NOTE_LENGTH
from propman.tickets.payer import Facts, Payer
from propman.tickets.workflow import Party, State

SETTLED = frozenset({State.DECLINED, State.CANCELLED, State.MERGED})
"""States of tickets for which nothing is to be repaired, nor paid."""

Run = TypeVar("Run", TicketVerdict, TicketPayer)


@dataclass(frozen=True)
class Answers:
    """What only people know and the payer depends on."""

    culprit_known: bool = False
    in_fee: bool = False
    fund: bool = False
    common_revenue: bool = False


@dataclass(frozen=True)
class Decision:
    """Who pays by the table, with what it was asked, and who is to pay."""

    facts: Facts
    rule: table.Rule
    payer: Payer


def settle_payer(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_run: int, now: datetime, answers: Answers,
    payer: Payer | None, reason: str | None = None,
) -> TicketPayer:  # fmt: skip
    """A dispatcher answers what only people know, and says who pays: as the table says (None), or against it. Flushes.

    Raises `Refused` as `judge`; 422 for an override without a reason, and for a cost that no repair fund may pay.
    """
    before = guard(session, ticket, viewer, seen_run, queries.payer_of, now)
    words = fit(reason, field="reason")
    decision = decide(session, ticket, queries.verdict_of(session, ticket), answers, clock.local_date(now), payer)
    table.refuse_from_fund(decision.facts, decision.payer)
    if decision.payer is not decision.rule.payer and not words:
        raise Refused(N_("Please say why somebody else is to pay than the table says."), field="reason")
    row = write(session, kind=TextKind.NOTE, body=words, now=now)
    return store(session, ticket, decision, run=before.run + 1 if before else 1, now=now, actor_id=viewer.user_id,
                 reason_id=row.id if row else None)  # fmt: skip


def guard(
    session: Session, ticket: Ticket, viewer: Viewer, seen_run: int, last: Callable[[Session, Ticket], Run | None],
    now: datetime,
) -> Run | None:  # fmt: skip
    """What stands now, and may be followed by another run: the ticket is held, so that of two one comes first."""
    held(session, Ticket, ticket.id)
    standing = last(session, ticket)
    if (standing.run if standing else 0) != seen_run:
        raise Stale()
    may_decide(ticket, queries.parties_of(session, ticket, viewer, queries.holder_today(session, ticket, now)))
    return standing


def may_decide(ticket: Ticket, parties: Collection[Party]) -> None:
    """Raises `Refused` where one who is these `parties` to `ticket` may not decide who answers for it, nor who pays."""
    if Party.DISPATCHER not in parties:
        raise Refused(N_("This step is for somebody else to take."), status=403)
    if ticket.state in SETTLED:
        raise Refused(N_("The report was closed without a repair: nobody has to pay."), status=409)


def fit(note: str | None, *, field: str = "note") -> str:
    """`note` cleaned. Raises `Refused` for one that is too long."""
    words = clean(note or "")
    if len(words) > NOTE_LENGTH:
        raise Refused(N_("Please keep it to %(most)s characters."), field=field, most=NOTE_LENGTH)
    return words


def decide(
    session: Session, ticket: Ticket, verdict: TicketVerdict | None, answers: Answers, on: date,
    payer: Payer | None = None,
) -> Decision:  # fmt: skip
    """Who pays for `ticket` by the table; `payer` is who is to pay in place of whom it says."""
    part = queries.part_of(session, ticket, verdict)
    facts = Facts(
        verdict=verdict.verdict if verdict else Verdict.UNKNOWN, utilitys=queries.is_utilitys(session, part, on),
        inside_flat=ticket.private, **vars(answers),
    )  # fmt: skip
    rule = table.decide(facts)
    return Decision(facts, rule, payer or rule.payer)


def store(
    session: Session, ticket: Ticket, decision: Decision, *, run: int, now: datetime, actor_id: int | None = None,
    reason_id: int | None = None,
) -> TicketPayer:  # fmt: skip
    """Write `decision` down as the run `run`. Flushes."""
    row = decided(ticket, decision, run=run, now=now, actor_id=actor_id, reason_id=reason_id)
    put(session, row)
    return row


def decided(
    ticket: Ticket, decision: Decision, *, run: int, now: datetime, actor_id: int | None = None,
    reason_id: int | None = None,
) -> TicketPayer:  # fmt: skip
    """The row that `store` writes."""
    return fresh(
        TicketPayer, ticket_id=ticket.id, run=run, rule=decision.rule.number, proposed=decision.rule.payer,
        payer=decision.payer, facts=dict(vars(decision.facts)),
        flagged=table.flagged(decision.facts, decision.payer), reason_id=reason_id, decided_at=now, actor_id=actor_id,
    )  # fmt: skip


def follow(session: Session, ticket: Ticket, verdict: TicketVerdict, viewer: Viewer, now: datetime) -> None:
    """Ask the table again after another verdict, with the answers that were given. What was decided against the table
    stands while the table says the same; else it falls away.
    """
    before = queries.payer_of(session, ticket)
    answers = Answers(**{each.name: before.facts[each.name] for each in fields(Answers)}) if before else Answers()
    decision = decide(session, ticket, verdict, answers, clock.local_date(now))
    stands = before is not None and before.proposed is decision.rule.payer
    if before is not None and stands:
        decision = replace(decision, payer=before.payer)
    store(session, ticket, decision, run=before.run + 1 if before else 1, now=now, actor_id=viewer.user_id,
          reason_id=before.reason_id if before and stands else None)  # fmt: skip
