"""The pages of the desk, and what it lays beside the pages of reports."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

blueprint = Blueprint("desk", __name__)

PAGES = ("filters", "sending", "keys", "board", "finding", "calling", "phrases", "sheet")


def install(app: Flask) -> None:
    """Register the pages on `app`, and the shelf from which its templates take what lies beside the reports."""
    from propman.desk.views.shelf import Shelf

    for name in PAGES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    app.context_processor(lambda: {"desk": Shelf()})
