"""What happened, line by line, as pages show it: the `timeline` of _macros/ticket.html."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Flask
from markupsafe import Markup, escape

from propman.web.filters import moment
from propman.web.speech import speech


class Line(NamedTuple):
    """One line, in words."""

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


def install(app: Flask) -> None:
    """Let the templates of `app` draw timelines."""
    icon: Any = app.jinja_env.globals["icon"]

    def drawn(line: Line) -> str:
        """One line as HTML: each part is escaped here."""
        at, title, who, sign, tone, note, erased, photos, voice, _since = line
        by = f" · {escape(who)}" if who else ""
        said = f'<p class="note">{escape(speech()("The words were erased."))}</p>' if erased else ""
        if note and not erased:
            said = f'<p class="said">{escape(note)}</p>'
        macros: Any = app.jinja_env.get_template("_macros/ticket.html").module if voice or photos else None
        brought = (macros.voice(voice) if voice else "") + (macros.photos(photos) if photos else "")
        return (
            f'<li class="{tone}"><span class="mark">{icon(sign)}</span><p class="what">{escape(title)}</p>'
            f'<p class="note"><time datetime="{at.isoformat()}">{moment(at)}</time>{by}</p>{said}{brought}</li>'
        )

    def timeline(lines: Iterable[Line]) -> Markup:
        return Markup(f'<ol class="timeline">{"".join(map(drawn, lines))}</ol>')  # noqa: S704 - each part was escaped

    app.jinja_env.globals["timeline"] = timeline
