"""What an organisation was reminded of on one day."""

from __future__ import annotations

from flask import render_template

from propman import clock
from propman.catalogue.queries import inspection_templates
from propman.db import ID_LIMIT, db
from propman.inspections.event_labels import LEVELS
from propman.inspections.queries import reminders as queries
from propman.inspections.queries.answering import answers_for
from propman.inspections.views import blueprint, told
from propman.roles import Permission
from propman.web import current_viewer, requires
from propman.web.filters import name_of


@blueprint.get(f"/inspections/reminders/<int(max={ID_LIMIT - 1}):digest_id>")
@requires(Permission.SEE_INSPECTIONS)
def reminders(digest_id: int) -> str:
    """The duties of one reminder, by what there is to say of them, and the seasons that begin."""
    session, today = db.session(), clock.local_date(clock.now())
    found = queries.digest(session, current_viewer(), digest_id)
    levels = queries.told_of(session, found)
    duties = [duty for some in levels.values() for duty in some]
    templates = inspection_templates(session, today)
    seasons = [(one, name_of(templates[one.plan.template]) if one.plan.template in templates else one.plan.template)
               for one in queries.seasons_of(session, found)]  # fmt: skip
    return render_template(
        "inspections/reminders.html", digest=found, levels=levels, words=LEVELS, what=told.what(duties),
        where=told.where(duties), answers=answers_for(session, duties, today), today=today, seasons=seasons,
    )  # fmt: skip
