"""Days, times and numbers are read from the same digits everywhere: 0 to 9, typed full-width too, and no others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms.validators import Optional

from propman import clock
from propman.accounts.forms import EndRoleForm
from propman.backlog.forms import NarrowForm
from propman.backlog.rows import _moment, _Unusable
from propman.catalogue.forms.festivals import HolidayForm
from propman.communities.forms import SeasonForm
from propman.digits import narrow, ordinary
from propman.errors import Refused
from propman.inspections.questions import MonthForm
from propman.sheets import values
from propman.web.fields import ClockField, DayField, NumberField

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NONE = "refused"
SCRIPTS = {
    "ordinary": "0123456789", "full-width": "０１２３４５６７８９", "Arabic-Indic": "٠١٢٣٤٥٦٧٨٩",
    "Persian": "۰۱۲۳۴۵۶۷۸۹", "Devanagari": "०१२३४५६७८९",
}  # fmt: skip


class Paper(FlaskForm):
    on = DayField("on")
    at = ClockField("at", [Optional()])
    count = NumberField("count", [Optional()])


def field(form: type[FlaskForm], name: str) -> Callable[[str], Any]:
    """What a field of a form makes of what was typed; that alone is looked at."""

    def read(typed: str) -> Any:
        class Bare(form):  # type: ignore[misc,valid-type]
            class Meta(form.Meta):  # type: ignore[name-defined]
                csrf = False

        sent = Bare(MultiDict({name: typed}))
        sent.validate()
        return NONE if sent[name].errors else sent[name].data

    return read


def cell(read: Callable[..., Any]) -> Callable[[str], Any]:
    """What a column of a table makes of it."""

    def tried(typed: str) -> Any:
        try:
            return read(typed)
        except (Refused, _Unusable):
            return NONE

    return tried


class _Zoned:
    zone, format = clock.SHANGHAI, ""


class _Written(_Zoned):
    format = "%Y／%m／%d %H:%M"


def moment(by: Any) -> Callable[[str], Any]:
    return lambda typed: _moment(typed, by, "opened", datetime(2027, 1, 1, tzinfo=UTC))


DAY, NIGHT = date(2026, 3, 9), datetime(2026, 3, 8, 22, 5, tzinfo=UTC)
READERS: dict[str, tuple[Callable[[str], Any], str, Any]] = {
    "a day of a form": (field(Paper, "on"), "2026-03-09", DAY),
    "a time of a form": (field(Paper, "at"), "06:05", time(6, 5)),
    "a number of a form": (field(Paper, "count"), "120", 120),
    "the end of a post": (field(EndRoleForm, "ends_on"), "2026-03-09", DAY),
    "a weekend day that is worked": (field(HolidayForm, "made_up"), "2026-03-08，2026-03-14", None),
    "a day of every year": (field(SeasonForm, "starts"), "10-20", "10-20"),
    "a month in a list": (field(MonthForm, "month"), "2026-03", "2026-03"),
    "a month of what was taken over": (field(NarrowForm, "month"), "2026-03", "2026-03"),
    "a day in a table": (cell(values.day), "2026-03-09", DAY),
    "a number in a table": (cell(values.whole), "120", 120),
    "a moment taken over": (cell(moment(_Zoned)), "2026-03-09 06:05", NIGHT),
    "a moment in another way": (cell(moment(_Written)), "2026／03／09 06:05", NIGHT),
}


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("what", READERS)
def test_every_reader_reads_the_same_digits(app: Flask, what: str, script: str) -> None:
    read, typed, meant = READERS[what]
    with app.test_request_context("/?lang=en", headers={"Accept-Language": "en"}):
        found = read(typed.translate(str.maketrans(SCRIPTS["ordinary"], SCRIPTS[script])))
    if script in ("ordinary", "full-width"):
        assert found != NONE
        assert meant is None or found == meant
    else:
        assert found == NONE


@pytest.mark.parametrize(
    ("typed", "is_", "reads"),
    [
        ("２０２６－０３－０９", "2026-03-09", True), ("０６：０５", "06:05", True), ("１　２", "1 2", True),
        ("漏水", "漏水", True), ("三楼", "三楼", True), ("٢٠٢٦", "٢٠٢٦", False), ("1²", "1²", False), ("①", "①", False),
    ],
)  # fmt: skip
def test_full_width_is_ordinary_and_no_other_script_is(database_url: str, typed: str, is_: str, reads: bool) -> None:
    assert narrow(typed) == is_
    if reads:
        assert ordinary(typed) == is_
    else:
        with pytest.raises(ValueError, match=typed):
            ordinary(typed)


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("on", "٢٠٢٦-٠٣-٠٩", "٢٠٢٦-٠٣-٠٩ is not a day. Write year-month-day: 2026-03-09."),
        ("on", "٢٠٢٦-03-09", "٢٠٢٦-03-09 is not a day. Write year-month-day: 2026-03-09."),
        ("on", "2026-03-1٩", "2026-03-1٩ is not a day. Write year-month-day: 2026-03-09."),
        ("at", "٠٦:٠٥", "٠٦:٠٥ is not a time. Write it like 22:00."), ("count", "١٢", "١٢ is not a whole number."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_as_it_was_typed(app: Flask, name: str, typed: str, said: str) -> None:
    with app.test_request_context("/?lang=en", headers={"Accept-Language": "en"}):
        form = Paper(MultiDict({name: typed}), meta={"csrf": False})
        form.validate()
        assert (form[name].errors, form[name]._value()) == ([said], typed)
