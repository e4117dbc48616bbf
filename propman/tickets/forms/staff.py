"""What staff fill in: the moves of a company, erasing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired

from propman.tickets.forms.between import (
    AnswerUrgeForm,
    AppointForm,
    ArriveForm,
    CorrectForm,
    DecideForm,
    MakeSafeForm,
    RequestExtensionForm,
    UrgeForm,
)
from propman.tickets.forms.incident import MergeForm, SeparateForm
from propman.tickets.forms.objections import ObjectForm, UpholdForm
from propman.tickets.forms.phrased import Phrased
from propman.tickets.forms.rechecks import RecheckFailForm, RecheckPassForm
from propman.tickets.forms.resident import MoveForm, OneOf, words
from propman.tickets.forms.work import WorkForm
from propman.tickets.labels import HOLD_REASONS
from propman.tickets.operations.bringing import NOTE_LENGTH
from propman.tickets.workflow import Action, HoldReason
from propman.web import KeyedForm
from propman.web.fields import DayField


def chosen_id(text: object) -> int | None:
    """The id in `text`; none for nothing chosen, and 0, which nothing has, for what is no id."""
    typed = "" if text is None else str(text)
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 20 else 0


def _reasons(none: object) -> list[SelectChoice]:
    """Why a ticket may wait, after the choice of `none` of them."""
    return [SelectChoice("", none), *(SelectChoice(reason.value, words) for reason, words in HOLD_REASONS.items())]


class AssignForm(MoveForm):
    """Who goes, and a word for that person. The operation refuses everybody whom the holder cannot send."""

    assignee_id = SelectField(_l("Who goes?"), validate_choice=False, coerce=chosen_id)
    note = words(_l("A word for the person who goes"), NOTE_LENGTH)

    @property
    def brings(self) -> dict[str, Any]:
        """The person."""
        return {"assignee_id": self.assignee_id.data}


class StartForm(MoveForm):
    """The work begins."""

    before = MultipleFileField(_l("Photos before the repair"))


class HoldForm(Phrased):
    """Wait until a day, with the reason."""

    until_on = DayField(_l("Until which day?"))
    cause = SelectField(_l("What does it wait for?"), choices=_reasons(_l("Choose…")), default="",
                        validate_choice=False, validators=[OneOf(_l("Please choose why it waits."))])  # fmt: skip
    note = words(_l("Why does it wait?"), NOTE_LENGTH)

    @property
    def brings(self) -> dict[str, Any]:
        """Day and reason."""
        return {"until_on": self.until_on.data, "cause": HoldReason(self.cause.data) if self.cause.data else None}


class ResumeForm(MoveForm):
    """Go on after a hold."""

    note = words(_l("A few words"), NOTE_LENGTH)


class CompleteForm(WorkForm, Phrased):
    """What was done, with photos."""

    note = words(_l("What was done?"), NOTE_LENGTH)
    after = MultipleFileField(_l("Photos after the repair"))
    before = MultipleFileField(_l("Photos before the repair"))


class DeclineForm(Phrased):
    """No, with the reason that the reporter will read."""

    note = words(_l("Why is it declined?"), NOTE_LENGTH)


class ReferForm(MoveForm):
    """To whom, and a word to them. The operation refuses every organisation that it cannot be referred to.

    The page says who is proposed and why, and who has refused it before.
    """

    proposed: Sequence[Any] = ()
    refused_before: Sequence[str] = ()
    organisation_id = SelectField(_l("To whom?"), validate_choice=False, coerce=chosen_id)
    note = words(_l("A word to them"), NOTE_LENGTH)

    @property
    def brings(self) -> dict[str, Any]:
        """The organisation."""
        return {"organisation_id": self.organisation_id.data}


class TakeBackForm(MoveForm):
    """No longer wait for whom it was referred to."""

    note = words(_l("Why?"), NOTE_LENGTH)


class AskForm(Phrased):
    """A question to the reporter."""

    note = words(_l("What do you need to know?"), NOTE_LENGTH)


class NoteForm(MoveForm):
    """A note that stays inside."""

    note = words(_l("What is to be noted?"), NOTE_LENGTH)


FORMS: dict[Action, type[MoveForm]] = {
    Action.ANSWER_URGE: AnswerUrgeForm,
    Action.RECHECK_PASS: RecheckPassForm,
    Action.RECHECK_FAIL: RecheckFailForm,
    Action.ASSIGN: AssignForm,
    Action.REASSIGN: AssignForm,
    Action.ARRIVE: ArriveForm,
    Action.START: StartForm,
    Action.COMPLETE: CompleteForm,
    Action.RESUME: ResumeForm,
    Action.MAKE_SAFE: MakeSafeForm,
    Action.APPOINT: AppointForm,
    Action.REFER: ReferForm,
    Action.TAKE_BACK: TakeBackForm,
    Action.UPHOLD_OBJECTION: UpholdForm,
    Action.REJECT_OBJECTION: DecideForm,
    Action.GRANT_EXTENSION: DecideForm,
    Action.REFUSE_EXTENSION: DecideForm,
    Action.REQUEST_EXTENSION: RequestExtensionForm,
    Action.CORRECT: CorrectForm,
    Action.HOLD: HoldForm,
    Action.OBJECT: ObjectForm,
    Action.URGE: UrgeForm,
    Action.MERGE: MergeForm,
    Action.SEPARATE: SeparateForm,
    Action.ASK: AskForm,
    Action.NOTE: NoteForm,
    Action.DECLINE: DeclineForm,
}
"""The moves that staff make on the page of a ticket, in the order of their buttons."""


class EraseForm(KeyedForm):
    """Erase the personal content of a ticket; a tick says that it is meant."""

    sure = BooleanField(
        _l("Yes, erase names, telephone numbers, words, photos and voice notes of this ticket for good"),
        validators=[DataRequired(_l("Please tick this to say that you mean it."))],
    )
