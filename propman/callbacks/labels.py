"""How a call-back ended, in the reader's language."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from propman.callbacks.rules import Ending

ENDINGS = {
    Ending.REACHED: _l("reached"),
    Ending.REFUSED: _l("did not want to answer"),
    Ending.NOT_REACHED: _l("not reached"),
}


def install(app: Flask) -> None:
    """Make the table a filter: `row.ending|call_ending_label`."""
    app.jinja_env.filters["call_ending_label"] = ENDINGS.__getitem__
