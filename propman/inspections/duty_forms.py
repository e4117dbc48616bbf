"""What is typed about duties: why one is to be excused, what was decided; events that bring some."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from propman.inspections.models import Occasion
from propman.inspections.models.occasions import LONGEST_SOURCE
from propman.inspections.operations.excusing import LONGEST
from propman.inspections.operations.wording import LONGEST_REASON
from propman.inspections.upon import Days, Kind
from propman.web import KeyedForm, VersionForm, at_most
from propman.web.fields import DayField, words_field


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


class OpenForm(KeyedForm):
    """A new event of a kind."""

    place = SelectField(_l("Where?"), [InputRequired(_l("Choose one of them."))], choices=[], coerce=str,
                        invalid_choice_message=_l("Choose one of them."))  # fmt: skip
    starts_on = DayField(_l("First day"), [InputRequired(_l("Give the first day."))])
    ends_on = DayField(
        _l("Last day"), [Optional()],
        description=_l("Empty while it goes on: what counts from its end is due once that is known."),
    )  # fmt: skip
    codes = SelectMultipleField(
        _l("What is to be done?"), [InputRequired(_l("Choose at least one of them."))], choices=[],
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        invalid_choice_message=_l("Choose at least one of them."),
    )  # fmt: skip
    source = words_field(
        _l("On whose word?"),
        InputRequired(_l("Please say on whose word: the weather service, a notice, what was seen.")),
        most=LONGEST_SOURCE, description=_l("For example: blizzard warning of the weather service, 26 November."),
    )  # fmt: skip

    nevertheless = BooleanField(
        _l("Open it nevertheless: this is another event, and all of it is to be done once more.")
    )

    def offer(self, places: Mapping[int, str], tasks: Mapping[str, str]) -> None:
        """Let one of these places and any of these tasks be chosen, all of them at first."""
        self.place.choices = [SelectChoice(str(one), name) for one, name in places.items()]
        self.codes.choices = [SelectChoice(code, name) for code, name in tasks.items()]
        if not self.is_submitted():
            self.codes.data = list(tasks)

    @property
    def days(self) -> Days:
        """From when to when; call after validation."""
        return Days(self.starts_on.data, self.ends_on.data)


class DatesForm(VersionForm):
    """Other days for an event, and why."""

    starts_on = DayField(_l("First day"), [InputRequired(_l("Give the first day."))])
    ends_on = DayField(_l("Last day"), [Optional()])
    reason = TextAreaField(_l("How is that known?"), [InputRequired(_l("Please say why.")), at_most(LONGEST_REASON)])

    @classmethod
    def of(cls, occasion: Occasion) -> DatesForm:
        """An unsent form that holds what stands now."""
        return cls(formdata=None, starts_on=occasion.starts_on, ends_on=occasion.ends_on, version=str(occasion.version))

    @property
    def days(self) -> Days:
        """From when to when; call after validation."""
        return Days(self.starts_on.data, self.ends_on.data)


class ClassForm(VersionForm):
    """Of which other class an event is, and why."""

    kind = RadioField(_l("What was it?"), [InputRequired(_l("Choose one of them."))], choices=[],
                      invalid_choice_message=_l("Choose one of them."))  # fmt: skip
    reason = TextAreaField(_l("How is that known?"), [InputRequired(_l("Please say why.")), at_most(LONGEST_REASON)])

    def offer(self, kinds: Mapping[Kind, Any]) -> None:
        """Let one of these be chosen."""
        self.kind.choices = [SelectChoice(one.value, word) for one, word in kinds.items()]


class CallOffForm(VersionForm):
    """Why an event is called off."""

    reason = TextAreaField(_l("Why is it called off?"), [InputRequired(_l("Please say why.")), at_most(LONGEST_REASON)])
