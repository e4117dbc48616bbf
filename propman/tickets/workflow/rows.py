"""The table of moves: one row says from which states, by whom and with what an action is legal. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from propman.tickets.workflow.terms import OPEN, Action, Need, Party, State


@dataclass(frozen=True)
class Move:
    """One row. `to` has two states where the second stands for "nobody is there to go on with it", and none where the
    ticket stays in its state. One that leads from nowhere begins a ticket, in either of its states.

    `referred`: for tickets that are referred alone, for those that are not alone, or (None) for both; `recheck` alike,
    for those that need a re-check.
    """

    action: Action
    start: frozenset[State]
    to: tuple[State, ...]
    parties: frozenset[Party]
    needs: frozenset[Need] = frozenset()
    photos: bool = False
    voice: bool = False  # whether what is to be said may be said in a voice note
    referred: bool | None = None
    recheck: bool | None = None

    def target(self, state: State, *, person_stands: bool) -> State:
        """The state this move leads to from `state`; `person_stands`: the assigned person and company still stand."""
        targets = self.targets(state)
        return targets[0] if person_stands or len(targets) == 1 else targets[1]

    def targets(self, state: State) -> tuple[State, ...]:
        """Every state that this move may lead to from `state`."""
        return self.to or (state,)

    def begins(self, state: State) -> bool:
        """Whether this row begins a ticket in `state`."""
        return not self.start and state in self.to

    def leaves(self, state: State, *, referred: bool, recheck: bool) -> bool:
        """Whether this row leads away from `state` for a ticket that is `referred` or not, to be re-checked or not."""
        return state in self.start and self.referred in {None, referred} and self.recheck in {None, recheck}


def _move(
    action: Action,
    start: Iterable[State],
    to: State | tuple[State, ...] | None,
    parties: Iterable[Party],
    needs: Iterable[Need] = (),
    *,
    photos: bool = False,
    voice: bool = False,
    referred: bool | None = None,
    recheck: bool | None = None,
) -> Move:
    targets = to if isinstance(to, tuple) else (to,) if to else ()
    return Move(action, frozenset(start), targets, frozenset(parties), frozenset(needs), photos, voice, referred,
                recheck)  # fmt: skip


_S, _P, _N, _A = State, Party, Need, Action

MOVES: tuple[Move, ...] = (
    _move(_A.IMPORTED, [], (_S.SUBMITTED, _S.CONFIRMED), [_P.SYSTEM]),
    _move(_A.ASSIGN, [_S.SUBMITTED], _S.ASSIGNED, [_P.DISPATCHER], [_N.PERSON], referred=False),
    _move(_A.REASSIGN, [_S.ASSIGNED, _S.UNDERWAY], _S.ASSIGNED, [_P.DISPATCHER], [_N.PERSON], referred=False),
    _move(_A.ACCEPT, [_S.SUBMITTED], _S.ASSIGNED, [_P.REFERRED], referred=True),
    _move(_A.REFUSE, [_S.SUBMITTED], _S.SUBMITTED, [_P.REFERRED], [_N.NOTE], referred=True),
    _move(_A.START, [_S.ASSIGNED], _S.UNDERWAY, [_P.ASSIGNEE], photos=True),
    _move(_A.HOLD, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY], _S.ON_HOLD, [_P.DISPATCHER, _P.ASSIGNEE],
          [_N.NOTE, _N.UNTIL, _N.CAUSE]),
    _move(_A.RESUME, [_S.ON_HOLD], (_S.ASSIGNED, _S.SUBMITTED), [_P.DISPATCHER, _P.ASSIGNEE, _P.SYSTEM]),
    _move(_A.COMPLETE, [_S.UNDERWAY], _S.COMPLETED, [_P.ASSIGNEE, _P.DISPATCHER], [_N.NOTE], photos=True,
          referred=False),
    _move(_A.COMPLETE, [_S.UNDERWAY], _S.COMPLETED, [_P.ASSIGNEE], [_N.NOTE, _N.PHOTO], referred=True),
    _move(_A.REFER, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD], _S.SUBMITTED,
          [_P.DISPATCHER, _P.SYSTEM], [_N.ORGANISATION], referred=False),
    _move(_A.TAKE_BACK, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD], _S.SUBMITTED, [_P.DISPATCHER],
          referred=True),
    _move(_A.DECLINE, [_S.SUBMITTED, _S.ASSIGNED], _S.DECLINED, [_P.DISPATCHER], [_N.NOTE], referred=False,
          recheck=False),
    _move(_A.WITHDRAW, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD], _S.CANCELLED, [_P.REPORTER],
          recheck=False),
    _move(_A.CONFIRM, [_S.COMPLETED], _S.CONFIRMED, [_P.REPORTER, _P.CALLER], [_N.STARS], recheck=False),
    _move(_A.CONFIRM, [_S.COMPLETED], None, [_P.REPORTER, _P.CALLER], [_N.STARS], recheck=True),
    _move(_A.RECHECK_PASS, [_S.COMPLETED], _S.CONFIRMED, [_P.INSPECTOR], recheck=True),
    _move(_A.RECHECK_FAIL, [_S.COMPLETED], (_S.ASSIGNED, _S.SUBMITTED), [_P.INSPECTOR], [_N.NOTE], recheck=True),
    _move(_A.FINDING, OPEN, None, [_P.INSPECTOR], [_N.NOTE], photos=True),
    _move(_A.REOPEN, [_S.COMPLETED, _S.CONFIRMED], (_S.ASSIGNED, _S.SUBMITTED), [_P.REPORTER, _P.CALLER],
          [_N.NOTE], photos=True, voice=True),
    _move(_A.APPOINT, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD], None, [_P.DISPATCHER, _P.ASSIGNEE],
          [_N.APPOINTMENT]),
    _move(_A.ARRIVE, [_S.ASSIGNED], None, [_P.ASSIGNEE]),
    _move(_A.MAKE_SAFE, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD], None, [_P.DISPATCHER, _P.ASSIGNEE]),
    _move(_A.CORRECT, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD], None, [_P.DISPATCHER], [_N.NOTE],
          referred=False),
    _move(_A.REQUEST_EXTENSION, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY], None, [_P.DISPATCHER, _P.ASSIGNEE],
          [_N.NOTE, _N.UNTIL]),
    _move(_A.GRANT_EXTENSION, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY], None, [_P.DISPATCHER, _P.STREET_OFFICE],
          [_N.NOTE]),
    _move(_A.REFUSE_EXTENSION, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY], None, [_P.DISPATCHER, _P.STREET_OFFICE],
          [_N.NOTE]),
    _move(_A.URGE, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD], None, [_P.STREET_OFFICE, _P.OFFICIAL],
          [_N.NOTE, _N.ANSWER_BY]),
    _move(_A.ANSWER_URGE, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD], None, [_P.DISPATCHER], [_N.NOTE]),
    _move(_A.OBJECT, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY], None, [_P.DISPATCHER, _P.ASSIGNEE], [_N.NOTE],
          referred=False),
    _move(_A.UPHOLD_OBJECTION, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY], _S.SUBMITTED,
          [_P.DISPATCHER, _P.STREET_OFFICE], [_N.NOTE], referred=False),
    _move(_A.REJECT_OBJECTION, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY], None, [_P.DISPATCHER, _P.STREET_OFFICE],
          [_N.NOTE], referred=False),
    _move(_A.ASK, OPEN, None, [_P.DISPATCHER, _P.ASSIGNEE, _P.REFERRED], [_N.NOTE]),
    _move(_A.ANSWER, OPEN, None, [_P.REPORTER], [_N.SAID], photos=True, voice=True),
    _move(_A.NOTE, _S, None, [_P.DISPATCHER, _P.ASSIGNEE, _P.REFERRED], [_N.NOTE]),
    _move(_A.ADD, _S, None, [_P.REPORTER], [_N.SAID], photos=True, voice=True),
    _move(_A.MERGE, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY, _S.ON_HOLD, _S.MERGED], _S.MERGED,
          [_P.DISPATCHER, _P.SYSTEM], [_N.LEAD], referred=False, recheck=False),
    _move(_A.SEPARATE, [_S.MERGED], _S.SUBMITTED, [_P.DISPATCHER, _P.REPORTER]),
    _move(_A.AGREE, [_S.MERGED], None, [_P.REPORTER], [_N.STARS]),
    _move(_A.CALL, [_S.COMPLETED, _S.CONFIRMED], None, [_P.CALLER], [_N.OUTCOME]),
    _move(_A.CLOSED_BY_SYSTEM, [_S.COMPLETED], _S.CONFIRMED, [_P.SYSTEM], recheck=False),
    _move(_A.HANDED_OVER, [_S.SUBMITTED, _S.ASSIGNED, _S.UNDERWAY], _S.SUBMITTED, [_P.SYSTEM], referred=False),
    _move(_A.HANDED_OVER, [_S.ON_HOLD], _S.ON_HOLD, [_P.SYSTEM], referred=False),
)  # fmt: skip
