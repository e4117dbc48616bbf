"""The incident that a report leads or is merged with, as staff see it; and what it can be merged with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from propman import clock
from propman.catalogue.queries import categories
from propman.communities.queries import address, lines
from propman.personal import PersonalText
from propman.roles import Permission, Viewer
from propman.tickets import queries
from propman.tickets.forms.incident import MergeForm
from propman.tickets.models import Ticket
from propman.tickets.queries.rows import AnyTicket
from propman.tickets.queries.scope import staff_scope
from propman.tickets.views.timeline import staff_voice
from propman.web.filters import name_of, span


@dataclass(frozen=True)
class Merged:
    """One report that is merged with a lead. `phone` is None for whoever must not see it; `opens`: its page may be."""

    ticket: Ticket
    where: str
    phone: PersonalText | str | None
    opens: bool
    voice: Mapping[str, object] | None  # what was spoken with it, for whoever may open its page


def merged_reports(
    session: Session, lead: AnyTicket, viewer: Viewer, now: datetime, *, sees_contact: bool
) -> Sequence[Merged]:
    """The reports that are merged with `lead`, as `viewer` may see them: who is sent for it goes for all of them."""
    found = queries.merged_with(session, lead)
    if not found:
        return ()
    places = lines(session, [ticket.place for ticket in found])
    scope = staff_scope(viewer, now).where(Ticket.id.in_([ticket.id for ticket in found]))
    own = set(session.scalars(scope.with_only_columns(Ticket.id))) if viewer.may(Permission.SEE_TICKETS) else set()
    spoken = queries.first_voices(session, [ticket for ticket in found if ticket.id in own])
    return [
        Merged(
            ticket, address(places[ticket.place_id]), _phone(ticket) if sees_contact else None, ticket.id in own,
            staff_voice(spoken.get(ticket.id), ticket),
        )
        for ticket in found
    ]  # fmt: skip


def offer_leads(session: Session, form: MergeForm, ticket: Ticket, now: datetime) -> None:
    """Let `form` offer the open reports that `ticket` can be merged with."""
    found = queries.leads_for(session, ticket)
    places = lines(session, [lead.place for lead in found])
    what = {kind.code: name_of(kind) for kind in categories(session, clock.local_date(now))}
    form.lead.choices = [
        SelectChoice("", _("by its number")),
        *(
            SelectChoice(lead.number, _(
                "%(number)s · %(what)s · %(where)s · %(age)s old", number=lead.number,
                what=what.get(lead.category, lead.category), where=address(places[lead.place_id]),
                age=span(now - lead.submitted_at),
            ))
            for lead in found
        ),
    ]  # fmt: skip


def _phone(ticket: Ticket) -> PersonalText | str | None:
    return ticket.caller_phone or (ticket.reporter.phone if ticket.reporter else None)
