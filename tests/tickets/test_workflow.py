"""Every cell of action x state x party, referred or not, against a table written from the specification."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from propman.tickets.workflow import MOVES, Action, Party, Standing, State, allowed, legal, refusal
from propman.tickets.workflow.rules import DECIDES_ON_OBJECTION

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

TO_DO = "submitted assigned underway on_hold"
OPEN = f"{TO_DO} completed"
FINAL = "confirmed declined cancelled merged"

# action: (states it leaves, who may while it is not referred, who may while it is; "" nobody)
SPECIFIED = {
    "assign": ("submitted", "dispatcher", ""),
    "reassign": ("assigned underway", "dispatcher", ""),
    "refer": ("submitted assigned underway on_hold", "dispatcher system", ""),
    "accept": ("submitted", "", "referred"),
    "refuse": ("submitted", "", "referred"),
    "take_back": ("submitted assigned underway on_hold", "", "dispatcher"),
    "start": ("assigned", "assignee", "assignee"),
    "hold": ("submitted assigned underway", "dispatcher assignee", "dispatcher assignee"),
    "resume": ("on_hold", "dispatcher assignee system", "dispatcher assignee system"),
    "complete": ("underway", "assignee dispatcher", "assignee"),
    "decline": ("submitted assigned", "dispatcher", ""),
    "withdraw": ("submitted assigned underway on_hold", "reporter", "reporter"),
    "confirm": ("completed", "reporter caller", "reporter caller"),
    "reopen": ("completed confirmed", "reporter caller", "reporter caller"),
    "call": ("completed confirmed", "caller", "caller"),
    "finding": (OPEN, "inspector", "inspector"),
    "appoint": (TO_DO, "dispatcher assignee", "dispatcher assignee"),
    "arrive": ("assigned", "assignee", "assignee"),
    "make_safe": (TO_DO, "dispatcher assignee", "dispatcher assignee"),
    "correct": (TO_DO, "dispatcher", ""),
    "request_extension": ("submitted assigned underway", "dispatcher assignee", "dispatcher assignee"),
    "grant_extension": ("submitted assigned underway", "dispatcher street_office", "dispatcher street_office"),
    "refuse_extension": ("submitted assigned underway", "dispatcher street_office", "dispatcher street_office"),
    "object": ("submitted assigned underway", "dispatcher assignee", ""),
    "uphold_objection": ("submitted assigned underway", "dispatcher street_office", ""),
    "reject_objection": ("submitted assigned underway", "dispatcher street_office", ""),
    "urge": (TO_DO, "street_office official", "street_office official"),
    "answer_urge": (TO_DO, "dispatcher", "dispatcher"),
    "ask": (OPEN, "dispatcher assignee referred", "dispatcher assignee referred"),
    "answer": (OPEN, "reporter", "reporter"),
    "note": (f"{OPEN} {FINAL}", "dispatcher assignee referred", "dispatcher assignee referred"),
    "add": (f"{OPEN} {FINAL}", "reporter", "reporter"),
    "merge": (f"{TO_DO} merged", "dispatcher system", ""),
    "separate": ("merged", "dispatcher reporter", "dispatcher reporter"),
    "agree": ("merged", "reporter", "reporter"),
    "closed_by_system": ("completed", "system", "system"),
    "handed_over": ("submitted assigned underway on_hold", "system", ""),
}
RECHECKED = {
    "confirm": ("completed", "completed", "reporter caller"),
    "recheck_pass": ("completed", "confirmed", "inspector"),
    "recheck_fail": ("completed", "assigned", "inspector"),
    "closed_by_system": ("", "", ""),
    "merge": ("", "", ""),
    "decline": ("", "", ""),
    "withdraw": ("", "", ""),
}
"""What is different for a report that needs a re-check: from where, to where, by whom; referred or not."""
LEADS_TO = {
    "assign": "assigned", "reassign": "assigned", "start": "underway", "hold": "on_hold", "resume": "assigned",
    "complete": "completed", "decline": "declined", "withdraw": "cancelled", "confirm": "confirmed",
    "reopen": "assigned", "closed_by_system": "confirmed", "refer": "submitted", "accept": "assigned",
    "refuse": "submitted", "take_back": "submitted", "uphold_objection": "submitted", "merge": "merged",
    "separate": "submitted",
}  # fmt: skip
NEEDS = {
    ("assign", False): {"person"}, ("reassign", False): {"person"}, ("refer", False): {"organisation"},
    ("refuse", True): {"note"}, ("complete", False): {"note"}, ("complete", True): {"note", "photo"},
    ("decline", False): {"note"},
    **{("hold", referred): {"note", "until", "cause"} for referred in (False, True)},
    **{
        (action, referred): {"note"}
        for action in ("ask", "note", "grant_extension", "refuse_extension") for referred in (False, True)
    },
    ("correct", False): {"note"},
    **{(action, False): {"note"} for action in ("object", "uphold_objection", "reject_objection")},
    **{("urge", referred): {"note", "answer_by"} for referred in (False, True)},
    **{("answer_urge", referred): {"note"} for referred in (False, True)},
    **{("request_extension", referred): {"note", "until"} for referred in (False, True)},
    **{("appoint", referred): {"appointment"} for referred in (False, True)},
    **{(action, referred): {"said"} for action in ("answer", "add") for referred in (False, True)},
    ("merge", False): {"lead"},
    **{(action, referred): {"stars"} for action in ("confirm", "agree") for referred in (False, True)},
    **{(action, referred): {"note"} for action in ("finding", "recheck_fail") for referred in (False, True)},
    **{("call", referred): {"outcome"} for referred in (False, True)},
    **{("reopen", referred): {"note"} for referred in (False, True)},
}  # fmt: skip


OBJECTED_BY = {
    Party.DISPATCHER: Party.ASSIGNEE,
    Party.STREET_OFFICE: Party.DISPATCHER,
}
"""On whose objection they decide."""


@pytest.mark.parametrize(("action", "referred"), list(product(Action, (False, True))))
def test_every_cell_is_as_specified(action: Action, referred: bool) -> None:
    states, *parties = SPECIFIED.get(action.value, ("", "", ""))
    for state, party in product(State, Party):
        standing = Standing(state, "P3", confirmed_at=NOW - timedelta(days=1), referred=referred, asked=True,
                            extension=action.value in {"grant_extension", "refuse_extension"},
                            urged=action.value == "answer_urge", closed_by_system=True,
                            objection=OBJECTED_BY.get(party) if action in DECIDES_ON_OBJECTION else None,
                            lead=State.COMPLETED if state is State.MERGED else None)  # fmt: skip
        answer = refusal(action, standing=standing, parties=frozenset({party}), now=NOW)
        if state.value not in states.split() or not parties[referred]:
            due = 409
        else:
            due = None if party.value in parties[referred].split() else 403
        assert (state, party, answer and answer.status) == (state, party, due)


@pytest.mark.parametrize("referred", [False, True])
def test_what_needs_a_re_check_is_ended_by_that_alone(referred: bool) -> None:
    for action, (start, to, parties) in RECHECKED.items():
        for state, party in product(State, Party):
            standing = Standing(state, "P3", referred=referred, recheck=True)
            answer = refusal(Action(action), standing=standing, parties=frozenset({party}), now=NOW)
            due = 409 if state.value not in start.split() else None if party.value in parties.split() else 403
            assert (action, state, party, answer and answer.status) == (action, state, party, due)
        row = legal(Action(action), State.COMPLETED, referred=referred, recheck=True)
        assert (row.target(State.COMPLETED, person_stands=True).value if row else "") == to
    ways = {row.action for row in MOVES if State.CONFIRMED in row.to and row.recheck is not False}
    assert ways == {Action.RECHECK_PASS, Action.IMPORTED}


def test_of_what_was_found_nobody_is_asked_and_nobody_answers_twice() -> None:
    told = [
        (Action.ASK, Party.DISPATCHER, {"found": True}, 422), (Action.CALL, Party.CALLER, {"found": True}, 422),
        (Action.CONFIRM, Party.REPORTER, {"answered": True}, 409), (Action.CALL, Party.CALLER, {"answered": True}, 409),
        (Action.CONFIRM, Party.REPORTER, {}, None),
    ]  # fmt: skip
    for action, party, facts, due in told:
        standing = Standing(State.COMPLETED, "P3", recheck=True, **facts)
        answer = refusal(action, standing=standing, parties=frozenset({party}), now=NOW)
        assert (action, facts, answer and answer.status) == (action, facts, due)


@pytest.mark.parametrize(("action", "referred"), list(product(Action, (False, True))))
def test_a_move_needs_what_is_specified(action: Action, referred: bool) -> None:
    for row in (row for row in MOVES if row.action is action and row.referred in {None, referred}):
        assert {need.value for need in row.needs} == NEEDS.get((action.value, referred), set())


@pytest.mark.parametrize(("referred", "sentence"), [(True, "Take it back first"), (False, "not referred to anybody")])
def test_what_only_the_referral_stands_in_the_way_of_says_so(referred: bool, sentence: str) -> None:
    action = Action.ASSIGN if referred else Action.TAKE_BACK
    standing = Standing(State.SUBMITTED, "P3", referred=referred)
    answer = refusal(action, standing=standing, parties=frozenset({Party.DISPATCHER}), now=NOW)
    assert answer is not None
    assert sentence in answer.sentence


@pytest.mark.parametrize(("action", "target"), list(LEADS_TO.items()))
def test_a_move_leads_to_the_state_specified(action: str, target: str) -> None:
    for row in (row for row in MOVES if row.action == action and row.recheck is not True):
        assert {row.target(state, person_stands=True) for state in row.start} == {target}


@pytest.mark.parametrize("action", ["resume", "reopen"])
def test_back_to_the_queue_when_the_person_or_company_has_gone(action: str) -> None:
    for row in (row for row in MOVES if row.action == action):
        assert {row.target(state, person_stands=False) for state in row.start} == {State.SUBMITTED}


@pytest.mark.parametrize(
    ("state", "target"),
    [("submitted", "submitted"), ("assigned", "submitted"), ("underway", "submitted"), ("on_hold", "on_hold")],
)
def test_handing_over_returns_to_the_queue_but_keeps_a_hold(state: str, target: str) -> None:
    row = legal(Action.HANDED_OVER, State(state))
    assert row is not None
    targets = {row.target(State(state), person_stands=stands) for stands in (True, False)}
    assert targets == {target}


def test_an_emergency_is_never_put_on_hold() -> None:
    dispatcher = frozenset({Party.DISPATCHER})
    urgent = refusal(Action.HOLD, standing=Standing(State.ASSIGNED, "P0"), parties=dispatcher, now=NOW)
    assert urgent is not None
    assert urgent.status == 422
    assert refusal(Action.HOLD, standing=Standing(State.ASSIGNED, "P1"), parties=dispatcher, now=NOW) is None


@pytest.mark.parametrize(
    ("after", "reopens"),
    [(timedelta(days=13, hours=23, minutes=59), True), (timedelta(days=14), False), (timedelta(days=60), False)],
)
def test_a_confirmed_repair_reopens_for_fourteen_days(after: timedelta, reopens: bool) -> None:
    standing = Standing(State.CONFIRMED, "P3", confirmed_at=NOW)
    answer = refusal(Action.REOPEN, standing=standing, parties=frozenset({Party.REPORTER}), now=NOW + after)
    assert (answer is None) is reopens


def test_the_buttons_are_the_moves_that_would_be_accepted() -> None:
    for state, party, referred in product(State, Party, (False, True)):
        standing = Standing(state, "P3", confirmed_at=NOW, referred=referred)
        buttons = {move.action for move in allowed(standing=standing, parties=frozenset({party}), now=NOW)}
        accepted = {a for a in Action if refusal(a, standing=standing, parties=frozenset({party}), now=NOW) is None}
        assert buttons == accepted


def test_nothing_leads_out_of_a_final_state_but_reopening() -> None:
    final = {State.CONFIRMED, State.DECLINED, State.CANCELLED, State.MERGED}
    leads_out = {(row.action, state) for row in MOVES if row.to for state in row.start & final}
    merged = {(Action.MERGE, State.MERGED), (Action.SEPARATE, State.MERGED)}
    assert leads_out == {(Action.REOPEN, State.CONFIRMED), *merged}


@pytest.mark.parametrize(
    "action", ["ask", "answer", "note", "add", "appoint", "arrive", "make_safe", "correct", "call"]
)
def test_talking_and_visiting_leave_a_ticket_where_it_stands(action: str) -> None:
    for row in (row for row in MOVES if row.action == action):
        assert all(row.target(state, person_stands=stands) is state for state in row.start for stands in (True, False))


@pytest.mark.parametrize(
    ("action", "waits", "own", "status"),
    [("request_extension", True, False, 409), ("grant_extension", False, False, 409),
     ("refuse_extension", False, False, 409), ("grant_extension", True, True, 403),
     ("refuse_extension", True, True, 403)],
)  # fmt: skip
def test_a_later_deadline_is_asked_for_once_and_decided_on_by_another(
    action: str, waits: bool, own: bool, status: int
) -> None:
    standing = Standing(State.UNDERWAY, "P3", extension=waits, own_extension=own)
    answer = refusal(Action(action), standing=standing, parties=frozenset({Party.DISPATCHER}), now=NOW)
    assert answer is not None
    assert answer.status == status


@pytest.mark.parametrize(
    ("by_system", "days", "status"), [(True, 13, None), (True, 14, 422), (False, 1, 409)]
)  # fmt: skip
@pytest.mark.parametrize("action", ["call", "reopen"])
def test_one_calls_about_a_confirmed_repair_only_if_the_system_closed_it_not_long_ago(
    action: str, by_system: bool, days: int, status: int | None
) -> None:
    standing = Standing(State.CONFIRMED, "P3", confirmed_at=NOW - timedelta(days=days), closed_by_system=by_system)
    answer = refusal(Action(action), standing=standing, parties=frozenset({Party.CALLER}), now=NOW)
    assert (answer.status if answer else None) == status


def test_nobody_answers_what_was_not_asked() -> None:
    answer = refusal(
        Action.ANSWER, standing=Standing(State.ASSIGNED, "P3"), parties=frozenset({Party.REPORTER}), now=NOW
    )
    assert answer is not None
    assert answer.status == 409
