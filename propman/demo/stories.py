"""How the reports of the demo world went, told move by move through the same operations that the pages use.

Every move is asked of the table of moves, at a moment in the past, in the order of time. Whoever set out for a ticket
and finds it changed (it passed to another company at midnight) looks again.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count

from propman import clock
from propman.assets.operations import open_take_overs_due
from propman.demo import pacing
from propman.demo.acts import Hands
from propman.demo.plots import Fate, Plot
from propman.demo.recourse import follow
from propman.tickets import operations as tickets
from propman.tickets.models import Ticket
from propman.tickets.workflow import State

Act = Callable[[Plot, Ticket, datetime], None]
REMINDED = timedelta(days=10)  # for so long the deadlines of the world have been watched, once a night
WITHDRAWN_FROM = frozenset({State.SUBMITTED, State.ASSIGNED})  # the reporter sees that nobody has begun


@dataclass(order=True)
class Plan:
    """What somebody sets out to do, when, and the version of the ticket they have in mind."""

    at: datetime
    order: int
    plot: Plot = field(compare=False)
    act: Act | None = field(compare=False, default=None)  # None: the report itself
    version: int = field(compare=False, default=0)


@dataclass
class Stories:
    """The teller: `ahead` is what people have in mind, the nearest first."""

    hands: Hands
    ahead: list[Plan] = field(default_factory=list)
    numbers: count[int] = field(default_factory=count)
    reminded_from: date = date.max

    def tell(self, plots: list[Plot], *, until: datetime) -> None:
        """Let everything happen that happens before `until`, with the jobs of every night."""
        self.ahead = [Plan(plot.at, next(self.numbers), plot) for plot in plots]
        heapq.heapify(self.ahead)
        night = clock.local_date(self.ahead[0].at)
        self.reminded_from = clock.local_date(until) - REMINDED
        while self.ahead and self.ahead[0].at < until:
            plan = heapq.heappop(self.ahead)
            night = self._nights(night, clock.local_date(plan.at))
            self._carry_out(plan)
        self._nights(night, clock.local_date(until))

    def _nights(self, night: date, day: date) -> date:
        """What the jobs do in every night after `night` up to the morning of `day`; gives `day`."""
        while night < day:
            night += timedelta(days=1)
            now = clock.at_local(night) + timedelta(seconds=40)
            tickets.wake_holds(self.hands.session, now=now)
            tickets.hand_over_due(self.hands.session, now=now)
            tickets.close_unanswered(self.hands.session, now=now)
            open_take_overs_due(self.hands.session, now=now)
            if night >= self.reminded_from:
                tickets.escalate(self.hands.session, now=now)
                tickets.tell_of_urges(self.hands.session, now=now)
        return night

    def _carry_out(self, plan: Plan) -> None:
        plot, now = plan.plot, plan.at
        if plan.act is None:
            self.hands.submit(plot, now)
        ticket = plot.ticket
        if ticket is None:
            return
        if plan.act is not None:
            plot.plans -= 1
            if self._still_wanted(plan, ticket):
                plan.act(plot, ticket, now)
            elif plot.plans:  # somebody else has this ticket in mind
                return
        self._go_on(plot, ticket, now)

    def _still_wanted(self, plan: Plan, ticket: Ticket) -> bool:
        if plan.act == self.hands.withdraw:
            return ticket.state in WITHDRAWN_FROM
        if plan.act in {self.hands.start, self.hands.complete} and not self.hands.stands(plan.plot, ticket, plan.at):
            return False
        return plan.version == ticket.version

    def _plan(self, plot: Plot, ticket: Ticket, act: Act, at: datetime) -> None:
        plot.plans += 1
        heapq.heappush(self.ahead, Plan(at, next(self.numbers), plot, act, ticket.version))

    # --- what comes next, state by state ---

    def _go_on(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """Somebody sets out to do the next thing, or nobody does."""
        if plot.script is not None:
            if plot.script:
                step = plot.script.pop(0)
                self._plan(plot, ticket, partial(follow, self.hands, step), step.at)
            return
        following = {
            State.SUBMITTED: self._after_submission,
            State.ASSIGNED: self._after_assignment,
            State.UNDERWAY: self._after_start,
            State.ON_HOLD: self._after_hold,
            State.COMPLETED: self._after_completion,
            State.CONFIRMED: self._after_confirmation,
        }.get(ticket.state)
        if following is not None and ticket.state is not plot.rests:
            following(plot, ticket, now)

    def _after_submission(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        rng, hands = self.hands.rng, self.hands
        if plot.fate is Fate.WITHDRAWN:
            self._plan(plot, ticket, hands.withdraw, self._waking(now + timedelta(minutes=rng.uniform(20, 600))))
        typical = pacing.minutes(pacing.TYPICAL_RESPONSE, ticket.priority)
        at = pacing.share_of(rng, now, ticket.due_at, punctual=plot.punctual, typical=typical)
        act = hands.decline if plot.fate is Fate.DECLINED else hands.assign
        self._plan(plot, ticket, act, pacing.staffed(rng, at, ticket.priority))

    def _after_assignment(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        rng = self.hands.rng
        act: Act = self.hands.start
        if plot.replaced or not self.hands.stands(plot, ticket, now):
            act, plot.replaced = self.hands.reassign, False
        typical = pacing.minutes(pacing.TYPICAL_WAY, ticket.priority) * rng.lognormvariate(0, 0.5)
        self._plan(plot, ticket, act, pacing.staffed(rng, now + typical, ticket.priority))

    def _after_start(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        rng = self.hands.rng
        if not self.hands.stands(plot, ticket, now):
            self._plan(plot, ticket, self.hands.reassign, now + timedelta(minutes=rng.uniform(30, 200)))
        elif plot.held and ticket.priority != "P0":
            plot.held = False
            self._plan(plot, ticket, self.hands.hold, now + timedelta(minutes=rng.uniform(15, 90)))
        else:
            typical = pacing.minutes(pacing.TYPICAL_WORK, ticket.priority)
            done = pacing.share_of(rng, now, ticket.due_at, punctual=plot.punctual, typical=typical)
            self._plan(plot, ticket, self.hands.complete, pacing.staffed(rng, done, ticket.priority))

    def _after_hold(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """Every third goes on a day before its day; of the others somebody looks when the system has let them go on."""
        if ticket.hold_until_on is not None:
            day = ticket.hold_until_on - timedelta(days=ticket.id % 3 == 0)
            morning = clock.at_local(day, pacing.STAFFED[0])
            at = max(now, morning) + timedelta(minutes=self.hands.rng.uniform(5, 150))
            self._plan(plot, ticket, self.hands.resume, at)

    def _after_completion(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        rng = self.hands.rng
        at = self._waking(now + timedelta(hours=rng.lognormvariate(2.6, 1.0)))
        if plot.reopened is State.COMPLETED:
            plot.reopened, plot.held = None, False
            self._plan(plot, ticket, self.hands.reopen, at)
        elif plot.answered:
            self._plan(plot, ticket, self.hands.confirm, at)

    def _after_confirmation(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        if plot.reopened is State.CONFIRMED and ticket.stars is not None:
            plot.reopened = None
            at = self._waking(now + timedelta(days=self.hands.rng.uniform(1, 12)))
            self._plan(plot, ticket, self.hands.reopen, at)

    def _waking(self, at: datetime) -> datetime:
        """`at`, or some time in the morning where everybody is asleep."""
        local = clock.local(at)
        if 7 <= local.hour < 22:
            return at
        morning = clock.at_local(local.date() + timedelta(days=local.hour >= 22))
        return morning + timedelta(minutes=self.hands.rng.uniform(420, 600))
