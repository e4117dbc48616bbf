"""Which move is legal, by whom, and what it needs: one table.

The same rows refuse the POST, choose the buttons and print `docs/workflow.md`. States follow the life-cycle
that the field knows (提交 派单 处置 办结 归档). Referral to a contractor or utility (转办) is a change of holder, not a
state: a row says whether it is for referred tickets, for the others, or for both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from propman.errors import Refused
from propman.text import N_


class State(StrEnum):
    """Where a ticket stands. Overdue and "awaiting an answer" are derived, never states."""

    SUBMITTED = "submitted"
    ASSIGNED = "assigned"
    UNDERWAY = "underway"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    MERGED = "merged"


class Action(StrEnum):
    """What happened to a ticket: every event carries one."""

    SUBMIT = "submit"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    COMPLETE = "complete"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CLOSED_BY_SYSTEM = "closed_by_system"
    HANDED_OVER = "handed_over"
    REFER = "refer"
    ACCEPT = "accept"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"


class Party(StrEnum):
    """What a person is to one ticket at one moment."""

    REPORTER = "reporter"  # signed in as the one who reported, or holding the secret link or number and PIN
    DISPATCHER = "dispatcher"  # dispatcher or manager of the company in charge; the street office while there is none
    ASSIGNEE = "assignee"
    REFERRED = "referred"  # of the contractor or utility that it is referred to
    SYSTEM = "system"


class Need(StrEnum):
    """What a move must bring with it."""

    PERSON = "person"  # who goes
    NOTE = "note"  # a reason, or what was done, in words
    UNTIL = "until"  # a day
    STARS = "stars"  # 1 to 5
    ORGANISATION = "organisation"  # to whom it is referred
    PHOTO = "photo"  # of the repair


OPEN = frozenset({State.SUBMITTED, State.ASSIGNED, State.UNDERWAY, State.ON_HOLD, State.COMPLETED})
FINAL = frozenset({State.CONFIRMED, State.DECLINED, State.CANCELLED, State.MERGED})


@dataclass(frozen=True)
class Move:
    """One row. `to` has two states where the second stands for "nobody is there to go on with it".

    `referred`: for tickets that are referred alone, for those that are not alone, or (None) for both.
    """

    action: Action
    start: frozenset[State]
    to: tuple[State, ...]
    parties: frozenset[Party]
    needs: frozenset[Need] = frozenset()
    photos: bool = False
    referred: bool | None = None

    def target(self, *, person_stands: bool) -> State:
        """The state this move leads to; `person_stands` says whether the assigned person and company still stand."""
        return self.to[0] if person_stands or len(self.to) == 1 else self.to[1]

    def leaves(self, state: State, *, referred: bool) -> bool:
        """Whether this row leads away from `state` for a ticket that is, or is not, referred."""
        return state in self.start and self.referred in {None, referred}


def _move(
    action: Action,
    start: Iterable[State],
    to: State | tuple[State, ...],
    parties: Iterable[Party],
    needs: Iterable[Need] = (),
    *,
    photos: bool = False,
    referred: bool | None = None,
) -> Move:
    targets = to if isinstance(to, tuple) else (to,)
    return Move(action, frozenset(start), targets, frozenset(parties), frozenset(needs), photos, referred)


_S, _P, _N, _A = State, Party, Need, Action

MOVES: tuple[Move, ...] = (
    _move(_A.ASSIGN, [_S.SUBMITTED], _S.ASSIGNED, [_P.DISPATCHER], [_N.PERSON], referred=False),
    _move(_A.REASSIGN, [_S.ASSIGNED, _S.UNDERWAY], _S.ASSIGNED, [_P.DISPATCHER], [_N.PERSON], referred=False),
    _move(_A.ACCEPT, [_S.SUBMITTED], _S.ASSIGNED, [_P.REFERRED], referred=True),
    _move(_A.REFUSE, [_S.SUBMITTED], _S.SUBMITTED, [_P.REFERRED], [_N.NOTE], referred=True),
    _move(_A.START, [_S.ASSIGNED], _S.UNDERWAY, [_P.ASSIGNEE], photos=True),
    _move(_A.HOLD, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY], _S.ON_HOLD, [_P.DISPATCHER, _P.ASSIGNEE],
          [_N.NOTE, _N.UNTIL]),
    _move(_A.RESUME, [_S.ON_HOLD], (_S.ASSIGNED, _S.SUBMITTED), [_P.DISPATCHER, _P.ASSIGNEE]),
    _move(_A.COMPLETE, [_S.UNDERWAY], _S.COMPLETED, [_P.ASSIGNEE, _P.DISPATCHER], [_N.NOTE], photos=True,
          referred=False),
    _move(_A.COMPLETE, [_S.UNDERWAY], _S.COMPLETED, [_P.ASSIGNEE], [_N.NOTE, _N.PHOTO], referred=True),
    _move(_A.REFER, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD], _S.SUBMITTED, [_P.DISPATCHER],
          [_N.ORGANISATION], referred=False),
    _move(_A.TAKE_BACK, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD], _S.SUBMITTED, [_P.DISPATCHER],
          referred=True),
    _move(_A.DECLINE, [_S.SUBMITTED, _S.ASSIGNED], _S.DECLINED, [_P.DISPATCHER], [_N.NOTE], referred=False),
    _move(_A.WITHDRAW, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD], _S.CANCELLED, [_P.REPORTER]),
    _move(_A.CONFIRM, [_S.COMPLETED], _S.CONFIRMED, [_P.REPORTER], [_N.STARS]),
    _move(_A.REOPEN, [_S.COMPLETED, _S.CONFIRMED], (_S.ASSIGNED, _S.SUBMITTED), [_P.REPORTER], [_N.NOTE],
          photos=True),
    _move(_A.CLOSED_BY_SYSTEM, [_S.COMPLETED], _S.CONFIRMED, [_P.SYSTEM]),
    _move(_A.HANDED_OVER, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY], _S.SUBMITTED, [_P.SYSTEM], referred=False),
    _move(_A.HANDED_OVER, [_S.ON_HOLD], _S.ON_HOLD, [_P.SYSTEM], referred=False),
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """What the rules must know of one ticket: nothing but these facts decides."""

    state: State
    priority: str
    confirmed_at: datetime | None = None
    reopen_within: timedelta = timedelta(days=14)
    referred: bool = False  # there is an open referral


def legal(action: Action, state: State, *, referred: bool = False) -> Move | None:
    """The row that leads away from `state` by `action`, or None."""
    rows = (move for move in MOVES if move.action is action and move.leaves(state, referred=referred))
    return next(rows, None)


def refusal(action: Action, *, standing: Standing, parties: frozenset[Party], now: datetime) -> Refused | None:
    """Why these `parties` may not make `action` at `now` (aware), or None if they may.

    Order: a move this state does not know is 409 (somebody moved first); a stranger's is 403; a rule's is 422.
    """
    move = legal(action, standing.state, referred=standing.referred)
    if move is None:
        return Refused(_why_not(action, standing), status=409)
    if not move.parties & parties:
        return Refused(N_("This step is for somebody else to take."), status=403)
    if action is Action.HOLD and standing.priority == "P0":
        return Refused(N_("An emergency cannot be put on hold."))
    if action is Action.REOPEN and standing.state is State.CONFIRMED and not _still_reopens(standing, now):
        days = standing.reopen_within.days
        return Refused(N_("A confirmed repair can be reopened for %(days)s days. Please send a new report."), days=days)
    return None


def allowed(*, standing: Standing, parties: frozenset[Party], now: datetime) -> tuple[Move, ...]:
    """The moves that these `parties` may make now, in the order of the table: the buttons of the page."""
    return tuple(
        move
        for move in MOVES
        if move.leaves(standing.state, referred=standing.referred)
        and refusal(move.action, standing=standing, parties=parties, now=now) is None
    )


def _why_not(action: Action, standing: Standing) -> str:
    """The sentence for a move that no row allows: the referral is in its way, or the ticket has moved on."""
    if legal(action, standing.state, referred=not standing.referred) is None:
        return N_("This cannot be done any more: the ticket has moved on.")
    if standing.referred:
        return N_("It is referred to somebody else. Take it back first.")
    return N_("This cannot be done any more: it is not referred to anybody now.")


def _still_reopens(standing: Standing, now: datetime) -> bool:
    return standing.confirmed_at is not None and now < standing.confirmed_at + standing.reopen_within


_INTRODUCTION = """# How a report moves

Printed from `propman/tickets/workflow.py`, the table that refuses a step and draws the buttons; a test compares them.
A report begins in `submitted`. `confirmed`, `declined`, `cancelled` and `merged` end it; `confirmed` may be reopened.

| action | from | to | by | referred | needs |
|---|---|---|---|---|---|
"""
_RULES = """
- An emergency (P0) cannot be put on hold.
- `referred` says whether the row is for reports that are referred to a contractor or utility; as a party it is somebody
  of the organisation referred to. Such a report stays with that organisation when the community changes hands, and the
  company in charge then is its `dispatcher`.
- A referral ends with `refuse`, `take_back`, `withdraw`, `confirm` and `closed_by_system`. `reopen` of a confirmed
  repair that was proven under a referral opens it again.
- `reporter` is who sent the report, signed in or holding its link or its number and PIN, and neither dispatches nor
  repairs it.
- `confirmed` can be reopened for a number of days that the installation sets; the verdict of the first repair stays.
- `closed_by_system` ends what nobody answered. It counts neither as solved nor as satisfied.
"""


_FOR = {True: "yes", False: "no", None: "–"}


def markdown() -> str:
    """The table as `docs/workflow.md` holds it."""
    return _INTRODUCTION + "".join(f"| {_line(move)} |\n" for move in MOVES) + _RULES


def _line(move: Move) -> str:
    by, referred = _list(move.parties), _FOR[move.referred]
    return " | ".join((move.action.value, _list(move.start), _targets(move), by, referred, _needs(move)))


def _targets(move: Move) -> str:
    return " or, where nobody is there to go on, ".join(state.value for state in move.to)


def _needs(move: Move) -> str:
    return ", ".join(filter(None, (_list(move.needs), "(photos)" if move.photos else ""))) or "–"


def _list(members: Iterable[State] | Iterable[Party] | Iterable[Need]) -> str:
    """The members of one enumeration in the order in which it declares them."""
    wanted = set(members)
    return ", ".join(member for kind in (State, Party, Need) for member in kind if member in wanted)
