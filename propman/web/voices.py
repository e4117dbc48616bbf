"""Voice notes in with a form, recorded anew before anything is written; and out, whole or in the part asked for.

Which voice notes somebody may hear, the room knows to whose things they belong.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_wtf import FlaskForm
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response as AnyResponse

from propman.db import db
from propman.errors import NotFound
from propman.voice.booth import record_anew
from propman.voice.gate import FIELD
from propman.voice.models import VoiceNote
from propman.voice.operations import Spoken
from propman.voice.queries import shelf
from propman.web.photographs import HEADERS, store


def recorded(form: FlaskForm) -> Spoken | None:
    """The voice note in `form`, read and recorded anew; None where there is none.

    That takes up to seconds: what the request has read so far is let go of first, as for photographs. Called before the
    first write. Raises `Refused` 413, 415, 422 or 503 for its field.
    """
    file = form[FIELD].data if FIELD in form else None
    if not file:
        return None
    data = file.read()
    db.session.rollback()
    return Spoken(data, record_anew(data))


def digest_of(voice: Spoken | None) -> dict[str, Any]:
    """What `voice` is, for the fingerprint of a form's key: its bytes as they came."""
    return {FIELD: voice.data if voice else None}


def sent(note: VoiceNote) -> AnyResponse:
    """The sound of `note`, or the part of it that the request asks for (RFC 9110, 14): 206, and 416 for what is behind
    its end. Telephones play nothing that they cannot ask for in parts. Raises `NotFound` where the file is gone.
    """
    try:
        data = shelf(store()).read(note.key)
    except FileNotFoundError:
        raise NotFound() from None
    answer = Response(data, mimetype="audio/mp4", headers=HEADERS)
    try:
        return answer.make_conditional(request, accept_ranges=True, complete_length=len(data))
    except RequestedRangeNotSatisfiable:
        return Response(status=416, mimetype="audio/mp4", headers={**HEADERS, "Content-Range": f"bytes */{len(data)}"})
