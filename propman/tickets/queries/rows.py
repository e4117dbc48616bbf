"""What a page shows of one ticket, as plain rows: what is only read needs no objects that could be changed.

The names are those of the models, so that whatever tells one in words tells the other.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple, Protocol, TypeVar

from propman.assets.models import Asset
from propman.assets.warranty import Reason, Verdict
from propman.catalogue.models import WarrantyRule
from propman.communities.kinds import OrganisationKind
from propman.personal import PersonalText
from propman.tickets.models import (
    COUNTED,
    Channel,
    ClockKind,
    Ticket,
    TicketEvent,
    TicketPayer,
    TicketVerdict,
)
from propman.tickets.models.ticket import nobody_confirmed
from propman.tickets.payer import Payer
from propman.tickets.workflow import Action, CallOutcome, HoldReason, Party, State
from propman.voice.models import whole_seconds


class Somebody(Protocol):
    """A person, as far as a sentence needs them."""

    @property
    def name(self) -> str | None:
        """What they are called; None once they were erased."""


class Called(Protocol):
    """An organisation, as far as a sentence needs it."""

    @property
    def name(self) -> str:
        """What it is called."""


class Holder(Protocol):
    """An organisation that may be in charge of a ticket."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def kind(self) -> OrganisationKind:
        """What it is."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def phone(self) -> str | None:
        """Its public telephone."""


class Text(NamedTuple):
    """As `PersonalText`: words, or that they were erased."""

    body: str | None
    erased_at: datetime | None


def text_of(body: str | None, erased_at: datetime | None) -> Text | None:
    """The text of an outer join: there is none where it has neither words nor was erased."""
    return None if body is None and erased_at is None else Text(body, erased_at)


class Person(NamedTuple):
    """As `User`: who was sent, who reported."""

    name: str | None
    phone: str | None = None


class Body(NamedTuple):
    """As `Organisation`."""

    id: int
    kind: OrganisationKind
    name: str
    phone: str | None


class Community(NamedTuple):
    """As `Place`, of a community."""

    path: str

    @property
    def line_ids(self) -> tuple[int, ...]:
        """The ids from the root to this place."""
        return tuple(int(part) for part in self.path.strip("/").split("/"))


class OrganisationName(NamedTuple):
    """As `Organisation`, in a sentence."""

    name: str


class Voice(NamedTuple):
    """As `VoiceNote`."""

    key: str
    milliseconds: int
    erased_at: datetime | None

    @property
    def seconds(self) -> int:
        """As of `VoiceNote`."""
        return whole_seconds(self.milliseconds)


class LeadNumber(NamedTuple):
    """As `Ticket`, of one that others are merged with, in a sentence."""

    number: str


class EventRow(NamedTuple):
    """As `TicketEvent`."""

    id: int
    actor_id: int | None
    assignee_id: int | None
    version: int
    action: Action
    at: datetime
    party: Party
    organisation_id: int
    hold_until_on: date | None
    hold_reason: HoldReason | None
    stars: int | None
    outcome: CallOutcome | None
    appointed_from: datetime | None
    appointed_until: datetime | None
    extension_until_on: date | None
    answer_by_on: date | None
    changes: dict[str, Any] | None
    respond_due_at: datetime | None
    resolve_due_at: datetime | None
    organisation: OrganisationName
    note: Text | None
    voice: Voice | None
    actor: Person | None
    assignee: Person | None
    lead: LeadNumber | None


class ClockRow(NamedTuple):
    """As `TicketClock`."""

    kind: ClockKind
    run: int
    limit: str
    priority: str
    extended_on: date | None
    started_at: datetime
    due_at: datetime | None
    paused_at: datetime | None
    stopped_at: datetime | None
    answered: bool | None


class VerdictRow(NamedTuple):
    """As `TicketVerdict`."""

    verdict: Verdict
    asset_id: int | None
    arose_on: date
    last_on: date | None
    reason: Reason
    facts: dict[str, Any]
    decided_at: datetime
    asset: Asset | None
    rule: WarrantyRule | None
    note: PersonalText | None
    actor: Somebody | None


class PayerRow(NamedTuple):
    """As `TicketPayer`."""

    rule: int
    proposed: Payer
    payer: Payer
    flagged: bool
    decided_at: datetime
    reason: PersonalText | None
    actor: Somebody | None


class TicketRow(NamedTuple):
    """As `Ticket`, with whom and what it names; `where` is the address of its place."""

    id: int
    organisation_id: int
    assignee_id: int | None
    reporter_id: int | None
    lead_id: int | None
    number: str
    version: int
    community_id: int
    asset_id: int | None
    category: str
    priority: str
    private: bool
    channel: Channel
    state: State
    placed_with_id: int | None
    submitted_at: datetime
    completed_at: datetime | None
    confirmed_at: datetime | None
    hold_until_on: date | None
    hold_reason: HoldReason | None
    appointed_from: datetime | None
    appointed_until: datetime | None
    reopened: int
    stars: int | None
    outage_id: int | None
    extension_until_on: date | None
    extension_by_id: int | None
    asked_at: datetime | None
    call_back: bool
    recheck: bool
    where: str
    community: Community
    organisation: Body
    assignee: Person | None
    reporter: Person | None
    description: Text | None
    spot: Text | None
    caller_name: Text | None
    caller_phone: Text | None
    lead: Ticket | None  # merged ones are few: a whole one

    @property
    def closed_by_system(self) -> bool:
        """As of `Ticket`."""
        return nobody_confirmed(self.state, self.stars, self.completed_at, recheck=self.recheck)

    @property
    def timed(self) -> bool:
        """As of `Ticket`."""
        return self.channel in COUNTED


AnyTicket = Ticket | TicketRow
AnyEvent = TicketEvent | EventRow
AnyVerdict = TicketVerdict | VerdictRow
AnyPayer = TicketPayer | PayerRow
AnyText = PersonalText | Text
Event = TypeVar("Event", TicketEvent, EventRow, TicketEvent | EventRow)
