"""Months in addresses, as everywhere: 2026-10."""

from __future__ import annotations

from datetime import date


def month_text(month: date) -> str:
    """`month` as it stands in addresses: 2026-10."""
    return month.isoformat()[:7]
