"""The pages of those who call back: whom to call, and one call with its script."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.callbacks import labels

blueprint = Blueprint("callbacks", __name__)

MODULES = ("waiting", "call")


def install(app: Flask) -> None:
    """Register the pages on `app`, and the words of this room."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    labels.install(app)
