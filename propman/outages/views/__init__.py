"""The pages of outages: the list, announcing one, its public page and what can be done there."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.accounts.operations import erasing
from propman.notify.texts import register_texts
from propman.outages import labels, notices
from propman.outages.operations import forget_person

blueprint = Blueprint("outages", __name__)

MODULES = ("lists", "announcing", "page")


def install(app: Flask) -> None:
    """Register pages, words and notice texts on `app`; whoever is erased follows nothing."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    labels.install(app)
    register_texts(app, notices.TEXTS)
    if forget_person not in erasing.ALSO:
        erasing.ALSO.append(forget_person)
