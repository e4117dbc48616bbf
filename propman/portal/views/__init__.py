"""The pages of the portal, one module per subject."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

blueprint = Blueprint("portal", __name__)

MODULES = ("home", "place", "about", "audit", "readiness")


def install(app: Flask) -> None:
    """Register the pages on `app`."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
