"""The ticket, its events, its clocks, its photographs. One event row per move feeds timeline, notices and rates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.assets.models import Asset
from propman.communities.models import Organisation, Place
from propman.db import Base, BigId, stored_by_value, written
from propman.files.models import Photo
from propman.outages.models import Outage
from propman.personal import PersonalText
from propman.tickets.models.kinds import COUNTED, Channel, ClockKind, Stage
from propman.tickets.workflow import OPEN, Action, CallOutcome, HoldReason, Party, State
from propman.voice.models import VoiceNote

IS_OPEN = "state IN ('submitted','assigned','underway','on_hold','completed')"
RECHECKS = f"recheck IS TRUE AND {IS_OPEN}"


class Ticket(Base):
    """One report. Its `state` is changed in one line of the program, in `operations.moving.step`.

    `organisation_id` is who holds it, at every moment; `version` goes up by one with each move.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        CheckConstraint("priority IN ('P0','P1','P2','P3','P4')", name="known_priority"),
        CheckConstraint("stars IS NULL OR stars BETWEEN 1 AND 5", name="stars_one_to_five"),
        CheckConstraint("(state = 'on_hold') = (hold_until_on IS NOT NULL)", name="hold_has_a_day"),
        CheckConstraint("(hold_until_on IS NULL) = (hold_reason IS NULL)", name="hold_has_a_reason"),
        CheckConstraint("state NOT IN ('assigned','underway') OR assignee_id IS NOT NULL", name="assigned_has_person"),
        CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_has_time"),
        CheckConstraint("(due_at IS NULL) = (due_kind IS NULL)", name="due_has_kind"),
        CheckConstraint(
            "asked_at IS NULL OR state NOT IN ('confirmed','declined','cancelled','merged')", name="asked_while_open"
        ),
        CheckConstraint("(extension_until_on IS NULL) = (extension_by_id IS NULL)", name="extension_was_asked"),
        CheckConstraint("(appointed_from IS NULL) = (appointed_until IS NULL)", name="appointment_is_whole"),
        CheckConstraint("appointed_until > appointed_from", name="appointment_ends_after_start"),
        CheckConstraint("(state = 'merged') = (lead_id IS NOT NULL)", name="merged_has_a_lead"),
        CheckConstraint("lead_id <> id", name="leads_not_itself"),
        CheckConstraint("channel <> 'inspection' OR recheck", name="found_is_rechecked"),
        CheckConstraint("NOT recheck OR state NOT IN ('declined','cancelled','merged')", name="recheck_ends_one_way"),
        # docs/decisions/indexes-of-tickets.md says which page needs which
        Index("ix_ticket_queue", "urgency", "queue_at", "id",
              sqlite_where=text(IS_OPEN), postgresql_where=text(IS_OPEN)),
        Index("ix_ticket_figures", "community_id", "state", "due_at", "reopened", "stars", "completed_at",
              "recheck", "id"),
        Index(None, "organisation_id", "state", "community_id"),
        Index(None, "assignee_id", "state"),
        Index(None, "reporter_id", "id"),
        Index(None, "place_id", "state"),
        Index(None, "caller_phone_id"),
        Index(None, "lead_id"),
        Index("ix_ticket_rechecks", "community_id", "organisation_id", "id", sqlite_where=text(RECHECKS),
              postgresql_where=text(RECHECKS)),
        Index("ix_ticket_outage", "outage_id", sqlite_where=text("outage_id IS NOT NULL"),
              postgresql_where=text("outage_id IS NOT NULL")),
        Index("ix_ticket_placed", "placed_with_id", sqlite_where=text("placed_with_id IS NOT NULL"),
              postgresql_where=text("placed_with_id IS NOT NULL")),
        Index("ix_ticket_imported", "community_id", "state", "submitted_at", "id",
              sqlite_where=text("channel = 'imported'"), postgresql_where=text("channel = 'imported'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(12), unique=True)  # "2611-0482915"
    tracking_key_id: Mapped[str] = mapped_column(String(8))
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    asset_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("asset.id"), index=True)  # once the part is known
    category: Mapped[str] = mapped_column(String(40))
    priority: Mapped[str] = mapped_column(String(2))
    private: Mapped[bool]  # inside a flat: never in public lists
    channel: Mapped[Channel] = mapped_column(stored_by_value(Channel))
    state: Mapped[State] = mapped_column(stored_by_value(State))
    version: Mapped[int] = mapped_column()
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    placed_with_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))  # by an upheld objection
    assignee_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))
    reporter_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))
    urgency: Mapped[int]  # with queue_at and id, the order of the queue; both change only with a move
    queue_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # of the clock that presses now; NULL while none does
    due_kind: Mapped[ClockKind | None] = mapped_column(stored_by_value(ClockKind))
    submitted_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    hold_until_on: Mapped[date | None]  # the day with which the hold ends
    hold_reason: Mapped[HoldReason | None] = mapped_column(stored_by_value(HoldReason))
    appointed_from: Mapped[datetime | None]  # the present appointment
    appointed_until: Mapped[datetime | None]
    reopened: Mapped[int] = mapped_column(default=0)
    recheck: Mapped[bool] = mapped_column(default=False)  # once it must pass one, it stays so
    stars: Mapped[int | None]  # of a merged one those of its own household
    lead_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ticket.id"))  # with which it is merged
    outage_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Outage.id))  # the planned one that explains it
    extension_until_on: Mapped[date | None]  # the later deadline that was asked for, while nobody has decided
    extension_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))
    asked_at: Mapped[datetime | None]  # since when a question waits for the reporter
    call_back: Mapped[bool] = mapped_column(default=False)  # "call me instead"
    description_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    spot_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    caller_name_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    caller_phone_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))

    lead: Mapped[Ticket | None] = relationship(remote_side="Ticket.id", foreign_keys=[lead_id])
    outage: Mapped[Outage | None] = relationship()
    community: Mapped[Place] = relationship(foreign_keys=[community_id])
    place: Mapped[Place] = relationship(foreign_keys=[place_id])
    asset: Mapped[Asset | None] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    reporter: Mapped[User | None] = relationship(foreign_keys=[reporter_id])
    description: Mapped[PersonalText | None] = relationship(foreign_keys=[description_id])
    spot: Mapped[PersonalText | None] = relationship(foreign_keys=[spot_id])
    caller_name: Mapped[PersonalText | None] = relationship(foreign_keys=[caller_name_id])
    caller_phone: Mapped[PersonalText | None] = relationship(foreign_keys=[caller_phone_id])
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012

    @classmethod
    def is_open(cls) -> ColumnElement[bool]:
        """The condition of `ix_ticket_queue`, word for word: SQLite would not find that index by parameters."""
        return cls.state.in_(written(*OPEN))

    @classmethod
    def is_imported(cls) -> ColumnElement[bool]:
        """The condition of `ix_ticket_imported`, word for word: what was taken over from another system."""
        return cls.channel.in_(written(Channel.IMPORTED))

    @property
    def closed_by_system(self) -> bool:
        """Whether nobody confirmed it."""
        return nobody_confirmed(self.state, self.stars, self.completed_at, recheck=self.recheck)

    @property
    def timed(self) -> bool:
        """Whether clocks run for it."""
        return self.channel in COUNTED


def nobody_confirmed(state: State | str, stars: int | None, completed_at: datetime | None, *, recheck: bool) -> bool:
    """Whether the system closed a ticket: a reporter who confirms gives stars, the system that closes gives none. What
    was closed where it came from was never completed here, and what needs a re-check is closed by that alone.
    """
    return state == State.CONFIRMED and stars is None and completed_at is not None and not recheck


COUNTS = (
    "action IN ('submit','complete','confirm','reopen','closed_by_system','call','decline','withdraw','merge')"
    " AND month IS NOT NULL"
)
"""The condition of `ix_ticket_event_counted`: the moves that rates and volumes are made of."""


class TicketEvent(Base):
    """One move: the only audit of moves. Holds ids, never words; `at` never lies before the ticket's previous event.

    The columns after `voice_id` say how things stood once the move was made, so that a replay needs nothing else.
    `month` is the one in which it was written down, wherever `at` lies (docs/decisions/what-the-rates-count.md).
    """

    __tablename__ = "ticket_event"
    __table_args__ = (
        UniqueConstraint("ticket_id", "version"),
        Index(
            "ix_ticket_event_added",
            "ticket_id",
            "version",
            sqlite_where=text("action = 'add'"),
            postgresql_where=text("action = 'add'"),
        ),
        UniqueConstraint("ticket_id", "engagement_id", "organisation_id"),
        UniqueConstraint("voice_id"),
        CheckConstraint("(version = 1) = (action IN ('submit','imported'))", name="first_is_submit"),
        CheckConstraint("(hold_until_on IS NULL) = (hold_reason IS NULL)", name="hold_has_a_reason"),
        CheckConstraint("(to_state = 'merged') = (lead_id IS NOT NULL)", name="merged_has_a_lead"),
        CheckConstraint("(action = 'call') = (outcome IS NOT NULL)", name="call_has_outcome"),
        CheckConstraint(
            "contacted_in_time IS NULL OR action IN ('confirm','reopen')", name="only_answers_rate_contact"
        ),
        CheckConstraint("completion_id IS NULL OR action IN ('confirm','reopen','closed_by_system','call',"
                        "'recheck_pass','recheck_fail')", name="only_some_judge"),
        CheckConstraint("action NOT IN ('finding','recheck_pass','recheck_fail') OR (party = 'inspector' AND "
                        "actor_id IS NOT NULL)", name="somebody_inspected"),
        CheckConstraint("action NOT IN ('recheck_pass','recheck_fail') OR completion_id IS NOT NULL",
                        name="recheck_of_a_completion"),
        CheckConstraint("month IS NULL OR completion_id IS NOT NULL OR "
                        "action NOT IN ('confirm','reopen','closed_by_system','call')", name="what_is_judged"),
        Index("ix_ticket_event_counted", "month", "community_id", "action",
              sqlite_where=text(COUNTS), postgresql_where=text(COUNTS)),
        Index("ix_ticket_event_completion", "completion_id", sqlite_where=text("completion_id IS NOT NULL"),
              postgresql_where=text("completion_id IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    version: Mapped[int]  # the ticket's version after this move: 1 for the first
    action: Mapped[Action] = mapped_column(stored_by_value(Action))
    from_state: Mapped[State | None] = mapped_column(stored_by_value(State, "from_state"))
    to_state: Mapped[State] = mapped_column(stored_by_value(State, "to_state"))
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))
    party: Mapped[Party] = mapped_column(stored_by_value(Party))
    note_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    voice_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("voice_note.id"))
    month: Mapped[date | None]  # its first day; NULL for what enters no rate
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    category: Mapped[str] = mapped_column(String(40))
    completion_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ticket_event.id"))  # that it is about
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    assignee_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))
    hold_until_on: Mapped[date | None]
    hold_reason: Mapped[HoldReason | None] = mapped_column(stored_by_value(HoldReason))
    stars: Mapped[int | None]
    contacted_in_time: Mapped[bool | None]  # as the reporter says, where they were asked and answered
    outcome: Mapped[CallOutcome | None] = mapped_column(stored_by_value(CallOutcome, "outcome"))
    engagement_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("engagement.id"))
    appointed_from: Mapped[datetime | None]  # the appointment that then stood
    appointed_until: Mapped[datetime | None]
    extension_until_on: Mapped[date | None]  # the later deadline that was asked for, granted or refused
    answer_by_on: Mapped[date | None]  # of an urge: the day of its answer
    lead_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ticket.id"))  # with which it was then merged
    changes: Mapped[dict[str, Any] | None]  # what was corrected: name -> [old, new], codes and ids
    respond_due_at: Mapped[datetime | None]
    resolve_due_at: Mapped[datetime | None]
    notices: Mapped[int] = mapped_column(default=0)  # how many outbox rows were written with it

    lead: Mapped[Ticket | None] = relationship(foreign_keys=[lead_id])
    note: Mapped[PersonalText | None] = relationship()
    voice: Mapped[VoiceNote | None] = relationship()
    actor: Mapped[User | None] = relationship(foreign_keys=[actor_id])
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id])
    organisation: Mapped[Organisation] = relationship()


class TicketClock(Base):
    """One run of one clock. A reopening starts a new resolve run of full length; the verdict of an old run stays.
    A correction and an extension replace a run by one that has the same start (docs/decisions/corrected-deadlines.md).

    `due_at` is NULL where there is no limit. `calendar` names the calendar the deadline was computed with.
    """

    __tablename__ = "ticket_clock"
    __table_args__ = (
        UniqueConstraint("ticket_id", "kind", "run"),
        CheckConstraint("stopped_at IS NULL OR stopped_at >= started_at", name="stops_after_start"),
        CheckConstraint("paused_at IS NULL OR stopped_at IS NULL", name="paused_or_stopped"),
        CheckConstraint("paused_at IS NULL OR kind IN ('on_site','resolve')", name="only_some_pause"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    kind: Mapped[ClockKind] = mapped_column(stored_by_value(ClockKind))
    run: Mapped[int]
    limit: Mapped[str] = mapped_column("time_limit", String(20))
    priority: Mapped[str] = mapped_column(String(2))  # by which the limit is counted
    extended_on: Mapped[date | None]  # the day to whose end it was extended, in place of the limit
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    calendar: Mapped[str] = mapped_column(String(64))
    paused_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    answered: Mapped[bool | None]  # stopped by what it waits for (True), or by the ticket ending otherwise (False)


class Attachment(Base):
    """A photograph on a ticket, brought by one of its moves.

    `earlier` is one of another ticket for which the same picture was used before: asked when a repair is completed
    (`operations.photos`), a hint that stays, and that refuses nothing.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("photo_id"),
        Index(None, "ticket_id", "stage"),
        CheckConstraint("earlier_id < id", name="is_after_earlier"),
        CheckConstraint("(earlier_id IS NULL) = (earlier_same_file IS NULL)", name="says_how_alike"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket_event.id"))
    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photo.id"))
    file_name_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    stage: Mapped[Stage] = mapped_column(stored_by_value(Stage))
    earlier_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("attachment.id"))
    earlier_same_file: Mapped[bool | None]  # the same bytes (True), or a picture that looks alike (False)

    photo: Mapped[Photo] = relationship()
    file_name: Mapped[PersonalText | None] = relationship()
