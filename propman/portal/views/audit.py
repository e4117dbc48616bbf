"""The audit for those who look over it: who did what, on what, when, in which request. It is read and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import render_template, request, url_for

from propman import clock
from propman.accounts.queries import ids_named
from propman.audit.queries import Wanted, entries
from propman.db import ID_LIMIT, db
from propman.portal.forms import FindActs
from propman.portal.queries import things_in
from propman.portal.views import blueprint
from propman.portal.views.audit_lines import line_of
from propman.roles import Permission, Viewer
from propman.web import current_viewer, requires

REQUEST = re.compile(r"[0-9a-f]{1,32}")


@blueprint.get("/audit")
@requires(Permission.SEE_AUDIT)
def audit() -> tuple[str, int]:
    """What was done, the latest first. What the address asks wrongly is named, left out, and answered 400."""
    session, viewer, form = db.session(), current_viewer(), FindActs(request.args)
    form.offer()
    good, before = form.validate(), request.args.get("before")
    asked = _asked(form)
    page = entries(session, viewer, _wanted(asked, viewer), before=before)
    things = things_in(session, viewer, page.entries, clock.now())
    html = render_template(
        "portal/audit.html",
        form=form,
        asked=asked,
        lines=[line_of(entry, things, viewer) for entry in page.entries],
        older=url_for("portal.audit", before=page.before, **asked) if page.before else None,
        newest=url_for("portal.audit", **asked) if before else None,
    )
    return html, 200 if good else 400


def _asked(form: FindActs) -> dict[str, Any]:
    """What the address asks for, without what is wrong in it."""
    given = ((name, request.args.get(name, "").strip()) for name in ("kind", "who", "day", "request"))
    asked = {name: text for name, text in given if text and name not in form.errors}
    if not REQUEST.fullmatch(asked.get("request", "")):
        asked.pop("request", None)
    if "day" in asked:
        asked["day"] = form.day.data.isoformat()  # also for 2026-3-9
    return asked


def _wanted(asked: Mapping[str, str], viewer: Viewer) -> Wanted:
    return Wanted(
        kind=asked.get("kind", ""),
        person_ids=_people(viewer, asked["who"]) if "who" in asked else None,
        day=date.fromisoformat(asked["day"]) if "day" in asked else None,
        request_id=asked.get("request", ""),
    )


def _people(viewer: Viewer, typed: str) -> tuple[int, ...]:
    """The people meant: by the number of an account, else by a name that the viewer may know."""
    if typed.isascii() and typed.isdigit():
        return (int(typed),) if int(typed) < ID_LIMIT else ()
    return ids_named(db.session(), viewer, typed)
