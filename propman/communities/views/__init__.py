"""The administration of places, organisations, engagements and codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from importlib import import_module

from flask import Blueprint, Flask, current_app
from flask_babel import gettext

from propman.audit.queries import HistoryLine
from propman.communities.kinds import ORGANISATION_WORDS, PLACE_WORDS
from propman.communities.operations import FirstReportOn

blueprint = Blueprint("communities", __name__)

MODULES = ("overview", "places", "adding", "engagements", "labels", "organisations", "seasons")
NAMES = "propman.names"
FIRST_REPORT = "propman.first_report"

NamesOf = Callable[[set[int]], Mapping[int, str | None]]


def install(app: Flask) -> None:
    """Register the pages on `app`, and the filters that say in words what kind something is."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    app.jinja_env.filters.update(
        place_word=lambda kind: gettext(PLACE_WORDS[kind]),
        organisation_word=lambda kind: gettext(ORGANISATION_WORDS[kind]),
    )


def names_loader(app: Flask, load: NamesOf) -> None:
    """Let accounts, which this room does not know, say what the people with these ids are called."""
    app.extensions[NAMES] = load


def first_report_loader(app: Flask, load: FirstReportOn) -> None:
    """Let tickets, which this room does not know, say on which day the first report came from a community."""
    app.extensions[FIRST_REPORT] = load


def first_report_on(community_id: int) -> date | None:
    """The day on which the first report came from a community, or None for none so far."""
    load: FirstReportOn = current_app.extensions[FIRST_REPORT]
    return load(community_id)


def names_in(history: Iterable[HistoryLine]) -> Mapping[int, str | None]:
    """The names of everybody who changed something in `history`, by id."""
    load: NamesOf | None = current_app.extensions.get(NAMES)
    return load({line.actor_id for line in history if line.actor_id}) if load else {}
