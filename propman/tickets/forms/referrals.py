"""What is filled in to refer a repair, and by the organisation that it is referred to."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileRequired, MultipleFileField

from propman.tickets.forms.between import AppointForm, ArriveForm, MakeSafeForm, RequestExtensionForm
from propman.tickets.forms.phrased import Phrased
from propman.tickets.forms.resident import MoveForm, words
from propman.tickets.forms.staff import AskForm, HoldForm, NoteForm, ResumeForm, StartForm
from propman.tickets.forms.work import WorkForm
from propman.tickets.operations.bringing import NOTE_LENGTH
from propman.tickets.workflow import Action


class AcceptForm(MoveForm):
    """Yes: whoever sends this goes."""


class RefuseForm(MoveForm):
    """No, with the reason."""

    note = words(_l("Why is it refused?"), NOTE_LENGTH)


class ProveForm(WorkForm, Phrased):
    """What was done, proven with photos."""

    note = words(_l("What was done?"), NOTE_LENGTH)
    after = MultipleFileField(
        _l("Photos after the repair"), validators=[FileRequired(_l("Please show the repair on a photo."))]
    )
    before = MultipleFileField(_l("Photos before the repair"))


REFERRED: dict[Action, type[MoveForm]] = {
    Action.ACCEPT: AcceptForm,
    Action.ARRIVE: ArriveForm,
    Action.START: StartForm,
    Action.COMPLETE: ProveForm,
    Action.MAKE_SAFE: MakeSafeForm,
    Action.APPOINT: AppointForm,
    Action.REQUEST_EXTENSION: RequestExtensionForm,
    Action.HOLD: HoldForm,
    Action.RESUME: ResumeForm,
    Action.ASK: AskForm,
    Action.NOTE: NoteForm,
    Action.REFUSE: RefuseForm,
}
"""The moves on the page of a referral, in the order of their buttons."""
