"""The pages of imports and exports: a file is sent, its columns are named, the dry run looked at, applied, undone."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

from propman.sheets.tables import letter

blueprint = Blueprint("register", __name__)

MODULES = ("imports", "mapping", "deciding", "files", "exporting")


def install(app: Flask) -> None:
    """Register the pages on `app`."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    app.jinja_env.filters["column_letter"] = letter
