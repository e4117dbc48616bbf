"""The pages of inspections: what is inspected, what is due and how it ended, what is to be excused."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.inspections import labels, notices, plan_words
from propman.notify.texts import register_texts

blueprint = Blueprint("inspections", __name__)

MODULES = (
    "library",
    "calendar",
    "duty",
    "missed",
    "excuses",
    "plans",
    "planning",
    "choosing",
    "events",
    "reminders",
)


def install(app: Flask) -> None:
    """Register pages and words on `app`."""
    from propman.inspections.views.shelf import Shelf

    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    labels.install(app)
    plan_words.install(app)
    register_texts(app, notices.TEXTS)
    app.context_processor(lambda: {"inspections": Shelf()})
