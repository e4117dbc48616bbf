"""What a clerk writes down while somebody calls."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Optional

from propman.tickets.forms.answers import AskingForm
from propman.tickets.forms.resident import OneOf, words
from propman.tickets.operations.intake import DESCRIPTION_LENGTH, NAME_LENGTH, SPOT_LENGTH, Report
from propman.web import at_most

APART = "apart"
"""What a clerk chooses for a fault that is none of those that are known."""


class IntakeForm(AskingForm):
    """What a caller says. Where is chosen among the places that the clerk may name."""

    place = SelectField(
        _l("Where?"),
        validate_choice=False,
        validators=[InputRequired(_l("Please choose where it is.")), OneOf(_l("Please choose where it is."))],
    )
    spot = StringField(_l("Where exactly?"), validators=[at_most(SPOT_LENGTH)])
    category = RadioField(
        _l("What is broken?"), validate_choice=False, validators=[OneOf(_l("Please choose what is broken."))]
    )
    description = words(_l("In a sentence"), DESCRIPTION_LENGTH)
    name = StringField(_l("Name of the caller"), validators=[at_most(NAME_LENGTH)])
    phone = StringField(_l("Telephone of the caller"), validators=[at_most(40)])
    call_back = BooleanField(_l("The caller wants to be called back"))
    known = RadioField(
        _l("Reported here already: is it one of these?"), default="", validate_choice=False,
        validators=[Optional(), OneOf(_l("This report can no longer be followed. Please choose again."))],
    )  # fmt: skip

    @property
    def follows(self) -> str:
        """The number of the report that the caller follows."""
        return "" if self.known.data in {None, "", APART} else self.known.data

    def report(self) -> Report:
        """What was told; call after validation."""
        return Report(
            category=self.category.data,
            description=self.description.data or "",
            spot=self.spot.data or "",
            name=self.name.data or "",
            phone=self.phone.data or "",
            call_back=self.call_back.data,
            answers=self.typed_answers(),
            apart=self.known.data == APART,
            follows=self.follows,
            unsure=not self.known.data,
        )
