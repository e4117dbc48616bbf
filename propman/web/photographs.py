"""Photographs in with a form, drawn anew before anything is written; and out, never cached, never run as anything else.

Which photographs somebody may see, the room knows on whose things they hang.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, current_app, request
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField

from propman.db import db
from propman.errors import NotFound, Refused
from propman.files.models import Photo
from propman.files.operations import Upload, prepare
from propman.files.store import FileStore

Photographs = dict[str, list[Upload]]

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def store() -> FileStore:
    """The photo store of this installation."""
    return FileStore(current_app.extensions["propman.settings"].files_dir)


def developed(form: FlaskForm) -> Photographs:
    """The photographs in `form` by field, read and drawn anew; an empty choice is none.

    That takes up to seconds, and SQLite has one writer: what the request has read so far is let go of first, so that
    nobody waits. Called before the first write. Raises `Refused` 413, 415, 422 or 503 for the field of the photo.
    """
    fields = [field for field in form if isinstance(field, MultipleFileField)]
    read = {field.name: [Upload(file.read(), file.filename or "") for file in field.data or ()] for field in fields}
    if any(read.values()):
        db.session.rollback()
    return {name: _drawn(name, uploads) for name, uploads in read.items()}


def fingerprint_of(photographs: Photographs) -> dict[str, list[bytes]]:
    """What `photographs` are, for the fingerprint of a form's key: their bytes as they came."""
    return {name: [upload.data for upload in uploads] for name, uploads in photographs.items()}


def sent(photo: Photo) -> Response:
    """The picture of `photo`, or with `?size=thumb` its thumbnail; another size is answered 400.

    Raises `NotFound` where the file is gone.
    """
    size = request.args.get("size")
    if size not in {None, "thumb"}:
        abort(400)
    try:
        data = store().read(photo.thumb_key if size else photo.key)
    except FileNotFoundError:
        raise NotFound() from None
    return Response(data, mimetype="image/webp", headers=HEADERS)


def _drawn(field: str, uploads: list[Upload]) -> list[Upload]:
    try:
        pictures = prepare(uploads)
    except Refused as refusal:
        refusal.field = field
        raise
    return [replace(upload, picture=picture) for upload, picture in zip(uploads, pictures, strict=True)]
