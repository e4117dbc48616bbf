"""The promise about verdicts and payers: each is what its rule says of what it rests on (V01)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman.assets.warranty import Reason, Rule, Verdict
from propman.invariants import Finding
from propman.tickets.evidence import Evidence
from propman.tickets.models import TicketPayer, TicketVerdict
from propman.tickets.payer import Facts, decide, flagged

ON_NO_PART = frozenset({Reason.NO_PART, Reason.SEVERAL_PARTS})


def rules_were_applied(session: Session) -> Finding:
    """V01: no verdict differs from the rule recomputed from what it rests on, nor a payer from the table; runs are
    numbered without a gap.
    """
    verdicts = select(TicketVerdict).options(joinedload(TicketVerdict.rule))
    found = session.scalars(verdicts.order_by(TicketVerdict.ticket_id, TicketVerdict.run)).all()
    paid = session.scalars(select(TicketPayer).order_by(TicketPayer.ticket_id, TicketPayer.run)).all()
    broken = [f"ticket {row.ticket_id}: verdict {row.run} {fault}" for row in found for fault in _verdict_faults(row)]
    broken += [f"ticket {row.ticket_id}: payer {row.run} {fault}" for row in paid for fault in _payer_faults(row)]
    for what, runs in (("verdicts", [(row.ticket_id, row.run) for row in found]),
                       ("payers", [(row.ticket_id, row.run) for row in paid])):  # fmt: skip
        for ticket_id, own in groupby(runs, lambda run: run[0]):
            numbers = [number for _, number in own]
            if numbers != list(range(1, len(numbers) + 1)):
                broken.append(f"ticket {ticket_id}: its {what} are numbered {numbers}")
    return Finding("V01", len(found) + len(paid), tuple(broken))


def _verdict_faults(row: TicketVerdict) -> Iterator[str]:
    if row.reason in ON_NO_PART:
        if row.verdict is not Verdict.UNKNOWN:
            yield "is certain about no part"
        return
    rule = Rule(row.rule.key, row.rule.basis, row.rule.minimum) if row.rule else None
    evidence = Evidence.read(row.facts, rule)
    finding = evidence.finding(row.arose_on)
    said, given = ((each.verdict, each.reason, each.last_on) for each in (row, finding))
    if said != given:
        yield f"says {_in_words(*said)}, its rule {_in_words(*given)}"
    if not evidence.end_follows:
        yield "rests on an end that its papers do not give"


def _in_words(verdict: Verdict, reason: Reason, last_on: date | None) -> str:
    return f"{verdict} ({reason}{f', to {last_on}' if last_on else ''})"


def _payer_faults(row: TicketPayer) -> Iterator[str]:
    facts = Facts(**{**row.facts, "verdict": Verdict(row.facts["verdict"])})
    rule = decide(facts)
    if (row.rule, row.proposed) != (rule.number, rule.payer):
        yield f"follows row {row.rule} of the table, and row {rule.number} holds"
    if row.flagged is not flagged(facts, row.payer):
        yield "is flagged wrongly"
