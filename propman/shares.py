"""Shares: so many of so many, and between what the share lies (Wilson). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

Z = 1.959963984540054  # of a two-sided interval of 95 %


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % interval of Wilson for `k` of `n`, n > 0 and 0 <= k <= n (Wilson 1927)."""
    share, square = k / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z / (1 + square / n) * sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Rate:
    """`k` of `n`."""

    k: int
    n: int

    @property
    def value(self) -> float | None:
        """The share; None where there is nothing to measure."""
        return self.k / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between what the share lies; None where there is nothing to measure, and for what can exceed one."""
        return wilson(self.k, self.n) if 0 <= self.k <= self.n and self.n else None
