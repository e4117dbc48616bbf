"""The table of moves as `docs/workflow.md` holds it. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from propman.tickets.workflow.rows import MOVES, Move
from propman.tickets.workflow.terms import Need, Party, State

_INTRODUCTION = """# How a report moves

Printed from `propman/tickets/workflow/`, the table that refuses a step and draws the buttons; a test compares them.
A report begins in `submitted`, or is `imported`. `confirmed`, `declined`, `cancelled` and `merged` end it; `confirmed`
may be reopened.

| action | from | to | by | referred | re-check | needs |
|---|---|---|---|---|---|---|
"""
_RULES = """
- An emergency (P0) cannot be put on hold. A hold ends by itself at the start of its day (local time): the system makes
  the `resume`, and where it comes late, that still lies at the start of that day.
- `referred` says whether the row is for reports that are referred to a contractor or utility; as a party it is somebody
  of the organisation referred to. Such a report stays with that organisation when the community changes hands, and the
  company in charge then is its `dispatcher`.
- A referral ends with `refuse`, `take_back`, `withdraw`, `recheck_pass`, `closed_by_system`, and a `confirm` that
  confirms. `reopen` of a confirmed
  repair that was proven under a referral opens it again.
- `reporter` is who sent the report, signed in or holding its link or its number and PIN, and neither dispatches nor
  repairs it.
- `caller` may ask the reporter by telephone how it went, and says for them what they say: dispatcher or manager of the
  company in charge, street office or neighbourhood committee over it, and nobody who was sent or completed it. `call`
  is an attempt; once the system has closed the report, for as many days as a reopening is possible.
- `confirmed` can be reopened for a number of days that the installation sets; the verdict of the first repair stays.
- `arrive` stops the time to be on site, and so does `start`, or `complete` where nobody told before; `make_safe` stops
  the time to make it safe, and so does `complete`. A hold pauses the first, but not the second.
- An appointment holds until the repair is completed or the report passes to another organisation; agreed anew, it
  takes the place of the one before.
- `correct` counts the clocks anew from their starts, `grant_extension` replaces the time to repair; what ran before
  stays beside it. An extension is decided on by another person than who asked for it. `street_office` is of the office
  above a company; while no company is in charge, it is the `dispatcher`.
- `object` says that a dispatch is wrong. The clocks run on, nothing is put on hold meanwhile, who has it answers
  for it until it is decided: what the assignee objects to by the dispatcher, what the dispatcher does by the
  `street_office`, and never by who objected. Each may object once while they have it. Upheld, it goes to whom the
  decision names: to another company or the office, whatever the engagements say, or, by a `refer` of the system, to a
  contractor or utility. What is broken and where may be put right with it, as by `correct`.
- `urge` names a day for the answer, and one waits at a time: it ends with `answer_urge`, with `complete`, or with the
  report. Where hands change, whoever follows answers. `official` is of the county, prefecture or province.
- Where the needs name `(voice)`, a voice note of at most a minute says what a `note` would.
- `ask`, `answer`, `note` and `add` change no state, and are not refused because somebody else was first. The time to
  repair runs on while a question waits. `note` is read by nobody but the organisation that wrote it.
- `merge` joins a report with the first one about the same fault, its lead: that one is dispatched, told of and closed
  for all, and every household reads of its moves. `separate` takes it out again: by staff as if it had never been
  merged, by its household with new clocks. `agree` says that it is fixed there too, once the lead is repaired. While
  others are merged with it, a lead is not withdrawn.
- `closed_by_system` ends what nobody answered. It counts neither as solved nor as satisfied.
- `re-check` says whether the row is for reports that need one: those that an inspection found (their first step is a
  `submit` by the `inspector`), and those that a `finding` joined. Such a report is not merged, declined or withdrawn,
  and only `recheck_pass` confirms it: by dispatcher or manager of the company in charge, by street office or official
  above it, and by nobody who was sent for it or completed it. `recheck_fail` is as a `reopen`. What its reporter says
  with `confirm` is their answer, once for each repair, and confirms nothing. Of what was found nobody is asked.
- `imported` takes a report over from another system, open or closed as that says, at the moment of the import. It has
  no clocks then or later, since nobody promised a time; it is merged with nothing, nobody is told, and nobody asked.
"""


_FOR = {True: "yes", False: "no", None: "–"}


def markdown() -> str:
    """The table as `docs/workflow.md` holds it."""
    return _INTRODUCTION + "".join(f"| {_line(move)} |\n" for move in MOVES) + _RULES


def _line(move: Move) -> str:
    by, referred, recheck = _list(move.parties), _FOR[move.referred], _FOR[move.recheck]
    return " | ".join(
        (move.action.value, _list(move.start) or "–", _targets(move), by, referred, recheck, _needs(move))
    )


def _targets(move: Move) -> str:
    other = " or, where nobody is there to go on, " if move.start else " or "
    return other.join(state.value for state in move.to) or "stays"


def _needs(move: Move) -> str:
    besides = ("(photos)" if move.photos else "", "(voice)" if move.voice else "")
    return ", ".join(filter(None, (_list(move.needs), *besides))) or "–"


def _list(members: Iterable[State] | Iterable[Party] | Iterable[Need]) -> str:
    """The members of one enumeration in the order in which it declares them."""
    wanted = set(members)
    return ", ".join(member for kind in (State, Party, Need) for member in kind if member in wanted)
