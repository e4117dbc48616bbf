"""What the addresses of the backlog ask for: a month, an age, a community, open or closed."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Optional, Regexp

from propman.backlog.queries import AGES, Wanted
from propman.web.fields import narrowed

CHOOSE = _l("Please choose one of the answers.")
ALL = SelectChoice("", _l("All"))
MONTH = re.compile(r"(19[4-9][0-9]|2[0-9]{3})-(0[1-9]|1[0-2])")
STATES = {"open": True, "closed": False}
STATE_WORDS = {"open": _l("Open"), "closed": _l("Closed")}
AGE_WORDS = {
    "month": _l("under 30 days"), "quarter": _l("30 to 89 days"), "year": _l("90 to 364 days"),
    "three_years": _l("1 to 3 years"), "older": _l("3 years and more"),
}  # fmt: skip


class NarrowForm(FlaskForm):
    """Which of what was taken over is shown."""

    class Meta(FlaskForm.Meta):
        """A question in the address bar needs no token."""

        csrf = False

    state = SelectField(_l("State"), choices=[ALL, *(SelectChoice(each, word) for each, word in STATE_WORDS.items())],
                        validate_choice=False, validators=[Optional(), AnyOf(list(STATES), CHOOSE)])  # fmt: skip
    age = SelectField(_l("Age"), choices=[ALL, *(SelectChoice(age, word) for age, word in AGE_WORDS.items())],
                      validate_choice=False, validators=[Optional(), AnyOf(list(AGES), CHOOSE)])  # fmt: skip
    month = StringField(
        _l("Month of the report"),
        filters=[narrowed],
        validators=[Optional(), Regexp(f"(?:{MONTH.pattern})\\Z", message=_l("Write year and month, as in 2014-11."))],
    )
    community = StringField(_l("Community"), validators=[Optional(), Regexp(r"[1-9][0-9]{0,17}\Z", message=CHOOSE)])

    def asked(self) -> dict[str, Any]:
        """What is asked rightly, as it stands in an address; call after validation."""
        return {name: field.data for name, field in self._fields.items() if field.data and not field.errors}

    def wanted(self) -> Wanted:
        """What is asked rightly; call after validation."""
        asked = self.asked()
        return Wanted(
            open_=STATES[asked["state"]] if "state" in asked else None, age=asked.get("age"), month=asked.get("month"),
            community_id=int(asked["community"]) if "community" in asked else None,
        )  # fmt: skip
