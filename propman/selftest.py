"""`python3 -m propman test`: every rule of the house that a machine can check, in one command.

Style, types, who may import whom, then the tests. A failing step does not hide the next one, and pytest comes last,
so that its closing line is the last word of a run in which all else held.
"""

from __future__ import annotations

import subprocess
import sys
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
    steps = (*CHECKS, ("pytest", (sys.executable, "-m", "pytest", *WORKERS, *arguments)))
    failed = [name for name, command in steps if not holds(name, command)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def holds(name: str, command: tuple[str, ...]) -> bool:
    """Run one step with its output on the terminal; tell whether it passed."""
    print(f"--- {name}", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0
