"""Answers that several pages of accounts share: a form shown again, and a try that comes too soon."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import g
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from propman.web import page_status
from propman.web.filters import span

Answer = tuple[str, int] | tuple[str, int, dict[str, str]]


def shown(page: str, form: FlaskForm) -> Answer:
    """`page` with the status that `form` on it deserves: 200 as long as nobody sent it."""
    if not form.is_submitted():
        return page, 200
    waiting = g.get("retry_after")
    return (page, page_status(), {"Retry-After": str(waiting)}) if waiting else (page, page_status())


def too_soon(form: FlaskForm, *, until: datetime, now: datetime) -> None:
    """Write on `form` that there were too many tries, and how long to wait; `shown` then answers 429."""
    seconds = max(int((until - now).total_seconds()) + 1, 1)
    minutes = timedelta(minutes=-(-seconds // 60))
    form.form_errors.append(_("Too many wrong tries. Wait %(span)s, then try again.", span=span(minutes)))
    g.page_status, g.retry_after = 429, seconds
