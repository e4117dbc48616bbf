"""The shape of a recount: what every feature's `invariants.py` hands back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One promise, recounted: its id (I02), how many things were checked, and a line for each that breaks it."""

    id: str
    checked: int
    broken: tuple[str, ...] = ()
