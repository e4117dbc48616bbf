"""What is typed about flats, codes and wishes."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

from propman.households.operations import FLAT_LENGTH
from propman.web import KeyedForm, at_most
from propman.web.fields import words_field


class ActForm(KeyedForm):
    """One touch."""


class FlatsForm(KeyedForm):
    """The numbers of flats."""

    numbers = StringField(
        _l("Numbers of the flats"),
        [InputRequired(_l("Say which numbers.")), at_most(400)],
        description=_l("For example 101-103, 201-203"),
    )


class CodeForm(KeyedForm):
    """The code on a slip."""

    code = StringField(
        _l("Code on the slip"),
        [InputRequired(_l("Type the code.")), at_most(40)],
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )


class WishForm(KeyedForm):
    """Which door, and which flat."""

    label = StringField(
        _l("Code on the label at the door"), [InputRequired(_l("Type the code.")), at_most(40)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    flat = words_field(_l("Number of the flat"), InputRequired(_l("Say the number of the flat.")), most=FLAT_LENGTH)


class AnswerForm(KeyedForm):
    """Which flat the person lives in; none says no."""

    household_id = SelectField(
        _l("Flat"),
        [Optional()],
        coerce=lambda value: int(value) if str(value).isascii() and str(value).isdigit() else None,
        choices=[],
        validate_choice=True,
        invalid_choice_message=_l("Choose one of the flats."),
    )

    def offer(self, flats: Any, typed: str) -> None:
        """Let these flats be chosen; the one that was typed is proposed."""
        named = [SelectChoice(flat.household.id, flat.household.number) for flat in flats]
        self.household_id.choices = [SelectChoice("", gettext("does not live here")), *named]
        if not self.is_submitted():
            bare = typed.removesuffix("室").strip()
            self.household_id.data = next((one.value for one in named if one.label == bare), None)
