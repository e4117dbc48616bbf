"""Signs and badges, which pages show by the hundred: each is written once and then taken from memory."""

from __future__ import annotations

from functools import lru_cache

from flask import Flask, request
from markupsafe import Markup

from propman.web.static_files import address_maker

MOST = 4000  # badges carry days and names, so that the oldest are let go of


def install(app: Flask) -> None:
    """Let the templates of `app` draw signs and badges; the macros of the same names hand them on."""
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

    app.jinja_env.globals.update(url_for=address, icon=icon, badge=badge)
