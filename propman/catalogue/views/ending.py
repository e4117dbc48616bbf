"""Taking something of the catalogue out of use from a day on, and taking that back."""

from __future__ import annotations

from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman.catalogue import operations
from propman.catalogue.forms.rows import EndForm
from propman.catalogue.views import blueprint
from propman.catalogue.views.acting import Answer, asked, by_whom, kept
from propman.catalogue.views.checking import ENDING, called, load_row, page_of, row_address
from propman.db import db
from propman.roles import Permission
from propman.web import requires


@blueprint.route(f"{row_address(ENDING)}/end", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def end_row(kind: str, row_id: int) -> Answer | Response:
    """Say from which day on what this row speaks of is out of use, or that it stays."""
    row = load_row(kind, row_id)
    form, back, above = EndForm(ends_on=row.valid_to), page_of(kind, row), called(kind, row)

    def act() -> int:
        there = db.session().get_one(ENDING[kind], row_id)
        return int(operations.end(db.session(), row=there, ends_on=form.ends_on.data, **by_whom()).id)

    return kept(form, act, back) or asked(
        form,
        title=_("Take out of use"),
        send=_("Keep it"),
        above=above,
        back=back,
        lead=_("What is there already keeps it."),
    )
