"""The sentences behind topics, in the reader's language. Each feature brings its own; this room knows none of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Flask, current_app
from flask_babel import force_locale, gettext, ngettext

from propman.notify.models import Notice

TEXTS = "propman.notice_texts"


def register_texts(app: Flask, texts: Mapping[str, str]) -> None:
    """Make `texts` known to `app`: topic -> English sentence marked with `N_`, with %(name)s places for the facts."""
    app.extensions.setdefault(TEXTS, {}).update(texts)


def sentence(topic: str, facts: Mapping[str, Any]) -> str:
    """The sentence of `topic` filled with `facts`, in the language of the moment.

    A row may be older than the program: what it lacks must not take the whole inbox away.
    """
    text = current_app.extensions.get(TEXTS, {}).get(topic)
    try:
        return str(gettext(text) % facts if text else gettext("There is news for you."))
    except KeyError:
        return str(gettext("There is news for you."))


def short(notices: Sequence[Notice], *, language: str) -> str:
    """The SMS for `notices`, in `language`: what happened last, and how much came before it."""
    with force_locale(language):
        said, more = sentence(notices[-1].topic, notices[-1].facts), len(notices) - 1
        rest = ngettext("(and %(num)d more)", "(and %(num)d more)", more)
        return f"{said} {rest}" if more else said


def letter(notices: Sequence[Notice], *, language: str, base_url: str) -> tuple[str, str]:
    """Subject and body of the e-mail for `notices`, in `language`, with the full address of what each opens."""
    with force_locale(language):
        subject = sentence(notices[0].topic, notices[0].facts)
        if len(notices) > 1:
            subject = ngettext("%(num)d message", "%(num)d messages", len(notices))
        lines: list[str] = []
        for notice in notices:
            lines += [
                sentence(notice.topic, notice.facts),
                "",
                gettext("Open it here:"),
                f"{base_url}{notice.link}",
                "",
            ]
        lines.append(gettext("This message was sent by propman. Answers to it are not read."))
    return subject, "\n".join(lines) + "\n"
