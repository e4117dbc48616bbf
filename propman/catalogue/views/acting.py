"""What the pages of this room share: today, who acts, the page of one act."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from propman import clock
from propman.catalogue.forms.rows import DatedForm
from propman.db import db
from propman.web import KeyedForm, act_once, answer_refusals, current_viewer, page_status

Answer = tuple[str, int]


def today() -> date:
    """The day on which the page is opened."""
    return clock.local_date(clock.now())


def by_whom() -> dict[str, Any]:
    """Who acts and when, as the operations want it."""
    return {"actor_id": current_viewer().user_id, "now": clock.now()}


def begin_today(form: DatedForm) -> None:
    """Let a form that is shown for the first time propose a row from today on, which nobody has checked yet."""
    if not form.is_submitted():
        form.valid_from.data, form.verified_on.data = today(), None


def kept(form: KeyedForm, act: Callable[[], object], back: str) -> Response | None:
    """Carry out what was sent, once, and lead `back`; None where nothing good was sent, and it is to be asked."""
    if form.validate_on_submit():
        with answer_refusals(form):
            act_once(form, act)
            db.session.commit()
            flash(_("The change is kept."), "success")
            return redirect(back, code=303)
    return None


def asked(form: KeyedForm, *, title: str, send: str, above: str, back: str, **more: Any) -> Answer:
    """The page of one act: what it is (`title`), about what (`above`), its fields, its button, the way back; among
    `more` what it would say (`reading`), where that was asked for.
    """
    page = render_template(
        "catalogue/asked.html", form=form, title=title, send=send, above=above, back=back, **more
    )  # fmt: skip
    return page, page_status() if form.is_submitted() and not more.get("reading") else 200
