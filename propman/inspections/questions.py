"""What narrows the calendar and the lists of duties. A question changes nothing, and stays in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation

from propman.assets.forms.lists import OneOf, Question
from propman.communities.models import Place
from propman.inspections.labels import ENDS
from propman.inspections.queries import Wanted
from propman.inspections.schedule import End
from propman.web.fields import DayField, narrowed, tidy

OPEN = "due"
UNDONE = (End.MISSED, End.EXCUSED, End.SKIPPED)
_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])", re.ASCII)


def _select(label: object, sentence: object) -> SelectField:
    return SelectField(label, default="", validate_choice=False, validators=[OneOf(sentence)], choices=[])


def a_month(_form: object, field: StringField) -> None:
    """Raises `StopValidation` for what is no month."""
    if field.data and not _MONTH.fullmatch(field.data):
        raise StopValidation(gettext("That is no month. Write year-month: %(month)s.", month="2026-11"))


class PlaceAndTemplate(Question):
    """Where, and what is inspected. "" leaves a thing open."""

    place = _select(_l("Where"), _l("There is no such place."))
    template = _select(_l("What is inspected"), _l("There is no such template."))

    def offer(
        self, places: Sequence[Place], chosen: Place | None, above: Place | None, names: Mapping[str, str]
    ) -> None:
        """Show what may be chosen: `above` leads back up from the `chosen` place."""
        seen = {each.id: each.name for each in (above, chosen, *places) if each is not None}
        everywhere = SelectChoice("", gettext("Everywhere"))
        self.place.choices = [everywhere, *(SelectChoice(str(key), name) for key, name in seen.items())]
        everything = SelectChoice("", gettext("Everything"))
        self.template.choices = [everything, *(SelectChoice(code, f"{code} {name}") for code, name in names.items())]

    def wanted(self, place: Place | None, **more: Any) -> Wanted:
        """What is asked, without what was refused; call after validation."""
        return Wanted(place=place, template=self.asked().get("template"), **more)


class MonthForm(PlaceAndTemplate):
    """Of one month."""

    month = StringField(_l("Month"), [a_month], filters=[narrowed, tidy], render_kw={"maxlength": 7})

    def first_day(self, otherwise: date) -> date:
        """The first day of the month that is asked for."""
        month = self.asked().get("month")
        return date.fromisoformat(f"{month}-01") if month else otherwise


class MissedForm(MonthForm):
    """What was not done in a month."""

    state = _select(_l("How it stands"), _l("There is no such state."))

    def offer(
        self, places: Sequence[Place], chosen: Place | None, above: Place | None, names: Mapping[str, str]
    ) -> None:
        """Show what may be chosen."""
        super().offer(places, chosen, above, names)
        self.state.choices = [
            SelectChoice("", gettext("All")),
            *(SelectChoice(end.value, str(ENDS[end])) for end in UNDONE),
        ]

    def wanted(self, place: Place | None, **more: Any) -> Wanted:
        """What is asked, without what was refused; call after validation."""
        state = self.asked().get("state")
        return super().wanted(place, ended=frozenset({End(state)} if state else UNDONE), **more)


class AgendaForm(PlaceAndTemplate):
    """Of some days, by how they ended."""

    state = _select(_l("How it stands"), _l("There is no such state."))
    since = DayField(_l("From day"), [Optional()])
    until = DayField(_l("To day"), [Optional()])

    def offer(
        self, places: Sequence[Place], chosen: Place | None, above: Place | None, names: Mapping[str, str]
    ) -> None:
        """Show what may be chosen."""
        super().offer(places, chosen, above, names)
        self.state.choices = [
            SelectChoice("", gettext("All")), SelectChoice(OPEN, str(ENDS[None])),
            *(SelectChoice(end.value, str(ENDS[end])) for end in End),
        ]  # fmt: skip

    def wanted(self, place: Place | None, **more: Any) -> Wanted:
        """What is asked, without what was refused; call after validation."""
        asked = self.asked()
        state = asked.get("state")
        ended = frozenset({None if state == OPEN else End(state)}) if state else None
        return super().wanted(place, ended=ended, since=asked.get("since"), until=asked.get("until"), **more)
