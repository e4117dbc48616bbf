"""Macros of forms and reports: what was typed is kept, a mistake leads to its field, nothing typed becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, MultipleFileField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from propman.clock import now
from propman.web import filters, signs, static_files

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = "\"><script>alert('x')</script>{{ 7919 * 7907 }}"
FORM = """
{% from "_macros/forms.html" import post, summary, field, tiles, photos, submit %}
{{ summary(form) }}
{% call post("/send", form, files=true) %}
{{ tiles(form.category, {"lift": "lift"}) }}{{ field(form.floor, hint="As on the door.") }}{{ field(form.words) }}
{{ photos(form.photos, again=form.errors) }}{{ submit("Send") }}
{% endcall %}
"""


class Report(FlaskForm):
    """As a resident sees it, in little."""

    key = HiddenField(default="k1")
    category = RadioField(
        "What?",
        choices=[SelectChoice("lift", "Lift"), SelectChoice("gas", "Gas")],
        validators=[InputRequired("Choose one.")],
    )
    floor = StringField("Floor", validators=[Length(max=3, message="Three letters at most.")])
    words = TextAreaField("Words", validators=[Length(max=100)])
    photos = MultipleFileField("Photos")


@pytest.fixture
def request_context() -> Iterator[None]:
    """An application that knows the templates and the filters and nothing else."""
    app = Flask("propman", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static"))
    app.config["SECRET_KEY"] = "for this test only"
    Babel(app, default_locale="en", default_timezone="Asia/Shanghai")
    CSRFProtect(app)
    filters.install(app)
    static_files.install(app)
    signs.install(app)
    with app.test_request_context():
        yield


def refused(**typed: str) -> str:
    """The page of a form that was sent with `typed` and refused."""
    form = Report(MultiDict(typed))
    assert not form.validate()
    return render_template_string(FORM, form=form)


@pytest.mark.usefixtures("request_context")
def test_a_refused_form_keeps_what_was_typed_and_its_key() -> None:
    page = refused(floor="far too high", words="Water runs down the wall", category="lift", key="k7")
    assert 'value="far too high"' in page
    assert "Water runs down the wall</textarea>" in page
    assert re.search(r'<input checked id="category-0"', page)
    assert page.count('name="key"') == 1
    assert 'value="k7"' in page
    assert page.count('name="csrf_token"') == 1


@pytest.mark.usefixtures("request_context")
def test_every_mistake_leads_to_its_field_and_is_read_with_it() -> None:
    page = refused(floor="far too high")
    targets = re.findall(r'<li><a href="#([\w-]+)">', page)
    assert targets == ["category-0", "floor"]
    assert all(re.search(rf'<input [^>]*id="{target}"', page) for target in targets)
    [floor] = re.findall(r'<input [^>]*id="floor"[^>]*>', page)
    assert 'aria-describedby="floor-hint floor-error"' in floor
    assert 'aria-invalid="true"' in floor
    assert {"floor-hint", "floor-error"} <= set(re.findall(r'id="([\w-]+)"', page))
    assert "choose them again" in page


@pytest.mark.usefixtures("request_context")
def test_a_form_not_yet_sent_shows_no_mistake() -> None:
    page = render_template_string(FORM, form=Report())
    assert not re.search(r'aria-invalid|role="alert"|choose them again', page)


@pytest.mark.usefixtures("request_context")
def test_nothing_typed_becomes_markup() -> None:
    page = refused(floor=HOSTILE, words=HOSTILE, key=HOSTILE)
    assert not re.search("<script>alert|62615533", page)


CLOCKS: list[tuple[str, timedelta | None, str, str]] = [
    ("running", timedelta(hours=5, minutes=1, seconds=30), "idle", "5 h 1 min left"),
    ("soon", timedelta(minutes=32, seconds=30), "soon", "32 min left"),
    ("over", timedelta(hours=-3, seconds=-30), "over", "3 h over"),
    ("paused", None, "idle", "paused"),
    ("met", None, "ok", "in time"),
    ("missed", None, "over", "late"),
    ("none", None, "idle", "no time limit"),
]


@pytest.mark.usefixtures("request_context")
@pytest.mark.parametrize(
    ("label", "shown"), [("Repair:", "Repair: paused"), ("修好：", "修好：paused"), ("", "paused")]
)
def test_a_full_width_colon_brings_its_own_room(label: str, shown: str) -> None:
    drawn = render_template_string(
        '{% from "_macros/ticket.html" import clock %}{{ clock(label, "paused") }}', label=label
    )
    assert re.sub(r"<[^>]+>", "", drawn) == shown


@pytest.mark.usefixtures("request_context")
@pytest.mark.parametrize(("standing", "rest", "tone", "words"), CLOCKS, ids=[row[0] for row in CLOCKS])
def test_a_clock_says_what_its_colour_says(standing: str, rest: timedelta | None, tone: str, words: str) -> None:
    due = None if rest is None else now() + rest
    source = '{% from "_macros/ticket.html" import clock %}{{ clock("", standing, due) }}'
    drawn = render_template_string(source, standing=standing, due=due)
    assert f"badge clock {tone}" in drawn
    assert words in re.sub(r"<[^>]+>", "", drawn)
