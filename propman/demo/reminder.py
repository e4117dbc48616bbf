"""Says on the first page that a demo world has grown old, once per browser."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask, flash, request
from flask import session as cookie
from flask_babel import format_date
from flask_babel import gettext as _

LASTS = timedelta(days=7)
"""A week after its day most of what is open in the world is overdue, and says nothing any more."""

SAID = "demo_is_old"


def is_old(anchor: date, today: date) -> bool:
    """Whether a world built around `anchor` shows on `today` little but missed deadlines."""
    return today - anchor >= LASTS


def install(app: Flask, anchor: date) -> None:
    """Let the first page say how to get a world for today."""

    @app.before_request
    def remind() -> None:
        if request.path == "/" and request.method == "GET" and SAID not in cookie:
            cookie[SAID] = True
            flash(
                _(
                    "This demo was built for %(day)s, so most of its deadlines have passed since. "
                    "For a world of today, stop it and run: python3 -m propman demo --fresh",
                    day=format_date(anchor),
                ),
                "warning",
            )
