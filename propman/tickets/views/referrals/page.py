"""The page of one referral: what is covered and why, by when an answer is due, what happened, what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.labels import person_word
from propman.catalogue.queries import category
from propman.communities.models import Organisation
from propman.communities.queries import address, line, lines
from propman.db import db
from propman.personal import PersonalText
from propman.roles import Permission, Viewer
from propman.tickets import queries
from propman.tickets.forms.referrals import REFERRED
from propman.tickets.forms.resident import MoveForm
from propman.tickets.labels import PARTIES
from propman.tickets.models import Attachment, Referral, Stage, Ticket, TicketVerdict, WorkRecord
from propman.tickets.queries.rows import Called, EventRow
from propman.tickets.views import blueprint
from propman.tickets.views.answer_words import answers_told
from propman.tickets.views.phrasing import offer_phrases
from propman.tickets.views.recourse_words import VerdictLine, verdict_line
from propman.tickets.views.referral_words import ReferralLine, referral_line
from propman.tickets.views.timeline import (
    SIGNS,
    TONES,
    VoiceUrl,
    acting,
    from_to,
    photos_shown,
    title_of,
    voice_shown,
)
from propman.tickets.workflow import WATCHES, Action, Party, allowed
from propman.web import current_viewer, page_status, requires
from propman.web.filters import name_of
from propman.web.timeline import Line


@dataclass(frozen=True)
class Dossier:
    """Everything that the page shows of a referral to one viewer of the organisation."""

    referral: Referral
    ticket: Ticket
    told: ReferralLine
    what: str
    where: str
    verdict: VerdictLine | None
    in_charge: Organisation
    contact: Mapping[str, PersonalText | str | None] | None  # name and telephone, while they may be seen
    events: Sequence[Line]
    photos: Mapping[Stage, Sequence[Mapping[str, str]]]
    voice: Mapping[str, object] | None  # what was spoken with the report itself
    repair_due_at: datetime | None
    appointment: str | None
    moves: Mapping[Action, MoveForm]
    answers: Sequence[tuple[str, str]]  # to the questions of its category
    work: Sequence[tuple[WorkRecord, datetime]]  # what its own completions took, as it said, and when it was
    joined: Sequence[tuple[str, PersonalText | None]]  # the other households: where, and where exactly


@blueprint.get("/referrals/<number>")
@requires(Permission.SEE_REFERRALS)
def referral(number: str) -> str:
    """The last referral of a ticket to the viewer's organisation."""
    return referral_page(queries.load_referral(db.session(), number, current_viewer(), clock.now()))


def referral_page(row: Referral, *, tried: tuple[Action, MoveForm] | None = None) -> str:
    """The page of `row`; `tried` is a move that was refused, with its form."""
    dossier = _dossier(db.session(), row, current_viewer(), clock.now())
    forms = dict(dossier.moves)
    if tried is not None:
        action, form = tried
        form.version.data = row.ticket.version
        if action in forms:
            forms[action] = form
    refused = tried[1] if tried else None
    return render_template(
        "tickets/referral.html", dossier=dossier, ticket=row.ticket, referral=row, forms=forms, move_signs=SIGNS,
        tried=tried[0] if tried else None, refused=refused, outdated=refused is not None and page_status() == 409,
    )  # fmt: skip


def _dossier(session: Session, row: Referral, viewer: Viewer, now: datetime) -> Dossier:
    ticket, today = row.ticket, clock.local_date(now)
    kind = category(session, ticket.category, queries.known_on(session, ticket))
    timeline = queries.story_of(session, ticket)
    known, acted = queries.heard(timeline, row.organisation_id), acting(timeline)
    at = {event.id: event.at for event in known}
    attachments = queries.attachments_heard(session, ticket, known)
    verdict = session.get(TicketVerdict, row.verdict_id) if row.verdict_id is not None else None
    holder = queries.holder_today(session, ticket, now)
    parties = queries.parties_of(session, ticket, viewer, holder) & {Party.REFERRED, Party.ASSIGNEE}
    standing = queries.standing(session, ticket, now, holder)
    moves = [each.action for each in allowed(standing=standing, parties=parties, now=now)] if _open(row) else []
    sees_contact = _open(row) and queries.sees_contact(session, ticket, parties)
    return Dossier(
        referral=row, ticket=ticket, told=referral_line(row, now),
        what=name_of(kind) if kind else ticket.category, where=address(line(session, ticket.place)),
        verdict=verdict_line(verdict, today) if verdict else None,
        in_charge=holder,
        contact=_contact(ticket) if sees_contact else None,
        events=[_event(event, acted[event.id], _voice_url(ticket), sees_contact=sees_contact) for event in known],
        voice=voice_shown(timeline[0], _voice_url(ticket)),
        photos=_by_stage(ticket, attachments, {event.id: event.at for event in timeline}),
        appointment=from_to(ticket.appointed_from, ticket.appointed_until)
        if _open(row) and ticket.appointed_from else None,
        repair_due_at=known[-1].resolve_due_at,
        moves={action: _empty(action, row) for action in REFERRED if action in moves},
        work=[(each, at[each.event_id]) for each in queries.work_of(session, ticket) if each.event_id in at],
        answers=answers_told(queries.answers_of(session, [ticket])[ticket.id]),
        joined=_joined(session, row),
    )  # fmt: skip


def _voice_url(ticket: Ticket) -> VoiceUrl:
    return lambda key: url_for("tickets.referral_voice", number=ticket.number, key=key)


def _open(row: Referral) -> bool:
    return row.ended_at is None


def _empty(action: Action, row: Referral) -> MoveForm:
    """The form of a move that nobody has sent yet."""
    form = REFERRED[action](formdata=None, version=row.ticket.version)
    offer_phrases(form, action, row.organisation_id)
    return form


def _joined(session: Session, row: Referral) -> list[tuple[str, PersonalText | None]]:
    """Where else the same fault was reported: all that it takes to find the doors, and that while it is referred."""
    found = queries.merged_with(session, row.ticket) if _open(row) else ()
    places = lines(session, [each.place for each in found]) if found else {}
    return [(address(places[each.place_id]), each.spot) for each in found]


def _contact(ticket: Ticket) -> dict[str, PersonalText | str | None]:
    reporter = ticket.reporter
    return {
        "name": ticket.caller_name or (person_word(reporter.name) if reporter else None),
        "phone": ticket.caller_phone or (reporter.phone if reporter else None),
    }


def _by_stage(
    ticket: Ticket, attachments: Sequence[Attachment], at: Mapping[int, datetime]
) -> dict[Stage, list[dict[str, str]]]:
    def url(key: str, **names: Any) -> str:
        return url_for("tickets.referral_photo", number=ticket.number, key=key, **names)

    found: dict[Stage, list[dict[str, str]]] = {}
    for attachment in attachments:
        found.setdefault(attachment.stage, []).extend(photos_shown([attachment], at[attachment.event_id], url))
    return {stage: found[stage] for stage in Stage if stage in found}


def _event(event: EventRow, acted: Called, voice_url: VoiceUrl, *, sees_contact: bool) -> Line:
    note = event.note
    return Line(
        event.at,
        title_of(event),
        _who(event, acted, sees_contact=sees_contact),
        SIGNS[event.action],
        TONES.get(event.action, "idle"),
        note=note.body if note else None,
        erased=note is not None and note.erased_at is not None,
        voice=voice_shown(event, voice_url) if event.action is not Action.SUBMIT else None,
    )


def _who(event: EventRow, acted: Called, *, sees_contact: bool) -> str:
    """Who made a move: of the reporter no name before it may be seen, of the company in charge no person."""
    if event.party is Party.SYSTEM:
        return str(_("the system"))
    if event.party is Party.REPORTER or event.action is Action.SUBMIT:
        return person_word(event.actor.name) if sees_contact and event.actor else str(_("the reporter"))
    if event.party in WATCHES:
        return str(PARTIES[event.party])
    if event.party is Party.DISPATCHER or event.actor is None:
        return acted.name
    return str(_("%(person)s, %(organisation)s", person=person_word(event.actor.name), organisation=acted.name))
