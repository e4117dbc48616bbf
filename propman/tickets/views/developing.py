"""Photographs that came with a form, drawn anew before anything is written."""

from __future__ import annotations

from dataclasses import replace

from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField

from propman.db import db
from propman.errors import Refused
from propman.files.operations import Upload, prepare

Photographs = dict[str, list[Upload]]


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


def _drawn(field: str, uploads: list[Upload]) -> list[Upload]:
    try:
        pictures = prepare(uploads)
    except Refused as refusal:
        refusal.field = field
        raise
    return [replace(upload, picture=picture) for upload, picture in zip(uploads, pictures, strict=True)]
