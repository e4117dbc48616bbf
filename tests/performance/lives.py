"""What happens to the seeded reports: lives by the table of moves, and the rows that each leaves behind."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from propman import clock
from propman.assets.warranty import Reason, Verdict
from propman.callbacks.rules import Ending
from propman.personal import TextKind
from propman.tickets import urgency
from propman.tickets.models import Channel, ClockKind
from propman.tickets.workflow import JUDGES, Action, CallOutcome, HoldReason, Party, State
from tests.performance.kinds import Rules
from tests.performance.province import Community, Rows

SENTENCES = (
    "楼道灯不亮，晚上看不见路",
    "三楼水管接口一直漏水",
    "单元门关不上，锁坏了",
    "下水道堵了，往上返水",
    "屋顶雨后渗水",
    "围墙的砖松动了",
)
WORD, EVERY = "井盖", 100
"""The word that the search is measured with, in exactly one of a hundred descriptions."""
NOTES = ("已联系住户，上午到", "换了灯泡", "接头已更换，试水不漏", "等材料")
TABLES = ("personal_text", "ticket", "ticket_event", "ticket_clock", "ticket_verdict", "ticket_payer", "call_back",
          "call_attempt", "notice")  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One move: what, by whom, where it leads, how many minutes after the report, and its words if it has any."""

    action: Action
    party: Party
    to: State
    after: int
    note: str | None = None


_A, _P, _S = Action, Party, State
_SUBMITTED = Step(_A.SUBMIT, _P.REPORTER, _S.SUBMITTED, 0)
_ASSIGNED = (_SUBMITTED, Step(_A.ASSIGN, _P.DISPATCHER, _S.ASSIGNED, 8))
_STARTED = (*_ASSIGNED, Step(_A.START, _P.ASSIGNEE, _S.UNDERWAY, 95))
_COMPLETED = (*_STARTED, Step(_A.NOTE, _P.ASSIGNEE, _S.UNDERWAY, 110, NOTES[0]),
              Step(_A.COMPLETE, _P.ASSIGNEE, _S.COMPLETED, 170, NOTES[2]))  # fmt: skip
CONFIRMED = (*_COMPLETED, Step(_A.CONFIRM, _P.REPORTER, _S.CONFIRMED, 400))
REOPENED = (
    *_COMPLETED, Step(_A.REOPEN, _P.REPORTER, _S.ASSIGNED, 420, "还在漏"),
    Step(_A.START, _P.ASSIGNEE, _S.UNDERWAY, 480), Step(_A.COMPLETE, _P.ASSIGNEE, _S.COMPLETED, 530, NOTES[1]),
    Step(_A.CONFIRM, _P.REPORTER, _S.CONFIRMED, 600),
)  # fmt: skip
CALLED = (*_COMPLETED, Step(_A.CLOSED_BY_SYSTEM, _P.SYSTEM, _S.CONFIRMED, 170 + 7 * 24 * 60),
          Step(_A.CALL, _P.CALLER, _S.CONFIRMED, 170 + 7 * 24 * 60 + 55))  # fmt: skip
DECLINED = (_SUBMITTED, Step(_A.DECLINE, _P.DISPATCHER, _S.DECLINED, 9, "不属于我们管，请找供热公司"))
BUSY = (
    *_ASSIGNED, Step(_A.NOTE, _P.DISPATCHER, _S.ASSIGNED, 12, NOTES[0]),
    Step(_A.ASK, _P.DISPATCHER, _S.ASSIGNED, 15, "几楼？"),
    Step(_A.ANSWER, _P.REPORTER, _S.ASSIGNED, 31, "三楼"), Step(_A.REASSIGN, _P.DISPATCHER, _S.ASSIGNED, 40),
    Step(_A.START, _P.ASSIGNEE, _S.UNDERWAY, 95), Step(_A.NOTE, _P.ASSIGNEE, _S.UNDERWAY, 110, NOTES[0]),
)  # fmt: skip
"""An ordinary open report, with eight moves: the one whose page is measured."""
CURED = (*_COMPLETED, Step(_A.RECHECK_PASS, _P.INSPECTOR, _S.CONFIRMED, 400))
UNCURED = (*_ASSIGNED, Step(_A.START, _P.ASSIGNEE, _S.UNDERWAY, 120))
FOUND = (CURED, UNCURED)
"""What a round found, and what becomes of it."""
WAITING = (*_ASSIGNED, Step(_A.HOLD, _P.DISPATCHER, _S.ON_HOLD, 60, NOTES[3]))
CLOSED = (*[CONFIRMED] * 12, *[CALLED] * 5, REOPENED, DECLINED, DECLINED)
OPEN = (BUSY, (_SUBMITTED,), _ASSIGNED, BUSY, _STARTED, (_SUBMITTED,), _ASSIGNED, BUSY, _COMPLETED, WAITING)


@dataclass
class Writer:
    """Numbers the rows of one database and keeps them until they are copied into it."""

    numbers: Mapping[str, Any] = field(default_factory=lambda: {name: count(1) for name in TABLES})
    rows: Rows = field(default_factory=lambda: {name: [] for name in TABLES})

    def add(self, table_name: str, **values: Any) -> int:
        """Keep a row; gives its id."""
        made: int = next(self.numbers[table_name])
        self.rows[table_name].append({"id": made, **values})
        return made

    def text(self, kind: TextKind, body: str | None, at: datetime) -> int | None:
        """Keep words, if there are any."""
        return self.add("personal_text", kind=kind.value, body=body, written_at=at) if body else None


def live(
    writer: Writer, index: int, steps: Sequence[Step], community: Community, rule: Rules, at: datetime
) -> tuple[int, Sequence[int]]:  # fmt: skip
    """Let report number `index` about a place in `community` live through `steps` from `at` on. Gives the ids of the
    report and of its moves.
    """
    return _Life(writer, index, steps, community, rule, at).write()


class _Life:
    """One report while it is written."""

    def __init__(
        self, writer: Writer, index: int, steps: Sequence[Step], community: Community, rule: Rules, at: datetime
    ) -> None:
        self.writer, self.index, self.steps, self.at = writer, index, steps, at
        self.community, self.rule = community, rule
        self.reporter = community.resident if index % 2 else None
        workers = community.company.workers
        self.workers = workers[index % len(workers)], workers[(index + 1) % len(workers)]
        self.assignee: int | None = None
        self.completion: int | None = None
        self.due = {kind: rule.due(kind, at) for kind in (ClockKind.RESPOND, ClockKind.RESOLVE)}

    def write(self) -> tuple[int, Sequence[int]]:
        """Keep all its rows; gives the ids of the report and of its moves."""
        number = next(self.writer.numbers["ticket"])
        ids = [self._event(number, version) for version in range(1, len(self.steps) + 1)]
        pressing = self._clocks(number)
        self._ticket(number, pressing)
        self._recourse(number)
        if self.steps is CALLED:
            self._call_back(number, ids)
        if self.steps[-1].to is State.SUBMITTED:
            self._notice(ids[0])
        return number, ids

    def _moment(self, step: Step) -> datetime:
        return self.at + timedelta(minutes=step.after)

    def _first(self, action: Action, *, last: bool = False) -> datetime | None:
        moments = [self._moment(step) for step in self.steps if step.action is action]
        return moments[-1 if last else 0] if moments else None

    def _actor(self, step: Step) -> int | None:
        company = self.community.company
        acted = {Party.DISPATCHER: company.dispatcher, Party.ASSIGNEE: self.assignee, Party.REPORTER: self.reporter,
                 Party.CALLER: self.community.clerk, Party.INSPECTOR: self.community.clerk,
                 Party.SYSTEM: None}  # fmt: skip
        return acted[step.party]

    def _event(self, number: int, version: int) -> int:
        step, before = self.steps[version - 1], self.steps[version - 2] if version > 1 else None
        at = self._moment(step)
        if step.action in {Action.ASSIGN, Action.REASSIGN}:
            self.assignee = self.workers[step.action is Action.REASSIGN]
        if step.action is Action.REOPEN:
            self.due[ClockKind.RESOLVE] = self.rule.due(ClockKind.RESOLVE, at)
        holds = step.action is Action.HOLD
        made = self.writer.add(
            "ticket_event", month=clock.month_of(at), community_id=self.community.id, category=self.rule.kind.code,
            completion_id=self.completion if step.action in JUDGES else None,
            ticket_id=number, version=version, action=step.action.value,
            from_state=before.to.value if before else None, to_state=step.to.value, at=at, actor_id=self._actor(step),
            party=step.party.value, note_id=self.writer.text(TextKind.NOTE, step.note, at),
            organisation_id=self.community.company.id, assignee_id=self.assignee,
            hold_until_on=self._hold_until() if holds else None, hold_reason=HoldReason.PARTS.value if holds else None,
            stars=self._stars if step.action is Action.CONFIRM else None,
            contacted_in_time=True if step.action is Action.CONFIRM else None,
            outcome=CallOutcome.REACHED.value if step.action is Action.CALL else None,
            respond_due_at=self.due[ClockKind.RESPOND], resolve_due_at=self.due[ClockKind.RESOLVE],
            notices=int(self.steps[-1].to is State.SUBMITTED),
        )  # fmt: skip
        self.completion = made if step.action is Action.COMPLETE else self.completion
        return made

    @property
    def _stars(self) -> int:
        return (5, 4, 5, 3, 5, 2, 4)[self.index % 7]

    def _hold_until(self) -> date:
        return clock.local_date(self.at) + timedelta(days=60)

    def _clocks(self, number: int) -> tuple[datetime | None, ClockKind | None]:
        """Its runs; gives the deadline that presses, and of which clock."""
        closed = self._first(Action.DECLINE)
        completed, reopened = self._first(Action.COMPLETE), self._first(Action.REOPEN)
        sent = self._first(Action.ASSIGN) or closed
        self._run(number, ClockKind.RESPOND, 1, self.at, sent, answered=True)
        self._run(number, ClockKind.RESOLVE, 1, self.at, completed or closed, answered=closed is None)
        stopped = completed or closed
        if reopened is not None:
            stopped = self._first(Action.COMPLETE, last=True)
            self._run(number, ClockKind.RESOLVE, 2, reopened, stopped, answered=True)
        respond, resolve = self.due[ClockKind.RESPOND], self.due[ClockKind.RESOLVE]
        if sent is None and respond is not None:
            return respond, ClockKind.RESPOND
        runs = stopped is None and self.steps is not WAITING and resolve is not None
        return (resolve, ClockKind.RESOLVE) if runs else (None, None)

    def _run(
        self, number: int, kind: ClockKind, run: int, at: datetime, stopped_at: datetime | None, *, answered: bool
    ) -> None:
        waits = self.steps is WAITING and kind is ClockKind.RESOLVE
        self.writer.add(
            "ticket_clock", ticket_id=number, kind=kind.value, run=run, time_limit=self.rule.limit(kind),
            priority=self.rule.kind.priority, started_at=at, due_at=self.rule.due(kind, at),
            calendar=self.rule.calendar.version, paused_at=self._first(Action.HOLD) if waits else None,
            stopped_at=stopped_at, answered=answered if stopped_at else None,
        )  # fmt: skip

    def _ticket(self, number: int, pressing: tuple[datetime | None, ClockKind | None]) -> None:
        last, kind = self.steps[-1], self.rule.kind
        moved_at = self._moment(last)
        rank, queue_at = urgency.of(state=last.to, priority=kind.priority, due_at=pressing[0], submitted_at=self.at,
                                    moved_at=moved_at)  # fmt: skip
        ended = (self._first(each) for each in (Action.CONFIRM, Action.CLOSED_BY_SYSTEM, Action.RECHECK_PASS))
        sentence = SENTENCES[self.index % len(SENTENCES)]
        told = f"{WORD}{sentence}" if self.index % EVERY == EVERY // 2 else sentence
        entrances, waits = self.community.entrances, self.steps is WAITING
        by_code = self.reporter is None
        self.writer.rows["ticket"].append({
            "id": number, "number": f"{clock.local_date(self.at):%y%m}-{number:07}", "tracking_key_id": "t1",
            "community_id": self.community.id, "place_id": entrances[self.index % len(entrances)],
            "category": kind.code, "priority": kind.priority, "private": kind.private,
            "channel": (Channel.CODE if by_code else Channel.ACCOUNT).value, "state": last.to.value,
            "version": len(self.steps), "organisation_id": self.community.company.id, "assignee_id": self.assignee,
            "reporter_id": self.reporter, "urgency": int(rank), "queue_at": queue_at, "due_at": pressing[0],
            "due_kind": pressing[1].value if pressing[1] else None, "submitted_at": self.at,
            "completed_at": self._first(Action.COMPLETE, last=True), "confirmed_at": next(filter(None, ended), None),
            "hold_until_on": self._hold_until() if waits else None,
            "hold_reason": HoldReason.PARTS.value if waits else None,
            "reopened": int(self.steps is REOPENED), "call_back": False,
            "recheck": self.steps in FOUND,
            "stars": self._stars if self._first(Action.CONFIRM) else None,
            "description_id": self.writer.text(TextKind.DESCRIPTION, told, self.at),
            "spot_id": self.writer.text(TextKind.SPOT, "三楼" if self.index % 3 == 0 else None, self.at),
            "caller_phone_id": self.writer.text(
                TextKind.PHONE, f"+86139{number % 10**8:08}" if by_code else None, self.at),
        })  # fmt: skip

    def _recourse(self, number: int) -> None:
        """No part is known: nobody can tell the warranty, and the table says who pays."""
        self.writer.add("ticket_verdict", ticket_id=number, run=1, verdict=Verdict.UNKNOWN.value,
                        arose_on=clock.local_date(self.at), reason=Reason.NO_PART.value, facts="{}",
                        decided_at=self.at)  # fmt: skip
        self.writer.add("ticket_payer", ticket_id=number, run=1, rule=self.rule.payer.number,
                        proposed=self.rule.payer.payer.value, payer=self.rule.payer.payer.value,
                        facts=self.rule.facts, flagged=False, decided_at=self.at)  # fmt: skip

    def _call_back(self, number: int, events: Sequence[int]) -> None:
        at = self._moment(self.steps[-1])
        call = self.writer.add("call_back", ticket_id=number, completion_id=events[-3], attempts=1, days=1,
                               ended_at=at, ending=Ending.REACHED.value, contacted_in_time=True, solved=True,
                               stars=self._stars)  # fmt: skip
        self.writer.add("call_attempt", call_back_id=call, event_id=events[-1], organisation_id=self.community.office,
                        outcome=CallOutcome.REACHED.value)  # fmt: skip

    def _notice(self, event: int) -> None:
        """The dispatcher was told of it, and has read it."""
        number = f"{clock.local_date(self.at):%y%m}"
        self.writer.add("notice", event_ref=f"ticket_event:{event}", topic="ticket.dispatch.submit",
                        recipient_id=self.community.company.dispatcher, channel="inbox",
                        facts=json.dumps({"number": number}), link="/tickets", urgent=False, made_at=self.at,
                        due_at=self.at, attempts=1, sent_at=self.at,
                        read_at=self.at if self.index % 4 else None)  # fmt: skip
