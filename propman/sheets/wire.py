"""A workbook, or its refusal, on its way out of the process that read it: one JSON value a line, nothing that runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final

from propman.errors import Refused
from propman.sheets.tables import Fault, Kind, Row, Skipped, SkippedSheet, Span, Table, Value, Workbook

REFUSED: Final = "refused"
_DAY, _MOMENT, _FAULT = "d", "m", "e"


def sent(workbook: Workbook) -> Iterator[bytes]:
    """The lines of `workbook`: what concerns all of it, then each table followed by its rows."""
    skipped = [[sheet.name, sheet.why, sheet.cell] for sheet in workbook.skipped]
    yield _line([workbook.kind, workbook.encoding, skipped])
    for table in workbook.tables:
        merged = [[span.first_row, span.first_column, span.last_row, span.last_column] for span in table.merged]
        yield _line({"name": table.name, "date_1904": table.date_1904, "merged": merged,
                     "hidden_columns": table.hidden_columns})  # fmt: skip
        for row in table.rows:
            yield _line([row.number, row.hidden, *row.values])


def sent_refusal(refusal: Refused) -> bytes:
    """The line of a refusal."""
    return _line({REFUSED: refusal.sentence, "status": refusal.status, "params": refusal.params})


def received(lines: Iterable[bytes], name: str) -> Workbook:
    """The workbook that was sent in `lines`, of the file called `name`. Equal texts share their memory.

    Raises the `Refused` that was sent instead, and `ValueError`, `TypeError` or `KeyError` for what nobody sent.
    """
    coming = iter(lines)
    head = json.loads(next(coming, b""))
    if isinstance(head, dict):
        params = {**head["params"], "file": name[:80]}
        raise Refused(head[REFUSED], status=head["status"], field="file", **params)
    kind, encoding, skipped = head
    tables: list[tuple[dict[str, Any], list[Row]]] = []
    texts: dict[Value, Value] = {}
    for line in coming:
        found = json.loads(line, object_hook=_typed)
        if isinstance(found, dict):
            tables.append((found, []))
        else:
            number, hidden, *values = found
            shared = (texts.setdefault(value, value) if type(value) is str else value for value in values)
            tables[-1][1].append(Row(number, tuple(shared), hidden))
    sheets = (SkippedSheet(sheet, Skipped(why), cell) for sheet, why, cell in skipped)
    return Workbook(Kind(kind), tuple(_table(*table) for table in tables), tuple(sheets), encoding)


def _table(head: dict[str, Any], rows: list[Row]) -> Table:
    merged = tuple(Span(*span) for span in head["merged"])
    return Table(head["name"], tuple(rows), head["date_1904"], merged, tuple(head["hidden_columns"]))


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_untyped).encode() + b"\n"


def _untyped(value: object) -> dict[str, str]:
    if isinstance(value, datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {_DAY: value.isoformat()}
    if isinstance(value, Fault):
        return {_FAULT: value.code}
    raise TypeError(f"{value!r} is no value of a cell")


def _typed(found: dict[str, Any]) -> object:
    if _DAY in found:
        return date.fromisoformat(found[_DAY])
    if _MOMENT in found:
        return datetime.fromisoformat(found[_MOMENT])
    return Fault(found[_FAULT]) if _FAULT in found else found
