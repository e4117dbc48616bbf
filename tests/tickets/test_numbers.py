"""Numbers and PINs as people write them."""

from __future__ import annotations

import pytest

from propman.tickets.tracking import NUMBER, draw_number, may_be_read_out, pin, read_number, read_pin, secret
from tests.shipped import at

KEYS = {"a": b"a" * 32, "b": b"b" * 32}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2611-0482915", "2611-0482915"),
        (" 2611 0482915 ", "2611-0482915"),
        ("26110482915", "2611-0482915"),
        ("２６１１－０４８２９１５", "2611-0482915"),
        ("2611–0482915", "2611-0482915"),
        ("2611-048291", None),
        ("2611-04829155", None),
        ("2611-O482915", None),
        ("٢٦١١-٠٤٨٢٩١٥", None),
        ("", None),
    ],
)
def test_number(typed: str, read: str | None) -> None:
    assert read_number(typed) == read


@pytest.mark.parametrize(
    ("typed", "read"),
    [("123456", "123456"), ("123 456", "123456"), ("１２３４５６", "123456"), ("12345", None), ("12345a", None)],
)
def test_pin(typed: str, read: str | None) -> None:
    assert read_pin(typed) == read


def test_drawn_number_reads_as_itself() -> None:
    number = draw_number(at("2026-11-24 09:00").date())

    assert NUMBER.fullmatch(number)
    assert read_number(number) == number


def test_pin_and_secret_hang_on_ticket_and_key_and_on_nothing_else() -> None:
    assert pin(7, "a", KEYS) == pin(7, "a", KEYS)
    assert len({secret(ticket_id, key, KEYS) for ticket_id in range(50) for key in KEYS}) == 100
    assert len({pin(ticket_id, key, KEYS) for ticket_id in range(50) for key in KEYS}) > 95
    assert {len(secret(1, "a", KEYS)), len(pin(1, "a", KEYS))} == {26, 6}


@pytest.mark.parametrize(
    ("came", "now", "may"),
    [
        ("2026-11-27 23:59", "2026-11-28 00:05", True), ("2026-11-27 09:00", "2026-11-27 20:59", True),
        ("2026-11-27 09:00", "2026-11-27 21:00", False), ("2026-11-27 00:01", "2026-11-27 23:59", False),
        ("2026-11-27 23:59", "2026-11-28 11:58", True), ("2026-11-27 23:59", "2026-11-28 11:59", False),
    ],
)  # fmt: skip
def test_a_pin_is_read_out_for_twelve_hours_whatever_the_calendar_says(came: str, now: str, may: bool) -> None:
    assert may_be_read_out(at(came), at(now)) is may
