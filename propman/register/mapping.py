"""Which column of a sheet is which column of ours: by its heading, or as somebody has said before. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from propman.data.works import AttributeKind
from propman.register.columns import BY_FIELD, COLUMNS, PROPERTY_MARK, TOLD, Need, property_field
from propman.sheets.headings import Heading, HeadingRow, plain
from propman.sheets.tables import letter

LONGEST_WORD = 80  # of a remembered heading


@dataclass(frozen=True)
class Property:
    """A property that parts of some types have, as the catalogue has it."""

    code: str
    zh: str
    en: str
    kind: AttributeKind
    unit: str | None

    @property
    def field(self) -> str:
        """The field that holds it."""
        return property_field(self.code)


@dataclass(frozen=True)
class Mapped:
    """One column of a sheet: its number from 1, what stands over it, our field or None to leave it out.

    `known`: the heading said so, or somebody did; else it is to be asked. `unit` is what the heading has in brackets.
    """

    column: int
    heading: str
    field: str | None
    known: bool
    unit: str = ""

    @property
    def letter(self) -> str:
        """The name of the column in the spreadsheet."""
        return letter(self.column)


@dataclass(frozen=True)
class Dictionary:
    """The headings that are known: ours, the names of properties, and what a person has mapped, by word."""

    properties: Sequence[Property]
    remembered: Mapping[str, str | None] = field(default_factory=dict)

    @cached_property
    def ours(self) -> dict[str, str | None]:
        """Field by word; None for what is known and not read. Where words collide, columns go before properties."""
        found: dict[str, str | None] = {}
        for each in self.properties:
            marked = (f"{PROPERTY_MARK}{each.zh}", f"{PROPERTY_MARK}{each.en}", each.field)
            for text in (*marked, each.zh, each.en, f"{each.zh}{each.unit}", f"{each.en}{each.unit}"):
                found.setdefault(plain(text), each.field)
        for _, zh, also in TOLD.values():
            found |= {plain(text): None for text in (zh, *also)}
        for heading, _, _ in TOLD.values():
            found[plain(heading)] = None
        for column in COLUMNS:
            found |= {plain(text): column.field for text in column.headings}
        return found

    @cached_property
    def words(self) -> dict[str, str | None]:
        """All of them; what a person has said goes first."""
        return {**self.ours, **self.remembered}

    def mapped(self, headings: Iterable[Heading]) -> list[Mapped]:
        """What each heading means. Of several that mean one field the first is taken, the others are to be asked."""
        taken: set[str] = set()
        return [self._mapped(each, taken) for each in headings]

    def _mapped(self, heading: Heading, taken: set[str]) -> Mapped:
        word = heading.among(self.words)
        field_ = self.words[word] if word else None
        known = word is not None and field_ not in taken and self._is_clear(field_, word, heading.unit)
        if not known:
            return Mapped(heading.column, heading.text, None, False, heading.unit)
        if field_ is not None:
            taken.add(field_)
        return Mapped(heading.column, heading.text, field_, True, heading.unit)

    def _is_clear(self, field_: str | None, word: str, unit: str) -> bool:
        """Whether it is clear in what the values are counted; brackets may also hold other things than units."""
        if field_ is None or word in self.remembered:
            return True
        if field_ not in BY_FIELD:
            ours = next((each.unit for each in self.properties if each.field == field_), None)
            return not unit or not ours or plain(unit) == plain(ours) or word.endswith(plain(ours))
        column = BY_FIELD[field_]
        if plain(unit) in map(plain, column.units or ()):
            return True
        return word not in map(plain, column.with_unit) and not (column.units and plain(unit) in OTHER_UNITS)


OTHER_UNITS = frozenset(
    {
        "天",
        "日",
        "周",
        "季",
        "月",
        "年",
        "千元",
        "百元",
        "百万元",
        "亿元",
        "美元",
        "days",
        "weeks",
        "years",
        "months",
        "usd",
    }
)
"""What behind a heading is certainly a unit: where it is none of the column's, the column is to be asked."""


def factor(field_: str, unit: str) -> int:
    """By how much the values of a column are multiplied for the unit behind its heading."""
    column = BY_FIELD.get(field_)
    units = (column.units if column else None) or {}
    return next((by for each, by in units.items() if plain(each) == plain(unit)), 1)


def lacking(fields: Iterable[str | None], *, one_community: bool) -> Iterator[str]:
    """The fields that a file with these ones lacks, for new parts."""
    there = set(fields)
    for column in COLUMNS:
        if column.need is not Need.NO and column.field not in there:
            if not (column.field == "community" and one_community):
                yield column.field
    if not there & {"work_item", "no_project"}:
        yield "work_item"


def settled(row: HeadingRow | None, mapped: Sequence[Mapped], *, one_community: bool) -> bool:
    """Whether nothing is left to ask: every heading is known, and the parts can be told by community and code.

    What new parts need beside that, the dry run asks of those that are new.
    """
    fields = {each.field for each in mapped}
    told = "code" in fields and (one_community or "community" in fields)
    return row is not None and told and all(each.known for each in mapped)
