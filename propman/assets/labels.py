"""The words of the register: conditions, whose a part is, why no project made it, how a hand-over stands."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from propman.assets.models import ConditionSource, NoProject, Ownership, TakeOverState
from propman.catalogue.words import CLASS_WORDS, CRITICALITY_WORDS
from propman.data.works import TakeOverKind
from propman.projects.labels import SOURCES as FUNDING_SOURCES

CONDITIONS = {
    1: _l("very poor condition"),
    2: _l("poor condition"),
    3: _l("fair condition"),
    4: _l("good condition"),
    5: _l("as new"),
}
CLASSES = {each: _l(word) for each, word in CLASS_WORDS.items()}
OWNERSHIPS = {
    Ownership.OWNERS: _l("all owners in common"),
    Ownership.UTILITY: _l("the utility"),
    Ownership.OPERATOR: _l("its operator"),
    Ownership.PUBLIC: _l("the municipality"),
}
NO_PROJECTS = {
    NoProject.EARLIER: _l("there before the renovation, not renewed"),
    NoProject.LATER: _l("added after the renovation"),
    NoProject.DONATED: _l("donated"),
    NoProject.UNKNOWN: _l("papers not found"),
}
SOURCES = {
    ConditionSource.ACCEPTANCE: _l("at acceptance"),
    ConditionSource.TAKE_OVER: _l("at a take-over inspection"),
    ConditionSource.VISIT: _l("on a visit"),
}
CRITICALITIES = {each: _l(word) for each, word in CRITICALITY_WORDS.items()}
TAKE_OVER_STATES = {
    TakeOverState.OPEN: _l("not checked yet"),
    TakeOverState.HANDED_OVER: _l("handed over"),
    TakeOverState.MISSING: _l("missing"),
    TakeOverState.DEFECTIVE: _l("defective"),
}
TAKE_OVER_KINDS = {
    TakeOverKind.PAPER: _l("Papers"),
    TakeOverKind.ROOM: _l("Rooms"),
    TakeOverKind.KEY: _l("Keys, accounts and tools"),
    TakeOverKind.MONEY: _l("Money"),
}

FIELDS = {
    "code": _l("Code"),
    "place_id": _l("Place"),
    "type_code": _l("Type"),
    "name": _l("Name"),
    "spot": _l("Where exactly"),
    "quantity": _l("Quantity"),
    "unit": _l("Unit"),
    "model": _l("Supplier and model"),
    "drawing_no": _l("Drawing number"),
    "ownership": _l("Owner"),
    "criticality": _l("What a failure does"),
    "maintainer_id": _l("Maintainer"),
    "claim_holder_id": _l("Claim holder"),
    "cost_fen": _l("Cost"),
    **{f"{source}_fen": word for source, word in FUNDING_SOURCES.items()},
    "work_item_id": _l("Made by"),
    "no_project": _l("Why no project made it"),
    "accepted_on": _l("Accepted on"),
    "in_use_since": _l("In use since"),
    "warranty_key": _l("Warranty rule"),
    "contract_months": _l("Warranty by contract, in months"),
    "design_life_years": _l("Design life, in years"),
    "removed_on": _l("Removed on"),
    "label": _l("Label"),
}
"""What the columns of a part are called, in forms and in its history."""


def install(app: Flask) -> None:
    """Make the words known to the templates of `app`."""
    app.jinja_env.filters.update(
        condition_word=lambda score: str(CONDITIONS[score]),
        ownership_word=lambda owner: str(OWNERSHIPS[owner]),
        no_project_word=lambda reason: str(NO_PROJECTS[reason]),
        condition_source=lambda source: str(SOURCES[source]),
        take_over_word=lambda state: str(TAKE_OVER_STATES[state]),
        take_over_kind=lambda kind: str(TAKE_OVER_KINDS[kind]),
    )
