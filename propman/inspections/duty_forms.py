"""What is typed about a duty: why it is to be excused, and what was decided."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from propman.inspections.operations.excusing import LONGEST
from propman.web import KeyedForm, at_most


class ExcuseForm(KeyedForm):
    """Why a duty is to be excused."""

    reason = TextAreaField(
        _l("Why can it not be done?"), [InputRequired(_l("Please say why.")), at_most(LONGEST)],
        description=_l("Whoever decides reads this. Example: the roof is closed for building work until 30 June."),
    )  # fmt: skip


class DecisionForm(KeyedForm):
    """Yes or no, and why."""

    granted = RadioField(
        _l("Excuse it?"), [InputRequired(_l("Please choose yes or no."))],
        choices=[SelectChoice("yes", _l("Yes, it is excused")), SelectChoice("no", _l("No, it stays due"))],
        invalid_choice_message=_l("Please choose yes or no."),
    )  # fmt: skip
    words = TextAreaField(_l("Words to who asked"), [at_most(LONGEST)], description=_l("A refusal says why."))
