"""What is filled in where several reports are about one fault: merging, separating, and what each household says."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import StopValidation

from propman.tickets.forms.resident import STARS, MoveForm, OneOf, words
from propman.tickets.operations.bringing import NOTE_LENGTH
from propman.tickets.tracking import read_number
from propman.web import at_most


class MergeForm(MoveForm):
    """With which report: one of those offered, or any by its number, which counts before."""

    lead = SelectField(_l("Which one?"), default="", validate_choice=False,
                       validators=[OneOf(_l("This report is no longer open. Please choose again."))])  # fmt: skip
    number = StringField(_l("Number of the report"), validators=[at_most(40)],
                         render_kw={"inputmode": "numeric", "autocomplete": "off"})  # fmt: skip
    note = words(_l("Why?"), NOTE_LENGTH)

    def validate_number(self, field: StringField) -> None:
        """Raises `StopValidation` for what cannot be a number."""
        if (field.data or "").strip() and read_number(field.data) is None:
            raise StopValidation(gettext("A number has four digits, a hyphen and seven digits: 2611-0482915."))

    @property
    def brings(self) -> dict[str, Any]:
        """The number that was typed or chosen; call after validation."""
        return {"number": read_number(self.number.data or "") or self.lead.data or None}


class SeparateForm(MoveForm):
    """It is another fault, or not fixed here."""

    note = words(_l("Why?"), NOTE_LENGTH)


class NotMineForm(MoveForm):
    """It is not this, or not fixed here, says a household."""

    note = words(_l("What is still wrong?"), NOTE_LENGTH)


class AgreeForm(MoveForm):
    """It is fixed here too: stars, and words if wanted."""

    stars = RadioField(_l("How was it?"), choices=STARS, validate_choice=False,
                       validators=[OneOf(_l("Please give 1 to 5 stars."))])  # fmt: skip
    note = words(_l("A few words"), NOTE_LENGTH)
