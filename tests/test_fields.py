"""What fields make of what people type, and how they say what they cannot read."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import SelectMultipleField
from wtforms.validators import Optional

import propman
from propman.web.fields import AmountField, DayField, NumberField, QuantityField, words_field
from propman.web.guard import SEVERAL

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Paper(FlaskForm):
    class Meta:
        csrf = False

    on = DayField("on")
    count = NumberField("count", [Optional()])
    amount = AmountField("amount", [Optional()])
    quantity = QuantityField("quantity", [Optional()])
    words = words_field("words", most=4)


def filled(app: Flask, **typed: str) -> Paper:
    with app.test_request_context("/?lang=en", headers={"Accept-Language": "en"}):
        form = Paper(MultiDict(typed))
        form.validate()
        for field in form:
            field.errors = [str(error) for error in field.errors]
        return form


@pytest.mark.parametrize(
    ("name", "typed", "read"),
    [
        ("amount", "1,234.5", 123450), ("amount", "￥１００ 元", 10000), ("amount", "0", 0), ("amount", " ", None),
        ("quantity", "12.5", Decimal("12.5")), ("quantity", "１２００", Decimal(1200)), ("quantity", "", None),
        ("quantity", "0.1250", Decimal("0.125")), ("words", "  屋面 \u3000 东 ", "屋面 东"), ("count", "１２", 12),
        ("on", "", None),
    ],
)  # fmt: skip
def test_what_can_be_read_is_read(app: Flask, name: str, typed: str, read: Any) -> None:
    field = filled(app, **{name: typed})[name]
    assert (field.data, list(field.errors)) == (read, [])


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("on", "0001-01-01", "0001-01-01 cannot be meant. Look at the year."),
        ("on", "2026-02-30", "2026-02-30 is not a day. Write year-month-day: 2026-03-09."),
        ("count", "many", "many is not a whole number."),
        ("amount", "-1", "-1 is not an amount in yuan."),
        ("amount", "1.234", "1.234 is not an amount in yuan."),
        ("quantity", "1.2345", "1.2345 is not a quantity: digits and at most three decimals."),
        ("quantity", "-3", "-3 is not a quantity: digits and at most three decimals."),
        ("quantity", "1e9", "1e9 is not a quantity: digits and at most three decimals."),
        ("words", "长长长长长", "Please keep it to 4 characters."),
    ],
)
def test_what_cannot_be_read_is_named_and_stays_in_the_field(app: Flask, name: str, typed: str, said: str) -> None:
    field = filled(app, **{name: typed})[name]
    assert list(field.errors) == [said]
    assert field._value() == typed


def test_what_is_stored_is_shown_as_one_would_type_it(app: Flask) -> None:
    with app.test_request_context():
        form = Paper(data={"amount": 123450, "quantity": Decimal("1200.000")})
        assert (form.amount._value(), form.quantity._value()) == ("1,234.50", "1200")


def every_kind_of(form: type[FlaskForm]) -> set[type[FlaskForm]]:
    return {form}.union(*(every_kind_of(one) for one in form.__subclasses__()))


def test_where_several_things_can_be_ticked_several_are_taken(app: Flask) -> None:
    """Every other field that comes twice is refused (`guard`)."""
    for module in walk_packages(propman.__path__, "propman."):
        if "form" in module.name:
            import_module(module.name)
    fields = [
        pair for form in every_kind_of(FlaskForm) for pair in vars(form).items() if hasattr(pair[1], "field_class")
    ]
    assert {name for name, field in fields if issubclass(field.field_class, SelectMultipleField)} == SEVERAL
