"""The shape of a recount: what every feature's `invariants.py` hands back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One promise, recounted: its id (I02), how many things were checked, and a line for each that breaks it."""

    id: str
    checked: int
    broken: tuple[str, ...] = ()


Promises = Mapping[str, Callable[[], Finding]]
"""How each promise is recounted, by its id: one by one, so that a promise that cannot be counted hides no other."""
