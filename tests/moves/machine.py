"""Random moves, legal and illegal, by the oracle and by propman side by side: after each step both tell the same.

One example lives in a transaction that is rolled back, and each step in a savepoint: thousands of steps need no disk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from propman import clock
from propman.tickets import operations
from propman.tickets.invariants import promises
from propman.tickets.models import Ticket
from tests import world
from tests.moves import oracle
from tests.moves.ground import Ground
from tests.world import World

START = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Harbin
WAITS = [timedelta(), timedelta(minutes=1), timedelta(minutes=50), timedelta(hours=5), timedelta(days=1),
         timedelta(days=8), timedelta(days=15)]  # fmt: skip
OFTEN = {
    "withdraw": 1, "decline": 1, "note": 1, "add": 1, "assign": 8, "accept": 8, "start": 8, "complete": 10,
    "confirm": 8, "reopen": 10, "resume": 6, "hold": 5, "grant_extension": 8, "answer": 4, "refuse": 4,
    "merge": 1, "separate": 4, "agree": 8, "call": 2, "object": 4, "uphold_objection": 6, "reject_objection": 4,
}  # fmt: skip
"""What leads on is tried more often than what ends or says something."""
LEADS_ON = {"submitted": "assign", "assigned": "start", "underway": "complete", "on_hold": "resume"}
"""From each state the step towards the repair, without which little of what follows it would ever be tried."""
COUNTED: Counter[str] = Counter()
"""What all machines of this process did: steps, answers by status, moves made by action."""

BADLY = ("no cause", "answered yesterday",
         "no note", "nobody", "no lead", "itself", "no outcome", "stranger", "no day", "past day", "far day", "nowhere",
         "no referee", "stars",
         "appointment", "nothing new", "stale", "ahead")  # fmt: skip


def machine(engine: Engine, town: World) -> type[RuleBasedStateMachine]:
    """A machine on this database, in which the small world was built."""

    class Moves(_Moves):
        pass

    Moves.engine, Moves.town = engine, town
    return Moves


class _Moves(RuleBasedStateMachine):
    engine: Engine
    town: World

    def __init__(self) -> None:
        super().__init__()
        self.session = Session(self.engine)
        self.session.begin()
        self.model = oracle.World(START)
        town = world.World(**{name: self.session.merge(part, load=True) if hasattr(part, "__table__") else part
                              for name, part in vars(self.town).items()})  # fmt: skip
        self.ground = Ground.lay(self.session, town, "河柏小区二期", START)
        self.model.since = clock.local_date(START - world.SET_UP)

    @initialize(categories=st.lists(st.sampled_from(["water", "power", "missing_cover"]), min_size=2, max_size=3))
    def reports(self, categories: list[str]) -> None:
        for number, category in enumerate(categories):
            self._submit(("lin", "link", "gao")[number], category)

    @rule(data=st.data(), legal=st.integers(0, 9), bad=st.sampled_from([None] * 12 + list(BADLY)))
    def move(self, data: st.DataObject, legal: int, bad: str | None) -> None:
        """Somebody asks for a move: mostly one that is theirs now, else any."""
        self.ask(data, legal > 2, bad)

    def ask(self, data: st.DataObject, legal: bool, bad: str | None) -> None:
        """Draw a move of a report, and ask both for it."""
        n = data.draw(st.integers(0, len(self.model.reports) - 1))
        report = self.model.reports[n]
        now = [each for each in oracle.legal_now(self.model, report) for _ in range(OFTEN.get(each[0], 2))]
        anything = st.tuples(st.sampled_from(sorted(oracle.MOVES)), st.sampled_from(sorted(oracle.PEOPLE)))
        action, who = data.draw(st.sampled_from(now) if legal and now else anything)
        self.made(data, n, action, who, bad)

    def made(self, data: st.DataObject, n: int, action: str, who: str, bad: str | None) -> None:
        """Ask both for this move, and compare what they answer."""
        report, ticket = self.model.reports[n], self.session.get_one(Ticket, self.ground.tickets[n])
        asked = self._asked(data, report, action, who, bad)
        wanted, got = self.model.ask(report, asked), self.ground.ask(ticket, asked)
        COUNTED["steps"] += 1
        COUNTED[f"answered {got}"] += 1
        if got == 200:
            COUNTED[f"made {action}"] += 1
        assert wanted == got, f"{who} asks for {action} of {report.state}: {wanted}, but was answered {got}"

    @rule(data=st.data(), bad=st.sampled_from([None] * 12 + list(BADLY)))
    def move_on(self, data: st.DataObject, bad: str | None) -> None:
        """As `move`, of what is legal now."""
        self.ask(data, True, bad)

    @rule(data=st.data(), again=st.integers(2, 4))
    def a_few_moves(self, data: st.DataObject, again: int) -> None:
        """Several that are legal, one after the other."""
        for _ in range(again):
            self.ask(data, True, None)
            self.both_tell_the_same()

    @rule(data=st.data())
    def a_repair_goes_through(self, data: st.DataObject) -> None:
        """A report, one that others are merged with if there is one, is led to its repair, and those say how it is."""
        led = [n for n, report in enumerate(self.model.reports) if self.model.led_by(report)]
        n = data.draw(st.sampled_from(led or list(range(len(self.model.reports)))))
        for _ in LEADS_ON:
            report = self.model.reports[n]
            step = LEADS_ON.get(self.model.state_of(report))
            ways = [each for each in oracle.legal_now(self.model, report) if each[0] == step]
            if ways:
                self.made(data, n, *data.draw(st.sampled_from(ways)), None)
                self.both_tell_the_same()
        for follower in self.model.led_by(self.model.reports[n]):
            self.made(data, self.model.reports.index(follower), "agree", follower.reporter, None)

    @rule(wait=st.sampled_from(WAITS))
    def time_passes(self, wait: timedelta) -> None:
        self.model.now += wait
        COUNTED["steps"] += 1

    @rule(job=st.sampled_from(["hand_over_due", "close_unanswered", "wake_holds", "escalate", "tell_of_urges"]))
    def a_job_runs(self, job: str) -> None:
        if hasattr(self.model, job):
            getattr(self.model, job)()
        getattr(operations, job)(self.session, now=self.model.now)
        COUNTED["steps"] += 1

    @precondition(lambda self: oracle.day(self.model.now) > self.model.since)
    @rule(to=st.sampled_from("ABS"))
    def the_community_changes_hands(self, to: str) -> None:
        if to == self.model.in_charge:
            return
        self.ground.change_hands(to, self.model.now)
        self.model.in_charge, self.model.since = to, oracle.day(self.model.now)
        COUNTED["steps"] += 1

    @precondition(lambda self: len(self.model.reports) < 5)
    @rule(reporter=st.sampled_from(["lin", "link", "gao"]), category=st.sampled_from(["water", "missing_cover"]))
    def another_report(self, reporter: str, category: str) -> None:
        self._submit(reporter, category)
        COUNTED["steps"] += 1

    @invariant()
    def both_tell_the_same(self) -> None:
        for number, report in enumerate(self.model.reports):
            wanted, got = oracle.stands(report), self.ground.stands(self.ground.tickets[number])
            assert got == wanted, {name: (wanted[name], got[name]) for name in wanted if wanted[name] != got[name]}

    def teardown(self) -> None:
        try:
            for name, recount in promises(self.session).items():
                if name in {"I04", "I08", "I10", "I11", "I12", "I13"}:
                    assert not recount().broken, recount()
        finally:
            self.session.close()

    def _submit(self, reporter: str, category: str) -> None:
        report = self.model.submit(reporter, category)
        report.number = self.ground.submit(reporter, category, self.model.now)

    def _asked(
        self, data: st.DataObject, report: oracle.Report, action: str, who: str, bad: str | None
    ) -> oracle.Asked:
        now, today = self.model.now, oracle.day(self.model.now)
        charge = self.model.charge_of(report)
        here = [each for each, (organisation, _post) in oracle.PEOPLE.items() if organisation == charge]
        begins = clock.at_local(today + timedelta(days=data.draw(st.integers(1, 9))), time(9))
        good: dict[str, Any] = {
            "person": data.draw(st.sampled_from(here)), "until": today + timedelta(days=data.draw(st.integers(3, 40))),
            "answer_by": today + timedelta(days=data.draw(st.integers(0, 20))),
            "organisation": data.draw(st.sampled_from("CU")), "stars": data.draw(st.integers(1, 5)),
            "appointment": (begins, begins + timedelta(hours=2)), "photos": int(bool(report.referral)),
        }  # fmt: skip
        if action in {"object", "uphold_objection"}:
            good["organisation"] = data.draw(st.sampled_from([None, *"ABSCU"]))
        if action == "merge":
            good["lead"] = data.draw(st.sampled_from([one.number for one in self.model.reports if one is not report]))
        if action in {"confirm", "reopen"}:
            good["for_reporter"] = oracle.PEOPLE[who][1] in {"dispatcher", "office"}
        if action == "correct":
            good["category"] = data.draw(st.sampled_from(["water", "power", "missing_cover"]))
            good["priority"] = data.draw(st.sampled_from(["P0", "P1"]))
            good["place"] = data.draw(st.sampled_from(["entrance", "yard"]))
        seen = report.version
        return oracle.Asked(
            **{"action": action, "who": who, "seen": seen, "now": now} | good | _worse(bad, report, now)
        )


def _worse(bad: str | None, report: oracle.Report, now: datetime) -> dict[str, Any]:
    """What is wrong with it."""
    today = oracle.day(now)
    same = {"category": report.category, "priority": report.priority, "place": report.place}
    ways: dict[str | None, Callable[[], dict[str, Any]]] = {
        "no note": lambda: {"note": " "}, "nobody": lambda: {"person": None}, "stranger": lambda: {"person": "deng"},
        "no cause": lambda: {"cause": None}, "answered yesterday": lambda: {"answer_by": today - timedelta(days=1)},
        "no day": lambda: {"until": None}, "past day": lambda: {"until": today},
        "far day": lambda: {"until": today + timedelta(days=731)}, "nowhere": lambda: {"organisation": None},
        "no referee": lambda: {"organisation": "A"}, "stars": lambda: {"stars": 6},
        "appointment": lambda: {"appointment": (now, now)}, "nothing new": lambda: same,
        "no lead": lambda: {"lead": None}, "itself": lambda: {"lead": report.number},
        "no outcome": lambda: {"outcome": None},
        "stale": lambda: {"seen": max(1, report.version - 1)}, "ahead": lambda: {"seen": report.version + 1},
    }  # fmt: skip
    return ways[bad]() if bad else {}
