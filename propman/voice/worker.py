"""The process behind the booth: a recording on standard input, one of ours on standard output. Run for each one."""

from __future__ import annotations

import sys

from propman import sandbox
from propman.voice.booth import HEADER, NO_RECORDING, SILENT, TOO_LONG
from propman.voice.encode import NoRecording, Silent, TooLong, record
from propman.voice.gate import Kind

SECONDS = 8  # of computing; a minute takes about one
BYTES = 1024 * 1024 * 1024  # of address space; the libraries alone map some 300 MB


def main(kind: str) -> int:
    """Record anew the file of that `kind`. Out: exit status, 0 or one of the booth's; anything else means broken."""
    sandbox.limit(seconds=SECONDS, memory=BYTES)
    try:
        made = record(sys.stdin.buffer.read(), Kind(kind))
    except TooLong as found:
        sys.stdout.buffer.write(HEADER.pack(found.milliseconds))
        return TOO_LONG
    except NoRecording:
        return NO_RECORDING
    except Silent:
        return SILENT
    sys.stdout.buffer.write(HEADER.pack(made.milliseconds) + made.data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
