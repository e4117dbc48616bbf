"""What is filled in by whoever looks again at what was repaired."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from propman.tickets.forms.resident import MoveForm, words
from propman.tickets.operations.bringing import NOTE_LENGTH


class RecheckPassForm(MoveForm):
    """It is fixed: that confirms the report."""

    note = words(_l("What did you see?"), NOTE_LENGTH)


class RecheckFailForm(MoveForm):
    """It is not fixed, and why."""

    note = words(_l("What is still wrong?"), NOTE_LENGTH)
