"""The pages of spot checks: what is to be looked at again, one of them, draws, how often they agreed."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.notify.texts import register_texts
from propman.spotchecks import labels, notices

blueprint = Blueprint("spotchecks", __name__)

MODULES = ("checks", "check", "draws", "agreement")


def install(app: Flask) -> None:
    """Register the pages on `app`, and the words of this room."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    labels.install(app)
    register_texts(app, notices.TEXTS)
