"""What is filled in to leave an answer out, and to decide on it."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from propman.oversight.labels import REASONS
from propman.tickets.forms.resident import OneOf
from propman.web import KeyedForm


class AskForm(KeyedForm):
    """Why."""

    reason = RadioField(
        _l("Why should it be left out?"),
        choices=[SelectChoice(reason.value, word) for reason, word in REASONS.items()],
        validate_choice=False,
        validators=[OneOf(_l("Please choose a reason."))],
    )


class DecideForm(KeyedForm):
    """Yes or no."""

    approved = RadioField(
        _l("Leave it out?"),
        choices=[SelectChoice("yes", _l("Yes, leave it out")), SelectChoice("no", _l("No, it counts"))],
        validate_choice=False,
        validators=[OneOf(_l("Please choose yes or no."))],
    )
