"""What is filled in: how a spot check ended, and why somebody draws by hand."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from propman.spotchecks.operations import LONGEST, LONGEST_REASON
from propman.spotchecks.rules import Outcome
from propman.web import KeyedForm, at_most

_CHOOSE = _l("Please say how it is.")


class CheckForm(KeyedForm):
    """How it is, what was found in words, and photographs of that."""

    outcome = RadioField(
        _l("How is it now?"), [InputRequired(_CHOOSE)], invalid_choice_message=_CHOOSE,
        choices=[SelectChoice(Outcome.AGREED.value, _l("It is as it was recorded")),
                 SelectChoice(Outcome.DISAGREED.value, _l("It is not: say what was found")),
                 SelectChoice(Outcome.NOT_CHECKED.value, _l("It could not be checked: say why"))],
    )  # fmt: skip
    words = TextAreaField(
        _l("In your words"), [at_most(LONGEST)],
        description=_l("What was found, if it disagrees: the report says it. Or why it could not be checked."),
    )  # fmt: skip
    photos = MultipleFileField(_l("Photos"))


class DrawForm(KeyedForm):
    """Why somebody draws by hand."""

    reason = TextAreaField(
        _l("Why?"), [InputRequired(_l("Please say why.")), at_most(LONGEST_REASON)],
        description=_l("It stands beside the draw. Example: residents say that nobody goes the rounds."),
    )  # fmt: skip
