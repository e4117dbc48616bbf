"""One guard before every view: what the view declared, who is looking, and whether the request is well formed.

Deny by default: a view that declares nothing stops the start of the application.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Flask, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from propman import clock
from propman.audit.operations import current_request, record
from propman.db import db, read_only
from propman.marks import piled_up
from propman.roles import NOBODY, Permission, Viewer
from propman.web.transactions import apart

View = TypeVar("View", bound=Callable[..., Any])

PAGE_BYTES = 1_000_000  # a form without files
UPLOAD_BYTES = 90_000_000  # five photographs straight from a telephone, a voice note, and the form around them
FILE_FIELD = re.compile(r"photos|before|after|voice|file|photo_[0-9]{1,19}")  # no other field takes a file
NONE = frozenset[str]()
SEVERAL = frozenset({"codes", "duties", "places", "roles", "things", "types"})  # of nothing else is more chosen
BROKEN = re.compile("[\x00\ufffd\ud800-\udfff]")  # no letter, or the half of one
URLENCODED = "application/x-www-form-urlencoded"


def requires(permission: Permission, *, uploads: bool = False) -> Callable[[View], View]:
    """Declare what a view needs. `uploads` lets its requests carry photographs, a voice note or a table."""

    def declare(view: View) -> View:
        view.propman_permission = permission  # type: ignore[attr-defined]
        view.propman_uploads = uploads  # type: ignore[attr-defined]
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Permission | None:
    """The permission that the view at `endpoint` declared, or None."""
    return getattr(app.view_functions[endpoint], "propman_permission", None)


def current_viewer() -> Viewer:
    """Who is looking at this request."""
    viewer: Viewer = g.get("viewer", NOBODY)
    return viewer


def request_id() -> str:
    """The random id of this request, shown on error pages and kept in the audit."""
    return str(g.get("request_id", "-"))


def viewer_loader(app: Flask, load: Callable[[], Viewer]) -> None:
    """Let accounts say how a request becomes a Viewer."""
    app.extensions["propman.viewer"] = load


def install(app: Flask) -> None:
    """Hang the guard before every request of `app`."""
    app.before_request(_begin)
    app.before_request(_well_formed)
    app.before_request(_allowed)
    app.teardown_request(_end)


def refuse_undeclared(app: Flask) -> None:
    """Raises `RuntimeError` naming the views of `app` that declared no permission."""
    missing = sorted(endpoint for endpoint in app.view_functions if declared(app, endpoint) is None)
    if missing:
        raise RuntimeError(f"views without @requires: {', '.join(missing)}")


def _begin() -> None:
    g.request_id = secrets.token_hex(8)
    g.audited = current_request.set(g.request_id)
    g.reading = read_only.set(request.method in {"GET", "HEAD", "OPTIONS"})
    view = current_app.view_functions.get(request.endpoint or "")
    uploads = getattr(view, "propman_uploads", False) and request.mimetype == "multipart/form-data"
    request.max_content_length = UPLOAD_BYTES if uploads else PAGE_BYTES


def _end(_fault: BaseException | None) -> None:
    for said, token in ((read_only, g.pop("reading", None)), (current_request, g.pop("audited", None))):
        if token is not None:
            said.reset(token)


def _well_formed() -> None:
    """NUL and undecodable bytes are refused alike on both databases; a field given twice is a trick, not an answer,
    where not several things can be chosen, each once; and so are a file where words are asked for and marks that pile
    up without end."""
    typed = request.get_data() if request.mimetype == URLENCODED else b""
    for sent in (request.query_string, typed):
        if not sent.isascii() and _undecodable(sent):
            request.query_string = b""  # the page that refuses it could not name it
            abort(400)
    if not all(map(FILE_FIELD.fullmatch, request.files)):
        abort(400)
    for values, sent, several in ((request.args, request.query_string, NONE), (request.form, typed, SEVERAL)):
        texts: list[str] = []
        for name, answers in values.lists():
            if len(answers) > (len(set(answers)) if name in several else 1):
                abort(400)
            texts += (name, *answers)
        everything = "\n".join(texts)
        if _broken(everything) or ("%" in everything and _undecodable(sent)):  # a "%" typed, or bytes that mean nothing
            abort(400)
    if _broken(request.path) or any(piled_up(file.filename or "") for _, file in request.files.items(multi=True)):
        abort(400)


def _undecodable(percent_encoded: bytes) -> bool:
    """Whether it stands for bytes that are no UTF-8; parsing it would keep them as "%FF"."""
    try:
        unquote_to_bytes(percent_encoded).decode()
    except UnicodeDecodeError:
        return True
    return False


def _broken(text: str) -> bool:
    return "\x00" in text if text.isascii() else BROKEN.search(text) is not None or piled_up(text)


def _allowed() -> Response | None:
    if request.endpoint is None:
        return None  # no such address: the 404 page answers
    permission = declared(current_app, request.endpoint)
    if permission is None:
        abort(500)
    if request.endpoint == "static":
        return None
    g.viewer = current_app.extensions["propman.viewer"]()
    if current_viewer().may(permission):
        return None
    if not current_viewer().signed_in:
        return redirect(url_for("accounts.sign_in", next=_return_path()), code=303)
    note_denial(permission=permission.value)
    abort(403)


def note_denial(**details: object) -> None:
    """Write down that this viewer was refused here, in a transaction of its own."""
    endpoint, actor_id, now = request.endpoint, current_viewer().user_id, clock.now()
    db.session.rollback()
    apart(
        lambda session: record(
            session, act="denied", subject_kind="view", subject_id=endpoint, actor_id=actor_id, now=now, **details
        )
    )


def _return_path() -> str | None:
    return request.full_path.rstrip("?") if request.method == "GET" else None
