"""What lies around the rows of a file, as plain facts: communities and what is in them, organisations, work items, and
the parts that stand in the register already. Pure: `queries.around` reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from propman.register import names
from propman.register.choices import folded


@dataclass(frozen=True, slots=True)
class PlaceFact:
    """A community, building or entrance; `open`: it is not closed, nor about to close."""

    id: int
    name: str
    parent_id: int
    open: bool


@dataclass(frozen=True, slots=True)
class ItemFact:
    """A work item and those of its papers that its parts take over."""

    id: int
    number: int
    name: str
    accepted_on: date | None
    warranty_key: str
    contract_months: int | None
    design_life_years: int | None


@dataclass(frozen=True, slots=True)
class ProjectFact:
    """A renovation project with its work items."""

    number: str
    name: str
    items: tuple[ItemFact, ...]


@dataclass(frozen=True)
class Area:
    """The place that a file was sent for: its name, and the communities in it by everything that they are called.

    `community_id`: it is one itself.
    """

    name: str
    community_id: int | None
    communities: Mapping[str, Sequence[PlaceFact]]

    def called(self, text: str, street: str | None) -> Sequence[PlaceFact]:
        """The communities that `text` means; the street tells those of one name apart. Open ones go before closed."""
        found = self.communities.get(folded(text), ())
        if len(found) > 1 and street:
            narrower = self.communities.get(folded(f"{street}{text}"), ())
            found = narrower or found
        return [each for each in found if each.open] or found


@dataclass
class Around:
    """A community with its buildings and entrances, who can be meant there by name, and its projects."""

    community: PlaceFact
    buildings: list[PlaceFact] = field(default_factory=list)
    entrances: dict[int, list[PlaceFact]] = field(default_factory=dict)
    organisations: dict[str, dict[str, list[int]]] = field(default_factory=dict)  # field -> folded name -> ids
    projects: list[ProjectFact] = field(default_factory=list)

    def place(self, place_id: int) -> tuple[PlaceFact | None, PlaceFact | None]:
        """The building and the entrance that the place is or lies in."""
        for building in self.buildings:
            if building.id == place_id:
                return building, None
            for entrance in self.entrances.get(building.id, ()):
                if entrance.id == place_id:
                    return building, entrance
        return None, None

    def where(self, place_id: int) -> str:
        """The place in the community, as people write it."""
        return " ".join(each.name for each in self.place(place_id) if each) or self.community.name

    def item(self, item_id: int | None) -> tuple[ProjectFact, ItemFact] | None:
        """The work item with its project."""
        return next(((project, item) for project in self.projects for item in project.items if item.id == item_id),
                    None)  # fmt: skip

    def projects_called(self, text: str) -> list[ProjectFact]:
        """The projects that `text` means, by number before name."""
        wanted = folded(text)
        numbered = [each for each in self.projects if folded(each.number) == wanted]
        return numbered or [each for each in self.projects if folded(each.name) == wanted]

    @staticmethod
    def items_called(project: ProjectFact, text: str) -> list[ItemFact]:
        """The work items of a project that `text` means: 6, 楼道灯, or "6 楼道灯"."""
        wanted = folded(text)
        exact = [each for each in project.items if wanted in (str(each.number), folded(f"{each.number}{each.name}"))]
        return exact or [each for each in project.items if wanted in (folded(each.name), f"第{each.number}项")]

    def buildings_called(self, text: str) -> Sequence[PlaceFact]:
        """The buildings that `text` means, open ones before closed."""
        return _open_first(names.found(text, self.buildings, lambda each: each.name))

    def entrances_called(self, building: PlaceFact, text: str) -> Sequence[PlaceFact]:
        """The entrances of a building that `text` means, open ones before closed."""
        return _open_first(names.found(text, self.entrances.get(building.id, ()), lambda each: each.name))


@dataclass(frozen=True)
class Standing:
    """A part that is in the register: its columns, its shares, the names of its organisations, how it was found."""

    id: int
    version: int
    values: Mapping[str, Any]
    organisations: Mapping[str, str]  # field -> name
    findings: frozenset[tuple[date, int]] = frozenset()


def _open_first(found: Iterable[PlaceFact]) -> Sequence[PlaceFact]:
    found = list(found)
    return [each for each in found if each.open] or found
