"""What is filled in for an outage: what is off, where, from when to when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from propman import clock
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.data.reading import Trade
from propman.outages.labels import SUPPLIES
from propman.outages.models import LONGEST, Outage
from propman.web import KeyedForm, VersionForm, at_most
from propman.web.fields import ClockField, DayField

NEAR = timedelta(days=800)  # of today: what lies farther away is a slip of the finger


class TimesForm(KeyedForm):
    """From when to when, and a sentence for everybody."""

    starts_on = DayField(_l("First day"), [InputRequired(_l("Give the first day."))])
    starts = ClockField(_l("From"), [InputRequired(_l("Say from when."))])
    ends_on = DayField(_l("Last day"), [InputRequired(_l("Give the last day."))])
    ends = ClockField(_l("Until"), [InputRequired(_l("Say until when."))])
    words = TextAreaField(
        _l("Why, and what should people do?"),
        [InputRequired(_l("Please say in a sentence why, and what people should do.")), at_most(LONGEST)],
        description=_l("Everybody reads this. Example: the pump is replaced, please store some water."),
    )

    def validate_starts_on(self, field: DayField) -> None:
        """Raises `StopValidation` for a day that nobody can mean."""
        _near(field)

    def validate_ends_on(self, field: DayField) -> None:
        """Raises `StopValidation` for a day that nobody can mean."""
        _near(field)

    @property
    def asked(self) -> dict[str, Any]:
        """Times and words, as the operations take them; call after validation."""
        return {
            "starts_at": clock.at_local(self.starts_on.data, self.starts.data),
            "ends_at": clock.at_local(self.ends_on.data, self.ends.data),
            "words": self.words.data or "",
        }


class AnnounceForm(TimesForm):
    """A new outage."""

    supply = RadioField(
        _l("What is off?"), choices=[SelectChoice(trade.value, word) for trade, word in SUPPLIES.items()],
        validators=[InputRequired(_l("Choose one of them."))], invalid_choice_message=_l("Choose one of them."),
    )  # fmt: skip
    places = SelectMultipleField(
        _l("Where?"), choices=[], widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
        validators=[InputRequired(_l("Choose at least one place."))],
        invalid_choice_message=_l("Choose places of this community."),
    )  # fmt: skip

    _kinds: Sequence[PlaceKind] = ()

    def offer(self, places: Sequence[Place], supplied: Trade | None) -> None:
        """Let these places be chosen, the community as a whole first; `supplied` is all that a utility turns off."""
        known, self._kinds = {place.id: place for place in places}, [place.kind for place in places]
        self.places.choices = [SelectChoice(str(place.id), _named(place, known)) for place in places]
        if supplied is not None:
            self.supply.choices = [SelectChoice(supplied.value, SUPPLIES[supplied])]
            if not self.is_submitted():
                self.supply.data = supplied.value

    @property
    def groups(self) -> tuple[list[Any], list[Any], bool]:
        """The ticks in two groups: community and buildings, and entrances; and whether one of the second is ticked."""
        ticks = list(zip(self.places, self._kinds, strict=True))
        inside = [tick for tick, kind in ticks if kind is PlaceKind.ENTRANCE]
        whole = [tick for tick, kind in ticks if kind is not PlaceKind.ENTRANCE]
        return whole, inside, any(one.checked for one in inside)

    @property
    def place_ids(self) -> set[int]:
        """The places that are ticked; call after validation."""
        return {int(value) for value in self.places.data or ()}


class MoveForm(TimesForm, VersionForm):
    """Other times for an outage."""

    @classmethod
    def of(cls, outage: Outage) -> MoveForm:
        """An unsent form that holds what stands now."""
        start, end = clock.local(outage.starts_at), clock.local(outage.ends_at)
        return cls(formdata=None, starts_on=start.date(), starts=start.time(), ends_on=end.date(), ends=end.time(),
                   words=outage.words, version=str(outage.version))  # fmt: skip


def touch(outage: Outage) -> VersionForm:
    """An unsent form of one button."""
    return VersionForm(formdata=None, version=str(outage.version))


def tomorrow(now: datetime) -> dict[str, Any]:
    """What stands in the form for a new outage at first: the whole next day's working hours."""
    day = clock.local_date(now) + timedelta(days=1)
    return {"starts_on": day, "ends_on": day}


def _named(place: Place, known: dict[int, Place]) -> Any:
    if place.kind is PlaceKind.COMMUNITY:
        return _l("The whole of %(community)s", community=place.name)
    above = known.get(place.parent_id or 0) if place.kind is PlaceKind.ENTRANCE else None
    return f"{above.name} {place.name}" if above else place.name


def _near(field: DayField) -> None:
    if field.data and abs(field.data - clock.local_date(clock.now())) > NEAR:
        raise StopValidation(str(_l("Give a day that is near.")))
