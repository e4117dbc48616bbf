"""Words for templates: roles, telephone numbers, browsers, names of people who may have been erased."""

from __future__ import annotations

from flask import Flask
from flask_babel import gettext

from propman.accounts import phones
from propman.accounts.role_rules import ROLE_WORDS
from propman.roles import Role


def install(app: Flask) -> None:
    """Make the filters known to the templates of `app`."""
    app.jinja_env.filters.update(
        role_word=role_word, phone=phones.shown, masked_phone=phones.mask, browser_words=browser_words,
        person_word=person_word,
    )  # fmt: skip


def role_word(role: Role) -> str:
    """What people call a role."""
    return str(gettext(ROLE_WORDS[role]))


def person_word(name: str | None) -> str:
    """A person's name, or that it was erased."""
    return name or str(gettext("erased"))


def browser_words(browser: str) -> str:
    """ "Chrome, Android" as a sentence part in the reader's language; "" is a browser that did not say."""
    name, _comma, system = browser.partition(", ")
    if name and system:
        return str(gettext("%(browser)s on %(system)s", browser=name, system=system))
    return name or str(gettext("unknown browser"))
