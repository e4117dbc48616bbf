"""The booth: each recording from a stranger is opened in a process of its own, one at a time, as photographs are."""

from __future__ import annotations

import struct
from typing import Final

from propman import sandbox
from propman.voice import gate
from propman.voice.encode import Recording

HEADER: Final = struct.Struct(">I")  # thousandths of a second
TOO_LONG: Final = 3  # exit statuses of the process; this one answers with the header alone
NO_RECORDING: Final = 4
SILENT: Final = 5
SECONDS: Final = 30  # by the wall clock, for a busy machine; the process's own limit is stricter
_turns = sandbox.Turns(4)


def record_anew(data: bytes) -> Recording:
    """The file `data` as a recording of ours.

    Raises `Refused` as `gate.inspect` does, 415 for a file without sound of a known kind, 422 for one that is broken,
    silent or sounds longer than a minute, and 503 when too many wait, or the machine has no process to spare.
    """
    kind = gate.inspect(data)
    try:
        with _turns.turn():
            status, answer = sandbox.run("propman.voice.worker", kind.value, data, patience=SECONDS)
    except sandbox.Unavailable as error:
        raise gate.unavailable(503) from error
    if status == TOO_LONG:
        raise gate.too_long(*HEADER.unpack_from(answer))
    if status:
        raise {NO_RECORDING: gate.no_recording, SILENT: gate.silent}.get(status, gate.broken)()
    return Recording(answer[HEADER.size :], *HEADER.unpack_from(answer))
