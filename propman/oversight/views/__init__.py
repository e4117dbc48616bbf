"""The pages of rates: tables of figures, the lists behind them, both as files."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.notify.texts import register_texts
from propman.oversight.notices import TEXTS

blueprint = Blueprint("oversight", __name__)

MODULES = ("rates", "behind", "exporting", "answers", "compliance", "compliance_files", "found", "checked", "weekly")


def install(app: Flask) -> None:
    """Register the pages on `app`."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    register_texts(app, TEXTS)
