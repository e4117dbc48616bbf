"""The page of one ticket for the person who reported it: what happened, who comes, by when, and what can be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.models import EmergencyNumber
from propman.catalogue.queries import category, emergency_numbers, number_setting
from propman.communities.models import Organisation
from propman.communities.queries import address, divisions_among, line
from propman.outages.queries import Shown, told_of
from propman.roles import Viewer
from propman.tickets import queries
from propman.tickets.labels import PARTIES
from propman.tickets.models import Attachment, Channel, ClockKind, Referral, Ticket
from propman.tickets.queries.rows import AnyText, Called, EventRow
from propman.tickets.views.clock_lines import ClockLine, clock_lines
from propman.tickets.views.corrections import corrections_of
from propman.tickets.views.timeline import (
    SIGNS,
    TONES,
    Urls,
    acting,
    from_to,
    photos_shown,
    sent_person,
    title_of,
    voice_shown,
)
from propman.tickets.workflow import WATCHES, Action, Move, Party, allowed
from propman.web.filters import name_of
from propman.web.timeline import Line


@dataclass(frozen=True)
class Story:
    """Everything that the reporter's page shows of `ticket`.

    `stands` is what says how the repair stands: the ticket itself; of a merged one its lead, of which nothing is shown
    that its own household said.
    """

    ticket: Ticket
    stands: Ticket
    households: int  # how many reports of this fault there are
    agreed: bool  # merged, and this household has said that it is fixed
    what: str
    where: str
    emergency: bool
    numbers: Sequence[EmergencyNumber]
    events: Sequence[Line]
    clocks: Sequence[ClockLine]
    moves: Sequence[Move]
    last: EventRow
    closes_on: datetime | None  # without an answer, the system closes it then
    reopens_until: datetime | None
    referral: Referral | None  # the open one
    in_charge: Organisation  # whom to call
    appointment: str | None  # day and times, in words
    question: str | None  # the last one that waits for an answer
    outage: Shown | None  # the planned one that explains it

    @property
    def pressing(self) -> Sequence[ClockLine]:
        """The clocks that run and are not late: until somebody is sent; after that, there, has made safe, repaired."""
        running = [line for line in self.clocks if line.running]
        first = [line for line in running if line.kind is ClockKind.RESPOND] or running
        return [line for line in first if not line.late]

    @property
    def late(self) -> Sequence[ClockLine]:
        """The clocks whose time was missed."""
        return [line for line in self.clocks if line.late]


def tell(session: Session, ticket: Ticket, viewer: Viewer, now: datetime, urls: Urls) -> Story:
    """Put the story of `ticket` together for `viewer`, its reporter."""
    today = clock.local_date(now)
    kind = category(session, ticket.category, clock.local_date(ticket.submitted_at))
    lead, stands = ticket.lead, ticket.lead or ticket
    events = queries.heard_by_reporter(queries.story_of(session, ticket))
    repair = queries.story_of(session, lead) if lead else events
    holder = queries.holder_today(session, ticket, now)
    parties = queries.parties_of(session, ticket, viewer, holder) & {Party.REPORTER}
    closes = timedelta(days=number_setting(session, "close_unanswered_after_days", today))
    standing = queries.standing(session, ticket, now, holder)
    referral = queries.open_referral(session, stands)
    moves = [row for row in allowed(standing=standing, parties=parties, now=now) if Party.REPORTER in row.parties]
    above, told = line(session, ticket.place), _timeline(session, ticket, events, urls)
    return Story(
        ticket=ticket, stands=stands, agreed=standing.agreed,
        households=queries.households(session, [stands]).get(stands.id, 1),
        what=name_of(kind) if kind else ticket.category, where=address(above),
        emergency=kind is not None and kind.emergency,
        numbers=emergency_numbers(session, today, ticket.category, divisions_among(above)),
        events=in_order(told, of_the_repair(lead, repair) if lead else ()),
        clocks=clock_lines(session, queries.runs_of(session, stands), repair, now),
        moves=moves, last=events[-1],
        closes_on=stands.completed_at + closes if stands.completed_at and not lead and not stands.recheck else None,
        reopens_until=stands.confirmed_at + standing.reopen_within if stands.confirmed_at else None,
        referral=referral,
        in_charge=holder if referral else stands.organisation,
        appointment=from_to(stands.appointed_from, stands.appointed_until) if stands.appointed_from else None,
        question=_question(ticket, events),
        outage=next(iter(told_of(session, [ticket.outage], now)), None) if ticket.outage else None,
    )  # fmt: skip


def of_the_repair(lead: Ticket, told: Sequence[EventRow]) -> list[Line]:
    """What happened to the repair of `lead`, for a household whose report is merged with it; `told` is its timeline.

    Words are those of whoever sees to the repair, and none about the inside of somebody's flat; photographs and
    voice notes never.
    """
    acted = acting(told)
    return [
        Line(
            event.at,
            title_of(event),
            _who(lead, event, acted[event.id]),
            SIGNS[event.action],
            TONES.get(event.action, "idle"),
            note=None if lead.private else _words(lead, event),
        )
        for event in queries.heard_by_households(told)
    ]


def in_order(*stories: Sequence[Line]) -> list[Line]:
    """Several timelines as one."""
    return sorted((line for story in stories for line in story), key=lambda line: line.at)


def _question(ticket: Ticket, events: Sequence[EventRow]) -> str | None:
    asked = [event.note for event in events if event.action is Action.ASK and event.note is not None]
    return asked[-1].body if asked and ticket.asked_at is not None else None


def _timeline(session: Session, ticket: Ticket, events: Sequence[EventRow], urls: Urls) -> list[Line]:
    photo_url, voice_url = urls
    brought: dict[int, list[Attachment]] = defaultdict(list)
    for attachment in queries.attachments_of(session, ticket, with_erased=True):
        brought[attachment.event_id].append(attachment)
    corrected = corrections_of(session, events)
    acted = acting(events)
    return [
        Line(
            event.at,
            title_of(event, corrected),
            _who(ticket, event, acted[event.id]),
            SIGNS[event.action],
            TONES.get(event.action, "idle"),
            note=_words(ticket, event),
            erased=_erased(ticket, event, brought[event.id]),
            photos=photos_shown(brought[event.id], event.at, photo_url),
            voice=voice_shown(event, voice_url),
        )
        for event in events
    ]


def _who(ticket: Ticket, event: EventRow, acted: Called) -> str:
    if event.party is Party.SYSTEM:
        return str(_("the system"))
    if event.action is Action.SUBMIT and ticket.channel is Channel.PHONE:
        return str(_("written down on the telephone by %(organisation)s", organisation=acted.name))
    if event.party is Party.REPORTER:
        return str(_("the reporter"))
    if event.party in WATCHES | {Party.CALLER, Party.INSPECTOR}:
        return str(PARTIES[event.party])
    comes = event.party is Party.ASSIGNEE or event.action is Action.ACCEPT
    if comes and event.actor is not None:
        return sent_person(event, event.actor.name)
    return acted.name


def _said(ticket: Ticket, event: EventRow) -> AnyText | None:
    """What was said with a move and is meant for the reporter."""
    if event.action is Action.SUBMIT:
        return ticket.description
    return event.note if event.action in queries.WORDS_FOR_THE_REPORTER else None


def _words(ticket: Ticket, event: EventRow) -> str | None:
    said = _said(ticket, event)
    return said.body if said else None


def _erased(ticket: Ticket, event: EventRow, attachments: Sequence[Attachment]) -> bool:
    said = _said(ticket, event)
    gone = [attachment for attachment in attachments if attachment.photo.erased_at is not None]
    return bool(gone) or (said is not None and said.erased_at is not None)
