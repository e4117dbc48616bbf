"""What the macro `timeline` of _macros/ticket.html shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple


class Line(NamedTuple):
    """One line of what happened, in words. The macro takes its fields in this order."""

    at: datetime
    title: str
    who: str | None = None
    sign: str = "info"
    tone: str = "idle"
    note: str | None = None
    erased: bool = False
    photos: Sequence[Mapping[str, str]] = ()
    voice: Mapping[str, object] | None = None
    said_since: bool = False  # by the reporter, after the report was sent
