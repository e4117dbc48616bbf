"""The moves of the people of the demo world, each through the operation that its page uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from propman import clock, idempotency
from propman.catalogue.models import CategoryQuestion
from propman.catalogue.queries import questions
from propman.communities.queries import responsible_on
from propman.data.reading import QuestionKind
from propman.db import settle
from propman.demo.drawings import picture
from propman.demo.people import Cast
from propman.demo.plots import Plot
from propman.demo.sentences import remark
from propman.demo.tones import tone
from propman.demo.working import taken
from propman.files.operations import Upload
from propman.files.store import FileStore
from propman.roles import NOBODY, Viewer
from propman.tickets import operations as tickets
from propman.tickets.models import Channel, Ticket
from propman.tickets.workflow import HoldReason

FROST = frozenset({10, 11, 12, 1, 2, 3})  # months in which neither roof nor wall can be mended

SHOWN_AGAIN = frozenset({("jiayuan", "power"), ("jiayuan", "door_camera")})
"""Where somebody proves one repair with the photograph of another, so that one sees what is said of it."""


def in_time(ticket: Ticket) -> bool | None:
    """What its reporter says of whether somebody was in touch in time; some do not say."""
    return None if ticket.id % 4 == 0 else ticket.id % 9 != 0


@dataclass(frozen=True)
class Hands:
    """Everybody's hands: what they write is drawn from `rng`, their pictures go to `store`."""

    session: Session
    cast: Cast
    rng: Random
    store: FileStore
    tracking_key_id: str
    charges: dict[tuple[str, date], int] = field(default_factory=dict)
    questions: dict[str, Sequence[CategoryQuestion]] = field(default_factory=dict)

    def submit(self, plot: Plot, now: datetime) -> None:
        """Somebody reports: by the code, signed in, or on the telephone."""
        reporter = plot.reporter.user_id if plot.reporter else None
        if plot.channel is Channel.PHONE:
            reporter = self.rng.choice(self._dispatchers(plot, now))
        viewer = NOBODY if reporter is None else self.cast.viewer(reporter, now)
        report = tickets.Report(
            category=plot.category, description=plot.fault.report, spot=plot.fault.spot, name=plot.name,
            phone=plot.phone, photos=self._photos(plot, "report", now, mended=False), answers=self._answers(plot, now),
            apart=not plot.joins, voice=tone(plot.voice) if plot.voice else None,
        )  # fmt: skip

        def act() -> dict[str, int]:
            plot.ticket = tickets.open_ticket(
                self.session, report=report, place=plot.place, channel=plot.channel, viewer=viewer,
                tracking_key_id=self.tracking_key_id, store=self.store, now=now,
            )  # fmt: skip
            settle(self.session, plot.ticket)
            return {"ticket_id": plot.ticket.id}

        idempotency.once(
            self.session, principal=f"code:{plot.code}" if reporter is None else f"user:{reporter}",
            key=idempotency.new_key(now, self.rng.getrandbits), now=now, act=act,
            payload={"category": plot.category, "place": plot.place.id, "description": plot.fault.report},
        )  # fmt: skip

    def _answers(self, plot: Plot, now: datetime) -> dict[int, str]:
        """What was answered to the questions of the category: by two in three, and by chance that draws no number."""
        if plot.category not in self.questions:
            self.questions[plot.category] = questions(self.session, clock.local_date(now), plot.category)
        number = len(plot.fault.report)
        return {one.id: _answer(one, number) for one in self.questions[plot.category] if number % 3}

    def assign(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """A dispatcher sends somebody."""
        tickets.assign(self.session, ticket=ticket, viewer=self.dispatcher(plot, now), now=now,
                       seen_version=ticket.version, assignee_id=self._worker(plot, ticket, now),
                       note=self._sometimes("assign", 0.15))  # fmt: skip

    def reassign(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """A dispatcher sends somebody else."""
        tickets.reassign(self.session, ticket=ticket, viewer=self.dispatcher(plot, now), now=now,
                         seen_version=ticket.version, assignee_id=self._worker(plot, ticket, now),
                         note=remark(self.rng, "reassign"))  # fmt: skip

    def decline(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """A dispatcher says no."""
        tickets.decline(self.session, ticket=ticket, viewer=self.dispatcher(plot, now), now=now,
                        seen_version=ticket.version, note=remark(self.rng, "decline"))  # fmt: skip

    def start(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """The person sent begins, and takes a picture or not."""
        tickets.start(self.session, ticket=ticket, viewer=self.assignee(ticket, now), now=now,
                      seen_version=ticket.version, store=self.store, note=self._sometimes("start", 0.3),
                      photos=self._photos(plot, "before", now, mended=False))  # fmt: skip

    def hold(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """It has to wait: for a part, for dry weather, for spring."""
        on = clock.local_date(now)
        roof_or_wall = plot.category == "leak"
        if roof_or_wall and on.month in FROST:
            why, cause = "hold_thaw", HoldReason.SEASON
            until = date(on.year + (on.month >= 10), 5, self.rng.randint(6, 25))
        else:
            why, cause = ("hold_rain", HoldReason.SEASON) if roof_or_wall else ("hold_parts", HoldReason.PARTS)
            until = on + timedelta(days=self.rng.randint(2, 12))
        viewer = self.dispatcher(plot, now)
        tickets.hold(self.session, ticket=ticket, viewer=viewer, now=now, seen_version=ticket.version,
                     until_on=until, cause=cause, note=remark(self.rng, why))  # fmt: skip

    def resume(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """It goes on."""
        tickets.resume(self.session, ticket=ticket, viewer=self.dispatcher(plot, now), now=now,
                       seen_version=ticket.version, note=remark(self.rng, "resume"))  # fmt: skip

    def complete(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """The worker says that it is done, and shows it or not."""
        tickets.complete(self.session, ticket=ticket, viewer=self.assignee(ticket, now), now=now,
                         seen_version=ticket.version, note=plot.fault.done, store=self.store,
                         after=self._photos(plot, "after", now, mended=True), work=taken(ticket))  # fmt: skip

    def confirm(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """The reporter says that it is fixed."""
        tickets.confirm(self.session, ticket=ticket, viewer=self.reporter(plot, ticket, now), now=now,
                        seen_version=ticket.version, stars=plot.stars, contacted_in_time=in_time(ticket),
                        note=self._sometimes("praise" if plot.stars > 3 else "so_so", 0.4))  # fmt: skip

    def reopen(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """The reporter says that it is not."""
        tickets.reopen(self.session, ticket=ticket, viewer=self.reporter(plot, ticket, now), now=now,
                       seen_version=ticket.version, note=remark(self.rng, "reopen"), store=self.store,
                       photos=self._photos(plot, "report", now, mended=False),
                       contacted_in_time=in_time(ticket))  # fmt: skip

    def withdraw(self, plot: Plot, ticket: Ticket, now: datetime) -> None:
        """The reporter takes it back."""
        tickets.withdraw(self.session, ticket=ticket, viewer=self.reporter(plot, ticket, now), now=now,
                         seen_version=ticket.version, note=remark(self.rng, "withdraw"))  # fmt: skip

    def in_charge(self, plot: Plot, now: datetime) -> int:
        """The id of the organisation that answers for the community at `now`."""
        key = plot.community.key, clock.local_date(now)
        if key not in self.charges:
            self.charges[key] = responsible_on(self.session, plot.community.place.id, key[1]).id
        return self.charges[key]

    def stands(self, plot: Plot, ticket: Ticket, now: datetime) -> bool:
        """Whether the person sent is still there to go."""
        return ticket.assignee_id in self.cast.workers(self.in_charge(plot, now), clock.local_date(now))

    def _dispatchers(self, plot: Plot, now: datetime) -> list[int]:
        return self.cast.dispatchers(self.in_charge(plot, now), clock.local_date(now))

    def dispatcher(self, plot: Plot, now: datetime) -> Viewer:
        """Somebody who dispatches for the community."""
        return self.cast.viewer(self.rng.choice(self._dispatchers(plot, now)), now)

    def _worker(self, plot: Plot, ticket: Ticket, now: datetime) -> int:
        if plot.worker_id is not None:
            return plot.worker_id
        workers = self.cast.workers(self.in_charge(plot, now), clock.local_date(now))
        return self.rng.choice([worker for worker in workers if worker != ticket.assignee_id] or workers)

    def assignee(self, ticket: Ticket, now: datetime) -> Viewer:
        """The person sent."""
        return self.cast.viewer(ticket.assignee_id or 0, now)

    def reporter(self, plot: Plot, ticket: Ticket, now: datetime) -> Viewer:
        """Signed in, or with the link or the number and PIN."""
        return self.cast.viewer(plot.reporter.user_id, now) if plot.reporter else Viewer(held_ticket_id=ticket.id)

    def _sometimes(self, about: str, share: float) -> str | None:
        return remark(self.rng, about) if self.rng.random() < share else None

    def _photos(self, plot: Plot, stage: str, now: datetime, *, mended: bool) -> Sequence[Upload]:
        if stage not in plot.photos:
            return ()
        name = f"IMG_{clock.local(now):%Y%m%d_%H%M%S}.jpg"
        again = stage == "after" and (plot.community.key, plot.category) in SHOWN_AGAIN
        drawn = picture(plot.fault.scene, mended=mended, variant=plot.variant, with_prints=again)
        return (Upload(b"", name, drawn),)


def _answer(question: CategoryQuestion, number: int) -> str:
    """Something that can be meant."""
    if question.kind is QuestionKind.CHOICE:
        return str(number % len((question.choices_zh or "").split("\n")))
    if question.kind is QuestionKind.NUMBER:
        return str((question.least or 0) + 12 + number % 6 if question.unit == "℃" else 1 + number % 3)
    return "晚上六点以后" if question.kind is QuestionKind.TEXT else ("yes", "no")[number % 2]
