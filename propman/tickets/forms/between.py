"""What is filled in between sending somebody and the repair: when they come, what is put right, a later deadline."""

from __future__ import annotations

from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from propman.tickets.forms.phrased import Phrased
from propman.tickets.forms.resident import MoveForm, OneOf, words
from propman.tickets.operations import Correction
from propman.tickets.operations.bringing import NOTE_LENGTH
from propman.web.fields import DayField

HALF_HOURS = [SelectChoice(f"{hour:02}:{minute:02}", f"{hour:02}:{minute:02}") for hour in range(6, 23)
              for minute in (0, 30)]  # fmt: skip


def _time(label: object, at: str) -> SelectField:
    """A time of day, to half an hour; at first `at`."""
    return SelectField(label, choices=HALF_HOURS, default=at, validate_choice=False,
                       validators=[OneOf(_l("Please choose a time."))])  # fmt: skip


class AppointForm(MoveForm):
    """When somebody comes: a day, from when to when."""

    on = DayField(_l("On which day?"))
    begins = _time(_l("From"), "09:00")
    ends = _time(_l("Until"), "11:00")
    note = words(_l("A few words"), NOTE_LENGTH)

    @property
    def brings(self) -> dict[str, Any]:
        """Day and times."""
        times = {each.name: time.fromisoformat(each.data) for each in (self.begins, self.ends)}
        return {"on": self.on.data, **times}


class ArriveForm(MoveForm):
    """Whoever sends this is there."""


class MakeSafeForm(MoveForm):
    """The danger is averted."""

    note = words(_l("What was done for safety?"), NOTE_LENGTH)


class CorrectForm(MoveForm):
    """What the report is about, all of it, and why it is put right."""

    category = SelectField(_l("What is broken?"), validate_choice=False,
                           validators=[OneOf(_l("Please choose what is broken."))])  # fmt: skip
    priority = SelectField(_l("How urgent is it?"), validate_choice=False,
                           validators=[OneOf(_l("Please choose how urgent it is."))])  # fmt: skip
    place = SelectField(_l("Where?"), validate_choice=False, validators=[OneOf(_l("Please choose where it is."))])
    asset_id = SelectField(_l("Which part is it?"), default="", validate_choice=False,
                           validators=[OneOf(_l("Please choose one of the parts."))])  # fmt: skip
    note = words(_l("What was wrong?"), NOTE_LENGTH)

    @property
    def brings(self) -> dict[str, Any]:
        """All that the report is about."""
        part = int(self.asset_id.data) if self.asset_id.data else None
        return {"correction": Correction(self.category.data, self.priority.data, int(self.place.data), part)}


class RequestExtensionForm(Phrased):
    """Until when it will take, and why."""

    until_on = DayField(_l("Until which day?"))
    note = words(_l("Why does it take longer?"), NOTE_LENGTH)

    @property
    def brings(self) -> dict[str, Any]:
        """The day."""
        return {"until_on": self.until_on.data}


class UrgeForm(MoveForm):
    """By when an answer is wanted, and what is to be done."""

    answer_by_on = DayField(_l("Answer by which day?"))
    note = words(_l("What do you want to know or to be done?"), NOTE_LENGTH)

    @property
    def brings(self) -> dict[str, Any]:
        """The day."""
        return {"answer_by_on": self.answer_by_on.data}


class AnswerUrgeForm(MoveForm):
    """The answer to an urging."""

    note = words(_l("What is done about it, and by when?"), NOTE_LENGTH)


class DecideForm(MoveForm):
    """Yes or no to a later deadline, with the reason."""

    note = words(_l("Why?"), NOTE_LENGTH)
