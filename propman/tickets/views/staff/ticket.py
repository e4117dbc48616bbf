"""The page of one ticket for staff: facts, timeline, clocks, who should go, and which steps this person may take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from flask import render_template, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.labels import person_word
from propman.db import db
from propman.outages.models import Outage
from propman.outages.queries import Shown, told_of
from propman.roles import Permission, Viewer
from propman.tickets import queries
from propman.tickets.forms.staff import FORMS
from propman.tickets.models import Attachment, Channel, Stage, TicketAnswer
from propman.tickets.queries.rows import EventRow, Holder, Text, TicketRow
from propman.tickets.queries.scope import COMPANY
from propman.tickets.views import blueprint
from propman.tickets.views.answer_words import answers_told
from propman.tickets.views.clock_lines import ClockLine, clock_lines
from propman.tickets.views.holds import hold_told
from propman.tickets.views.staff.badges import drawn_badges
from propman.tickets.views.staff.buttons import drawn_buttons
from propman.tickets.views.staff.incident import Merged, merged_reports
from propman.tickets.views.staff.narrowed import narrowed
from propman.tickets.views.staff.proposed import Proposed, proposed
from propman.tickets.views.staff.recourse_shown import Recourse, recourse_of
from propman.tickets.views.staff.sending import sending_of
from propman.tickets.views.staff.told import story_told
from propman.tickets.views.staff.waiting import waiting_told
from propman.tickets.views.staff.work_told import WorkTold, work_told
from propman.tickets.views.timeline import from_to, photos_shown, staff_voice
from propman.tickets.views.words import what
from propman.tickets.workflow import FINAL, WATCHES, Action, Party, Standing, State, allowed
from propman.web import current_viewer, requires
from propman.web.speech import speech
from propman.web.timeline import Line

LOOKS_TWICE = WATCHES | {Party.DISPATCHER}
"""Who is told that a photograph was used before; not the one who sent it."""


@dataclass(frozen=True)
class Dossier:
    """Everything that the page shows of `ticket` to one viewer."""

    ticket: TicketRow
    holder: Holder  # in charge today
    standing: Standing
    what: str
    where: str
    contact: Mapping[str, Text | str | None] | None  # name and telephone; None for who must not see them, or of nobody
    former: bool  # the viewer's company has left and only reads
    erasable: bool
    events: Sequence[Line]
    clocks: Sequence[ClockLine]
    answers: Sequence[tuple[str, str]]
    photos: Mapping[Stage, Sequence[Mapping[str, str]]]
    used: Sequence[queries.UsedBefore]  # where photographs of the repair were used before; for who looks on it
    erased_photos: int
    voice: Mapping[str, object] | None  # what was spoken with the report itself
    badges: Markup  # under the heading
    on_hold: str | None  # for what, until when, since when
    proposals: Sequence[Proposed]
    moves: Sequence[Action]  # in the order of their buttons
    calls: bool  # whether the viewer may call the reporter back
    recourse: Recourse
    work: WorkTold
    merged: Sequence[Merged]  # the reports that it leads
    outage: Shown | None  # the planned one that explains it

    @property
    def appointment(self) -> str | None:
        """The present appointment, in words."""
        begins = self.ticket.appointed_from
        return from_to(begins, self.ticket.appointed_until) if begins else None


@blueprint.get("/tickets/<number>")
@requires(Permission.SEE_TICKETS)
def ticket(number: str) -> str:
    """One ticket in the scope of the viewer. Each step has a page of its own; somebody is sent from this one too."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    whole = queries.load_whole(session, number, viewer, now)
    dossier, found = dossier_of(session, whole, viewer, now), whole.ticket
    claim = None if found.timed else queries.claim_of(session, found)
    own, speak = found.reporter_id is not None and found.reporter_id == viewer.user_id, speech()
    sending = sending_of(session, found, dossier.holder, now) if dossier.moves[:1] == [Action.ASSIGN] else None
    moves, first = (dossier.moves[1:], "quiet") if sending else (dossier.moves, "primary")
    return render_template(
        "tickets/ticket.html", dossier=dossier, ticket=found, claim=claim, own=own, sending=sending,
        steps=drawn_buttons(number, moves, first=first), title=speak("Ticket %(number)s", number=number),
        narrowed=narrowed(),
    )  # fmt: skip


@blueprint.get("/tickets/<number>/times")
@requires(Permission.SEE_TICKETS)
def times(number: str) -> str:
    """How each deadline of a ticket was counted."""
    session, viewer, now = db.session(), current_viewer(), clock.now()
    found, _beside, events, runs = queries.load_whole(session, number, viewer, now)
    clocks = clock_lines(session, runs, events, now)
    return render_template("tickets/times.html", ticket=found, what=what(session, found), clocks=clocks)


def dossier_of(session: Session, whole: queries.Whole, viewer: Viewer, now: datetime) -> Dossier:
    """Everything that one may know of a ticket, and do with it. Nobody asks for what is not beside it."""
    ticket, beside, events, runs = whole
    holder = ticket.organisation if beside.held_by_manager else queries.holder_today(session, ticket, now)
    parties = queries.parties_of(session, ticket, viewer, holder)
    standing = queries.standing(session, ticket, now, holder, viewer, beside=beside)
    sees = queries.sees_contact(session, ticket, parties)
    attachments = queries.attachments_of(session, ticket, with_erased=True) if beside.attachments else ()
    answers = queries.answers_of(session, [ticket])[ticket.id] if beside.answers else []
    merged = merged_reports(session, ticket, viewer, now, sees_contact=sees) if beside.merged else ()
    recourse = recourse_of(session, ticket, viewer, now, parties=parties, holder=holder, beside=beside)
    waiting = waiting_told(session, ticket, standing, events, now)
    may = {row.action for row in allowed(standing=standing, parties=parties, now=now)}
    return Dossier(
        ticket=ticket, holder=holder, standing=standing, what=what(session, ticket), where=ticket.where,
        contact=_contact(ticket) if sees else None, former=_former(ticket, viewer, parties),
        erasable=Party.DISPATCHER in parties and _holds_words(ticket, events, attachments, answers),
        events=story_told(session, ticket, events, parties, sees_contact=sees, beside=beside),
        clocks=clock_lines(session, runs, events, now), answers=answers_told(answers),
        photos=_by_stage(ticket, attachments, events) if attachments else {},
        used=queries.used_before_on(session, attachments, viewer, now) if parties & LOOKS_TWICE else (),
        erased_photos=sum(attachment.photo.erased_at is not None for attachment in attachments),
        voice=staff_voice(events[0], ticket), on_hold=hold_told(ticket, events, now),
        badges=drawn_badges(ticket, standing.state, recourse, waiting, len(merged)),
        moves=[action for action in FORMS if action in may],
        proposals=proposed(session, ticket, viewer, now, holder) if _somebody_goes(standing) else [],
        calls=Action.CALL in may, recourse=recourse, merged=merged,
        work=work_told(session, ticket, viewer, events, now, beside=beside),
        outage=_outage(session, ticket.outage_id, now) if ticket.outage_id else None,
    )  # fmt: skip


def _outage(session: Session, outage_id: int, now: datetime) -> Shown | None:
    return next(iter(told_of(session, [session.get_one(Outage, outage_id)], now)), None)


def _former(ticket: TicketRow, viewer: Viewer, parties: Collection[Party]) -> bool:
    """Whether the company of `viewer` has left and only reads."""
    companies = {post.organisation_id for post in viewer.posts if post.role in COMPANY}
    return not set(parties) - WATCHES and ticket.organisation_id in companies


def _somebody_goes(standing: Standing) -> bool:
    return not standing.referred and standing.state not in {*FINAL, State.COMPLETED}


def _holds_words(
    ticket: TicketRow, events: Sequence[EventRow], attachments: Sequence[Attachment], answers: Sequence[TicketAnswer]
) -> bool:
    """Whether `ticket` is over, and something of it is left to erase."""
    if ticket.state not in FINAL:
        return False
    told = (ticket.description, ticket.spot, ticket.caller_name, ticket.caller_phone, *(one.text for one in answers))
    left = [text for text in (*told, *(event.note for event in events)) if text is not None and text.erased_at is None]
    heard = any(event.voice is not None and event.voice.erased_at is None for event in events)
    return bool(left) or heard or any(attachment.photo.erased_at is None for attachment in attachments)


def _contact(ticket: TicketRow) -> dict[str, Text | str | None] | None:
    """Name and telephone of whoever reported: what was said with the report, else what the account says. None where an
    inspection found it.
    """
    if ticket.channel is Channel.INSPECTION:
        return None
    reporter = ticket.reporter
    return {
        "name": ticket.caller_name or (person_word(reporter.name) if reporter else None),
        "phone": ticket.caller_phone or (reporter.phone if reporter else None),
    }


def _by_stage(
    ticket: TicketRow, attachments: Sequence[Attachment], events: Sequence[EventRow]
) -> dict[Stage, list[dict[str, str]]]:
    """The photographs that are still there, by what they show."""
    at = {event.id: event.at for event in events}
    address_of = partial(url_for, "tickets.staff_photo", number=ticket.number)
    found: dict[Stage, list[dict[str, str]]] = defaultdict(list)
    for attachment in attachments:
        found[attachment.stage] += photos_shown(
            [attachment], at[attachment.event_id], lambda key, **names: address_of(key=key, **names)
        )
    return {stage: found[stage] for stage in Stage if found[stage]}
