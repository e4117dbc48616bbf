"""What reporters answered about completions: on the page of the report, and on the telephone. The rates count these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from propman.callbacks.models import CallAttempt, CallBack
from propman.callbacks.rules import Ending, Given, Source
from propman.tickets.models import TicketEvent
from propman.tickets.workflow import Action, CallOutcome, Party


def answers_about(session: Session, completions: Collection[int]) -> dict[int, list[Given]]:
    """For each of the `completions` (ids of moves), everything that was answered about it, in no order.

    `rules.counted` says which one counts. A reopening says "not solved". Two statements.
    """
    found: dict[int, list[Given]] = defaultdict(list)
    for completion_id, event in session.execute(_own(completions)):
        solved = event.action is Action.CONFIRM
        found[completion_id].append(
            Given(Source.REPORTER, event.at, event.contacted_in_time, solved=solved, stars=event.stars)
        )
    for row, organisation_id, repaired_by in session.execute(_called(completions)):
        found[row.completion_id].append(
            Given(Source.CALL, row.ended_at, row.contacted_in_time, solved=row.solved, stars=row.stars,
                  own_company=organisation_id == repaired_by)
        )  # fmt: skip
    return dict(found)


def _own(completions: Collection[int]):  # type: ignore[no-untyped-def]
    """The reporter's own answers: confirmed or reopened after the completion, and before the next one."""
    completion, between = aliased(TicketEvent), aliased(TicketEvent)
    latest = (
        select(func.max(between.version))
        .where(
            between.ticket_id == TicketEvent.ticket_id, between.action == Action.COMPLETE,
            between.version < TicketEvent.version,
        )
        .scalar_subquery()
    )  # fmt: skip
    return (
        select(completion.id, TicketEvent)
        .join(TicketEvent, and_(TicketEvent.ticket_id == completion.ticket_id, completion.version == latest))
        .where(
            completion.id.in_(completions), TicketEvent.party == Party.REPORTER,
            TicketEvent.action.in_((Action.CONFIRM, Action.REOPEN)),
        )
    )  # fmt: skip


def _called(completions: Collection[int]):  # type: ignore[no-untyped-def]
    """The call-backs that reached somebody, with the organisation that called, and the one that had completed it."""
    completion = aliased(TicketEvent)
    reached = and_(CallAttempt.call_back_id == CallBack.id, CallAttempt.outcome == CallOutcome.REACHED)
    return (
        select(CallBack, CallAttempt.organisation_id, completion.organisation_id)
        .join(CallAttempt, reached)
        .join(completion, completion.id == CallBack.completion_id)
        .where(CallBack.completion_id.in_(completions), CallBack.ending == Ending.REACHED)
    )
