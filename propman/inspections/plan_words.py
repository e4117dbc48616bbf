"""The words of plans: how they stand, what they say, what they are about."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from propman.data.inspections import About
from propman.inspections import labels
from propman.inspections.models import Pace, Plan, PlanVersion
from propman.inspections.operations import Terms
from propman.inspections.queries.unplanned import Unplanned
from propman.inspections.schedule import Season
from propman.web.filters import day

PACES = {Pace.RUNS: _l("runs"), Pace.PAUSED: _l("paused"), Pace.ENDED: _l("ended")}
TONES = {Pace.RUNS: "ok", Pace.PAUSED: "soon", Pace.ENDED: "idle"}
STOPS = {
    Pace.PAUSED: (_l("Pause the plan"), _l("From that day on nothing comes due, until the plan is changed again.")),
    Pace.ENDED: (_l("End the plan"), _l("From that day on nothing comes due any more. A plan that is ended stays so.")),
}
"""What the button says, and what it does."""
CHOOSES = {
    "add": (
        _l("Add places and parts"),
        _l("From that day on they are inspected by this plan, too."),
        _l("Nothing else there is what this plan inspects."),
    ),
    "take_out": (
        _l("Take out of the plan"),
        _l("From that day on nothing of them comes due. What was due before stays due."),
        _l("Nothing is inspected by this plan now."),
    ),
}
"""What a button says, what it does, and what is said where there is nothing to do it to."""
CHANGED = {"joined": _l("Joins, from the day"), "left": _l("Leaves, from the day"), "reason": _l("Why")}
"""What the history keeps of a plan."""


def install(app: Flask) -> None:
    """Make the words known to the templates of `app`."""
    app.jinja_env.filters.update(
        plan_standing=standing,
        pace_word=lambda pace: str(PACES[pace]),
        pace_tone=lambda pace: TONES[pace],
        plan_says=says,
        announced=announced,
        to_be=to_be,
        plan_extent=extent,
        lacking_words=lacking,
    )


def says(said: PlanVersion | Terms) -> str:
    """How often, in words: "every 14 days, at most 15 days apart"."""
    season = said.season
    return labels.how_often(SimpleNamespace(
        rule=said.rule, counts_from=said.counts, greatest_gap=said.greatest_gap,
        season_from=season.starts if season else None, season_to=season.ends if season else None,
        in_heating_season=False,
    ))  # fmt: skip


def extent(plan: Plan, names: dict[str, str], about: str) -> str:
    """What a plan is about: "all that is there and is added: Lift", or "what was chosen"."""
    if not plan.whole:
        return str(_("what was chosen"))
    if plan.project is not None:
        return str(_("the project %(name)s", name=plan.project.name))
    if plan.arose:
        return str(_("every part under warranty, also what is added"))
    of = labels.listed(names.get(code, code) for code in plan.asset_types.split(",")) if plan.asset_types else about
    return str(_("all there is, also what is added: %(of)s", of=of))


def lacking(one: Unplanned) -> str:
    """How much is in no plan: "the whole community", "2 buildings", "3 parts"."""
    if one.template.about is About.PART:
        return str(ngettext("%(num)d part", "%(num)d parts", one.number))
    if one.template.about is About.BUILDING:
        return str(ngettext("%(num)d building", "%(num)d buildings", one.number))
    if one.template.about is About.ENTRANCE:
        return str(ngettext("%(num)d entrance", "%(num)d entrances", one.number))
    return str(_("the whole community"))


def season_words(season: Season | None) -> tuple[str, str]:
    """Both ends of a season as they are typed."""
    return (season.starts, season.ends) if season else ("", "")


def standing(holds: PlanVersion, today: date) -> tuple[str, str]:
    """How a plan stands today, by the version that holds, and the tone of it: what is yet to come is said apart."""
    if holds.first_on > today:
        return str(_("begins on %(day)s", day=day(holds.first_on))), "idle"
    return str(PACES[holds.pace]), TONES[holds.pace]


def announced(one: PlanVersion) -> str:
    """A version that has not begun, in a line: "from 2027-01-01 on: paused"."""
    said = says(one) if one.pace is Pace.RUNS else PACES[one.pace]
    return str(_("from %(day)s on: %(said)s", day=day(one.first_on), said=said))


def to_be(one: PlanVersion, holds: PlanVersion) -> str:
    """What becomes of a plan by a version that has not begun, where `holds` holds today; in a sentence."""
    if one.pace is Pace.ENDED:
        return str(_("It ends for good: from %(day)s on nothing comes due any more. Until then it goes on as it is; "
                     "nothing of it can be changed now.", day=day(one.first_on)))  # fmt: skip
    if one.pace is Pace.PAUSED:
        return str(_("From %(day)s on it is paused: nothing comes due then.", day=day(one.first_on)))
    if holds.pace is Pace.PAUSED:
        return str(_("From %(day)s on it runs again: %(often)s.", day=day(one.first_on), often=says(one)))
    return str(_("From %(day)s on it says: %(often)s.", day=day(one.first_on), often=says(one)))
