"""What a failed item becomes as a report: of which category, in which words. Pure.

The words are content, not a page: they are kept in the language of the field, as everything that people report is.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Protocol

from propman.rounds.judging import Item, Said

CATEGORIES = {
    "T01": "lift_fault", "T02": "lift_fault", "T03": "lift_fault", "T04": "lift_fault",
    "T05": "fire_safety", "T06": "fire_safety", "T07": "fire_safety", "T08": "fire_safety", "T16": "fire_safety",
    "T09": "water", "T10": "water", "T11": "sewage", "T12": "leak", "T13": "falling_hazard", "T26": "falling_hazard",
    "T15": "urgent_repair", "T18": "lights", "T19": "door_camera", "T23": "environment", "T24": "heat", "T25": "heat",
    "T29": "environment", "T30": "falling_hazard", "T31": "heat", "T32": "sewage",
}  # fmt: skip
"""What a finding of a shipped template is about, in residents' words; of every other one it is a small repair."""
ITEMS = {
    ("T15", "leak_test"): "gas_leak", ("T20", "covers"): "missing_cover", ("T21", "doors"): "door_camera",
    ("T21", "lamps"): "lights", ("T21", "stairs"): "urgent_repair", ("T21", "clutter"): "environment",
    ("T28", "leaks"): "leak",
}  # fmt: skip
"""What is about something else than the rest of its template, or more urgent: a cover that is gone, gas that leaks."""
ELSE = ("minor_repair", "other")

LONGEST = 1500  # what a report may say; a note is cut before that


class Named(Protocol):
    """What has a name in Chinese."""

    @property
    def name_zh(self) -> str: ...  # noqa: D102


class NamedItem(Item, Named, Protocol):
    """An item of the catalogue."""


def category_of(template: str, known: Collection[str], item: str = "") -> str:
    """The category of a report about the `item` that failed by `template`, of those that are `known` today."""
    usual = CATEGORIES.get(template, ELSE[0])
    wanted = (ITEMS.get((template, item), usual), usual, *ELSE)
    return next((each for each in wanted if each in known), wanted[0])


def words(template: Named, item: NamedItem, said: Said, note: str | None) -> str:
    """ "消防车通道巡查：通道净宽，不合格。实测 3.1 m，应不小于 4 m。（note）"""
    found = f"{template.name_zh}：{item.name_zh}，不合格。"
    if said.number is not None:
        found += f"实测 {_figure(said.number, item.unit)}{_limits(item)}。"
    elif said.total is not None:
        found += f"{said.total} 个中 {said.counted} 个合格。"
    return (found + (note or "").strip())[:LONGEST]


def _limits(item: Item) -> str:
    least = f"，应不小于 {_figure(item.least, item.unit)}" if item.least else ""
    return least + (f"，应不大于 {_figure(item.most, item.unit)}" if item.most is not None else "")


def _figure(value: Decimal | None, unit: str | None) -> str:
    return f"{(value or Decimal(0)).normalize():f} {unit or ''}".strip()
