"""Limits as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from propman.limits import Limit, LimitKind


@pytest.mark.parametrize(
    ("written", "kind", "number", "span"),
    [
        ("at once", LimitKind.AT_ONCE, 0, timedelta(minutes=15)),
        ("15 min", LimitKind.MINUTES, 15, timedelta(minutes=15)),
        ("24 h", LimitKind.HOURS, 24, timedelta(hours=24)),
        ("1 day", LimitKind.DAYS, 1, None),
        ("999 days", LimitKind.DAYS, 999, None),
        ("–", LimitKind.NONE, 0, None),
        ("agreed", LimitKind.AGREED, 0, None),
        ("by grade", LimitKind.BY_GRADE, 0, None),
    ],
)
def test_limit_is_read_and_written_alike(written: str, kind: LimitKind, number: int, span: timedelta | None) -> None:
    limit = Limit.parse(written)
    assert (limit.kind, limit.number, limit.span) == (kind, number, span)
    assert str(limit) == written


@pytest.mark.parametrize(
    ("typed", "means"), [(" 24h ", "24 h"), ("3 day", "3 days"), ("At  Once", "at once"), ("15 MIN", "15 min")]
)
def test_limit_forgives_spaces_and_capitals(typed: str, means: str) -> None:
    assert str(Limit.parse(typed)) == means


@pytest.mark.parametrize(
    "typed", ["", "soon", "0 h", "-1 h", "1.5 h", "24", "h", "1000 days", "12/24/48 h", "３ days", "3 weeks", "1 h\x00"]
)
def test_anything_else_is_refused_by_name(typed: str) -> None:
    with pytest.raises(ValueError, match="is no limit") as refusal:
        Limit.parse(typed)
    assert repr(typed) in str(refusal.value)
