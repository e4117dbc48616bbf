"""One holiday as it is announced: its days off, and the weekend days worked for it."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, StopValidation

from propman.catalogue.forms.rows import DatedForm
from propman.catalogue.words import HOLIDAYS
from propman.digits import narrow
from propman.web import at_most
from propman.web.fields import SHOWN, DayField


class HolidayForm(DatedForm):
    """Name, first and last day off, weekend days that are made up for."""

    name = SelectField(
        _l("Holiday"),
        [InputRequired(_l("Choose one of them."))],
        choices=[SelectChoice(name, _l(name)) for name in HOLIDAYS],
        invalid_choice_message=_l("Choose one of them."),
    )
    first_on = DayField(_l("First day off"), [InputRequired(_l("Say which day."))])
    last_on = DayField(_l("Last day off"), [InputRequired(_l("Say which day."))])
    made_up = StringField(
        _l("Weekend days that are worked for it"),
        [Optional(), at_most(200)],
        description=_l("For example 2026-02-14, 2026-02-28. Leave it empty if there are none."),
    )

    def validate_made_up(self, field: StringField) -> None:
        """Raises `StopValidation` naming the first word that is no day."""
        for word in _words_of(field.data):
            try:
                date.fromisoformat(word)
            except ValueError:
                sentence = gettext("%(typed)s is not a day. Write year-month-day: 2026-03-09.", typed=word[:SHOWN])
                raise StopValidation(sentence) from None

    def said_days(self) -> dict[str, Any]:
        """What was typed, as the operation takes it; call after validation."""
        made_up = [date.fromisoformat(word) for word in _words_of(self.made_up.data)]
        return {**self.payload(), "made_up": made_up}


def _words_of(text: str | None) -> list[str]:
    return [word for word in re.split(r"[\s,、;]+", narrow(text or "")) if word]
