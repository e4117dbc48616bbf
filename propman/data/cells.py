"""Reads a TOML or CSV file row by row into a dataclass, and refuses what does not fit, naming the file and the row.

The fields of the dataclass say what a row must hold: no more, no less, and of which type. `X | None` may be empty.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable, Hashable, Iterable
from dataclasses import fields
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from importlib.resources.abc import Traversable
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_type_hints

from propman.calendar import Shifts
from propman.limits import Limit

_R = TypeVar("_R")


def read_rows(row_type: type[_R], key: Callable[[_R], Hashable], folder: Traversable, name: str) -> tuple[_R, ...]:
    """The rows of the file `name` in `folder` as `row_type`s, in the order of the file.

    A `.toml` file holds [[entries]] under the file's own name ("clocks.toml": [[clocks]]), a `.csv` file a header line.
    Raises ValueError, naming the file and the row (from 1), for an unknown or missing key, a value of the wrong type,
    a text that is empty or has spaces around it, and a second row with the same `key`.
    """
    text = (folder / name).read_text(encoding="utf-8")
    cells = _toml_cells(name, text) if name.endswith(".toml") else csv.DictReader(io.StringIO(text))
    rows: dict[Hashable, _R] = {}
    for number, row_cells in enumerate(cells, 1):
        try:
            row = row_type(**_typed(row_type, row_cells))
            if key(row) in rows:
                raise ValueError(f"{key(row)} is here twice")
        except ValueError as error:
            raise ValueError(f"{name}, row {number}: {error}") from error
        rows[key(row)] = row
    return tuple(rows.values())


def _toml_cells(name: str, text: str) -> Iterable[dict[str, Any]]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{name}: {error}") from error
    entries = content.pop(name.removesuffix(".toml"), None)
    if content or not isinstance(entries, list):
        raise ValueError(f"{name}: must hold [[{name.removesuffix('.toml')}]] entries and nothing else")
    return entries


def _typed(row_type: type, cells: dict[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(row_type)
    names = [field.name for field in fields(row_type)]
    if unknown := set(cells) - set(names):
        raise ValueError(f"unknown {', '.join(sorted(map(str, unknown)))}")
    typed = {}
    for name in names:
        try:
            typed[name] = _cell(hints[name], cells.get(name))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
    return typed


def _cell(hint: Any, value: object) -> object:
    if isinstance(hint, UnionType):
        (hint,) = (kind for kind in get_args(hint) if kind is not NoneType)
        if value in (None, ""):
            return None
    if value is None:
        raise ValueError("is missing")
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(_text(value))
    return _READERS[hint](value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value or value != value.strip():
        raise ValueError(f"must be a text without spaces around it, not {value!r}")
    return value


def _number(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    if type(value) is not int or value < 0:
        raise ValueError(f"must be a whole number, not {value!r}")
    return value


def _flag(value: object) -> bool:
    if value in ("true", "false"):  # of a table, where all is text
        return value == "true"
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {value!r}")  # noqa: TRY004 - the file is wrong, not the program
    return value


def _day(value: object) -> date:
    return value if type(value) is date else date.fromisoformat(_text(value))


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str) and value.split():
        return tuple(value.split())  # of a table: words with a space between
    if not isinstance(value, list) or not value:
        raise ValueError(f"must be a list of texts, not {value!r}")
    return tuple(_text(each) for each in value)


def _quantity(value: object) -> Decimal:
    text = _text(value)
    if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,3})?", text) is None:
        raise ValueError(f"must be a quantity of at most three decimals, not {text!r}")
    return Decimal(text)


def _shifts(value: object) -> Shifts:
    pairs = value if isinstance(value, list) else []
    if not pairs or not all(isinstance(pair, list) and [type(mark) for mark in pair] == [time, time] for pair in pairs):
        raise ValueError(f"must be pairs of clock times, not {value!r}")
    return tuple((opens, closes) for opens, closes in pairs)


def _limit(value: object) -> Limit:
    return Limit.parse(_text(value))


_READERS: dict[Any, Callable[[object], object]] = {
    str: _text,
    int: _number,
    bool: _flag,
    date: _day,
    Decimal: _quantity,
    Limit: _limit,
    tuple[str, ...]: _texts,
    Shifts: _shifts,
}
