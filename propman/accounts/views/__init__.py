"""The pages of accounts: signing in, one's own account, and the administration of people."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint, Flask

blueprint = Blueprint("accounts", __name__)

MODULES = ("signing_in", "invitation", "own_account", "people", "person", "roles")


def install(app: Flask) -> None:
    """Register the pages on `app`, and let it know who is looking."""
    from propman.accounts import labels
    from propman.accounts.queries import names_of
    from propman.accounts.views import browser
    from propman.communities.views import names_loader
    from propman.db import db

    for name in MODULES:
        import_module(f"{__name__}.{name}")
    app.register_blueprint(blueprint)
    browser.install(app)
    labels.install(app)
    names_loader(app, lambda ids: names_of(db.session(), ids))
