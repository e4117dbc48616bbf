"""What is filled in to object to a dispatch, and to decide on it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from propman.tickets.forms.resident import MoveForm, OneOf, words
from propman.tickets.operations.bringing import NOTE_LENGTH


class _WithTaker(MoveForm):
    """Whom a ticket concerns, or goes to, out of whom the page offers."""

    taker: SelectField

    @property
    def brings(self) -> dict[str, Any]:
        """The organisation, or none."""
        return {"organisation_id": int(self.taker.data) if self.taker.data else None}


class ObjectForm(_WithTaker):
    """Why this is not ours, and whose it is."""

    taker = SelectField(_l("Whose is it, if you know?"), default="", validate_choice=False,
                        validators=[OneOf(_l("It cannot go to this organisation."))])  # fmt: skip
    note = words(_l("Why is it not yours?"), NOTE_LENGTH)


class UpholdForm(_WithTaker):
    """Whom it goes to, and why."""

    taker = SelectField(_l("Whom does it go to?"), default="", validate_choice=False,
                        validators=[OneOf(_l("It cannot go to this organisation."))])  # fmt: skip
    note = words(_l("Why?"), NOTE_LENGTH)
