"""`python3 -m propman` on a machine that has only Python: real environments of a small checkout, made often."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

COMMANDS = """
import sys

def main(argv):
    print("ran", argv, "in", sys.prefix)
"""

# Builds itself, so that pip needs no package index. Its extra "test" asks for a package that is nowhere.
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "propman"
version = "1"
dependencies = []
optional-dependencies.test = ["package-that-is-nowhere"]
"""
BACKEND = """
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    metadata = "Metadata-Version: 2.1\\nName: propman\\nVersion: 1\\nProvides-Extra: test\\n"
    metadata += "Requires-Dist: package-that-is-nowhere; extra == 'test'\\n"
    with zipfile.ZipFile(f"{folder}/propman-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("propman-1.dist-info/METADATA", metadata)
        wheel.writestr("propman-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("propman-1.dist-info/RECORD", "")
    return "propman-1-py3-none-any.whl"
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="process groups and symbolic links of POSIX")


def lay_out(folder: Path) -> Path:
    """Put the bootstrap and the least that it can install into `folder`."""
    (folder / "propman").mkdir(parents=True)
    shutil.copy(ROOT / "propman/__main__.py", folder / "propman")
    (folder / "propman/__init__.py").touch()
    (folder / "propman/constraints.txt").touch()
    (folder / "propman/cli.py").write_text(COMMANDS)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "backend.py").write_text(BACKEND)
    return folder


def begin(checkout: Path, *words: str, **environment: str) -> subprocess.Popen[str]:
    """Begin `python3 -m propman …words` in `checkout`, in a process group of its own and without an index."""
    return subprocess.Popen(
        [sys.executable, "-m", "propman", *words],
        cwd=checkout,
        env={**os.environ, "PIP_NO_INDEX": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(checkout: Path, *words: str, **environment: str) -> tuple[int, str, str]:
    """Run `python3 -m propman …words` to its end: exit code, what it printed, what it said on the side."""
    with begin(checkout, *words, **environment) as process:
        out, err = process.communicate(timeout=120)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose environment stands."""
    checkout = lay_out(tmp_path_factory.mktemp("bootstrap") / "checkout")
    code, out, err = run(checkout, "demo", "--port", "8001")
    assert (code, out) == (0, f"ran ['demo', '--port', '8001'] in {checkout / '.venv'}\n")
    assert "Making the environment" in err
    return checkout


def test_second_start_installs_nothing_and_is_quick(checkout: Path) -> None:
    began = time.perf_counter()
    code, out, err = run(checkout, "demo")
    assert (code, out, err) == (0, f"ran ['demo'] in {checkout / '.venv'}\n", "")
    assert time.perf_counter() - began < 2


def test_no_words_ask_for_the_list_of_commands(checkout: Path) -> None:
    assert run(checkout)[1].startswith("ran ['--help']")


def test_changed_requirements_are_installed_once(checkout: Path) -> None:
    (checkout / "propman/constraints.txt").write_text("# another day\n")
    assert "up to date" in run(checkout, "demo")[2]
    assert run(checkout, "demo")[2] == ""


def test_failing_pip_is_explained_and_leaves_the_demo_running(checkout: Path) -> None:
    code, out, err = run(checkout, "test")
    assert (code, out) == (1, "")
    assert "Can this machine reach a package index?" in err
    assert "package-that-is-nowhere" in err
    assert "Traceback" not in err
    assert run(checkout, "demo")[::2] == (0, "")


def test_killed_start_is_not_trusted(tmp_path: Path) -> None:
    checkout = lay_out(tmp_path)
    with begin(checkout, "demo") as process:
        until(lambda: (checkout / ".venv/bin/python").exists())
        os.killpg(process.pid, signal.SIGKILL)
    code, out, err = run(checkout, "demo")
    assert (code, out) == (0, f"ran ['demo'] in {checkout / '.venv'}\n")
    assert "Making the environment" in err
    assert run(checkout, "demo")[2] == ""


def test_two_first_starts_install_once(tmp_path: Path) -> None:
    checkout = lay_out(tmp_path)
    with begin(checkout, "demo") as first:
        until((checkout / ".venv.lock").exists)
        code, _, waited = run(checkout, "demo")
        first_said = first.communicate(timeout=120)[1]
    assert (first.returncode, code) == (0, 0)
    assert "Making" in first_said
    assert waited == "Another start is making the environment; waiting for it ...\n"


def test_python_without_venv_is_told_what_to_install(tmp_path: Path) -> None:
    checkout = lay_out(tmp_path / "checkout")
    broken = tmp_path / "python-without-venv"
    broken.mkdir()
    (broken / "venv.py").write_text("raise SystemExit('ensurepip is not available')")
    code, _, err = run(checkout, "demo", PYTHONPATH=str(broken))
    assert code == 1
    assert "apt install python3-venv" in err
    assert "ensurepip is not available" in err


def test_too_old_python_is_told_which_one_is_needed(tmp_path: Path) -> None:
    checkout = lay_out(tmp_path)
    bootstrap = checkout / "propman/__main__.py"
    bootstrap.write_text(bootstrap.read_text().replace("LOWEST = (3, 11)", "LOWEST = (99, 1)"))
    code, _, err = run(checkout, "demo")
    assert code == 1
    assert err.startswith("propman needs Python 99.1 or newer; this is ")
    assert not (checkout / ".venv").exists()


def until(happened: Callable[[], bool], seconds: float = 60) -> None:
    """Wait for `happened()` to be true. Raises AssertionError after `seconds`."""
    last = time.perf_counter() + seconds
    while not happened():
        assert time.perf_counter() < last, "it did not happen"
        time.sleep(0.01)
