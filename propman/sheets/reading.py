"""Reading a file of tables from a stranger: through the gate, then in a process of its own, one at a time."""

from __future__ import annotations

from io import BytesIO
from typing import Final

from propman import sandbox
from propman.errors import Refused
from propman.sheets import gate, wire
from propman.sheets.tables import Skipped, Workbook
from propman.text import N_

SECONDS: Final = 60  # by the wall clock, for a busy machine; the process's own limit is stricter
_turns = sandbox.Turns(2)  # one table that is read and one that waits: what a file may ask for takes a minute


def read(data: bytes, file_name: str, *, patient: bool = False) -> Workbook:
    """The tables of the XLSX or CSV `data`, which somebody calls `file_name`; at least one.

    Takes seconds for 20,000 rows, so callers do it before their transaction. One file is read at a time; whoever is not
    `patient` is sent away where another waits already. Raises `Refused` for the field `file`:
    415 for another kind of file, 413 for one that is too large, unpacked or as a table, 422 for one that is empty,
    broken, protected by a password or without a visible sheet, 503 when too many wait or there is no process to spare.
    """
    kind = gate.inspect(data, file_name)
    try:
        with _turns.turn(patient=patient):
            status, answer = sandbox.run("propman.sheets.worker", kind.value, data, patience=SECONDS)
    except sandbox.Unavailable as error:
        raise gate.unavailable() from error
    if status:
        raise gate.too_much(file_name) if status < 0 else gate.broken(file_name)
    workbook = wire.received(BytesIO(answer), file_name)
    if not workbook.tables:
        raise _nothing_to_read(workbook, file_name)
    return workbook


def _nothing_to_read(workbook: Workbook, name: str) -> Refused:
    for sheet in workbook.skipped:
        if sheet.why is Skipped.TOO_LARGE:
            return gate.too_far(name, f"{sheet.name}!{sheet.cell}")
    return gate.refused(N_("%(file)s has no visible sheet. Please show the sheet that is meant."), name)
