"""`python3 -m propman …`: make the environment where it is missing, then hand over to the commands.

Only the standard library is imported here, and nothing else of propman: the libraries that the rest needs are
what this module installs. A checkout gets its own `.venv` beside `pyproject.toml`; an installed wheel has no
`pyproject.toml` beside it and goes straight to the commands.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:  # without `typing`, which takes longer to load than all the rest of this file
    from collections.abc import Iterator
    from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / ".venv.lock"
PYPROJECT = ROOT / "pyproject.toml"
CONSTRAINTS = ROOT / "propman" / "constraints.txt"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

LOWEST = (3, 11)
UNFINISHED = "unfinished"
LAST_LINES = 15

NO_VENV = """propman could not make its environment: this Python has no working `venv` with `pip`.
On Debian or Ubuntu install it with:  apt install python3-venv
What Python said:"""
NO_PIP = """propman could not install what it needs into .venv. Can this machine reach a package index?
The same command tries again. The last lines of pip:"""


class Stopped(Exception):  # noqa: N818 - read by people at a prompt
    """The environment cannot be made; the text tells the person what to do."""


def main(argv: list[str]) -> None:
    """Run the command `argv` (the words after `propman`) inside the environment; ends or replaces the process."""
    if PYPROJECT.is_file():
        extra = "test" if argv[:1] == ["test"] else ""
        try:
            if not ready(extra):
                make(extra)
        except Stopped as stopped:
            sys.exit(str(stopped))
        if not inside():
            step_inside(argv)
    from propman.cli import main as commands

    commands(argv or ["--help"])


def inside() -> bool:
    """Tell whether this process already runs in the checkout's own environment."""
    return VENV.is_dir() and os.path.samefile(sys.prefix, VENV)


def ready(extra: str) -> bool:
    """Tell whether `.venv` holds what the project asks for, with `extra` ("" or "test").

    The test environment holds the plain one too. An environment made by hand has no stamp: seen from inside it,
    it is enough that every requirement is there.
    """
    if not PYTHON.exists():
        return False
    stamps = [path for path in (stamp(extra), stamp("test")) if path.is_file()]
    if any(path.read_text(encoding="utf-8") == wanted() for path in stamps):
        return True
    return inside() and not stamps and not missing(extra)


def stamp(extra: str) -> Path:
    """Name the file that a finished installation leaves."""
    return VENV / f"propman{extra and '-' + extra}.stamp"


def wanted() -> str:
    """Return what a stamp must hold: the place, and both files that say what to install.

    Their text and not their age: files unpacked from an archive may be older than the stamp and still differ.
    """
    return "\n".join([str(ROOT), *(path.read_text(encoding="utf-8") for path in (PYPROJECT, CONSTRAINTS))])


def missing(extra: str) -> list[str]:
    """List the required packages that this process's environment lacks, by name; versions are pip's work."""
    import re
    import tomllib
    from importlib.metadata import PackageNotFoundError, version

    project = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]
    lacking = []
    for requirement in project["dependencies"] + project["optional-dependencies"].get(extra, []):
        name = re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
        try:
            version(name)
        except PackageNotFoundError:
            lacking.append(name)
    return lacking


def make(extra: str) -> None:
    """Make `.venv` and install propman with `extra` into it, one process at a time.

    Raises Stopped with a sentence for the person.
    """
    if sys.version_info < LOWEST:
        raise Stopped(f"propman needs Python {LOWEST[0]}.{LOWEST[1]} or newer; this is {sys.version.split()[0]}.")
    with only_one() as lock:
        if ready(extra):
            return
        killed = lock.read() == UNFINISHED
        note(lock, UNFINISHED)
        if PYTHON.exists() and (inside() or not killed):
            say("Bringing the environment in .venv up to date ...")
        else:
            say("Making the environment in .venv, once; with a good connection in under a minute ...")
            run([sys.executable, "-m", "venv", "--clear", str(VENV)], NO_VENV, lock)
        install(extra, lock)
        stamp(extra).write_text(wanted(), encoding="utf-8")
        note(lock, "")


def install(extra: str, lock: TextIO) -> None:
    """Let pip install propman with `extra`. Raises Stopped; then pip has put back what it had begun."""
    options = ["--disable-pip-version-check", "--no-input", "--constraint", str(CONSTRAINTS)]
    command = [str(PYTHON), "-m", "pip", "install", *options, "--editable", f".[{extra}]" if extra else "."]
    try:
        run(command, NO_PIP, lock)
    except Stopped:
        note(lock, "")
        raise


@contextmanager
def only_one() -> Iterator[TextIO]:
    """Hold `.venv.lock` and yield it open at its start; a second process waits here until the first is done.

    The system drops the lock with its holder, so a killed start never blocks the next. The file's text outlives
    it: `UNFINISHED` says that a start began and never ended, and that its environment cannot be trusted.
    """
    with LOCK.open("a+", encoding="utf-8") as lock:
        if not locked(lock, wait=False):
            say("Another start is making the environment; waiting for it ...")
            locked(lock, wait=True)
        lock.seek(0)
        yield lock


def locked(lock: TextIO, *, wait: bool) -> bool:
    """Take the lock on the open file: with `wait` as soon as it is free, else at once or not (False)."""
    if sys.platform == "win32":
        import msvcrt
        import time

        while True:
            try:
                lock.seek(1000)  # a byte beyond the text, which must stay readable
                msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
                return True
            except OSError:
                if not wait:
                    return False
                time.sleep(0.2)
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def note(lock: TextIO, text: str) -> None:
    """Replace the text of the lock file, on disk before anything else happens."""
    lock.seek(0)
    lock.truncate()
    lock.write(text)
    lock.flush()
    os.fsync(lock.fileno())


def run(command: list[str], sentence: str, lock: TextIO) -> None:
    """Run `command`, showing its current line on a terminal. Raises Stopped(`sentence` and its last lines).

    The child inherits the lock: when this process is killed alone, the next start waits for the orphan to end.
    """
    from subprocess import PIPE, STDOUT, Popen

    lines: list[str] = []
    kept = () if sys.platform == "win32" else (lock.fileno(),)
    with Popen(command, cwd=ROOT, stdout=PIPE, stderr=STDOUT, text=True, errors="replace", pass_fds=kept) as child:
        for line in child.stdout or ():
            lines = [*lines[1 - LAST_LINES :], line.rstrip()]
            show(line.strip())
    show("")
    if child.returncode:
        raise Stopped("\n".join([sentence, *(f"  {line}" for line in lines)]))


def show(line: str) -> None:
    """Put `line` in place of the one shown before; only where a person can see it."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{line[:78]:<78}" if line else f"\r{'':<78}\r")
        sys.stderr.flush()


def say(sentence: str) -> None:
    """Tell the person at the terminal what takes time."""
    print(sentence, file=sys.stderr, flush=True)


def step_inside(argv: list[str]) -> None:
    """Run the same command with the environment's Python: in place of this process, on Windows as its child."""
    command = [str(PYTHON), "-m", "propman", *argv]
    if sys.platform == "win32":
        import subprocess

        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(PYTHON, command)


if __name__ == "__main__":
    main(sys.argv[1:])
