"""What counts as what: for every figure the condition on a move. Figures sum it, and the lists behind them show it.

Moves that stand for themselves (`own`) count where they were made. Answers, reopenings and calls (`judging`) count for
whoever had completed what they are about.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, Subquery, and_, case, exists, literal_column, or_, select, true

from propman.callbacks.models import CallAttempt, CallBack
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.oversight.models import AnswerExclusion
from propman.tickets.models import TicketEvent
from propman.tickets.workflow import OPEN, Action, CallOutcome, Party, State

COUNTED_ACTIONS = (
    Action.SUBMIT, Action.COMPLETE, Action.CONFIRM, Action.REOPEN, Action.CLOSED_BY_SYSTEM, Action.CALL,
    Action.DECLINE, Action.WITHDRAW, Action.MERGE,
)  # fmt: skip
"""Those of `tickets.models.COUNTS`, in its order."""

OWN_ACTIONS = (
    Action.SUBMIT, Action.COMPLETE, Action.CLOSED_BY_SYSTEM, Action.DECLINE, Action.WITHDRAW, Action.MERGE,
)  # fmt: skip
"""Those that stand for themselves."""

BACKLOG = (State.SUBMITTED, State.ASSIGNED, State.UNDERWAY, State.ON_HOLD)
"""Not repaired yet."""

SETTLES = (CallOutcome.REACHED, CallOutcome.REFUSED, CallOutcome.NOT_REACHED)
"""Calls with which a call-back comes to an end."""

Columns = Any
"""The columns of a table, or of an alias or a subquery with the same names."""


def of(model: Any) -> Columns:
    """The columns of `model`'s table under a name of its own: bare rows, which cost less than objects."""
    return model.__table__.alias().c


def said(value: StrEnum) -> ColumnElement[str]:
    """One of our own words, written into the statement: it is part of its shape, and so finds the indexes over some."""
    return literal_column(f"'{value}'")


YES: ColumnElement[int] = literal_column("1", Integer)
NO: ColumnElement[int] = literal_column("0", Integer)
"""Written into the statement too: a parameter for each costs more than all that is asked."""


def among(values: Iterable[StrEnum]) -> list[ColumnElement[str]]:
    """As `said`, for several."""
    return [said(value) for value in values]


def is_open(ticket: Columns) -> ColumnElement[bool]:
    """The condition of `ix_ticket_queue`."""
    return ticket.state.in_(among(state for state in State if state in OPEN))  # type: ignore[no-any-return]


def in_months(move: Columns, first: Any, last: Any) -> ColumnElement[bool]:
    """The moves of these months that can count, in the words of `ix_ticket_event_counted`."""
    months = move.month == first if first is last else move.month.between(first, last)
    return and_(move.action.in_(among(COUNTED_ACTIONS)), months)


def in_area(column: Columns, place: Any) -> ColumnElement[bool]:
    """That a community lies in `place` (or is it); everything for None and for the province."""
    if place is None or place.kind is PlaceKind.PROVINCE:
        return true()
    if place.kind is PlaceKind.COMMUNITY:
        return column == place.id  # type: ignore[no-any-return]
    inner = of(Place)
    if place.kind is PlaceKind.STREET:
        return column.in_(select(inner.id).where(inner.parent_id == place.id))  # type: ignore[no-any-return]
    inside = select(inner.id).where(inner.kind == said(PlaceKind.COMMUNITY), inner.path.like(place.under))
    return column.in_(inside)  # type: ignore[no-any-return]


def own(move: Columns) -> dict[str, ColumnElement[bool]]:
    """Moves that stand for themselves."""
    return {
        "reported": move.action == said(Action.SUBMIT),
        "completed": move.action == said(Action.COMPLETE),
        "on_time_n": and_(move.action == said(Action.COMPLETE), move.resolve_due_at.is_not(None)),
        "on_time_yes": and_(move.action == said(Action.COMPLETE), move.at <= move.resolve_due_at),
        "closed_by_system": move.action == said(Action.CLOSED_BY_SYSTEM),
        "declined": move.action == said(Action.DECLINE),
        "cancelled": move.action == said(Action.WITHDRAW),
        "merged": and_(move.action == said(Action.MERGE), move.from_state != said(State.MERGED)),
    }


def judging(row: Columns) -> dict[str, ColumnElement[bool]]:
    """Conditions on the columns of `judgements`."""
    kept = and_(row.counted == YES, row.excluded == NO)
    well, barely = literal_column("4", Integer), literal_column("3", Integer)
    return {
        "reopened": row.action == said(Action.REOPEN),
        "response_n": and_(row.counted == YES, row.contacted.is_not(None)),
        "response_yes": and_(row.counted == YES, row.contacted == YES),
        "solution_n": and_(kept, row.solved.is_not(None)),
        "solution_yes": and_(kept, row.solved == YES),
        "satisfied": and_(kept, row.stars >= well),
        "basically": and_(kept, row.stars == barely),
        "unsatisfied": and_(kept, row.stars < barely),
        "excluded": and_(row.counted == YES, row.excluded == YES),
        "later": row.counted == NO,
        "settled": row.settled == YES,
        "reached": and_(row.settled == YES, row.reached == YES),
    }


def judgements(*conditions: ColumnElement[bool], first: Any, last: Any, area: Any = None) -> Subquery:
    """Answers, reopenings and calls of these months, with who had completed what they are about, and whether each is
    the one that counts. `counted` is NULL for what is no answer; `stars` are 1 for whatever is not solved.

    The database works it out before anything is summed (`offset`), so that each question is asked once.
    """
    move, done, attempt, call, exclusion = map(of, (TicketEvent, TicketEvent, CallAttempt, CallBack, AnswerExclusion))
    reached = and_(move.action == said(Action.CALL), move.outcome == said(CallOutcome.REACHED))
    solved = case(
        (move.action == said(Action.CALL), _flag(call.solved)), (move.action == said(Action.CONFIRM), YES), else_=NO
    )
    stars = case((solved == NO, YES), (move.action == said(Action.CALL), call.stars), else_=move.stars)
    return (
        select(
            move.id, move.ticket_id, move.month, move.at, move.action, move.completion_id,
            done.community_id, done.category, done.organisation_id,
            case((_is_answer(move), case((_has_better(move), NO), else_=YES))).label("counted"),
            case((_settles(move), case((_was_settled(move), NO), else_=YES)), else_=NO).label("settled"),
            case((or_(_is_own(move), reached), YES), else_=NO).label("reached"),
            case((exclusion.id.is_not(None), YES), else_=NO).label("excluded"),
            case((move.action == said(Action.CALL), _flag(call.contacted_in_time)),
                 else_=_flag(move.contacted_in_time)).label("contacted"),
            solved.label("solved"),
            stars.label("stars"),
        )
        .select_from(move.id.table)
        .join(done.id.table, done.id == move.completion_id)
        .outerjoin(attempt.id.table, and_(attempt.event_id == move.id, reached))
        .outerjoin(call.id.table, call.id == attempt.call_back_id)
        .outerjoin(exclusion.id.table, _leaves_out(exclusion, move))
        .where(in_months(move, first, last), move.action.in_(among((Action.CONFIRM, Action.REOPEN, Action.CALL))),
               in_area(move.community_id, area), *conditions)
        .offset(0)
        .subquery()
    )  # fmt: skip


def _leaves_out(exclusion: Columns, move: Columns) -> ColumnElement[bool]:
    """Whether the answer `move` is left out by a decision of its own month."""
    approved = and_(exclusion.approved.is_(True), exclusion.month == move.month)
    return and_(exclusion.event_id == move.id, approved)


def _flag(column: Columns) -> ColumnElement[int | None]:
    """A yes or no as 1 or 0, alike on both databases; NULL stays NULL."""
    return case((column.is_(True), YES), (column.is_(False), NO))


def _is_own(move: Columns) -> ColumnElement[bool]:
    """The reporter's own answer, on the page of the report."""
    return and_(move.action.in_(among((Action.CONFIRM, Action.REOPEN))), move.party == said(Party.REPORTER))


def _is_answer(move: Columns) -> ColumnElement[bool]:
    return or_(_is_own(move), and_(move.action == said(Action.CALL), move.outcome == said(CallOutcome.REACHED)))


def _has_better(move: Columns) -> ColumnElement[bool]:
    """Whether another answer about the same completion counts before it: of an earlier month; in the same month the
    reporter's own before a call, and the first before the next.
    """
    other = of(TicketEvent)
    called, other_called = (case((each.action == said(Action.CALL), YES), else_=NO) for each in (move, other))
    earlier = or_(other_called < called, and_(other_called == called, other.id < move.id))
    return exists().where(
        other.completion_id == move.completion_id, _is_answer(other),
        or_(other.month < move.month, and_(other.month == move.month, earlier)),
    )  # fmt: skip


def comes_after_its_month(move: Columns) -> ColumnElement[bool]:
    """Whether `move` is an answer about what had one in an earlier month."""
    other = of(TicketEvent)
    known = exists().where(
        other.completion_id == move.completion_id, _is_answer(other), other.month < move.month
    )  # fmt: skip
    return and_(_is_answer(move), known)


def _settles(move: Columns) -> ColumnElement[bool]:
    """Whether a call-back that was tried comes to an end with `move`: by a call, or by the reporter's own answer."""
    tried = of(TicketEvent)
    was_tried = exists().where(
        tried.completion_id == move.completion_id, tried.action == said(Action.CALL), tried.id < move.id
    )
    return or_(and_(move.action == said(Action.CALL), move.outcome.in_(among(SETTLES))), and_(_is_own(move), was_tried))


def _was_settled(move: Columns) -> ColumnElement[bool]:
    before = of(TicketEvent)
    return exists().where(before.completion_id == move.completion_id, before.id < move.id, _settles(before))
