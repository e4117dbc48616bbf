"""The forms of an objection: whom a ticket concerns, or goes to."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from propman.tickets import queries
from propman.tickets.forms.objections import ObjectForm, UpholdForm
from propman.tickets.models import Ticket
from propman.tickets.workflow import Party


def offer_takers(session: Session, form: ObjectForm | UpholdForm, ticket: Ticket, now: datetime) -> None:
    """Let `form` offer whom `ticket` can go to; to uphold what the person sent objects to, also nobody else."""
    objection = queries.open_objection(session, ticket)
    own = objection is not None and objection.party is Party.ASSIGNEE
    found = queries.takers(session, ticket, now)
    if isinstance(form, UpholdForm) and own:
        found = [each for each in found if each.kind not in queries.TAKES_OVER]
    none = _("Nobody else: somebody else of ours goes") if isinstance(form, UpholdForm) and own else _("Choose…")
    form.taker.choices = [SelectChoice("", none), *(SelectChoice(str(each.id), each.name) for each in found)]
