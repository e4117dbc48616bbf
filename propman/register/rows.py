"""One row of a file -> checked values, and what is wrong with the others. Pure.

What a row says is judged here cell by cell; whether what it names is there, and what would become of the register, is
asked in `judging`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from datetime import date
from functools import partial
from typing import Any, Final

from propman.data.works import AttributeKind
from propman.errors import Refused
from propman.register import cells
from propman.register.choices import folded
from propman.register.columns import BY_FIELD, Accepts, Column
from propman.register.mapping import Mapped, Property, factor
from propman.sheets import values
from propman.sheets.tables import Row, Value, letter

LONGEST_SHOWN: Final = 200
EXAMPLE: Final = frozenset({"community", "code", "name", "spot", "model", "drawing_no"})
"""What tells the example of the template from a part: together nobody else says just this, and in every language."""
TOTALS: Final = frozenset({"合计", "总计", "小计", "共计", "总和", "total", "sum"})


@dataclass(frozen=True)
class Fault:
    """One value that is wrong: where it stands, what it is, and why: a sentence and what fills its places.

    `column` is the letter; None where the file has no such column. `field` is ours.
    """

    row: int
    column: str | None
    field: str
    value: str
    reason: str
    facts: Mapping[str, object] = filled(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A type of part or a warranty rule as the catalogue has it: its code, names, and whether it is in force."""

    code: str
    zh: str
    en: str
    in_force: bool = True
    properties: tuple[str, ...] = ()  # codes of those that a type lists
    criticality: str = ""  # usual for a type


@dataclass(frozen=True)
class Catalogue:
    """What the cells of a row can name of the catalogue."""

    types: Sequence[Kind]
    rules: Sequence[Kind]
    properties: Sequence[Property]


@dataclass
class Said:
    """What one row says: its number, the values by field, where each stands, what it looked like; and what is wrong.

    `codes` are the code as it was typed and as it would be stored: a part may stand under either.
    """

    row: int
    values: dict[str, Any] = filled(default_factory=dict)
    properties: dict[str, Any] = filled(default_factory=dict)
    faults: list[Fault] = filled(default_factory=list)
    where: Mapping[str, str] = filled(default_factory=dict)
    shown: dict[str, str] = filled(default_factory=dict)
    codes: tuple[str, ...] = ()

    def blame(self, name: str, reason: str, /, **facts: object) -> None:
        """Say what is wrong with a field."""
        facts = {name: fact for name, fact in facts.items() if fact is not None}
        self.faults.append(Fault(self.row, self.where.get(name), name, self.shown.get(name, ""), reason, facts))

    def wrong(self, name: str) -> bool:
        """Whether something is wrong with a field."""
        return any(fault.field == name for fault in self.faults)


Reader = Callable[[Value], Any]


class Reading:
    """Reads the rows of one table, whose columns were mapped."""

    def __init__(self, mapped: Iterable[Mapped], catalogue: Catalogue, *, today: date, date_1904: bool = False) -> None:
        self.catalogue, self.today, self.date_1904 = catalogue, today, date_1904
        self._columns = [(each.column, each.field, self._reader(each)) for each in mapped if each.field is not None]
        self.where = {name: letter(column) for column, name, _ in self._columns}
        self._longest_code = BY_FIELD["code"].most
        self._unit = next((each.unit for each in mapped if each.field == "quantity" and each.unit), None)

    def rows(self, rows: Iterable[Row]) -> Iterator[Said]:
        """What each of `rows` says; those that say nothing in our columns, and sums, are left out."""
        for row in rows:
            if self.counts(row):
                yield self.read(row)

    def counts(self, row: Row) -> bool:
        """Whether a row is one of the table's: it fills one of our columns, and is not the sum of others."""
        first = next((value for value in row.values if value not in (None, "")), None)
        if isinstance(first, str) and folded(first).rstrip(":") in TOTALS:
            return False
        return any(row.at(column) not in (None, "") for column, _, _ in self._columns) and not self._is_example(row)

    def _is_example(self, row: Row) -> bool:
        """Whether `row` is the example of the template, left standing: it says so in every word of it."""
        own = [(column, BY_FIELD[name].example) for column, name, _ in self._columns if name in EXAMPLE]
        return len(own) == len(EXAMPLE) and all(row.at(column) == example for column, example in own)

    def read(self, row: Row) -> Said:
        """What `row` says."""
        said = Said(row.number, where=self.where)
        for column, name, reader in self._columns:
            value = row.at(column)
            if value is None:
                continue
            try:
                found = reader(value)
            except Refused as refusal:
                said.shown[name] = values.shown(value)[:LONGEST_SHOWN]
                said.blame(name, refusal.sentence, **refusal.params)
                continue
            if found is not None:
                said.shown[name] = values.shown(value)[:LONGEST_SHOWN]
                said.values[name] = found
                if name == "code":
                    said.codes = tuple(dict.fromkeys((cells.words(value, most=self._longest_code) or found, found)))
        if self._unit and "quantity" in said.values and "unit" not in said.values:
            said.values["unit"] = self._unit
        return said

    def _reader(self, mapped: Mapped) -> Reader:
        name = mapped.field or ""
        column = BY_FIELD.get(name)
        if column is None:
            found = next(each for each in self.catalogue.properties if each.field == name)
            return self._of_property(found)
        return self._of_column(column, factor(name, mapped.unit))

    def _of_column(self, column: Column, by: int) -> Reader:
        if column.accepts is Accepts.DAY:
            last = date(self.today.year + cells.YEARS_AHEAD, 12, 31) if column.field == "removed_on" else self.today
            return partial(cells.day, date_1904=self.date_1904, last=last, today=self.today)
        if column.accepts is Accepts.CATALOGUE:
            kinds = self.catalogue.types if column.field == "type_code" else self.catalogue.rules
            return partial(cells.named, among=_by_word(kinds), field=column.field)
        readers: dict[Accepts, Reader] = {
            Accepts.NAME: partial(cells.words, most=column.most),
            Accepts.WORDS: partial(cells.code if column.field == "code" else cells.words, most=column.most),
            Accepts.CHOICE: partial(cells.choice, field=column.field),
            Accepts.QUANTITY: cells.quantity,
            Accepts.AMOUNT: partial(cells.amount, by=by),
            Accepts.WHOLE: partial(cells.whole, by=by, column=column),
        }
        return readers[column.accepts]

    def _of_property(self, found: Property) -> Reader:
        if found.kind is AttributeKind.NUMBER:
            return cells.number
        if found.kind is AttributeKind.DAY:
            return partial(cells.told_day, date_1904=self.date_1904)
        if found.kind is AttributeKind.FLAG:
            return values.flag
        return cells.told


def _by_word(kinds: Iterable[Kind]) -> dict[str, str]:
    """Codes by everything that means them: "B18", "楼道灯", "Stair lights", "B18 楼道灯"."""
    found: dict[str, str] = {}
    for kind in kinds:
        for word in (kind.zh, kind.en, f"{kind.code}{kind.zh}", f"{kind.code}{kind.en}"):
            found.setdefault(folded(word), kind.code)
    return {**found, **{folded(kind.code): kind.code for kind in kinds}}
