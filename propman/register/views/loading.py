"""What the addresses of this room name, loaded through the scope of who is looking; and files on their way out."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import BinaryIO

from flask import Response, send_file, url_for

from propman import clock
from propman.communities.models import Place
from propman.communities.queries import address, line
from propman.db import ID_LIMIT, db
from propman.register.models import Import
from propman.register.queries import imports as queries
from propman.roles import Permission
from propman.sheets.tables import Kind
from propman.web import current_viewer

ID = f"int(max={ID_LIMIT - 1})"
IMPORT = f"/register/imports/<{ID}:import_id>"
KEEPS = Permission.KEEP_REGISTER

MIME = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "text/csv",
}


def load_import(import_id: int) -> Import:
    """The import of this address. Raises `NotFound`."""
    return queries.load_import(db.session(), import_id, current_viewer(), clock.now())


def page_of(import_id: int) -> str:
    """The address of an import's page."""
    return str(url_for("register.import_page", import_id=import_id))


def where(place: Place) -> str:
    """A place as people write it."""
    return address(line(db.session(), place))


def download(kind: Kind, name: str, write: Callable[[BinaryIO], None], charset: str = "utf-8") -> Response:
    """A file to keep, which `write` fills. Nothing on the way keeps a copy: it is for one person, and of now."""
    out = BytesIO()
    write(out)
    out.seek(0)
    answer = send_file(out, mimetype=MIME[kind], as_attachment=True, download_name=f"{name}.{kind.value}")
    if kind is Kind.CSV:
        answer.content_type = f"{MIME[kind]}; charset={charset}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
