"""The pages of tickets, one module per person."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask, current_app

from propman.files.store import FileStore
from propman.tickets import labels, notices

blueprint = Blueprint("tickets", __name__)

MODULES = ("reporting", "tracking", "reports", "photos", "queue", "ticket", "moves", "intake", "jobs")


def install(app: Flask) -> None:
    """Register the pages, labels and notice texts of tickets on `app`."""
    from propman.notify.texts import register_texts
    from propman.tickets.views import words

    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    labels.install(app)
    words.install(app)
    register_texts(app, notices.TEXTS)


def store() -> FileStore:
    """The photo store of this installation."""
    return FileStore(current_app.extensions["propman.settings"].files_dir)
