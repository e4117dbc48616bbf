"""The steps that one may take for a report, as buttons: each leads to its page, below the address of the report."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from flask import current_app, request, url_for
from markupsafe import Markup, escape

from propman.tickets.forms.staff import FORMS
from propman.tickets.labels import BUTTONS
from propman.tickets.views.timeline import SIGNS
from propman.tickets.workflow import Action
from propman.web.filters import language
from propman.web.speech import speech

OPEN = 3  # buttons that stand open; the others are one press further


def drawn_buttons(number: str, moves: Sequence[Action], *, first: str) -> tuple[Markup, Markup]:
    """The buttons of `moves` that stand open, and the others, as HTML; the first is `first`: "primary" or "quiet"."""
    words, here = _words(language(), request.root_path), escape(url_for("tickets.ticket", number=number))
    drawn = [
        f'<a class="button {"quiet" if at else first}" href="{here}/{action.value}">{words[action]}</a>'
        for at, action in enumerate(moves)
    ]
    return Markup("\n".join(drawn[:OPEN])), Markup("\n".join(drawn[OPEN:]))  # noqa: S704 - each part was escaped


@cache
def _words(_language: str, _root: str) -> dict[Action, str]:
    """Sign and words of each step, for a reader and where the site begins."""
    icon: Any = current_app.jinja_env.globals["icon"]
    return {
        action: f"{icon(SIGNS[action])}<span>{escape(word)}</span>"
        for action, word in speech().of(BUTTONS).items()
        if action in FORMS
    }
