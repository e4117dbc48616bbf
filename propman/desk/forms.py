"""What is filled in at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TelField
from wtforms.validators import DataRequired, StopValidation

from propman.accounts.phones import LONGEST_TYPED
from propman.desk.models import NAME_LENGTH, QUESTION_LENGTH
from propman.phrases.models import LONGEST
from propman.text import N_
from propman.tickets.forms.queue import NAMES
from propman.tickets.forms.resident import OneOf
from propman.tickets.forms.staff import chosen_id
from propman.tickets.tracking import read_number
from propman.web import KeyedForm, at_most
from propman.web.fields import words_field

PICKED = "t-"
"""How the fields begin in which a report is ticked: "t-2611-0482915", with the version that was seen as its value."""
LONGEST_ANSWER = 60
UNKNOWN = N_("The queue does not know this filter. Open the queue and narrow it there.")


class NameForm(KeyedForm):
    """What a kept filter is called."""

    name = words_field(_l("What do you call it?"), DataRequired(_l("Please give it a name.")), most=NAME_LENGTH)


class KeepForm(NameForm):
    """A name, and what the queue is asked for."""

    question = HiddenField()

    def validate_question(self, field: HiddenField) -> None:
        """Raises `StopValidation` for what is no question to the queue."""
        if known_question(field.data or "") != (field.data or ""):
            raise StopValidation(gettext(UNKNOWN))


def known_question(text: str) -> str:
    """What of `text`, as it stands behind a question mark, the queue could be asked; "" for nothing of it."""
    asked = dict(parse_qsl(text[: QUESTION_LENGTH * 3]))
    question = urlencode({name: value for name, value in sorted(asked.items()) if name in NAMES and _short(value)})
    return question if len(question) <= QUESTION_LENGTH else ""


def _short(value: str) -> bool:
    return len(value) <= LONGEST_ANSWER


class CallerForm(FlaskForm):
    """The telephone of a caller. Looking it up changes nothing, so there is no key."""

    phone = TelField(
        _l("Telephone of the caller"), [DataRequired(_l("Type the telephone of the caller.")), at_most(LONGEST_TYPED)],
        render_kw={"autocomplete": "off"},
    )  # fmt: skip


class PhraseForm(KeyedForm):
    """One more ready-made sentence."""

    organisation_id = SelectField(
        _l("For whom?"), validate_choice=False, validators=[OneOf(_l("Choose your organisation."))]
    )
    move = SelectField(
        _l("For which step?"), validate_choice=False, validators=[OneOf(_l("Choose for which step it is."))]
    )
    text = words_field(_l("The sentence"), DataRequired(_l("Please write a sentence.")), most=LONGEST)


class SendManyForm(KeyedForm):
    """Who goes to the reports that are ticked. `back` is the question by which the queue was narrowed."""

    assignee_id = SelectField(_l("Who goes?"), validate_choice=False, coerce=chosen_id)
    back = HiddenField()

    def validate_assignee_id(self, field: SelectField) -> None:
        """Raises `StopValidation` where nobody is chosen."""
        if not field.data:
            raise StopValidation(str(_l("Please choose who goes.")))

    def payload(self) -> dict[str, object]:
        """As every form, and what is ticked."""
        return {**super().payload(), "picked": sorted(self.picked.items())}

    @property
    def picked(self) -> Mapping[str, int]:
        """Number of each report that is ticked -> the version that was seen; 0, which none has, for what is none."""
        ticked = {name.removeprefix(PICKED): request.form[name] for name in request.form if name.startswith(PICKED)}
        read = {number: read_number(number) for number in ticked}
        return {number: _version(ticked[typed]) for typed, number in read.items() if number is not None}


def _version(text: Any) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
