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
    """Whom it goes to, and why; what else is broken, and where, if that was wrong."""

    taker = SelectField(_l("Whom does it go to?"), default="", validate_choice=False,
                        validators=[OneOf(_l("It cannot go to this organisation."))])  # fmt: skip
    category = SelectField(_l("Is something else broken?"), default="", validate_choice=False,
                           validators=[OneOf(_l("Please choose what is broken."))])  # fmt: skip
    place = SelectField(_l("Is it somewhere else?"), default="", validate_choice=False,
                        validators=[OneOf(_l("Please choose where it is."))])  # fmt: skip
    note = words(_l("Why?"), NOTE_LENGTH)

    @property
    def brings(self) -> dict[str, Any]:
        """The organisation, and what is put right."""
        place_id = int(self.place.data) if self.place.data else None
        return {**super().brings, "category": self.category.data or None, "place_id": place_id}
