"""What staff fill in: the filters of the queue, the moves of a company, erasing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional, Regexp, StopValidation

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
from propman.tickets.forms.resident import MoveForm, OneOf, words
from propman.tickets.forms.work import WorkForm
from propman.tickets.labels import HOLD_REASONS
from propman.tickets.operations.bringing import NOTE_LENGTH
from propman.tickets.queries import QueueFilter
from propman.tickets.tracking import read_number
from propman.tickets.workflow import Action, HoldReason
from propman.web import KeyedForm
from propman.web.fields import DayField

NO = ("", "0", "false")
"""What a tick in the address bar may say for no."""


def chosen_id(text: object) -> int | None:
    """The id in `text`; none for nothing chosen, and 0, which nothing has, for what is no id."""
    typed = "" if text is None else str(text)
    if not typed:
        return None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 20 else 0


def an_id(sentence: object) -> Regexp:
    """What is no id is refused with `sentence`."""
    return Regexp(r"[0-9]{1,18}\Z", message=sentence)


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


class QueueForm(FlaskForm):
    """The filters of the queue, in the address bar. "" leaves a thing open."""

    class Meta(FlaskForm.Meta):
        """A question in the address bar needs no token."""

        csrf = False

    number = StringField(_l("Number of the report"))
    waits = SelectField(_l("On hold, waiting"), default="", validate_choice=False,
                        choices=_reasons(_l("All")),
                        validators=[OneOf(_l("There is no such reason to wait."))])  # fmt: skip
    state = SelectField(
        _l("State"), default="", validate_choice=False, validators=[OneOf(_l("There is no such state."))]
    )
    community = SelectField(
        _l("Community"), default="", validate_choice=False, validators=[OneOf(_l("There is no such community here."))]
    )
    category = SelectField(
        _l("What"), default="", validate_choice=False, validators=[OneOf(_l("There is no such category."))]
    )
    priority = SelectField(
        _l("Priority"), default="", validate_choice=False, validators=[OneOf(_l("There is no such priority."))]
    )
    assignee = SelectField(
        _l("Who goes"), default="", validate_choice=False, validators=[OneOf(_l("This person is not in your list."))]
    )
    mine = BooleanField(_l("Mine: I go, or I sent who goes"), false_values=NO)
    due_today = BooleanField(_l("Due today"), false_values=NO)
    late = BooleanField(_l("Overdue only"), false_values=NO)
    reopened = BooleanField(_l("Reopened only"), false_values=NO)
    referred = BooleanField(_l("Referred only"), false_values=NO)
    objected = BooleanField(_l("With an objection to decide on"), false_values=NO)
    added = BooleanField(_l("Something added after closing"), false_values=NO)
    urged = BooleanField(_l("Urged only"), false_values=NO)
    urge_late = BooleanField(_l("Urged, answer overdue"), false_values=NO)
    flagged = BooleanField(_l("Paid although under warranty"), false_values=NO)
    warranty = BooleanField(_l("Under warranty"), false_values=NO)
    part = HiddenField(validators=[Optional(), an_id(_l("There is no such part."))])
    place = HiddenField(validators=[Optional(), an_id(_l("There is no such place."))])

    def validate_number(self, field: StringField) -> None:
        """Raises `StopValidation` for what cannot be a number."""
        if field.data and read_number(field.data) is None:
            raise StopValidation(gettext("A number has four digits, a hyphen and seven digits: 2611-0482915."))

    def asked(self) -> dict[str, Any]:
        """What is asked, as the address bar says it, without what was refused; call after validation."""
        good = {name: field.data for name, field in self._fields.items() if field.data and not field.errors}
        return {name: 1 if value is True else value for name, value in good.items()}

    def wanted(self) -> QueueFilter:
        """The same for the query."""
        good = self.asked()
        return QueueFilter(
            state=good.get("state", QueueFilter.state),
            number=read_number(good.get("number", "")),
            community_id=int(good["community"]) if "community" in good else None,
            category=good.get("category"),
            priority=good.get("priority"),
            assignee_id=int(good["assignee"]) if "assignee" in good else None,
            waits=HoldReason(good["waits"]) if "waits" in good else None,
            mine="mine" in good,
            due_today="due_today" in good,
            late="late" in good,
            reopened="reopened" in good,
            referred="referred" in good,
            objected="objected" in good,
            added="added" in good,
            urged="urged" in good,
            urge_late="urge_late" in good,
            flagged="flagged" in good,
            warranty="warranty" in good,
            part_id=int(good["part"]) if "part" in good else None,
            place_id=int(good["place"]) if "place" in good else None,
        )
