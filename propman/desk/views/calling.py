"""A caller's last reports, while the caller talks; the form below is filled with what is known."""

from __future__ import annotations

from collections.abc import Sequence

from propman import clock
from propman.accounts.phones import shown, to_e164
from propman.db import db
from propman.desk import queries
from propman.desk.forms import CallerForm
from propman.desk.views import blueprint
from propman.roles import Permission
from propman.tickets.models import Ticket
from propman.tickets.queries import lines_of
from propman.tickets.views.staff.intake import prefilled
from propman.tickets.views.staff.lines import lines_shown
from propman.web import answer_refusals, current_viewer, page_status, requires


@blueprint.post("/intake/caller")
@requires(Permission.PHONE_INTAKE)
def caller() -> tuple[str, int]:
    """The page of an intake with the last reports of a telephone. Changes nothing: a number belongs in no address."""
    session, viewer, now, form = db.session(), current_viewer(), clock.now(), CallerForm()
    if form.validate_on_submit():
        with answer_refusals(form):
            phone = to_e164(form.phone.data or "")
            found = queries.last_of_caller(session, viewer, phone, now)
            lines = lines_shown(lines_of(session, [one.id for one in found]), now)
            given = {"phone": shown(phone), **_known(found)}
            community_id = found[0].community_id if found else None
            return prefilled(community_id, given, looking=form, known=lines, now=now), 200
    return prefilled(None, {"phone": form.phone.data or ""}, looking=form, known=None, now=now), page_status()


def _known(found: Sequence[Ticket]) -> dict[str, str]:
    """What the newest of a caller's reports says of name and place."""
    if not found:
        return {}
    last = found[0]
    name = last.caller_name.body if last.caller_name else last.reporter.name if last.reporter else None
    return {"place": str(last.place_id), "name": name or ""}
