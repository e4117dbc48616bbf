"""What a week left in the communities of whoever looks: missed, late, waiting to be excused, not cured,
and what of plans officials should know.
"""

from __future__ import annotations

from datetime import date, timedelta

from flask import render_template, request, url_for
from flask_babel import gettext as _

from propman import clock
from propman.db import db
from propman.oversight import labels, rules
from propman.oversight.queries import weekly
from propman.oversight.views import blueprint
from propman.oversight.views.asked import EARLIEST
from propman.roles import Permission
from propman.web import current_viewer, requires
from propman.web.months import month_text

MOST = 200  # communities on one page


@blueprint.get("/inspections/week")
@requires(Permission.SEE_RATES)
def week() -> tuple[str, int]:
    """One line for each community with anything. What is no week before this one becomes the last, answered 400."""
    today, asked = clock.local_date(clock.now()), request.args.get("from", "")
    last = rules.week_before(today)
    monday = _monday(asked, last) if asked else last
    shown = monday or last
    rows = weekly.left_for(db.session(), current_viewer(), shown, today)
    page = render_template(
        "oversight/week.html", rows=rows[:MOST], number=len(rows), most=MOST, first=shown,
        last=shown + timedelta(days=6), words=labels.LEFT,
        headings=[(str(word), "number") for _name, word in labels.LEFT], month=month_text(shown),
        wrong=None if monday else _("That is no week that is over. Write the day of its Monday: %(day)s.", day=last),
        previous=_page(shown - weekly.DAYS),
        next=_page(shown + weekly.DAYS) if shown < last else None,
    )  # fmt: skip
    return page, 200 if monday else 400


def _monday(text: str, last: date) -> date | None:
    """The Monday in the address; None for what is none, and for a week that is not over."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    return day if day is not None and day.weekday() == 0 and EARLIEST <= day <= last else None


def _page(monday: date) -> str:
    return f"{url_for('oversight.week')}?from={monday}"
