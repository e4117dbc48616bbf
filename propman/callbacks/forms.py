"""What is filled in about a call: how it went, what was answered, when to call again; and the filters of the lists."""

from __future__ import annotations

from datetime import datetime, time

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from propman import clock
from propman.callbacks.rules import Result
from propman.tickets.forms.between import HALF_HOURS
from propman.tickets.forms.resident import IN_TIME, STARS, MoveForm, OneOf, words, yes_or_no
from propman.tickets.labels import CALL_OUTCOMES
from propman.tickets.operations.bringing import NOTE_LENGTH
from propman.tickets.workflow import CallOutcome
from propman.web import KeyedForm
from propman.web.fields import DayField

ATTEMPTS = [outcome for outcome in CallOutcome if outcome is not CallOutcome.NOT_REACHED]
NOT_ASKED = SelectChoice("", _l("no answer"))


def _answer(label: object, choices: list[SelectChoice]) -> RadioField:
    return RadioField(label, choices=choices, default="", validate_choice=False,
                      validators=[OneOf(_l("Please choose one of the answers."))])  # fmt: skip


class ResultForm(MoveForm):
    """How an attempt went and, where somebody was reached, the three answers and the reporter's words."""

    outcome = RadioField(
        _l("How did the call go?"), choices=[SelectChoice(one.value, CALL_OUTCOMES[one]) for one in ATTEMPTS],
        validate_choice=False, validators=[OneOf(_l("Please say how the call went."))],
    )  # fmt: skip
    in_time = _answer(_l("Did somebody get in touch in time?"), list(IN_TIME))
    solved = _answer(_l("Is it fixed?"), list(IN_TIME))
    stars = _answer(_l("How was it?"), [NOT_ASKED, *STARS])
    words = words(_l("In the reporter's words"), NOTE_LENGTH)
    later_on = DayField(_l("Call again on"), validators=[Optional()])
    later_from = SelectField(_l("From"), choices=HALF_HOURS, default="09:00", validate_choice=False,
                             validators=[OneOf(_l("Please choose a time."))])  # fmt: skip

    def result(self) -> Result:
        """What came of the call; call after validation."""
        outcome = CallOutcome(self.outcome.data)
        return Result(
            outcome=outcome, contacted_in_time=yes_or_no(self.in_time.data), solved=yes_or_no(self.solved.data),
            stars=int(self.stars.data) if self.stars.data else None, words=self.words.data or "",
            later_at=self._later_at() if outcome is CallOutcome.LATER else None,
        )  # fmt: skip

    def _later_at(self) -> datetime | None:
        day = self.later_on.data
        return clock.at_local(day, time.fromisoformat(self.later_from.data)) if day else None


class EndForm(MoveForm):
    """Not reached: no more attempts."""


class TakeForm(KeyedForm):
    """Taking a call on, or letting it go: a button."""


class ListForm(FlaskForm):
    """The filters in the address bar."""

    class Meta(FlaskForm.Meta):
        """A question in the address bar needs no token."""

        csrf = False

    community = SelectField(_l("Community"), validate_choice=False)
