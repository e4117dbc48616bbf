"""The shape of what is typed about places, organisations, engagements, codes and heating seasons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TelField
from wtforms.validators import InputRequired, NumberRange, Optional

from propman.catalogue.words import TRADE_WORDS
from propman.communities.kinds import (
    AREA_KINDS,
    LABELLED_KINDS,
    ORGANISATION_WORDS,
    TRADE_KINDS,
    OrganisationKind,
    PlaceKind,
)
from propman.communities.models import Organisation, Place
from propman.communities.numbering import MOST_TYPED
from propman.data.reading import Trade
from propman.web import KeyedForm, at_most
from propman.web.fields import DayField, NumberField, tidy, words_field

LONGEST_NAME = 80
LONGEST_PHONE = 40
LONGEST_SOURCE = 300
MOST_HOUSEHOLDS = 100_000
MOST_ENTRANCES = 30
_MONTH_AND_DAY = re.compile(r"([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*日?")


def _name(label: Any, *validators: Any, **more: Any) -> StringField:
    return words_field(label, *validators, most=LONGEST_NAME, **more)


class PlaceForm(KeyedForm):
    """What is said about a place of one kind: households are counted from the community down."""

    name = _name(_l("Name"), InputRequired(_l("Give a name.")))
    name_en = _name(_l("Name in English"), Optional())
    households = NumberField(
        _l("Households"),
        [
            Optional(),
            NumberRange(1, MOST_HOUSEHOLDS, _l("Households must be a number from %(min)s to %(max)s.")),
        ],
    )

    def __init__(self, kind: PlaceKind | None, **more: Any) -> None:
        super().__init__(**more)
        if kind not in LABELLED_KINDS:
            del self.households

    def said(self) -> dict[str, Any]:
        """What was typed, by the names that the operations know."""
        return {name: value for name, value in self.payload().items() if name in {"name", "name_en", "households"}}


class ManyPlacesForm(KeyedForm):
    """Buildings or entrances by their numbers; buildings each with some entrances."""

    numbers = StringField(
        _l("Numbers"),
        [InputRequired(_l("Say which numbers, for example 1-12, 15, A3.")), at_most(MOST_TYPED)],
        description=_l("A list or a range: 1-12, 15, 甲3. Each gets its usual name, and its name in English."),
    )
    entrances = NumberField(
        _l("Entrances in each"),
        [Optional(), NumberRange(0, MOST_ENTRANCES, _l("Entrances must be a number from %(min)s to %(max)s."))],
        description=_l("Numbered from 1 on. Leave it empty where they differ."),
    )

    def __init__(self, kind: PlaceKind, **more: Any) -> None:
        super().__init__(**more)
        if kind is not PlaceKind.BUILDING:
            del self.entrances

    def said(self) -> dict[str, Any]:
        """What was typed, by the names that the operations know."""
        typed = self.payload()
        return {"numbers": typed["numbers"], "entrances": typed.get("entrances") or 0}


class ClosingForm(KeyedForm):
    """The day from which on something is closed."""

    closes_on = DayField(_l("Closed from"), [InputRequired(_l("Say from which day on it is closed."))])


class ActForm(KeyedForm):
    """One button."""


class ChangeOverForm(KeyedForm):
    """Who takes over a community, and when."""

    organisation_id = SelectField(
        _l("Property company"),
        [InputRequired(_l("Choose one of the companies."))],
        coerce=lambda value: int(value) if value else None,
        choices=[],
        invalid_value_message=_l("Choose one of the companies."),
        invalid_choice_message=_l("Choose one of the companies."),
    )
    starts_on = DayField(_l("First day"), [InputRequired(_l("Say on which day it starts."))])

    def offer(self, companies: Iterable[Organisation]) -> None:
        """Show these to choose from, each with its area, and none of them chosen."""
        words = (
            (one.id, gettext("%(company)s (%(area)s)", company=one.name, area=one.place.name)) for one in companies
        )
        self.organisation_id.choices = [("", gettext("Choose…")), *words]


class EngageForm(ChangeOverForm):
    """Who manages a community, from when to when."""

    starts_on = DayField(
        _l("First day"),
        [InputRequired(_l("Say on which day it starts."))],
        description=_l("It may lie in the past as long as nothing was reported from here."),
    )
    ends_on = DayField(
        _l("Not any more from"), [Optional()], description=_l("Leave it empty as long as no end is agreed.")
    )


class EndForm(KeyedForm):
    """The first day without an engagement."""

    ends_on = DayField(_l("Not any more from"), [InputRequired(_l("Say on which day it no longer manages."))])


class OrganisationForm(KeyedForm):
    """What is said about an organisation. Its kind and its area are chosen once."""

    kind = RadioField(
        _l("Kind"),
        [InputRequired(_l("Choose what it is."))],
        coerce=OrganisationKind,
        choices=[],
        invalid_value_message=_l("Choose what it is."),
        invalid_choice_message=_l("Choose what it is."),
    )
    name = _name(_l("Name"), InputRequired(_l("Give a name.")))
    phone = TelField(
        _l("Public telephone"),
        [Optional(), at_most(LONGEST_PHONE)],
        filters=[tidy],
        description=_l("Shown to residents. Never a person's own number."),
    )
    trade = SelectField(
        _l("Trade"),
        [Optional()],
        coerce=lambda value: Trade(value) if value else None,
        choices=[],
        invalid_value_message=_l("Choose one of the trades."),
        invalid_choice_message=_l("Choose one of the trades."),
        description=_l("Reports are routed by it. A utility must have one."),
    )

    @classmethod
    def adding(cls, area: Place) -> OrganisationForm:
        """The form with the kinds that belong to `area`; a street has its office from the beginning."""
        form = cls()
        kinds = [kind for kind, areas in AREA_KINDS.items() if area.kind in areas]
        if OrganisationKind.STREET_OFFICE in kinds:
            kinds.remove(OrganisationKind.STREET_OFFICE)
        form.kind.choices = [(kind.value, gettext(ORGANISATION_WORDS[kind])) for kind in kinds]
        form._offer_trades(kinds)
        return form

    @classmethod
    def changing(cls, organisation: Organisation) -> OrganisationForm:
        """The form for an organisation that is there."""
        form = cls(obj=organisation)
        del form.kind
        form._offer_trades([organisation.kind])
        return form

    def said(self) -> dict[str, Any]:
        """What was typed, by the names that the operations know."""
        return {name: value for name, value in self.payload().items() if name in {"kind", "name", "phone", "trade"}}

    def _offer_trades(self, kinds: Iterable[OrganisationKind]) -> None:
        """Ask for a trade where one of `kinds` has any; else leave the question out."""
        if TRADE_KINDS.isdisjoint(kinds):
            del self.trade
        else:
            words = ((trade.value, gettext(word)) for trade, word in TRADE_WORDS.items())
            self.trade.choices = [("", gettext("none")), *words]


class MonthDayField(StringField):
    """A day of every year, as "10-20"; read from 10.20, 10/20, 10月20日 as well."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else self.data or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it. Raises ValueError, naming what was typed, for anything else; the operation knows the calendar."""
        typed = valuelist[0].strip() if valuelist else ""
        found = _MONTH_AND_DAY.fullmatch(unicodedata.normalize("NFKC", typed))
        if typed and found is None:
            raise ValueError(gettext("%(typed)s is no month and day. Write 10-20.", typed=typed[:10]))
        self.data = f"{int(found[1]):02}-{int(found[2]):02}" if found else ""


class SeasonForm(KeyedForm):
    """When a city or county is heated, in which years, and where that is written."""

    from_year = NumberField(
        _l("First season begins in"), [InputRequired(_l("Say in which year the first of these seasons begins."))]
    )
    to_year = NumberField(
        _l("Last season begins in"), [Optional()], description=_l("Leave it empty until the days are changed.")
    )
    starts = MonthDayField(
        _l("Heated from"), [InputRequired(_l("Say on which day it begins: 10-20."))], description=_l("Month-day: 10-20")
    )
    ends = MonthDayField(
        _l("Heated until the end of"),
        [InputRequired(_l("Say on which day it ends: 04-20."))],
        description=_l("Month-day of the next year: 04-20"),
    )
    source = words_field(
        _l("Source"),
        InputRequired(_l("Say where it is written: the notice of the city or county.")),
        most=LONGEST_SOURCE,
    )
    verified_on = DayField(
        _l("Checked against its source on"), [Optional()], description=_l("Leave it empty if nobody has checked it.")
    )

    def said(self) -> dict[str, Any]:
        """What was typed, by the names that the operation knows."""
        return dict(self.payload())


class VerifyForm(KeyedForm):
    """On which day something was compared with its source."""

    verified_on = DayField(_l("Checked against its source on"), [InputRequired(_l("Say on which day."))])


class Search(FlaskForm):
    """A search changes nothing, and stays in the address."""

    class Meta:
        """Nothing to protect."""

        csrf = False


class FindPlaces(Search):
    """Words that find a place."""

    q = StringField(
        _l("Find a place"),
        description=_l("Its name or pinyin, or a whole address: 红旗小区 3号楼."),
        render_kw={"type": "search", "maxlength": LONGEST_NAME},
    )


class FindOrganisations(Search):
    """What narrows the list of organisations."""

    q = StringField(_l("Name or pinyin"), render_kw={"type": "search", "maxlength": LONGEST_NAME})
    kind = SelectField(_l("Kind"), validate_choice=False, choices=[])
    closed = BooleanField(_l("Closed ones too"))

    def offer(self) -> None:
        """Show every kind to choose from."""
        words = ((kind.value, gettext(word)) for kind, word in ORGANISATION_WORDS.items())
        self.kind.choices = [("", gettext("every kind")), *words]
