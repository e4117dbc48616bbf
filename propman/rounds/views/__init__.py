"""The pages of rounds: what somebody may inspect, setting out, each point; and what other pages show of rounds."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.rounds import labels

blueprint = Blueprint("rounds", __name__)

MODULES = ("work", "rounds", "points")


def install(app: Flask) -> None:
    """Register pages and words on `app`."""
    from propman.rounds.views.lately import Shelf

    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    labels.install(app)
    app.context_processor(lambda: {"rounds": Shelf()})
