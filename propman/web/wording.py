"""Words in the reader's language: found once for a request, not once for a word. A page has hundreds of them."""

from __future__ import annotations

from functools import cache, cached_property

from babel.support import NullTranslations, Translations
from flask import Flask, g, has_app_context
from flask_babel import Babel, Domain, get_locale
from markupsafe import Markup

Words = Translations | NullTranslations


class Wording(Babel):
    """Flask-Babel, with a domain that remembers the translations of the language in use."""

    @cached_property
    def domain_instance(self) -> Domain:
        """The one domain of the pages."""
        return _Remembering()


class _Remembering(Domain):
    """Language and translations stay together, so that another language (`force_locale`) brings its own."""

    def get_translations(self) -> Words:
        """The translations of the language in use; outside a request and its like, none."""
        if not has_app_context():
            return NullTranslations()
        here = g.get("_flask_babel")
        if here is not None and "wording" in vars(here) and here.wording[0] is vars(here).get("babel_locale"):
            return here.wording[1]  # type: ignore[no-any-return]
        locale, found = get_locale(), super().get_translations()
        g._flask_babel.wording = locale, found
        return found  # type: ignore[no-any-return]


def install(app: Flask) -> None:
    """Let the templates of `app` find a word in one step. Every template is HTML, so every text is escaped once."""
    domain = app.extensions["babel"].instance.domain_instance

    @cache  # templates name a few thousand texts, and there are two languages
    def marked(words: Words, text: str) -> Markup:
        return Markup(words.ugettext(text))  # noqa: S704 - our own words

    @cache  # as with facts, "%%" is one per cent sign
    def plain(words: Words, text: str) -> Markup:
        return marked(words, text) % {}

    def gettext(text: str, /, **facts: object) -> Markup:
        words = domain.get_translations()
        return marked(words, text) % facts if facts else plain(words, text)

    def ngettext(one: str, many: str, number: int, /, **facts: object) -> Markup:
        text = domain.get_translations().ungettext(one, many, number)
        return Markup(text) % {"num": number, **facts}  # noqa: S704 - our own words

    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext)
