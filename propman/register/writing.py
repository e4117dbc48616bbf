"""The table of parts as it is written: what `rows` and `judging` read back is what stands already. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

from propman.data.works import AttributeKind
from propman.register import choices
from propman.register.columns import BY_FIELD, COLUMNS, PROPERTY_MARK, SHARES, TOLD, WARRANTY_END, Accepts, Need
from propman.register.columns import Column as Described
from propman.register.mapping import Property
from propman.register.rows import Catalogue, Kind
from propman.sheets.headings import plain
from propman.sheets.writing import DAY, GENERAL, MONEY, TEXT, Column, Sheet, Written
from propman.text import N_

ZH: Final = "zh"
FORMATS: Final = {
    Accepts.DAY: DAY, Accepts.AMOUNT: MONEY, Accepts.QUANTITY: GENERAL, Accepts.WHOLE: GENERAL,
}  # fmt: skip
WIDTHS: Final = {"name": 28, "spot": 20, "model": 24, "maintainer": 24, "claim_holder": 24, "work_item": 22}


@dataclass(frozen=True)
class Words:
    """How the table is written in one language: `zh`, or else English."""

    language: str
    catalogue: Catalogue

    def of(self, thing: Any) -> str:
        """The name of an answer, a kind or a property."""
        return str(thing.zh if self.language == ZH else thing.en)

    def heading(self, field: str) -> str:
        """What stands over a column."""
        if field in BY_FIELD:
            return BY_FIELD[field].zh if self.language == ZH else BY_FIELD[field].heading
        return TOLD[field][1] if self.language == ZH else TOLD[field][0]

    def property_heading(self, one: Property) -> str:
        """What stands over a property: its name and unit; marked where the name is the heading of a column too."""
        name = f"{self.of(one)} ({one.unit})" if one.unit else self.of(one)
        return f"{PROPERTY_MARK}·{name}" if plain(self.of(one)) in _TAKEN else name

    def kind(self, kind: Kind) -> str:
        """A type of part or a warranty rule: "B18 楼道灯"."""
        return f"{kind.code} {self.of(kind)}"

    def answers(self, field: str) -> tuple[str, ...]:
        """What can be answered in a column, where that is few."""
        if field in choices.CHOICES:
            return tuple(self.of(each) for each in choices.CHOICES[field])
        if field in {"type_code", "warranty_key"}:
            kinds = self.catalogue.types if field == "type_code" else self.catalogue.rules
            return tuple(self.kind(each) for each in kinds if each.in_force)
        return ()


_TAKEN: Final = {plain(text) for column in COLUMNS for text in column.headings} | {
    plain(text) for heading, zh, also in TOLD.values() for text in (heading, zh, *also)
}


def columns(words: Words, properties: Sequence[Property], *, offering: bool = False) -> tuple[Column, ...]:
    """The columns of a sheet, those of `properties` at the end; `offering`: with the answers that may be chosen."""
    ours = [
        Column(words.heading(each.field), WIDTHS.get(each.field, 14), FORMATS.get(each.accepts, TEXT),
               words.answers(each.field) if offering else ())
        for each in COLUMNS
    ]  # fmt: skip
    formats = {AttributeKind.TEXT: TEXT, AttributeKind.DAY: DAY}
    more = [Column(words.property_heading(each), 14, formats.get(each.kind, GENERAL)) for each in properties]
    return (*ours, *more)


def parts_sheet(name: str, words: Words, properties: Sequence[Property], parts: Iterable[Mapping[str, Any]]) -> Sheet:
    """The sheet of an export: every part with what is known of it, and at the end until when it is guaranteed.

    Each of `parts` has a value by field: codes of answers and of the catalogue, money in fen, `attributes`.
    """
    end = Column(words.heading(WARRANTY_END), 14, DAY)
    write = _writers(words)
    rows = (
        [
            *(write[each.field](part[each.field]) for each in COLUMNS),
            *(_property(each, (part["attributes"] or {}).get(each.code)) for each in properties),
            part[WARRANTY_END],
        ]
        for part in parts
    )
    return Sheet(name, (*columns(words, properties), end), rows)


def template(names: tuple[str, str], words: Words, say: Callable[[str], str]) -> tuple[Sheet, Sheet]:
    """The sheets of the template: headings with the answers that may be chosen and an example; and what each takes.

    `names` are those of the sheets; `say` translates a sentence.
    """
    filled = Sheet(names[0], columns(words, (), offering=True), [[_example(words, each.field) for each in COLUMNS]])
    between = say(N_(", "))
    needs = {Need.ALWAYS: say(N_("always")), Need.NEW: say(N_("for a new part")), Need.NO: ""}
    lines = [
        [words.heading(each.field), needs[each.need], say(each.hint), between.join(words.answers(each.field)),
         between.join((*each.also, *_with_units(each)))]
        for each in COLUMNS
    ]  # fmt: skip
    lines += [[words.property_heading(each), "", say(N_("A property of some types of parts.")), "", ""]
              for each in words.catalogue.properties]  # fmt: skip
    headings = map(say, (N_("Column"), N_("Needed"), N_("What it takes"), N_("Answers"), N_("Also called")))
    explained = tuple(Column(text, width, TEXT) for text, width in zip(headings, (24, 14, 60, 60, 60), strict=True))
    return filled, Sheet(names[1], explained, lines)


def _with_units(column: Described) -> tuple[str, ...]:
    """The headings that mean a column only with a unit behind them."""
    return tuple(f"{heading}（{unit}）" for heading in column.with_unit[:1] for unit in column.units or ())


def _example(words: Words, field: str) -> Written:
    column = BY_FIELD[field]
    if field in choices.CHOICES and column.example:
        answer = choices.meant(field, column.example)
        return words.of(answer) if answer else column.example
    if field == "type_code":
        return next((words.kind(each) for each in words.catalogue.types if column.example.startswith(each.code)), "")
    if column.accepts in {Accepts.AMOUNT, Accepts.QUANTITY} and column.example:
        return Decimal(column.example)
    return column.example


def _writers(words: Words) -> dict[str, Callable[[Any], Written]]:
    """What makes the value of a field the value of a cell."""
    kinds = {each.code: words.kind(each) for each in (*words.catalogue.types, *words.catalogue.rules)}
    found: dict[str, Callable[[Any], Written]] = {each.field: _as_it_is for each in COLUMNS}
    found |= dict.fromkeys(("cost_fen", *SHARES), lambda fen: None if fen is None else Decimal(fen) / 100)
    for field in choices.CHOICES:
        found[field] = partial(_as_word, {each.code: words.of(each) for each in choices.CHOICES[field]})
    for field in ("type_code", "warranty_key"):
        found[field] = partial(_as_word, kinds)
    return found


def _as_word(words: Mapping[str, str], code: object) -> Written:
    return None if code is None else words.get(str(code), str(code))


def _property(one: Property, value: Any) -> Written:
    return date.fromisoformat(value) if one.kind is AttributeKind.DAY and value else _as_it_is(value)


def _as_it_is(value: Any) -> Written:
    return value  # type: ignore[no-any-return]
