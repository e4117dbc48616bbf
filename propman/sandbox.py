"""A process of its own for a file from a stranger: with limits, with none of our keys, and gone when it is done.

Decoders are where hostile files do harm: by memory, by time, or by a fault of the decoder itself. `run` starts one of
our modules on the bytes of one file; that module calls `limit` before it looks at them. `Turns` keeps those who wait
for each other from taking every thread of the server along.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
NEEDED: Final = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")  # of our environment


class Unavailable(Exception):  # noqa: N818 - says nothing about the file
    """The machine is too busy or has no process to spare."""


class Turns:
    """One at a time, and at most `most` who work or wait: a thread that waits answers nobody else."""

    def __init__(self, most: int) -> None:
        self._inside, self._alone = BoundedSemaphore(most), Lock()

    @contextmanager
    def turn(self, *, patient: bool = False) -> Iterator[None]:
        """Inside: nobody else is at work. Raises `Unavailable` at once where enough people wait, unless `patient`."""
        if not self._inside.acquire(blocking=patient):
            raise Unavailable
        try:
            with self._alone:
                yield
        finally:
            self._inside.release()


def run(module: str, argument: str, data: bytes, *, patience: float) -> tuple[int, bytes]:
    """Exit status (below 0 where it broke a limit or broke down) and answer of `module`, which is given `data`.

    `argument` is its one word on the command line. Raises `Unavailable` where no process can be started, and where
    `patience` seconds by the wall clock were not enough for one that has stricter limits of its own.
    """
    environment = {name: os.environ[name] for name in NEEDED if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            [sys.executable, "-m", module, argument],
            input=data, capture_output=True, timeout=patience, cwd=ROOT, env=environment, check=False,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, OSError) as error:
        raise Unavailable from error
    return done.returncode, done.stdout


def limit(*, seconds: int, memory: int) -> None:
    """Bound what this process may use, where the system can: `seconds` of computing, `memory` bytes of addresses."""
    try:
        import resource
    except ImportError:  # Windows: the patience of `run` is all there is
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    with suppress(ValueError):  # macOS has the name but not the limit
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
