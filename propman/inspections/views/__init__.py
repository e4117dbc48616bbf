"""The pages of inspections: the library of what is inspected."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.inspections import labels

blueprint = Blueprint("inspections", __name__)

MODULES = ("library",)


def install(app: Flask) -> None:
    """Register pages and words on `app`."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    labels.install(app)
