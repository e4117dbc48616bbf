"""The two files of an import as they lie on a disk, and what is printed of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from propman.backlog.mapping import BadMap, Map, read_map
from propman.backlog.operations import Outcome
from propman.errors import Refused
from propman.sheets.reading import read
from propman.sheets.tables import Kind, Table


def map_in(path: Path) -> Map:
    """The map in the file at `path`. Raises `BadMap`."""
    try:
        return read_map(_bytes(path).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadMap(f"{path} is no text in UTF-8.") from None


def table_in(path: Path) -> Table:
    """The table in the CSV at `path`, read through the same gate as what people send. Raises `BadMap`."""
    try:
        workbook = read(_bytes(path), path.name, patient=True)
    except Refused as no:
        raise BadMap(str(no)) from None
    if workbook.kind is not Kind.CSV:
        raise BadMap(f"{path.name} is no CSV. Please save it as one.")
    if not workbook.tables[0].rows:
        raise BadMap(f"{path.name} has no row.")
    return workbook.tables[0]


def lines(outcome: Outcome, *, dry: bool) -> Iterator[str]:
    """What is printed: each refused record with its number, its id and the reason; then the counts."""
    for one in outcome.refused:
        yield f"record {one.number}, id {one.source_id or '–'}: {one.reason}"
    said = f"{outcome.loaded} loaded, {len(outcome.refused)} refused, {outcome.unchanged} unchanged"
    yield f"{outcome.counts}  {said}{' (dry run: nothing was written)' if dry else ''}"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadMap(f"{path} cannot be read: {error.strerror}.") from None
