"""The words of outages: what is off, how it stands, what happened to it."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from propman.data.reading import Trade
from propman.outages.queries import Shown, Which
from propman.outages.rules import Move, Standing
from propman.web.filters import moment

SUPPLIES = {
    Trade.WATER: _l("no water"),
    Trade.HEAT: _l("no heating"),
    Trade.POWER: _l("no electricity"),
    Trade.GAS: _l("no gas"),
    Trade.LIFT: _l("lift stopped"),
    Trade.TELECOM: _l("no network"),
}
SIGNS = {**{supply: supply.value for supply in Trade}, Trade.TELECOM: "pause"}
STANDINGS = {
    Standing.COMING: _l("planned"),
    Standing.RUNNING: _l("off now"),
    Standing.LATE: _l("was to end"),
    Standing.OVER: _l("over"),
    Standing.CALLED_OFF: _l("called off"),
}
TONES = {Standing.COMING: "idle", Standing.RUNNING: "soon", Standing.LATE: "soon", Standing.OVER: "ok",
         Standing.CALLED_OFF: "idle"}  # fmt: skip
LISTS = {Which.CURRENT: _l("Off now"), Which.COMING: _l("Planned"), Which.PAST: _l("Over")}
MOVES = {
    Move.ANNOUNCED: _l("Announced"),
    Move.MOVED: _l("Moved"),
    Move.ENDED: _l("Ended"),
    Move.CALLED_OFF: _l("Called off"),
}


def install(app: Flask) -> None:
    """Make the words known to the templates of `app`."""
    app.jinja_env.filters.update(
        supply_word=lambda supply: str(SUPPLIES[supply]),
        supply_sign=lambda supply: SIGNS[supply],
        outage_standing=lambda standing: str(STANDINGS[standing]),
        outage_tone=lambda standing: TONES[standing],
        outage_sentence=sentence,
    )


def sentence(shown: Shown) -> str:
    """What is off until when, in a sentence for everybody."""
    outage = shown.outage
    facts = {"what": SUPPLIES[outage.supply], "starts": moment(outage.starts_at), "ends": moment(outage.times.end)}
    if shown.standing is Standing.COMING:
        return str(_("Planned: %(what)s from %(starts)s to %(ends)s.", **facts))
    if shown.standing is Standing.RUNNING:
        return str(_("Planned: %(what)s until %(ends)s.", **facts))
    if shown.standing is Standing.LATE:
        return str(_("Planned: %(what)s until %(ends)s. It may take a little longer.", **facts))
    if shown.standing is Standing.CALLED_OFF:
        return str(_("Called off: %(what)s, planned from %(starts)s to %(ends)s.", **facts))
    return str(_("Planned: %(what)s. It is over since %(ends)s.", **facts))
