"""What a move brings with it: words, written or spoken, a person, a day; and what is refused because it is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from propman import clock
from propman.errors import Refused
from propman.personal import clean
from propman.text import N_
from propman.tickets.workflow import CallOutcome, HoldReason, Move, Need

NOTE_LENGTH = 1000
LONGEST_HOLD = timedelta(days=730)
LONGEST_ANSWER = timedelta(days=90)
FARTHEST_APPOINTMENT = timedelta(days=366)


@dataclass(frozen=True)
class Brought:
    """What a move brings with it: who goes, to whom it is referred, why, until which day, how many stars and photos."""

    assignee_id: int | None = None
    organisation_id: int | None = None
    note: str | None = None
    until_on: date | None = None
    cause: HoldReason | None = None
    appointment: tuple[datetime, datetime] | None = None  # from when to when
    changes: dict[str, Any] | None = None  # what is corrected: name -> [old, new]
    extension_on: date | None = None  # the later deadline that is decided on
    answer_by_on: date | None = None  # by when an urge wants its answer
    stars: int | None = None
    lead_id: int | None = None  # with which report it is merged
    photos: int = 0
    voice: bool = False  # whether it was told in a voice note
    contacted_in_time: bool | None = None
    outcome: CallOutcome | None = None  # of a call

    @property
    def told(self) -> dict[str, Any]:
        """The part of it that stands on the event, by its columns."""
        return {"stars": self.stars, "changes": self.changes, "extension_until_on": self.extension_on,
                "answer_by_on": self.answer_by_on, "outcome": self.outcome,
                "contacted_in_time": self.contacted_in_time}  # fmt: skip


def check(row: Move, brought: Brought, now: datetime) -> None:
    """Raises `Refused` (422), naming the field, for what `row` needs and was not brought, or is no good."""
    note = clean(brought.note or "")
    told = note or (row.voice and brought.voice)
    if len(note) > NOTE_LENGTH:
        raise Refused(N_("Please keep it to %(most)s characters."), field="note", most=NOTE_LENGTH)
    if Need.NOTE in row.needs and not told:
        raise Refused(N_("Please say why, or what was done, in a few words."), field="note")
    if Need.PERSON in row.needs and brought.assignee_id is None:
        raise Refused(N_("Please choose who goes."), field="assignee_id")
    if Need.ORGANISATION in row.needs and brought.organisation_id is None:
        raise Refused(N_("Please choose to whom."), field="organisation_id")
    if Need.PHOTO in row.needs and not brought.photos:
        raise Refused(N_("Please show the repair on a photo."), field="after")
    if Need.STARS in row.needs and (brought.stars is None or not 1 <= brought.stars <= 5):
        raise Refused(N_("Please give 1 to 5 stars."), field="stars")
    if Need.LEAD in row.needs and brought.lead_id is None:
        raise Refused(N_("Please say with which report."), field="number")
    if Need.OUTCOME in row.needs and brought.outcome is None:
        raise Refused(N_("Please say how the call went."), field="outcome")
    if Need.APPOINTMENT in row.needs:
        _check_appointment(brought.appointment, now)
    if Need.SAID in row.needs and not (told or brought.photos):
        raise Refused(N_("Please say it in a few words or a voice note, or show it on a photo."), field="note")
    if Need.CAUSE in row.needs and brought.cause is None:
        raise Refused(N_("Please choose why it waits."), field="cause")
    _check_days(row, brought, now)


def _check_days(row: Move, brought: Brought, now: datetime) -> None:
    if Need.ANSWER_BY in row.needs:
        if brought.answer_by_on is None:
            raise Refused(N_("Please say by which day."), field="answer_by_on")
        if not timedelta(0) <= brought.answer_by_on - clock.local_date(now) <= LONGEST_ANSWER:
            raise Refused(N_("It must be today or a day ahead, at most 90 days."), field="answer_by_on")
    if Need.UNTIL in row.needs:
        if brought.until_on is None:
            raise Refused(N_("Please say until which day."), field="until_on")
        if not timedelta(0) < brought.until_on - clock.local_date(now) <= LONGEST_HOLD:
            raise Refused(N_("The day must lie ahead, at most two years."), field="until_on")


def _check_appointment(appointment: tuple[datetime, datetime] | None, now: datetime) -> None:
    if appointment is None:
        raise Refused(N_("Please say on which day, from when to when."), field="on")
    begins, ends = appointment
    if not now < begins <= now + FARTHEST_APPOINTMENT:
        raise Refused(N_("The appointment must lie ahead, at most a year."), field="on")
    if ends <= begins:
        raise Refused(N_("It must end after it begins."), field="ends")
