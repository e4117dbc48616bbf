"""Signs and badges, which pages show by the hundred: each is written once and then taken from memory. Deadlines."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from flask import Flask, request
from markupsafe import Markup, escape

from propman.text import N_
from propman.web.filters import left, moment
from propman.web.speech import speech
from propman.web.static_files import address_maker

CLOCK_TONES = {"running": "idle", "soon": "soon", "over": "over", "paused": "idle", "met": "ok", "missed": "over",
               "none": "idle"}  # fmt: skip
CLOCK_SIGNS = {"paused": "pause", "met": "check", "over": "warn", "missed": "warn"}
CLOCK_WORDS = {"none": N_("no time limit"), "paused": N_("paused"), "met": N_("in time"), "missed": N_("late")}
"""How a deadline stands: the others say how much time is left."""

MOST = 4000  # badges carry days and names, so that the oldest are let go of


def install(app: Flask) -> None:
    """Let the templates of `app` draw signs, badges and clocks; the macros of the same names hand them on."""
    address = address_maker()

    @lru_cache(maxsize=MOST)
    def drawn(_root: str, name: str, label: str | None, size: str) -> Markup:
        kind = f" icon-{size}" if size else ""
        told = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        sign = Markup('<svg class="icon{}" {} focusable="false"><use href="{}#{}"/></svg>')
        return sign.format(kind, told, address("static", filename="icons.svg"), name)

    @lru_cache(maxsize=MOST)
    def badged(root: str, label: str, tone: str, sign: str | None) -> Markup:
        before = drawn(root, sign, None, "") if sign else ""
        return Markup('<span class="badge {}">{}<span>{}</span></span>').format(tone, before, label)

    def icon(name: str, label: str | None = None, size: str = "") -> Markup:
        return drawn(request.root_path, name, label, size)

    def badge(label: object, tone: str = "idle", sign: str | None = None) -> Markup:
        return badged(request.root_path, label if isinstance(label, str) else str(label), tone, sign)

    def clock(label: str, standing: str, due_at: datetime | None = None, words: str | None = None) -> Markup:
        sign = drawn(request.root_path, CLOCK_SIGNS.get(standing, "clock"), None, "")
        return _clock(sign, label, standing, due_at, words)

    app.jinja_env.globals.update(url_for=address, icon=icon, badge=badge, clock=clock)


def _clock(sign: Markup, label: str, standing: str, due_at: datetime | None, words: str | None) -> Markup:
    before = f"{escape(label)}{'' if label.endswith('：') else ' '}" if label else ""  # which brings its own room
    told = str(escape(words or speech()(CLOCK_WORDS[standing]))) if words or standing in CLOCK_WORDS else ""
    if not told and due_at is not None:
        rest = escape(left(due_at))
        told = f'<time datetime="{due_at.isoformat()}" title="{moment(due_at)}" data-due>{rest}</time>'
    whole = f'<span class="badge clock {CLOCK_TONES[standing]}">{sign}<span>{before}{told}</span></span>'
    return Markup(whole)  # noqa: S704 - each part was escaped
