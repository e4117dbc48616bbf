"""What the addresses of this room name, loaded through the scope of who is looking."""

from __future__ import annotations

from flask import url_for

from propman import clock
from propman.communities.models import Place
from propman.communities.queries import address, line
from propman.db import ID_LIMIT, db
from propman.register.models import Import
from propman.register.queries import imports as queries
from propman.roles import Permission
from propman.web import current_viewer

ID = f"int(max={ID_LIMIT - 1})"
IMPORT = f"/register/imports/<{ID}:import_id>"
KEEPS = Permission.KEEP_REGISTER


def load_import(import_id: int) -> Import:
    """The import of this address. Raises `NotFound`."""
    return queries.load_import(db.session(), import_id, current_viewer(), clock.now())


def page_of(import_id: int) -> str:
    """The address of an import's page."""
    return str(url_for("register.import_page", import_id=import_id))


def where(place: Place) -> str:
    """A place as people write it."""
    return address(line(db.session(), place))
