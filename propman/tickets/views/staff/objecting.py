"""The forms of an objection: whom a ticket concerns, or goes to."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from propman import clock
from propman.catalogue.queries import categories
from propman.tickets import queries
from propman.tickets.forms.objections import ObjectForm, UpholdForm
from propman.tickets.models import Ticket
from propman.tickets.views.staff.intake import places_in
from propman.tickets.workflow import Party
from propman.web.filters import name_of


def offer_takers(
    session: Session, form: ObjectForm | UpholdForm, ticket: Ticket, now: datetime, *, fresh: bool
) -> None:
    """Let `form` offer whom `ticket` can go to; to uphold what the person sent objects to, also nobody else.

    A `fresh` form to uphold proposes whom the objection names.
    """
    objection = queries.open_objection(session, ticket)
    own = objection is not None and objection.party is Party.ASSIGNEE
    found = queries.takers(session, ticket, now)
    if isinstance(form, UpholdForm) and own:
        found = [each for each in found if each.kind not in queries.TAKES_OVER]
    none = _("Nobody else: somebody else of ours goes") if isinstance(form, UpholdForm) and own else _("Choose…")
    if isinstance(form, UpholdForm):
        _offer_other_things(session, form, ticket, clock.local_date(now))
    form.taker.choices = [SelectChoice("", none), *(SelectChoice(str(each.id), each.name) for each in found)]
    if fresh and isinstance(form, UpholdForm) and objection and objection.concerns_id in {each.id for each in found}:
        form.taker.data = str(objection.concerns_id)


def _offer_other_things(session: Session, form: UpholdForm, ticket: Ticket, today: date) -> None:
    """Let `form` offer what else may be broken in the community, and where."""
    others = [SelectChoice(kind.code, name_of(kind)) for kind in categories(session, today)
              if kind.code != ticket.category]  # fmt: skip
    form.category.choices = [SelectChoice("", _("No, it is as it was reported")), *others]
    places = [each for each in places_in(ticket.community, today, [ticket.community.path])
              if each.value != str(ticket.place_id)]  # fmt: skip
    form.place.choices = [SelectChoice("", _("No, it is where it was reported")), *places]
