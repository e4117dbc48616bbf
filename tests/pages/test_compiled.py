"""Templates are compiled once per language: constant words, signs and addresses are written into them."""

from __future__ import annotations

import pytest
from flask import Flask

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ZH, EN = {"Accept-Language": "zh"}, {"Accept-Language": "en"}


def compiled(app: Flask, template: str, headers: dict[str, str]) -> str:
    """The program that Jinja makes of `template` for a reader."""
    with app.test_request_context("/", headers=headers):
        return str(app.jinja_env.compile(template, raw=True))


@pytest.mark.parametrize(
    ("template", "zh", "en"),
    [
        ('{{ _("Search") }}', "查找", "Search"),
        ('{{ _("%(span)s left", span="<{}>") }}', "&lt;{}&gt;", "&lt;{}&gt; left"),
        ('{{ url_for("portal.glossary") }}', "/glossary", "/glossary"),
        ('{{ icon("mark", _("Search")) }}', 'aria-label="查找"', 'aria-label="Search"'),
        ('<b title="{{ _("Search") }}">{% if viewer %}{{ _("Search") }}{% endif %}</b>', '"查找">', '"Search">'),
    ],
)
def test_what_is_constant_is_written_into_the_program(app: Flask, template: str, zh: str, en: str) -> None:
    for headers, words in ((ZH, zh), (EN, en)):
        program = compiled(app, template, headers)
        assert words in program.replace("\\'", "'")
        assert "context.call" not in program


@pytest.mark.parametrize(
    "template", ["{{ _(word) }}", '{{ _("%(span)s left", span=word) }}', "{{ icon(word) }}", '{{ url_for(".search") }}']
)
def test_what_may_change_is_asked_for_each_time(app: Flask, template: str) -> None:
    assert "context.call" in compiled(app, template, ZH)


def test_each_reader_gets_the_own_language_and_addresses(app: Flask) -> None:
    client = app.test_client()
    for _time in range(2):
        assert "<title>登录" in client.get("/sign-in", headers=ZH).text
        assert "<title>Sign in" in client.get("/sign-in", headers=EN).text
    below = client.get("/sign-in", headers=ZH, environ_overrides={"SCRIPT_NAME": "/propman"}).text
    assert 'href="/propman/glossary"' in below
    assert 'href="/glossary"' in client.get("/sign-in", headers=ZH).text


def test_without_a_reader_nothing_is_written_in(app: Flask) -> None:
    with app.app_context():
        assert "context.call" in str(app.jinja_env.compile('{{ _("Search") }}', raw=True))
