"""`python3 -m propman test`: every rule of the house that a machine can check, in one command.

Style, types, who may import whom, and the tests. A failing step does not hide another. The checks run one after the
other beside the tests; what a failing one said is printed at the end, so that the closing line of pytest is the last
word of a run in which all else held.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent

CHECKS = (
    ("ruff check", (str(TOOLS / "ruff"), "check", "--quiet", ".")),
    ("ruff format", (str(TOOLS / "ruff"), "format", "--check", "--quiet", ".")),
    ("mypy", (sys.executable, "-m", "mypy")),
    ("import-linter", (str(TOOLS / "lint-imports"), "--no-logo")),
)
WORKERS = ("-n", "2", "--dist", "loadscope", "--no-loadscope-reorder")  # tests/conftest.py orders them


def run(arguments: list[str]) -> int:
    """Run all steps from the checkout's root; `arguments` go to pytest, after a default of two workers.

    Returns 0 when every step held, else 1, after naming the steps that did not.
    """
    print(f"--- pytest, and beside it {', '.join(name for name, _command in CHECKS)}", flush=True)
    with ThreadPoolExecutor(1) as beside:
        complaints = beside.map(complaint, CHECKS)
        tests = subprocess.run((sys.executable, "-m", "pytest", *WORKERS, *arguments), cwd=ROOT, check=False)
    failed = ["pytest"] if tests.returncode else []
    for (name, _command), said in zip(CHECKS, complaints, strict=True):
        if said is not None:
            failed.append(name)
            print(f"--- {name}\n{said}", flush=True)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def complaint(check: tuple[str, tuple[str, ...]]) -> str | None:
    """Run one check: what it said if it failed, else None."""
    _name, command = check
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout if done.returncode else None
