"""The form that puts a report right: what can be chosen, and what stands there."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from propman import clock
from propman.catalogue.queries import categories
from propman.tickets import queries
from propman.tickets.forms.between import CorrectForm
from propman.tickets.labels import PRIORITIES
from propman.tickets.models import Ticket
from propman.tickets.views.staff.intake import places_in
from propman.tickets.views.staff.recourse_shown import named_part
from propman.web.filters import name_of


def offer_corrections(session: Session, form: CorrectForm, ticket: Ticket, now: datetime, *, fresh: bool) -> None:
    """Let `form` offer categories, priorities, places and parts; a `fresh` one says what stands there."""
    today = clock.local_date(now)
    form.category.choices = [SelectChoice(kind.code, name_of(kind)) for kind in categories(session, today)]
    form.priority.choices = [SelectChoice(code, words) for code, words in PRIORITIES.items()]
    form.place.choices = places_in(ticket.community, today, [ticket.community.path])
    parts = {part.id: part for part in queries.parts_near(session, ticket, today)}
    if ticket.asset is not None:
        parts.setdefault(ticket.asset.id, ticket.asset)
    unknown = SelectChoice("", _("Not known: all that could be meant"))
    form.asset_id.choices = [unknown, *(SelectChoice(str(part.id), named_part(part)) for part in parts.values())]
    if fresh:
        form.category.data, form.priority.data = ticket.category, ticket.priority
        form.place.data, form.asset_id.data = str(ticket.place_id), str(ticket.asset_id or "")
