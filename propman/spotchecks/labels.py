"""The words of spot checks: what is looked at again, how it ended, which lists there are."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from propman.spotchecks.queries import By, Which
from propman.spotchecks.rules import Kind, Outcome

KINDS = {Kind.POINT: _l("Inspections"), Kind.REPAIR: _l("Closed repairs")}
OUTCOMES = {
    Outcome.AGREED: _l("agreed"),
    Outcome.DISAGREED: _l("disagreed"),
    Outcome.NOT_CHECKED: _l("could not be checked"),
}
TONES = {Outcome.AGREED: "ok", Outcome.DISAGREED: "over", Outcome.NOT_CHECKED: "idle"}
SIGNS = {Outcome.AGREED: "check", Outcome.DISAGREED: "cross", Outcome.NOT_CHECKED: "pause"}
LISTS = {
    Which.OPEN: _l("To be done"),
    Which.LATE: _l("Overdue"),
    Which.ENDED: _l("Done"),
    Which.MEASURED: _l("Could be checked"),
    Which.AGREED: _l("Agreed"),
    Which.DISAGREED: _l("Disagreed"),
    Which.NOT_CHECKED: _l("Could not be checked"),
}
TABLES = {By.PEOPLE: _l("By person"), By.ORGANISATIONS: _l("By organisation")}


def install(app: Flask) -> None:
    """Make the words known to the templates of `app`."""
    app.jinja_env.filters.update(
        spot_word=lambda outcome: str(OUTCOMES[outcome]),
        spot_tone=lambda outcome: TONES[outcome],
        spot_sign=lambda outcome: SIGNS[outcome],
        spot_kind=lambda kind: str(KINDS[kind]),
    )


def definitions() -> list[tuple[str, str]]:
    """What the figures count, in words."""
    return [
        (_("Agreement"), _("Of the spot checks that could be done, the share in which the second person found what was "
                           "recorded. By the month in which the spot check was recorded.")),
        (_("Inspections"), _("Points of a round at which nothing had failed: by who recorded them.")),
        (_("Closed repairs"), _("Reports that are closed: by who completed the repair last.")),
        (_("Could not be checked"), _("With a reason. It is listed, and counts in no share.")),
        (_("Interval"), _("Where the share lies with 95 % certainty (Wilson). Few spot checks make it wide.")),
    ]  # fmt: skip
