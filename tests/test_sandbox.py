"""The sandbox: a process has limits and none of our keys, and one that breaks them says nothing but that."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from propman import sandbox

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("greedy", "ends_well"),
    [("bytes(10_000_000)", True), ("bytes(600_000_000)", False), ("exec('while True: pass')", False)],
)
def test_process_is_stopped_at_its_limits(greedy: str, ends_well: bool) -> None:
    code = f"from propman import sandbox; sandbox.limit(seconds=1, memory={300 * MEGABYTE}); {greedy}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, timeout=60)
    assert (done.returncode == 0) == ends_well


def test_process_is_given_the_file_and_its_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing of our environment but what it takes to start."""
    monkeypatch.setenv("PROPMAN_SECRET_KEY", "secret")
    environments: list[dict[str, str]] = []
    run = subprocess.run

    def noting_run(*args: Any, **options: Any) -> Any:
        environments.append(options["env"])
        return run(*args, **options)

    monkeypatch.setattr(subprocess, "run", noting_run)
    assert sandbox.run("base64", "-e", b"a file", patience=60) == (0, b"YSBmaWxl\n")
    [environment] = environments
    assert set(environment) <= {"PATH", "LD_LIBRARY_PATH", "SYSTEMROOT"}


def test_process_that_cannot_start_or_end_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(sandbox.Unavailable):
        sandbox.run("base64", "-e", b"", patience=0.001)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(sandbox.Unavailable):
        sandbox.run("base64", "-e", b"", patience=60)
