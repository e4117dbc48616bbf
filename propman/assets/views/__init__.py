"""The pages of the register: tree, lists, one part, what is kept and tended of it, take-overs, labels on paper."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.assets.labels import install as install_words

blueprint = Blueprint("assets", __name__)

MODULES = ("tree", "lists", "part", "keeping", "tending", "take_over", "labels", "printing", "binding")


def install(app: Flask) -> None:
    """Register the pages and the words of the register on `app`."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    install_words(app)
