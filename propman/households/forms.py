"""What is typed about flats, codes and wishes."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TelField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from propman.accounts.forms import NewPassword
from propman.accounts.operations import Particulars
from propman.accounts.particulars import LONGEST_NAME
from propman.accounts.phones import LONGEST_TYPED
from propman.households.operations import FLAT_LENGTH
from propman.households.queries import Flat
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


class NewcomerForm(CodeForm, NewPassword):
    """The code on a slip, and the account of whoever has none."""

    name = StringField(
        _l("Your name"),
        [InputRequired(_l("Say your name.")), at_most(LONGEST_NAME)],
        render_kw={"autocomplete": "name"},
    )
    phone = TelField(
        _l("Telephone"), [at_most(LONGEST_TYPED)],
        description=_l("To sign in with, and to be called."), render_kw={"autocomplete": "tel"},
    )  # fmt: skip
    sign_in_name = StringField(
        _l("Sign-in name"), [at_most(LONGEST_NAME)],
        description=_l("For somebody who does not want to sign in with a telephone number."),
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )  # fmt: skip

    def particulars(self) -> Particulars:
        """What was typed of the person."""
        return Particulars(self.name.data or "", self.phone.data or "", self.sign_in_name.data or "")


class WishForm(KeyedForm):
    """Which door, and which flat."""

    label = StringField(
        _l("Code on the label at the door"), [InputRequired(_l("Type the code.")), at_most(40)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    flat = words_field(_l("Number of the flat"), InputRequired(_l("Say the number of the flat.")), most=FLAT_LENGTH)


def _chosen_id(value: object) -> int | None:
    """The id that was chosen; None for nothing. Raises ValueError for what is no id."""
    return None if value in {"", None} else int(str(value))


NOBODYS = 0
"""Chosen instead of a flat: the person does not live there."""


class AnswerForm(KeyedForm):
    """Which flat the person lives in, or that they do not live there."""

    household_id = SelectField(
        _l("Flat"),
        [InputRequired(_l("Choose one of the flats."))],
        coerce=_chosen_id,
        choices=[],
        validate_choice=True,
        invalid_choice_message=_l("Choose one of the flats."),
        invalid_value_message=_l("Choose one of the flats."),
    )

    def offer(self, flats: Sequence[Flat], typed: str) -> None:
        """Let these flats be chosen; the one that was typed is proposed, and nothing where there is none such."""
        named = [SelectChoice(str(flat.household.id), flat.household.number) for flat in flats]
        nobodys = SelectChoice(str(NOBODYS), gettext("does not live here"))
        self.household_id.choices = [SelectChoice("", gettext("Choose…")), *named, nobodys]
        if not self.is_submitted():
            bare = typed.removesuffix("室").strip()
            self.household_id.data = next((int(one.value) for one in named if one.label == bare), None)
