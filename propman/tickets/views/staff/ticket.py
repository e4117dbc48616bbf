"""The page of one ticket for staff: facts, timeline, clocks, who should go, and the moves this person may make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from propman import clock
from propman.accounts.labels import person_word
from propman.accounts.queries import eligible_assignees
from propman.catalogue.queries import category
from propman.communities.models import Organisation
from propman.communities.queries import address, line
from propman.db import db
from propman.outages.queries import Shown, told_of
from propman.personal import PersonalText
from propman.roles import Permission, Viewer
from propman.rota.labels import choices
from propman.rota.queries import duties
from propman.tickets import queries
from propman.tickets.forms.between import CorrectForm
from propman.tickets.forms.incident import MergeForm
from propman.tickets.forms.objections import ObjectForm, UpholdForm
from propman.tickets.forms.recourse import PayerForm, VerdictForm
from propman.tickets.forms.resident import MoveForm
from propman.tickets.forms.staff import FORMS, AssignForm, EraseForm, ReferForm
from propman.tickets.labels import PARTIES
from propman.tickets.models import Attachment, Channel, Stage, Ticket, TicketEvent
from propman.tickets.queries.scope import COMPANY
from propman.tickets.views import blueprint
from propman.tickets.views.answer_words import answers_told
from propman.tickets.views.clock_lines import ClockLine, clock_lines
from propman.tickets.views.corrections import corrections_of
from propman.tickets.views.holds import hold_told
from propman.tickets.views.phrasing import offer_phrases
from propman.tickets.views.recourse_words import Badge
from propman.tickets.views.staff.correcting import offer_corrections
from propman.tickets.views.staff.incident import Merged, merged_reports, offer_leads
from propman.tickets.views.staff.objecting import offer_takers
from propman.tickets.views.staff.proposed import Proposed, proposed
from propman.tickets.views.staff.recourse_shown import Recourse, offer_referees, recourse_of
from propman.tickets.views.staff.told import deadlines_told
from propman.tickets.views.staff.waiting import waiting_told
from propman.tickets.views.staff.work_told import WorkTold, work_told
from propman.tickets.views.timeline import SIGNS, TONES, acting, from_to, photos_shown, staff_voice, title_of
from propman.tickets.workflow import FINAL, WATCHES, Action, Party, Standing, State, allowed, refusal
from propman.web import current_viewer, page_status, requires
from propman.web.filters import name_of

Deciding = VerdictForm | PayerForm | None
"""A verdict or a payer that was refused."""


@dataclass(frozen=True)
class Dossier:
    """Everything that the page shows of `ticket` to one viewer."""

    ticket: Ticket
    standing: Standing
    what: str
    where: str
    contact: Mapping[str, PersonalText | str | None] | None  # name and telephone; None for whoever must not see them
    former: bool  # the viewer's company has left and only reads
    reported_by_viewer: bool
    erasable: bool
    events: Sequence[Mapping[str, object]]
    clocks: Sequence[ClockLine]
    photos: Mapping[Stage, Sequence[Mapping[str, str]]]
    erased_photos: int
    voice: Mapping[str, object] | None  # what was spoken with the report itself
    appointment: str | None
    waiting: Sequence[Badge]  # what waits for somebody's answer
    on_hold: str | None  # for what, until when, since when
    proposals: Sequence[Proposed]
    moves: Mapping[Action, MoveForm]
    recourse: Recourse
    work: WorkTold
    merged: Sequence[Merged]  # the reports that it leads
    calls: bool  # whether the viewer may call the reporter back
    outage: Shown | None  # the planned one that explains it


@blueprint.get("/tickets/<number>")
@requires(Permission.SEE_TICKETS)
def ticket(number: str) -> str:
    """One ticket in the scope of the viewer."""
    found = queries.load(db.session(), number, current_viewer(), clock.now(), as_staff=True)
    return ticket_page(found)


def ticket_page(
    found: Ticket, *, tried: tuple[Action, MoveForm] | None = None, erasing: EraseForm | None = None,
    deciding: Deciding = None,
) -> str:  # fmt: skip
    """The page of `found`; `tried` is a move that was refused, with its form, `erasing` a refused wish to erase, and
    `deciding` a refused verdict or payer.
    """
    dossier = dossier_of(db.session(), found, current_viewer(), clock.now(), deciding)
    forms = dict(dossier.moves)
    refused = tried[1] if tried else None
    if tried is not None:
        action, form = tried
        form.version.data = found.version
        if action in forms:
            forms[action] = form
    return render_template(
        "tickets/ticket.html",
        dossier=dossier,
        ticket=found,
        answers=answers_told(queries.answers_of(db.session(), [found])[found.id]),
        claim=None if found.timed else queries.claim_of(db.session(), found),
        forms=forms,
        tried=tried[0] if tried else None,
        refused=refused,
        move_signs=SIGNS,
        outdated=refused is not None and page_status() == 409,
        erasing=erasing or EraseForm(formdata=None),
    )


def prepared(action: Action, ticket: Ticket, now: datetime, *, empty_for: Organisation | None = None) -> MoveForm:
    """The form of a move on `ticket`, filled from the request, with the people who can be sent.

    `empty_for` gives an empty one; it is `queries.holder_today`, whose people are offered.
    """
    kind = FORMS[action]
    form = kind(formdata=None, version=ticket.version) if empty_for else kind()
    if isinstance(form, ReferForm):
        offer_referees(db.session(), form, ticket, now, fresh=empty_for is not None)
    if isinstance(form, CorrectForm):
        offer_corrections(db.session(), form, ticket, now, fresh=empty_for is not None)
    if isinstance(form, ObjectForm | UpholdForm):
        offer_takers(db.session(), form, ticket, now, fresh=empty_for is not None)
    if isinstance(form, MergeForm):
        offer_leads(db.session(), form, ticket, now)
    if "note" not in form:  # nothing to say, and nobody to send
        return form
    holder = empty_for or queries.holder_today(db.session(), ticket, now)
    offer_phrases(form, action, holder.id)
    if isinstance(form, AssignForm):
        people = eligible_assignees(db.session(), organisation_id=holder.id, on=clock.local_date(now))
        duty = duties(db.session(), [holder.id], now)[holder.id]
        form.assignee_id.choices = [
            SelectChoice("", _("Choose…")),
            *choices((one for one in people if one.id != ticket.assignee_id), duty),
        ]
    return form


def dossier_of(session: Session, ticket: Ticket, viewer: Viewer, now: datetime, deciding: Deciding = None) -> Dossier:
    """Everything that one may know of `ticket`, and do with it; `deciding` as in `ticket_page`."""
    holder = queries.holder_today(session, ticket, now)
    parties = queries.parties_of(session, ticket, viewer, holder)
    standing = queries.standing(session, ticket, now, holder, viewer)
    sees_contact = queries.sees_contact(session, ticket, parties)
    events = queries.timeline(session, ticket)
    attachments = queries.attachments_of(session, ticket, with_erased=True)
    return Dossier(
        ticket=ticket, standing=standing, what=_what(session, ticket),
        where=address(line(session, ticket.place)),
        contact=_contact(ticket) if sees_contact else None,
        former=_former(ticket, viewer, parties),
        reported_by_viewer=ticket.reporter_id is not None and ticket.reporter_id == viewer.user_id,
        erasable=Party.DISPATCHER in parties and _holds_words(session, ticket, events, attachments),
        events=_with_deadlines(session, ticket, _told(session, ticket, events, parties, sees_contact=sees_contact)),
        clocks=clock_lines(session, ticket, events, now),
        photos=_by_stage(ticket, attachments, events),
        erased_photos=sum(attachment.photo.erased_at is not None for attachment in attachments),
        voice=staff_voice(events[0], ticket),
        appointment=from_to(ticket.appointed_from, ticket.appointed_until) if ticket.appointed_from else None,
        waiting=waiting_told(session, ticket, standing, events, now),
        on_hold=hold_told(ticket, events, now),
        proposals=proposed(session, ticket, viewer, now, holder) if _somebody_goes(standing) else [],
        moves=_moves(ticket, standing, parties, now, holder),
        recourse=recourse_of(session, ticket, viewer, now, parties=parties, tried=deciding),
        work=work_told(session, ticket, viewer, events, now),
        merged=merged_reports(session, ticket, viewer, now, sees_contact=sees_contact),
        outage=next(iter(told_of(session, [ticket.outage], now)), None) if ticket.outage else None,
        calls=refusal(Action.CALL, standing=standing, parties=parties, now=now) is None,
    )  # fmt: skip


def _moves(
    ticket: Ticket, standing: Standing, parties: frozenset[Party], now: datetime, holder: Organisation
) -> dict[Action, MoveForm]:
    """The moves that these `parties` may make, in the order of their buttons, each with its empty form."""
    may = {row.action for row in allowed(standing=standing, parties=parties, now=now)}
    return {action: prepared(action, ticket, now, empty_for=holder) for action in FORMS if action in may}


def _what(session: Session, ticket: Ticket) -> str:
    kind = category(session, ticket.category, queries.known_on(session, ticket))
    return name_of(kind) if kind else ticket.category


def _former(ticket: Ticket, viewer: Viewer, parties: Collection[Party]) -> bool:
    """Whether the company of `viewer` has left and only reads."""
    companies = {post.organisation_id for post in viewer.posts if post.role in COMPANY}
    return not set(parties) - WATCHES and ticket.organisation_id in companies


def _somebody_goes(standing: Standing) -> bool:
    return not standing.referred and standing.state not in {*FINAL, State.COMPLETED}


def _holds_words(
    session: Session, ticket: Ticket, events: Sequence[TicketEvent], attachments: Sequence[Attachment]
) -> bool:
    """Whether `ticket` is over, and something of it is left to erase."""
    if ticket.state not in FINAL:
        return False
    answers = (answer.text for answer in queries.answers_of(session, [ticket])[ticket.id])
    told = (ticket.description, ticket.spot, ticket.caller_name, ticket.caller_phone, *answers)
    left = [text for text in (*told, *(event.note for event in events)) if text is not None and text.erased_at is None]
    heard = any(event.voice is not None and event.voice.erased_at is None for event in events)
    return bool(left) or heard or any(attachment.photo.erased_at is None for attachment in attachments)


def _contact(ticket: Ticket) -> dict[str, PersonalText | str | None]:
    """Name and telephone of whoever reported: what was said with the report, else what the account says."""
    reporter = ticket.reporter
    return {
        "name": ticket.caller_name or (person_word(reporter.name) if reporter else None),
        "phone": ticket.caller_phone or (reporter.phone if reporter else None),
    }


def _by_stage(
    ticket: Ticket, attachments: Sequence[Attachment], events: Sequence[TicketEvent]
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


def _told(
    session: Session, ticket: Ticket, events: Sequence[TicketEvent], parties: Collection[Party], *, sees_contact: bool
) -> list[dict[str, Any]]:
    acted, corrected = acting(events), corrections_of(session, events)
    return [
        {
            "at": event.at,
            "title": _title(event, corrected),
            "who": _who(ticket, event, acted[event.id], sees_contact=sees_contact),
            "note": event.note.body if event.note else None,
            "erased": event.note is not None and event.note.erased_at is not None,
            "photos": (),
            "voice": staff_voice(event, ticket) if event.version > 1 else None,
            "sign": SIGNS[event.action],
            "tone": TONES.get(event.action, "idle"),
            "said_since": event.action in queries.SAID_SINCE,
        }
        for event in queries.heard_inside(events, parties)
    ]


def _title(event: TicketEvent, corrected: Mapping[int, str]) -> str:
    """What happened; of a merged report also with which."""
    if event.action is not Action.MERGE or event.lead is None:
        return title_of(event, corrected)
    return str(_("Merged with %(number)s", number=event.lead.number))


def _with_deadlines(session: Session, ticket: Ticket, told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The moves, and between them what was told of the deadlines."""
    return sorted([*told, *deadlines_told(session, ticket)], key=lambda line: line["at"])


def _who(ticket: Ticket, event: TicketEvent, acted: Organisation, *, sees_contact: bool) -> str:
    """Who made a move, and as what; a reporter's name only for whoever may see it."""
    party = str(PARTIES[event.party])
    if event.actor is None or event.party is Party.SYSTEM:
        return party
    name = person_word(event.actor.name)
    if event.party is Party.REFERRED:
        return str(_("%(person)s, %(organisation)s", person=name, organisation=acted.name))
    if event.action is Action.SUBMIT and ticket.channel is Channel.PHONE:
        return str(_("written down for a caller by %(person)s", person=name))
    if event.party is Party.REPORTER and not sees_contact:
        return party
    return str(_("%(person)s (%(party)s)", person=name, party=party))
