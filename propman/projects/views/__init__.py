"""The pages of renovation projects: for the offices, committees and companies of their communities."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.projects import labels

blueprint = Blueprint("projects", __name__)

MODULES = ("lists", "projects", "payments", "work_items", "acceptance", "retention", "transfers")


def install(app: Flask) -> None:
    """Register the pages on `app`, and the words of this room."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    labels.install(app)
