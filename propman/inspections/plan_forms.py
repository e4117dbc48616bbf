"""What is typed about plans: about what, from which day on, and what they say otherwise than their template."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from propman.assets.forms.lists import OneOf, Question
from propman.catalogue.models import InspectionSchedule
from propman.data.inspections import CountsFrom, OnHolidays
from propman.inspections import labels
from propman.inspections.models import Pace, PlanVersion
from propman.inspections.operations import Choice, OwnTerms
from propman.inspections.operations.library import MOST_GAP, MOST_TOLERANCE
from propman.inspections.plan_words import PACES, season_words
from propman.inspections.queries.candidates import Candidate
from propman.inspections.queries.plan_list import Less
from propman.inspections.recurrence import LAST_YEAR
from propman.inspections.rule_forms import RuleForm, picked
from propman.inspections.schedule import TOLERANCE, Season
from propman.web import KeyedForm, VersionForm, at_most
from propman.web.fields import DayField, NumberField, within, words_field

_CHOOSE = _l("Choose one of them.")
TEMPLATE, OWN = "template", "own"
WHOLE, CHOSEN = "whole", "chosen"
LONGEST_REASON = 1000


def _ticks(label: Any, sentence: Any = None) -> SelectMultipleField:
    """Without a `sentence` the operation judges what was chosen, which a form that is sent again does not offer."""
    return SelectMultipleField(label, choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
                               invalid_choice_message=sentence, validate_choice=sentence is not None)  # fmt: skip


class TermsForm(RuleForm):
    """From which day on, and what is said otherwise than the template says."""

    first_on = DayField(_l("From day"), [InputRequired(_l("Give the first day."))])
    terms = RadioField(
        _l("Terms"), [InputRequired(_CHOOSE)], default=TEMPLATE, invalid_choice_message=_CHOOSE,
        choices=[SelectChoice(TEMPLATE, _l("As the template says, also when that changes")),
                 SelectChoice(OWN, _l("Its own, as written here"))],
    )  # fmt: skip
    tolerance = NumberField(
        _l("Tolerance, percent"), [Optional(), within(0, MOST_TOLERANCE)],
        description=_l("Of the interval, on either side of the due day."),
    )  # fmt: skip
    early = BooleanField(_l("Work since the last inspection ends the next duty"))
    greatest_gap = NumberField(_l("Most days between two visits"), [Optional(), within(1, MOST_GAP)])
    season_from = words_field(_l("Season from"), most=5, description=_l("Month and day: 11-01. Empty for all year."))
    season_to = words_field(_l("Season to"), most=5, description=_l("Month and day: 04-15, in the season too."))
    on_holidays = SelectField(
        _l("On holidays and weekends"), [Optional()], invalid_choice_message=_CHOOSE,
        description=_l("A workday is no public holiday and no Saturday or Sunday, but for those that are worked to "
                       "make up for a holiday."),
        choices=[SelectChoice(one.value, labels.HOLIDAYS[one]) for one in OnHolidays],
    )  # fmt: skip

    reason = TextAreaField(
        _l("Why"), [Optional(), at_most(LONGEST_REASON)],
        description=_l("Wanted where the plan asks for less than the template. Officials read it."),
    )  # fmt: skip

    @property
    def own(self) -> OwnTerms | None:
        """What is said otherwise; None where the template counts. Call after validation."""
        if self.terms.data == TEMPLATE:
            return None
        season = (self.season_from.data or "", self.season_to.data or "")
        return OwnTerms(
            self.said_rule, self.tolerance.data if self.tolerance.data is not None else TOLERANCE,
            bool(self.early.data), self.greatest_gap.data, season if any(season) else None,
            OnHolidays(self.on_holidays.data or OnHolidays.AS_IS),
        )  # fmt: skip

    @property
    def own_rule(self) -> bool:
        """The rule counts only where the template does not."""
        return bool(self.terms.data == OWN)

    @property
    def shows(self) -> bool:
        """Whether only the days are asked for: nothing is kept."""
        return request.form.get("show") == "1"


class PlanForm(TermsForm):
    """A new plan."""

    extent = RadioField(
        _l("About what"), [InputRequired(_CHOOSE)], default=WHOLE, invalid_choice_message=_CHOOSE,
        choices=[SelectChoice(WHOLE, _l("All there is, and what is added later")),
                 SelectChoice(CHOSEN, _l("Only what is ticked here"))],
    )  # fmt: skip
    types = _ticks(_l("Of these types only"), _l("Choose types of parts that this inspection is about."))
    things = _ticks(_l("Places and parts"), _l("Choose places and parts of this community."))
    counted_on = DayField(
        _l("Last inspection, if it is known"), [Optional()],
        description=_l("The days are counted from it; else from the first day of the plan."),
    )  # fmt: skip

    def offer(self, found: Sequence[Candidate], types: Iterable[tuple[str, str]], counts: CountsFrom) -> None:
        """Let these be chosen; what cannot be asked for is left out."""
        self.things.choices = [SelectChoice(one.key, _called(one)) for one in found]
        kinds = list(types)
        self.types.choices = [SelectChoice(code, name) for code, name in kinds]
        if len(kinds) < 2:
            del self.types
        if counts not in (CountsFrom.CALENDAR, CountsFrom.COMPLETION):
            del self.counted_on

    @property
    def choice(self) -> Choice:
        """What it is about; call after validation."""
        types = frozenset(self.types.data or ()) if "types" in self else frozenset[str]()
        return Choice(self.extent.data == WHOLE, types, frozenset(self.things.data or ()))

    @property
    def counted(self) -> date | None:
        """From which day it is counted, if that was said."""
        return self.counted_on.data if "counted_on" in self else None


class ChangeForm(TermsForm, VersionForm):
    """What a plan says otherwise from a day on."""


class StopForm(VersionForm):
    """From which day on a plan stands still, and why."""

    first_on = DayField(_l("From day"), [InputRequired(_l("Give the first day."))])
    reason = TextAreaField(
        _l("Why"), [InputRequired(_l("Please say why.")), at_most(LONGEST_REASON)],
        description=_l("Whoever reads the plan reads this, and officials are told. Example: the lift stands still for "
                       "building work."),
    )  # fmt: skip


class TargetsForm(KeyedForm):
    """What joins a plan of chosen things or leaves it, from which day on, and why."""

    things = _ticks(_l("Places and parts"))
    first_on = DayField(_l("From day"), [InputRequired(_l("Give the first day."))])
    counted_on = DayField(
        _l("Last inspection, if it is known"), [Optional()],
        description=_l("The days are counted from it; else as those of the plan."),
    )  # fmt: skip
    reason = TextAreaField(_l("Why"), [at_most(LONGEST_REASON)])

    def offer(self, found: Sequence[Candidate], counts: CountsFrom, *, adds: bool) -> None:
        """Let these be chosen; what cannot be asked for is left out."""
        self.things.choices = [SelectChoice(one.key, _called(one)) for one in found]
        if not adds or counts not in (CountsFrom.CALENDAR, CountsFrom.COMPLETION):
            del self.counted_on

    @property
    def counted(self) -> date | None:
        """From which day it is counted, if that was said."""
        return self.counted_on.data if "counted_on" in self else None


class FindPlans(Question):
    """What narrows the list."""

    q = words_field(_l("Community"), most=80)
    week = DayField(_l("Made or changed in the week from"), [Optional()])
    state = SelectField(_l("How it stands"), default="", validate_choice=False,
                        validators=[OneOf(_l("There is no such state."))], choices=[])  # fmt: skip

    def offer(self) -> None:
        """Show what may be chosen."""
        self.state.choices = [SelectChoice("", _l("All")), *(SelectChoice(one.value, PACES[one]) for one in Pace),
                              SelectChoice(Less.STOPPED.value, _l("paused or ended, now or later")),
                              SelectChoice(Less.SHORT.value, _l("less than the template asks for"))]  # fmt: skip

    def validate_week(self, field: DayField) -> None:
        """Raises `ValidationError` for a day near which nobody says anything."""
        if field.data is not None and field.data.year > LAST_YEAR:
            raise ValidationError(gettext("%(day)s cannot be meant. Look at the year.", day=field.data))


def said_before(version: PlanVersion, first_on: date, number: int) -> dict[str, Any]:
    """What stands in the form for changing a plan, of which the last version has this `number`: what `version` says,
    from `first_on` on.
    """
    starts, ends = season_words(version.season)
    return {
        "first_on": first_on, "terms": TEMPLATE if version.by_template else OWN,
        **picked(version.rule), "tolerance": version.tolerance, "early": version.early, "season_from": starts,
        "season_to": ends, "greatest_gap": version.greatest_gap, "on_holidays": version.on_holidays.value,
        "version": str(number),
    }  # fmt: skip


def said_by_template(row: InspectionSchedule, season: Season | None, today: date) -> dict[str, Any]:
    """What stands in the form for a new plan at first: what its template says, from today on, and means by `season`."""
    starts, ends = season_words(season)
    return {
        "first_on": today, **picked(row.rule), "tolerance": row.tolerance, "early": row.early,
        "greatest_gap": row.greatest_gap, "season_from": starts, "season_to": ends,
        "on_holidays": row.on_holidays.value,
    }  # fmt: skip


def _called(one: Candidate) -> str:
    return f"{one.where} · {one.name}" if one.where and one.where not in one.name else one.name
