"""The pages of what was taken over from other systems."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

blueprint = Blueprint("backlog", __name__)

PAGES = ("overview", "reports", "exporting")


def install(app: Flask) -> None:
    """Register the pages on `app`."""
    for name in PAGES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
