"""What each move must do, told a second time in plain Python: it imports nothing of propman and knows no database.

Written from docs/workflow.md and the decisions, not from the code. All reports here are P0 or P1, whose time is counted
day and night, so that a deadline is a sum.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

HARBIN = timezone(timedelta(hours=8))
TALK = {"ask", "answer", "note", "add"}
TO_DO = {"submitted", "assigned", "underway", "on_hold"}
OPEN = TO_DO | {"completed"}
FINAL = {"confirmed", "declined", "cancelled", "merged"}
REFEREES = {"C", "U"}  # the contractor and the utility
TAKES_OVER = {"A", "B", "S"}  # of the companies and offices around, who has it as if in charge
LIMITS: dict[tuple[str, str], tuple[int, int, int, int]] = {  # minutes to respond, on site, to safety, to repair
    ("water", "P1"): (15, 60, 0, 24 * 60),
    ("power", "P1"): (15, 45, 0, 0),
    ("missing_cover", "P0"): (15, 120, 120, 6 * 60),
    ("water", "P0"): (15, 30, 120, 24 * 60),
    ("power", "P0"): (15, 30, 120, 24 * 60),
    ("missing_cover", "P1"): (15, 120, 0, 24 * 60),
}
KINDS = ("respond", "on_site", "make_safe", "resolve")
STANDS_STILL = {"on_site", "resolve"}  # on hold
REACHES = {"on_site": {"arrive", "start", "complete"}, "make_safe": {"make_safe", "complete"}}
PEOPLE = {  # who: organisation and post
    "mei": ("A", "dispatcher"), "zhao": ("A", "worker"), "sun": ("A", "worker"), "fan": ("B", "dispatcher"),
    "fang": ("B", "worker"), "jie": ("S", "office"), "deng": ("C", "referee"), "shui": ("U", "referee"),
    "lin": ("", "resident"), "link": ("", "visitor"), "gao": ("", "grid worker"), "qian": ("", "official"),
}  # fmt: skip
CLOSES_AFTER, REOPENS_WITHIN, ADDED_IN_A_DAY = timedelta(days=7), timedelta(days=14), 20


def day(at: datetime) -> date:
    """The day in Harbin."""
    return at.astimezone(HARBIN).date()


def begin_of(on: date) -> datetime:
    """When a day begins."""
    return datetime.combine(on, time(), HARBIN)


def end_of(on: date) -> datetime:
    """When a day is over, to the minute."""
    return datetime.combine(on, time(23, 59), HARBIN)


@dataclass
class Run:
    """One run of a clock."""

    limit: int
    priority: str
    start: datetime
    due: datetime | None
    paused: datetime | None = None
    stopped: datetime | None = None
    answered: bool | None = None
    extended: date | None = None

    def stop(self, at: datetime, answered: bool) -> None:
        """End it for good."""
        self.paused, self.stopped, self.answered = None, at, answered


@dataclass
class Objection:
    """One objection to a dispatch: as what and by whom, while who had it, and how it ended."""

    party: str
    by: str
    holder: str
    round: int
    end: str | None = None


@dataclass
class Report:
    """One report, as it must stand."""

    reporter: str
    category: str
    priority: str
    submitted: datetime
    holder: str
    place: str = "entrance"
    state: str = "submitted"
    version: int = 1
    person: str | None = None
    referral: str | None = None  # to whom it is referred now
    accepted: bool = False
    referrals: list[list[str | None]] = field(default_factory=list)  # to whom, and how that ended
    hold_until: date | None = None
    cause: str | None = None
    urges: list[str | None] = field(default_factory=list)  # how each ended
    placed: str | None = None  # with whom a decision placed it, whatever the engagements say
    objections: list[Objection] = field(default_factory=list)
    asked: datetime | None = None
    extension: tuple[date, str] | None = None  # until when, and who asked
    appointment: tuple[datetime, datetime] | None = None
    reopened: int = 0
    stars: int | None = None
    completed: datetime | None = None
    confirmed: datetime | None = None
    runs: dict[str, list[Run]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    story: list[tuple[str, datetime]] = field(default_factory=list)  # moves and their moments
    added: dict[date, int] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)  # whoever was sent for it, or said that it was repaired
    number: str = ""
    lead: str | None = None  # the number of the report that it is merged with

    def tell(self, action: str, at: datetime) -> None:
        """Write a move into the story, and who is sent after it."""
        self.story.append((action, at))
        self.sent |= {self.person} if self.person else set()

    def objection(self) -> Objection | None:
        """The one that waits."""
        return next((each for each in self.objections if each.end is None), None)

    def running(self, kind: str) -> Run | None:
        """The run of this clock that has not stopped."""
        return next((run for run in self.runs[kind] if run.stopped is None), None)

    def stop(self, at: datetime, answered: bool, *kinds: str) -> None:
        """End the running ones of these kinds."""
        for kind in kinds:
            run = self.running(kind)
            if run is not None:
                run.stop(at, answered)

    def begin(self, kind: str, at: datetime) -> None:
        """Start a clock at full length."""
        limit = LIMITS[self.category, self.priority][KINDS.index(kind)]
        if limit or kind in {"respond", "resolve"}:
            self.runs[kind].append(Run(limit, self.priority, at, at + timedelta(minutes=limit) if limit else None))

    def go_on(self, at: datetime) -> None:
        """End the pauses."""
        for kind in STANDS_STILL:
            run = self.running(kind)
            if run is not None and run.paused is not None:
                run.due = run.due + (at - run.paused) if run.due else None
                run.paused = None

    def pauses(self) -> list[tuple[datetime, datetime]]:
        """The holds that are over."""
        found, since = [], None
        for action, at in self.story:
            if action == "hold":
                since = at
            elif action in {"resume", "refer", "take_back", "merge"} and since is not None:
                found.append((since, at))
                since = None
        return found

    def presses(self) -> tuple[str, datetime] | None:
        """The clock that presses, and when it is due."""
        for kind in ("respond", "resolve"):
            run = self.running(kind)
            if run is not None and run.paused is None and run.due is not None:
                return kind, run.due
        return None


@dataclass
class Asked:
    """A move that somebody asks for: with what they saw, and what they bring."""

    action: str
    who: str
    seen: int
    now: datetime
    note: str = "好"
    person: str | None = "zhao"
    until: date | None = None
    cause: str | None = "parts"
    answer_by: date | None = None
    organisation: str | None = "C"
    stars: int | None = 5
    photos: int = 0
    appointment: tuple[datetime, datetime] | None = None
    category: str = "water"
    priority: str = "P1"
    place: str = "entrance"
    lead: str | None = None  # the number of another report
    outcome: str | None = "no_answer"  # of a call
    for_reporter: bool = False  # by telephone, for the one who reported it


class No(Exception):  # noqa: N818 - an answer, not a fault
    """No, with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class World:
    """One community, who is in charge of it, and its reports."""

    now: datetime
    in_charge: str = "A"
    since: date = date(2026, 1, 1)
    reports: list[Report] = field(default_factory=list)

    def submit(self, reporter: str, category: str) -> Report:
        """A report comes in."""
        priority = "P0" if category == "missing_cover" else "P1"
        report = Report(reporter, category, priority, self.now, self.in_charge)
        for kind in KINDS:
            report.begin(kind, self.now)
        report.tell("submit", self.now)
        self.reports.append(report)
        return report

    def lead_of(self, report: Report) -> Report | None:
        """The report that it is merged with."""
        return next((one for one in self.reports if report.lead and one.number == report.lead), None)

    def led_by(self, report: Report) -> list[Report]:
        """The reports that are merged with it."""
        return [one for one in self.reports if one.lead and one.lead == report.number]

    def charge_of(self, report: Report) -> str:
        """Who answers for it today."""
        return report.placed or self.in_charge

    # --- who somebody is to a report ---

    def parties(self, report: Report, who: str) -> set[str]:
        """What `who` is to it today."""
        organisation, post = PEOPLE[who]
        charge = {self.charge_of(report)} | ({report.holder} if report.state == "completed" else set())
        parties = set()
        if post in {"dispatcher", "office"} and organisation in charge:
            parties.add("dispatcher")
        if post in {"dispatcher", "office", "worker"} and organisation in charge and who == report.person:
            parties.add("assignee")
        if report.referral == organisation and report.referral:
            parties |= {"referred", "assignee"} if who == report.person else {"referred"}
        looks_on = {"office": {"street_office"}, "official": {"official"}}.get(post, set())
        looks_on = looks_on if "dispatcher" not in parties else set()
        if who in {report.reporter, "link"} and not parties and who != report.person:  # "link" holds that of any report
            parties.add("reporter")
        calls = (post == "dispatcher" and organisation in charge) or post == "office"
        if calls and report.state in {"completed", "confirmed"} and who not in report.sent:
            parties.add("caller")
        return parties | looks_on

    def passes_on(self, report: Report) -> bool:
        """Whether it is held by somebody who is not in charge any more."""
        return report.state in TO_DO and report.referral is None and report.holder != self.charge_of(report)

    def holds_no_more(self, report: Report) -> bool:
        """Whether the day has come with which its hold ends."""
        return report.hold_until is not None and report.hold_until <= day(self.now)

    def state_of(self, report: Report) -> str:
        """Its state, once what the calendar does to it is done."""
        state = report.state
        if self.holds_no_more(report):
            state = "assigned" if self.person_stands(report) else "submitted"
        return "submitted" if self.passes_on(report) and state != "on_hold" else state

    def works(self, who: str | None, organisation: str) -> bool:
        """Whether somebody can be sent by an organisation."""
        return who is not None and PEOPLE[who][0] == organisation and bool(organisation)

    def person_stands(self, report: Report) -> bool:
        """Whether the person sent can go on."""
        here = report.holder == self.charge_of(report) or report.holder in REFEREES
        return here and self.works(report.person, report.holder)

    # --- moving ---

    def ask(self, report: Report, asked: Asked) -> int:
        """The status of the answer: 200, and the report is moved, or why not, and it is not."""
        kept = copy.deepcopy(report)
        try:
            self._move(report, asked)
        except No as no:
            report.__dict__.update(kept.__dict__)
            return no.status
        return 200

    def _move(self, report: Report, asked: Asked) -> None:
        row = MOVES[asked.action]
        row.guard(self, report, asked)
        self._seen(report, asked)
        state = self.state_of(report)
        if state not in row.leaves or row.referred not in {None, report.referral is not None}:
            raise No(409)
        who = row.by_referred if report.referral and row.by_referred else row.by
        if "caller" in who and "reporter" in who:
            who = {"caller"} if asked.for_reporter else {"reporter"}
        if not who & self.parties(report, asked.who):
            raise No(403)
        if who == {"caller"}:
            somebody_to_call(self, report)
        row.rule(self, report, asked)
        row.need(self, report, asked)
        self.catch_up(report)
        had = (report.holder, report.person)
        report.version += 1
        row.effect(self, report, asked)
        report.tell(asked.action, asked.now)
        self._lapse(report, had)
        row.after(self, report, asked)

    def _seen(self, report: Report, asked: Asked) -> None:
        if asked.seen > report.version:
            raise No(409)
        if asked.action not in TALK and any(action != "note" for action, _at in report.story[asked.seen :]):
            raise No(409)

    def catch_up(self, report: Report) -> None:
        """What the calendar did to it, in the order of its days."""
        acts = [self._wake, self._hand_over]
        if self.passes_on(report) and report.hold_until is not None and self.since <= report.hold_until:
            acts.reverse()
        for act in acts:
            act(report)

    def _hand_over(self, report: Report) -> None:
        if not self.passes_on(report):
            return
        had = (report.holder, report.person)
        report.holder, report.person = self.charge_of(report), None
        report.state = report.state if report.state == "on_hold" else "submitted"
        report.version += 1
        report.tell("handed_over", max(begin_of(self.since), report.story[-1][1]))
        self._lapse(report, had)

    def _wake(self, report: Report) -> None:
        if not self.holds_no_more(report) or report.hold_until is None:
            return
        at = max(begin_of(report.hold_until), report.story[-1][1])
        report.go_on(at)
        report.state = "assigned" if self.person_stands(report) else "submitted"
        report.version += 1
        report.tell("resume", at)
        self._lapse(report, (report.holder, report.person))

    def _lapse(self, report: Report, had: tuple[str, str | None]) -> None:
        if report.state in FINAL:
            report.asked = None
        if report.state in FINAL | {"completed"} and report.urges and report.urges[-1] is None:
            report.urges[-1] = "repaired" if report.state == "completed" else "closed"
        if report.state != "on_hold":
            report.hold_until = report.cause = None
        gone = report.state in FINAL | {"completed"} or report.holder != had[0]
        if gone:
            report.appointment = report.extension = None
        objection = report.objection()
        if objection and (gone or (report.person != had[1] and objection.party == "assignee")):
            objection.end = "lapsed"

    # --- what happens by itself ---

    def hand_over_due(self) -> None:
        """The job of the morning."""
        for report in self.reports:
            if self.passes_on(report):
                self.catch_up(report)

    def wake_holds(self) -> None:
        """The job that lets go on what was on hold."""
        for report in self.reports:
            if self.holds_no_more(report):
                self.catch_up(report)

    def close_unanswered(self) -> None:
        """The job that ends what nobody answered."""
        for report in self.reports:
            if report.state == "completed" and report.completed and report.completed <= self.now - CLOSES_AFTER:
                report.state, report.confirmed = "confirmed", self.now
                report.version += 1
                report.tell("closed_by_system", self.now)
                end_referral(report, "proven")
                self._lapse(report, (report.holder, report.person))


def end_referral(report: Report, how: str) -> None:
    """Nobody is referred to any more."""
    if report.referral:
        report.referrals[-1][1] = how
        report.referral, report.accepted = None, False


def open_referral(report: Report, organisation: str, accepted: bool = False) -> None:
    """It is referred."""
    report.referral, report.accepted, report.holder = organisation, accepted, organisation
    report.referrals.append([organisation, None])


def somebody_to_call(world: World, report: Report) -> None:
    """Of what is confirmed: the system closed it, and that is not long ago."""
    if report.state == "confirmed":
        refuse_unless(report.stars is None, 409)
        refuse_unless(report.confirmed is not None and world.now < report.confirmed + REOPENS_WITHIN)


def ended(report: Report | None) -> bool:
    """Whether nobody comes for it any more."""
    return report is not None and report.state in FINAL | {"completed"}


# --- the table ---

Part = Callable[[World, Report, Asked], None]


def nothing(_world: World, _report: Report, _asked: Asked) -> None:
    """No guard, no rule, no need, no effect."""


@dataclass(frozen=True)
class Row:
    """From which states and by whom; what is refused first, by a rule, and for what is missing; what it does."""

    leaves: set[str]
    by: set[str]
    effect: Part
    guard: Part = nothing
    rule: Part = nothing
    need: Part = nothing
    after: Part = nothing
    referred: bool | None = None
    by_referred: set[str] = field(default_factory=set)


def refuse_unless(true: bool, status: int = 422) -> None:
    """No, unless."""
    if not true:
        raise No(status)


def _note(_world: World, _report: Report, asked: Asked) -> None:
    refuse_unless(bool(asked.note.strip()))


def _note_and_day(world: World, report: Report, asked: Asked) -> None:
    _note(world, report, asked)
    ahead = asked.until - day(asked.now) if asked.until else timedelta()
    refuse_unless(timedelta() < ahead <= timedelta(days=730))


def _cause_and_day(world: World, report: Report, asked: Asked) -> None:
    _note_and_day(world, report, asked)
    refuse_unless(asked.cause is not None)


def _answer_in_time(world: World, report: Report, asked: Asked) -> None:
    _note(world, report, asked)
    ahead = asked.answer_by - day(asked.now) if asked.answer_by else timedelta(days=-1)
    refuse_unless(timedelta() <= ahead <= timedelta(days=90))


def _not_urged(_world: World, report: Report, _asked: Asked) -> None:
    refuse_unless(not report.urges or report.urges[-1] is not None, 409)


def _urged(_world: World, report: Report, _asked: Asked) -> None:
    refuse_unless(bool(report.urges) and report.urges[-1] is None, 409)


def _urge(_world: World, report: Report, _asked: Asked) -> None:
    report.urges.append(None)


def _answer_urge(_world: World, report: Report, _asked: Asked) -> None:
    report.urges[-1] = "answered"


def _can_be_sent(world: World, report: Report, asked: Asked) -> None:
    refuse_unless(asked.person is None or world.works(asked.person, world.charge_of(report)))


def _somebody(_world: World, _report: Report, asked: Asked) -> None:
    refuse_unless(asked.person is not None)


def _send(world: World, report: Report, asked: Asked) -> None:
    report.stop(asked.now, True, "respond")
    report.state, report.person, report.holder = "assigned", asked.person, world.charge_of(report)


def _accept(_world: World, report: Report, asked: Asked) -> None:
    report.stop(asked.now, True, "respond")
    report.state, report.person, report.accepted = "assigned", asked.who, True


def _back(how: str) -> Part:
    def bring_back(world: World, report: Report, asked: Asked) -> None:
        report.go_on(asked.now)
        report.state, report.person, report.holder = "submitted", None, world.charge_of(report)
        end_referral(report, how)

    return bring_back


def _start(_world: World, report: Report, asked: Asked) -> None:
    report.stop(asked.now, True, "on_site")
    report.state = "underway"


def _may_wait(world: World, report: Report, _asked: Asked) -> None:
    refuse_unless(report.priority != "P0")
    refuse_unless(_waiting(world, report) is None, 409)


# --- objections: what lapses with the passing on is not there any more, also where the job is late ---


def _waiting(world: World, report: Report) -> Objection | None:
    return None if world.passes_on(report) else report.objection()


def _takes(_world: World, report: Report, asked: Asked) -> None:
    takers = (TAKES_OVER | REFEREES) - {report.holder}
    refuse_unless(asked.organisation is None or asked.organisation in takers)


def _may_object(world: World, report: Report, asked: Asked) -> None:
    refuse_unless(_waiting(world, report) is None, 409)
    party = "dispatcher" if "dispatcher" in world.parties(report, asked.who) else "assignee"
    holder = world.charge_of(report) if world.passes_on(report) else report.holder
    before = [one for one in report.objections if one.end in {"upheld", "rejected"}]
    refuse_unless((party, holder, report.reopened) not in {(one.party, one.holder, one.round) for one in before}, 409)
    refuse_unless(party == "assignee" or world.charge_of(report) != "S")


def _object(world: World, report: Report, asked: Asked) -> None:
    party = "dispatcher" if "dispatcher" in world.parties(report, asked.who) else "assignee"
    report.objections.append(Objection(party, asked.who, report.holder, report.reopened))


def _to_whom(world: World, report: Report, asked: Asked) -> None:
    _takes(world, report, asked)
    objection = report.objection()
    if objection is not None and objection.party == "dispatcher":
        refuse_unless(asked.organisation is not None)
    if objection is not None and objection.party == "assignee":
        refuse_unless(asked.organisation not in TAKES_OVER)


def _may_decide(world: World, report: Report, asked: Asked) -> None:
    objection = _waiting(world, report)
    refuse_unless(objection is not None, 409)
    if objection is not None:
        decides = "street_office" if objection.party == "dispatcher" else "dispatcher"
        refuse_unless(objection.by != asked.who and decides in world.parties(report, asked.who), 403)


def _uphold(_world: World, report: Report, asked: Asked) -> None:
    objection = report.objection()
    if objection is not None:
        objection.end = "upheld"
    report.state, report.person = "submitted", None
    if asked.organisation in TAKES_OVER:
        report.holder = report.placed = asked.organisation or ""


def _refer_as_decided(world: World, report: Report, asked: Asked) -> None:
    if asked.organisation in REFEREES:
        had = (report.holder, report.person)
        report.version += 1
        _refer(world, report, asked)
        report.tell("refer", asked.now)
        world._lapse(report, had)


def _reject(_world: World, report: Report, _asked: Asked) -> None:
    objection = report.objection()
    if objection is not None:
        objection.end = "rejected"


def _hold(_world: World, report: Report, asked: Asked) -> None:
    report.state, report.hold_until, report.cause = "on_hold", asked.until, asked.cause
    for kind in STANDS_STILL:
        run = report.running(kind)
        if run is not None:
            run.paused = asked.now


def _resume(world: World, report: Report, asked: Asked) -> None:
    report.go_on(asked.now)
    report.state = "assigned" if world.person_stands(report) else "submitted"


def _proof(world: World, report: Report, asked: Asked) -> None:
    _note(world, report, asked)
    refuse_unless(report.referral is None or asked.photos > 0)


def _complete(_world: World, report: Report, asked: Asked) -> None:
    report.sent.add(asked.who)
    report.stop(asked.now, True, "on_site", "make_safe", "resolve")
    report.state, report.completed = "completed", asked.now


def _known_referee(_world: World, report: Report, asked: Asked) -> None:
    refuse_unless(asked.organisation is None or asked.organisation in REFEREES)
    ends = [how for organisation, how in report.referrals if organisation == asked.organisation]
    refuse_unless(not (ends and ends[-1] == "refused") or bool(asked.note.strip()))


def _to_somebody(_world: World, _report: Report, asked: Asked) -> None:
    refuse_unless(asked.organisation is not None)


def _refer(_world: World, report: Report, asked: Asked) -> None:
    report.go_on(asked.now)
    report.state, report.person = "submitted", None
    open_referral(report, asked.organisation or "")


def _decline(_world: World, report: Report, asked: Asked) -> None:
    report.stop(asked.now, True, "respond")
    report.stop(asked.now, False, *KINDS)
    report.state, report.person = "declined", None


def _withdraw(_world: World, report: Report, asked: Asked) -> None:
    report.stop(asked.now, False, *KINDS)
    report.state = "cancelled"
    end_referral(report, "withdrawn")


def _stars(_world: World, _report: Report, asked: Asked) -> None:
    refuse_unless(asked.stars is not None and 1 <= asked.stars <= 5)


def _confirm(_world: World, report: Report, asked: Asked) -> None:
    report.state, report.stars, report.confirmed = "confirmed", asked.stars, asked.now
    end_referral(report, "proven")


def _in_time(_world: World, report: Report, asked: Asked) -> None:
    refuse_unless(report.confirmed is None or asked.now < report.confirmed + REOPENS_WITHIN)


def _reopen(world: World, report: Report, asked: Asked) -> None:
    stands = world.person_stands(report)
    proven = report.referral is None and bool(report.referrals) and report.referrals[-1][1] == "proven"
    again = report.referral or (report.referrals[-1][0] if proven else None)
    report.reopened += 1
    report.completed = report.confirmed = report.stars = None
    report.holder = again or world.charge_of(report)
    report.person = report.person if stands else None
    report.state = "assigned" if stands else "submitted"
    report.begin("resolve", asked.now)
    if proven:
        open_referral(report, again or "", accepted=report.person is not None)


def _ahead(_world: World, _report: Report, asked: Asked) -> None:
    refuse_unless(asked.appointment is not None)
    begins, ends = asked.appointment or (asked.now, asked.now)
    refuse_unless(asked.now < begins <= asked.now + timedelta(days=366) and begins < ends)


def _appoint(_world: World, report: Report, asked: Asked) -> None:
    report.appointment = asked.appointment


def _reach(kind: str) -> Part:
    def reach(_world: World, report: Report, asked: Asked) -> None:
        report.stop(asked.now, True, kind)

    return reach


def _differs(_world: World, report: Report, asked: Asked) -> None:
    refuse_unless(not (asked.priority == "P0" and report.state == "on_hold"))
    now = (report.category, report.priority, report.place)
    refuse_unless(now != (asked.category, asked.priority, asked.place))


def _correct(_world: World, report: Report, asked: Asked) -> None:
    anew = (report.category, report.priority) != (asked.category, asked.priority)
    report.category, report.priority, report.place = asked.category, asked.priority, asked.place
    report.extension = None
    for kind in KINDS if anew else ():
        limit = LIMITS[report.category, report.priority][KINDS.index(kind)]
        runs = report.runs[kind]
        if not runs and limit:
            _begin_late(report, kind, limit)
        elif runs and (runs[-1].limit, runs[-1].priority, runs[-1].extended) != (limit, report.priority, None):
            old = runs[-1]
            due = _due(report, kind, old.start, limit, old.stopped)
            fresh = Run(limit, report.priority, old.start, due, old.paused, old.stopped, old.answered)
            if old.stopped is None:
                old.stop(asked.now, False)
            runs.append(fresh)


def _due(report: Report, kind: str, start: datetime, limit: int, stopped: datetime | None) -> datetime | None:
    """When a run is due that began then, with the holds that are over."""
    holds = report.pauses() if kind in STANDS_STILL else []
    within = [(a, b) for a, b in holds if a >= start and (stopped is None or a < stopped)]
    return start + timedelta(minutes=limit) + sum((b - a for a, b in within), timedelta()) if limit else None


def _begin_late(report: Report, kind: str, limit: int) -> None:
    """A milestone that nobody counted before, as if it had been counted from the report."""
    reached = next((at for action, at in report.story if action in REACHES.get(kind, set())), None)
    due = _due(report, kind, report.submitted, limit, reached)
    run = Run(limit, report.priority, report.submitted, due)
    if reached is not None:
        run.stop(reached, True)
    elif report.state == "on_hold" and kind in STANDS_STILL:
        run.paused = next(at for action, at in reversed(report.story) if action == "hold")
    report.runs[kind].append(run)


def _later(_world: World, report: Report, asked: Asked) -> None:
    run = report.running("resolve")
    if asked.until is not None:
        refuse_unless(run is not None and run.due is not None and end_of(asked.until) > run.due)


def _none_waits(world: World, report: Report, _asked: Asked) -> None:
    refuse_unless(report.extension is None or world.passes_on(report), 409)


def _request(_world: World, report: Report, asked: Asked) -> None:
    report.extension = (asked.until, asked.who) if asked.until else None


def _one_waits(world: World, report: Report, asked: Asked) -> None:
    refuse_unless(report.extension is not None and not world.passes_on(report), 409)
    refuse_unless(report.extension is None or report.extension[1] != asked.who, 403)


def _grant(_world: World, report: Report, asked: Asked) -> None:
    run = report.running("resolve")
    if run is not None and report.extension is not None:
        fresh = Run(run.limit, report.priority, run.start, end_of(report.extension[0]), run.paused,
                    extended=report.extension[0])  # fmt: skip
        run.stop(asked.now, False)
        report.runs["resolve"].append(fresh)
    report.extension = None


def _no_extension(_world: World, report: Report, _asked: Asked) -> None:
    report.extension = None


def _question(_world: World, report: Report, asked: Asked) -> None:
    report.asked = report.asked or asked.now


def _question_waits(_world: World, report: Report, _asked: Asked) -> None:
    refuse_unless(report.asked is not None, 409)


def _answer(_world: World, report: Report, _asked: Asked) -> None:
    report.asked = None


def _not_too_often(_world: World, report: Report, asked: Asked) -> None:
    refuse_unless(report.added.get(day(asked.now), 0) < ADDED_IN_A_DAY, 429)


def _add(_world: World, report: Report, asked: Asked) -> None:
    report.added[day(asked.now)] = report.added.get(day(asked.now), 0) + 1


# --- several reports of one fault ---


def _open_lead(world: World, report: Report, asked: Asked) -> None:
    if asked.lead is None:
        return
    lead = next((one for one in world.reports if one.number == asked.lead and one is not report), None)
    refuse_unless(lead is not None and lead.state in OPEN)
    refuse_unless(asked.lead != report.lead)


def _some_lead(_world: World, _report: Report, asked: Asked) -> None:
    refuse_unless(asked.lead is not None)


def _follow(report: Report, lead: str | None, at: datetime) -> None:
    report.go_on(at)
    report.stop(at, False, *KINDS)
    report.state, report.lead, report.person, report.stars = "merged", lead, None, None


def _merge(_world: World, report: Report, asked: Asked) -> None:
    _follow(report, asked.lead, asked.now)


def _take_along(world: World, report: Report, asked: Asked) -> None:
    for one in world.led_by(report):
        _follow(one, asked.lead, asked.now)
        one.version += 1
        one.tell("merge", asked.now)


def _say_what_is_wrong(world: World, report: Report, asked: Asked) -> None:
    if "reporter" in world.parties(report, asked.who) and ended(world.lead_of(report)):
        _note(world, report, asked)


def _not_too_late(world: World, report: Report, asked: Asked) -> None:
    lead = world.lead_of(report)
    if lead is not None and lead.state == "confirmed":
        refuse_unless(lead.confirmed is not None and asked.now < lead.confirmed + REOPENS_WITHIN)


def _separate(world: World, report: Report, asked: Asked) -> None:
    report.reopened += "reporter" in world.parties(report, asked.who) and ended(world.lead_of(report))
    if "reporter" in world.parties(report, asked.who):
        for kind in KINDS:
            report.begin(kind, asked.now)
    else:
        for runs in [each for each in report.runs.values() if each and each[-1].answered is False]:
            last = runs[-1]
            runs.append(Run(last.limit, last.priority, last.start, last.due, extended=last.extended))
    report.state, report.lead, report.stars, report.holder = "submitted", None, None, world.charge_of(report)


def _repaired_there(world: World, report: Report, _asked: Asked) -> None:
    lead = world.lead_of(report)
    refuse_unless(lead is not None and lead.state in {"completed", "confirmed"}, 409)
    if lead is not None and lead.completed is not None and report.stars is not None:
        refuse_unless(all(at < lead.completed for action, at in report.story if action == "agree"), 409)


def _agree(_world: World, report: Report, asked: Asked) -> None:
    report.stars = asked.stars


def _nobody_follows(world: World, report: Report, _asked: Asked) -> None:
    refuse_unless(not world.led_by(report), 409)


def _how_it_went(_world: World, _report: Report, asked: Asked) -> None:
    refuse_unless(asked.outcome is not None)


STAFF, AT_WORK = {"dispatcher", "assignee"}, {"submitted", "assigned", "underway"}
DECIDE, REPORTER, CALLER = {"dispatcher", "street_office"}, {"reporter"}, {"caller"}
TALKERS = {"dispatcher", "assignee", "referred"}

MOVES: dict[str, Row] = {
    "assign": Row({"submitted"}, {"dispatcher"}, _send, _can_be_sent, need=_somebody, referred=False),
    "reassign": Row({"assigned", "underway"}, {"dispatcher"}, _send, _can_be_sent, need=_somebody, referred=False),
    "accept": Row({"submitted"}, {"referred"}, _accept, referred=True),
    "refuse": Row({"submitted"}, {"referred"}, _back("refused"), need=_note, referred=True),
    "start": Row({"assigned"}, {"assignee"}, _start),
    "hold": Row(AT_WORK, STAFF, _hold, rule=_may_wait, need=_cause_and_day),
    "resume": Row({"on_hold"}, STAFF, _resume),
    "complete": Row({"underway"}, STAFF, _complete, need=_proof, by_referred={"assignee"}),
    "refer": Row(TO_DO, {"dispatcher"}, _refer, _known_referee, need=_to_somebody, referred=False),
    "take_back": Row(TO_DO, {"dispatcher"}, _back("taken_back"), referred=True),
    "decline": Row({"submitted", "assigned"}, {"dispatcher"}, _decline, need=_note, referred=False),
    "withdraw": Row(TO_DO, REPORTER, _withdraw, _nobody_follows),
    "confirm": Row({"completed"}, REPORTER | CALLER, _confirm, need=_stars),
    "reopen": Row({"completed", "confirmed"}, REPORTER | CALLER, _reopen, rule=_in_time, need=_note),
    "appoint": Row(TO_DO, STAFF, _appoint, need=_ahead),
    "arrive": Row({"assigned"}, {"assignee"}, _reach("on_site")),
    "make_safe": Row(TO_DO, STAFF, _reach("make_safe")),
    "correct": Row(TO_DO, {"dispatcher"}, _correct, _differs, need=_note, referred=False),
    "request_extension": Row(AT_WORK, STAFF, _request, _later, _none_waits, _note_and_day),
    "grant_extension": Row(AT_WORK, DECIDE, _grant, rule=_one_waits, need=_note),
    "refuse_extension": Row(AT_WORK, DECIDE, _no_extension, rule=_one_waits, need=_note),
    "object": Row(AT_WORK, STAFF, _object, _takes, _may_object, _note, referred=False),
    "uphold_objection": Row(AT_WORK, DECIDE, _uphold, _to_whom, _may_decide, _note, _refer_as_decided, referred=False),
    "reject_objection": Row(AT_WORK, DECIDE, _reject, rule=_may_decide, need=_note, referred=False),
    "urge": Row(TO_DO, {"street_office", "official"}, _urge, rule=_not_urged, need=_answer_in_time),
    "answer_urge": Row(TO_DO, {"dispatcher"}, _answer_urge, rule=_urged, need=_note),
    "ask": Row(OPEN, TALKERS, _question, need=_note),
    "answer": Row(OPEN, REPORTER, _answer, rule=_question_waits, need=_note),
    "note": Row(OPEN | FINAL, TALKERS, nothing, need=_note),
    "add": Row(OPEN | FINAL, REPORTER, _add, _not_too_often, need=_note),
    "merge": Row(
        TO_DO | {"merged"}, {"dispatcher"}, _merge, _open_lead, need=_some_lead, after=_take_along, referred=False
    ),
    "separate": Row({"merged"}, {"dispatcher", "reporter"}, _separate, _say_what_is_wrong, _not_too_late),
    "agree": Row({"merged"}, REPORTER, _agree, rule=_repaired_there, need=_stars),
    "call": Row({"completed", "confirmed"}, CALLER, nothing, need=_how_it_went),
}
BY_ITSELF = {"submit", "imported", "closed_by_system", "handed_over"}
"""What nobody asks for by a move."""
OF_INSPECTIONS = {"finding", "recheck_pass", "recheck_fail"}
"""What happens to no report that people send; tests/tickets/test_rechecking.py walks it."""


def legal_now(world: World, report: Report) -> Iterable[tuple[str, str]]:
    """The moves that somebody could make now, with what they need: action, and who."""
    for action, row in MOVES.items():
        if world.state_of(report) in row.leaves and row.referred in {None, report.referral is not None}:
            by = row.by_referred if report.referral and row.by_referred else row.by
            yield from ((action, who) for who in PEOPLE if by & world.parties(report, who))


def stands(report: Report) -> dict[str, Any]:
    """All that can be compared with what is stored."""
    return {
        "state": report.state, "version": report.version, "holder": report.holder, "person": report.person,
        "category": report.category, "priority": report.priority, "place": report.place,
        "hold_until": report.hold_until, "cause": report.cause, "placed": report.placed,
        "objections": [(one.party, one.end) for one in report.objections], "urges": list(report.urges),
        "asked": report.asked, "extension": report.extension,
        "appointment": report.appointment, "reopened": report.reopened, "stars": report.stars,
        "completed": report.completed, "confirmed": report.confirmed, "presses": report.presses(),
        "lead": report.lead,
        "referrals": [tuple(each) for each in report.referrals], "accepted": report.accepted,
        "clocks": {
            kind: [(run.start, run.due, run.paused, run.stopped, run.answered, run.extended) for run in runs]
            for kind, runs in report.runs.items()
        },
        "story": [action for action, _at in report.story],
    }  # fmt: skip
