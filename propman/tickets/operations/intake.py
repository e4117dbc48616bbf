"""A report becomes a ticket: number, clocks, first event, photographs and notices, all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.phones import to_e164
from propman.catalogue.models import Category
from propman.catalogue.queries import category
from propman.communities.models import Place
from propman.communities.queries import AnyPlace, Holder
from propman.db import Batch, Gate, fresh, held, put_together, settle
from propman.errors import Refused
from propman.files.operations import Upload
from propman.files.store import FileStore
from propman.findable.models import TicketWords
from propman.notify import operations as outbox
from propman.notify.models import Notice
from propman.outages.models import Outage
from propman.outages.operations import follow
from propman.outages.queries import explaining
from propman.personal import PersonalText, TextKind, clean, piece
from propman.roles import Viewer
from propman.text import N_
from propman.tickets.models import Channel, Ticket, TicketClock, TicketEvent, TicketPayer, TicketVerdict
from propman.tickets.notices import messages_of, ref_of
from propman.tickets.operations.answers import keep_answers, read_answers
from propman.tickets.operations.clocks import first_runs
from propman.tickets.operations.finding import first_words
from propman.tickets.operations.joining import ask_first, followed, incident_of, join
from propman.tickets.operations.moving import note_deadlines, note_standing
from propman.tickets.operations.photos import attach
from propman.tickets.operations.recourse import first_findings, judge_report
from propman.tickets.queries import Incoming, incoming
from propman.tickets.tracking import draw_number
from propman.tickets.urgency import Urgency
from propman.tickets.workflow import Action, Party, State
from propman.voice.operations import Spoken

DESCRIPTION_LENGTH = 2000
SPOT_LENGTH = 80
NAME_LENGTH = 60
MOST_PHOTOS = 5
_DRAWS = 20
_WRITTEN_BY = {Channel.PHONE: Party.DISPATCHER, Channel.INSPECTION: Party.INSPECTOR}
CLOSED = N_("This place is closed. Please choose another.")


@dataclass(frozen=True)
class Report:
    """What a person tells: a sentence, photograph, voice note or "call me" is enough; in an emergency the category."""

    category: str
    description: str = ""
    spot: str = ""
    name: str = ""
    phone: str = ""
    call_back: bool = False
    photos: Sequence[Upload] = ()
    voice: Spoken | None = None
    answers: Mapping[int, str] = field(default_factory=dict)  # what was typed, by the question's id
    apart: bool = False  # another fault than what is known there, says the reporter: it is merged with nothing
    follows: str = ""  # the number of the report that is followed in place of one of one's own
    unsure: bool = False  # nobody was asked yet whether it is what is known there; an emergency waits for no answer


def open_ticket(
    session: Session, *, report: Report, place: AnyPlace, channel: Channel, viewer: Viewer, tracking_key_id: str,
    store: FileStore, now: datetime, scanned_id: int | None = None, known: Incoming | None = None,
    behind: Gate | None = None,
) -> Ticket:  # fmt: skip
    """Record `report` about `place` (a community or something inside it). Flushes. Whoever goes on with the ticket
    settles it (`db.settle`) in the session, which is dear; whoever came in only reads its number.

    `viewer` is the reporter for the channel ACCOUNT, the clerk for PHONE, who found it for INSPECTION, nobody for CODE;
    `scanned_id` is the part whose label was scanned; `known` is `queries.incoming`, from whoever must know it before;
    `behind` is a gate by which the report comes in, and until then nothing is written. The verdict on the warranty
    stands from this moment. A report that falls into an incident is merged with it, and staff are told of the first one
    alone. Raises `Refused` (422, and 413 or 415 for photographs and voice notes) naming the wrong field, and where it
    is `unsure` and something like it is known.
    """
    today = clock.local_date(now)
    kind = _kind(session, report, today)
    known = known or incoming(session, place=_in_a_community(place), category=kind.code, now=now)
    community = _open(known, place)
    phone = _check(report, emergency=kind.emergency or bool(report.follows))
    answers = read_answers(session, kind=kind, typed=report.answers, call_back=_waives(report, channel), on=today)
    judged = judge_report(session, meant=known.parts, place=place, scanned_id=scanned_id, now=now)
    lead, outage = _incident(session, report, kind, community, place, judged.known_part, now)
    ticket = _new(
        kind, community, place, known.holder, now, tracking_key_id=tracking_key_id, call_back=report.call_back,
        channel=channel, recheck=channel is Channel.INSPECTION, asset_id=judged.known_part,
        reporter_id=viewer.user_id if channel is Channel.ACCOUNT else None, outage_id=outage.id if outage else None,
    )  # fmt: skip
    event, texts = _first(ticket, viewer), _texts(report, phone, now)
    _name(known.ids, ticket, event, texts)
    verdict, payer = first_findings(session, ticket=ticket, judged=judged, now=now)
    beside: Batch = {PersonalText: [*texts.values()], TicketVerdict: [verdict], TicketPayer: [payer]}
    said = (report.description, report.spot)
    _enter(session, ticket, event, known.line(place), said, beside, now, known if lead is None else None, behind)
    if outage is not None and ticket.reporter_id is not None:  # who reported it is told of it as who lives there
        follow(session, outage_id=outage.id, user_id=ticket.reporter_id, now=now)
    keep_answers(session, ticket=ticket, answers=answers, now=now)
    _go_on(session, ticket, event, report, lead, store, now)
    return ticket


def _kind(session: Session, report: Report, on: date) -> Category:
    kind = category(session, report.category, on)
    if kind is None:
        raise Refused(N_("Please choose what is broken."), field="category")
    return kind


def _waives(report: Report, channel: Channel) -> bool:
    """Whether nobody has to answer the questions of the category: who is called, who follows, who was on a round."""
    return report.call_back or bool(report.follows) or channel is Channel.INSPECTION


def _go_on(
    session: Session, ticket: Ticket, event: TicketEvent, report: Report, lead: Ticket | None, store: FileStore,
    now: datetime,
) -> None:  # fmt: skip
    """Add what few reports bring to the `ticket` that has come in: files, and that it falls into an incident."""
    if report.photos or report.voice:
        settle(session, ticket)
        settle(session, event)
        attach(session, ticket=ticket, event=event, uploads=report.photos, voice=report.voice, store=store)
    if lead is not None:
        settle(session, ticket)
        join(session, ticket=ticket, lead=lead, now=now)


def _in_a_community(place: AnyPlace) -> AnyPlace:
    if not place.community_line_ids:
        raise Refused(CLOSED, field="place")
    return place


def _open(known: Incoming, place: AnyPlace) -> AnyPlace:
    """The community that `place` is or lies in. Raises `Refused` where one of them is closed."""
    community = known.line(place)[0]
    if community.closed_on is not None or place.closed_on is not None:
        raise Refused(CLOSED, field="place")
    return community


def _incident(
    session: Session,
    report: Report,
    kind: Category,
    community: AnyPlace,
    place: AnyPlace,
    part_id: int | None,
    now: datetime,
) -> tuple[Ticket | None, Outage | None]:
    """With which report it is merged, None for a new incident: the one that is followed, or that the rule says. And the
    planned outage that explains it; an emergency is explained by none, nor is what follows something else.
    """
    if report.apart and not report.follows:
        return None, None
    held(session, Place, community.id)
    outage = explaining(session, place, community, kind.code, now) if not (kind.emergency or report.apart) else None
    if report.follows:
        lead = followed(session, place=place, kind=kind, number=report.follows, now=now)
        return lead, outage if outage is not None and lead.outage_id == outage.id else None
    if report.unsure and not kind.emergency:
        ask_first(session, place=place, kind=kind, now=now)
    return incident_of(session, community=community, place=place, kind=kind, part_id=part_id, now=now,
                       outage_id=outage.id if outage else None), outage  # fmt: skip


def _first(ticket: Ticket, viewer: Viewer) -> TicketEvent:
    """The event with which `ticket` begins; not yet in the session, nor complete."""
    return fresh(
        TicketEvent, version=1, action=Action.SUBMIT, to_state=State.SUBMITTED, at=ticket.submitted_at,
        actor_id=viewer.user_id, party=_WRITTEN_BY.get(ticket.channel, Party.REPORTER),
    )  # fmt: skip


def _new(
    kind: Category, community: AnyPlace, place: AnyPlace, holder: Holder, now: datetime, **said: object
) -> Ticket:  # fmt: skip
    """A ticket as it stands at first, with what is `said` by column, held by whoever is in charge; not yet stored."""
    return fresh(
        Ticket, community_id=community.id, place_id=place.id, category=kind.code, priority=kind.priority,
        private=kind.private, state=State.SUBMITTED, version=1, organisation_id=holder.id,
        submitted_at=now, urgency=Urgency.NO_LIMIT, queue_at=now, **said,
    )  # fmt: skip


def _check(report: Report, *, emergency: bool) -> str | None:
    """Raises `Refused` for what is missing or too long; gives the telephone number in E.164, or None."""
    if not (clean(report.description) or report.photos or report.voice or report.call_back or emergency):
        raise Refused(N_("Please say in a sentence what is broken, or add a photo or a voice note."),
                      field="description")  # fmt: skip
    for name, text, most in (
        ("description", report.description, DESCRIPTION_LENGTH),
        ("spot", report.spot, SPOT_LENGTH),
        ("name", report.name, NAME_LENGTH),
    ):
        if len(text) > most:
            raise Refused(N_("Please keep it to %(most)s characters."), field=name, most=most)
    if len(report.photos) > MOST_PHOTOS:
        raise Refused(N_("At most %(most)s photos."), field="photos", most=MOST_PHOTOS)
    if report.call_back and not report.phone.strip():
        raise Refused(N_("To be called we need a telephone number."), field="phone")
    return to_e164(report.phone) if report.phone.strip() else None


def _texts(report: Report, phone: str | None, now: datetime) -> dict[str, PersonalText]:
    """What is kept in rows of its own, by the column of the ticket that names it; not yet in the session."""
    said = (
        ("description_id", TextKind.DESCRIPTION, report.description),
        ("spot_id", TextKind.SPOT, report.spot),
        ("caller_name_id", TextKind.NAME, report.name),
        ("caller_phone_id", TextKind.PHONE, phone),
    )
    rows = {column: piece(kind=kind, body=body, now=now) for column, kind, body in said}
    return {column: row for column, row in rows.items() if row is not None}


def _name(ids: Sequence[int], ticket: Ticket, event: TicketEvent, texts: Mapping[str, PersonalText]) -> None:
    """Give each its id, and let `ticket` name its texts. Raises ValueError where there are too few."""
    ticket.id, event.id, *rest = ids
    if len(rest) < len(texts):
        raise ValueError("too few ids were drawn for what the report says")
    for text_id, (column, text) in zip(rest, texts.items(), strict=False):
        text.id = text_id
        setattr(ticket, column, text_id)


def _enter(
    session: Session, ticket: Ticket, event: TicketEvent, line: Sequence[AnyPlace], said: Sequence[str], beside: Batch,
    now: datetime, told: Incoming | None, behind: Gate | None,
) -> None:  # fmt: skip
    """Write `ticket` about the last place of `line` with what presses, its clocks, the `event` that begins it, whom it
    is `told` (nobody or the people of its holder), what was `said`, to be found by, and what lies `beside` it: all in
    one statement. A number that somebody has is drawn again.
    """
    runs = first_runs(session, ticket=ticket, now=now)
    for run in runs:
        run.ticket_id = ticket.id
    event.ticket_id = ticket.id
    note_deadlines(ticket, event, runs)
    note_standing(session, ticket, event, now)
    for _ in range(_DRAWS):
        ticket.number = draw_number(clock.local_date(now))
        words = first_words(ticket=ticket, line=line, texts=said)
        messages = messages_of(session, ticket=ticket, event=event, known=told) if told else []
        notices = outbox.told(session, ref_of(event), messages, now)
        event.notices = len(notices)
        batch: Batch = {**beside, TicketWords: [words], TicketClock: runs, TicketEvent: [event], Notice: notices}
        if put_together(session, ticket, batch, taken="number", behind=behind):
            return
    raise RuntimeError("no free ticket number was drawn")
