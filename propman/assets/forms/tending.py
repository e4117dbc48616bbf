"""What is found on site: the condition, photographs, the lines of a take-over inspection; and labels."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, Regexp

from propman.assets.labels import CONDITIONS, TAKE_OVER_STATES
from propman.assets.models import AssetPhotoStage, TakeOverState
from propman.assets.operations.tending import NOTE_LENGTH
from propman.web import KeyedForm, VersionForm, at_most
from propman.web.fields import DayField, NumberField

_SCORES = [SelectChoice(score, word) for score, word in sorted(CONDITIONS.items(), reverse=True)]


_OPEN = TakeOverState.OPEN


def _note(label: object) -> TextAreaField:
    one_line_end = [lambda typed: typed.replace("\r\n", "\n") if typed else typed]
    return TextAreaField(label, [at_most(NOTE_LENGTH)], filters=one_line_end)


class ConditionForm(KeyedForm):
    """How a part was found, with photographs if wanted: five large tiles, and one is enough."""

    score = RadioField(
        _l("How is it?"),
        [InputRequired(_l("Choose how it was found."))],
        coerce=int,
        choices=_SCORES,
        invalid_value_message=_l("Choose how it was found."),
        invalid_choice_message=_l("Choose how it was found."),
    )
    photos = MultipleFileField(_l("Photos"))
    note = _note(_l("A few words"))
    found_on = DayField(_l("Looked at on"), [InputRequired(_l("Say on which day."))])


class PhotosForm(KeyedForm):
    """Photographs of a part, then or now."""

    stage = RadioField(
        _l("What do they show?"),
        [InputRequired(_l("Choose whether they show it then or now."))],
        coerce=AssetPhotoStage,
        choices=[
            SelectChoice(AssetPhotoStage.NOW.value, _l("how it is now")),
            SelectChoice(AssetPhotoStage.BASELINE.value, _l("how it was at acceptance")),
        ],
        invalid_value_message=_l("Choose whether they show it then or now."),
        invalid_choice_message=_l("Choose whether they show it then or now."),
    )
    taken_on = DayField(_l("Taken on"), [InputRequired(_l("Say on which day."))])
    photos = MultipleFileField(_l("Photos"))


class RemovalForm(VersionForm):
    """From which day on a part is gone."""

    removed_on = DayField(_l("Gone from"), [InputRequired(_l("Say from which day on it is gone."))])


class RestoreForm(VersionForm):
    """One button."""


class LineForm(KeyedForm):
    """How one line of a take-over inspection stands."""

    state = RadioField(
        _l("How does it stand?"),
        [InputRequired(_l("Choose how it stands."))],
        coerce=TakeOverState,
        choices=[
            SelectChoice(state.value, word)
            for state, word in TAKE_OVER_STATES.items()
            if state is not TakeOverState.OPEN
        ],
        invalid_value_message=_l("Choose how it stands."),
        invalid_choice_message=_l("Choose how it stands."),
    )
    note = _note(_l("What is missing or wrong with it?"))
    score = SelectField(
        _l("In what condition?"),
        [Optional()],
        coerce=lambda text: int(text) if text else None,
        choices=[SelectChoice("", _l("not said")), *_SCORES],
        invalid_value_message=_l("Choose how it was found."),
        invalid_choice_message=_l("Choose how it was found."),
    )


class BlanksForm(KeyedForm):
    """How many blank labels to draw."""

    count = NumberField(_l("How many labels?"), [InputRequired(_l("Say how many."))])


class BindForm(KeyedForm):
    """What a blank label is to hang on: "place-12" or "part-7"."""

    target = RadioField(
        _l("What does it hang on?"),
        [InputRequired(_l("Choose what it hangs on.")), Regexp(r"(place|part)-[1-9][0-9]{0,17}\Z",
                                                               message=_l("Choose what it hangs on."))],
        validate_choice=False,
    )  # fmt: skip
