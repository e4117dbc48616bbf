"""The pages of this room: one's own flat for people at home; flats, slips and wishes for those who confirm."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.accounts.operations import erasing
from propman.households.operations import forget_person
from propman.households.operations.telling import TEXTS
from propman.notify.texts import register_texts

blueprint = Blueprint("households", __name__)

MODULES = ("own", "entering", "keeping", "slips")


def install(app: Flask) -> None:
    """Register the pages on `app`; whoever is erased moves out, and notices have their sentences."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    register_texts(app, TEXTS)
    if forget_person not in erasing.ALSO:
        erasing.ALSO.append(forget_person)
