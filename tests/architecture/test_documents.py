"""What is written about propman is true of propman: rooms, layers, names, links, decisions."""

from __future__ import annotations

import pkgutil
import re
import tomllib
from pathlib import Path

import pytest

from propman.config import KNOWN

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FILE = re.compile(r"(?!\.|var/)[\w.]+(/[\w.]+)*(/|\.py|\.md|\.toml|\.txt|\.css|\.js)")
MADE_ON_THE_WAY = {"__pycache__", "py.typed"}


def block(kind: str) -> list[str]:
    """Lines of the one fenced block of the architecture page that is marked as `kind`."""
    (found,) = re.findall(rf"```{kind}\n(.*?)```", PAGE, flags=re.DOTALL)
    return found.splitlines()


def names_in_the_tree(indent: str) -> list[str]:
    """The first word of each line of the tree that is indented by exactly `indent`."""
    return [match[1] for line in block("text") if (match := re.match(rf"{indent}(\S+)", line))]


def test_the_tree_names_every_room_and_no_other() -> None:
    """Whoever opens a new room says on the page what it is for; whoever closes one takes its line away."""
    rooms = [room for room in (ROOT / "propman").iterdir() if room.name not in MADE_ON_THE_WAY]
    assert sorted(names_in_the_tree("  ")) == sorted(f"{room.name}/" if room.is_dir() else room.name for room in rooms)


def test_every_folder_that_the_tree_names_is_there() -> None:
    """Beside propman itself: templates, migrations, tests and so on."""
    assert not [name for name in names_in_the_tree("") if not (ROOT / name).is_dir()]


def test_the_layers_are_those_that_the_linter_enforces() -> None:
    """The page and pyproject.toml tell one story; a room that may still be missing stands there in parentheses."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (rooms,) = (contract for contract in contracts["contracts"] if contract.get("containers") == ["propman"])
    assert block("layers") == [re.sub(r"[()]", "", layer) for layer in rooms["layers"]]


def test_the_page_can_be_read_in_one_sitting() -> None:
    """A page that grows without end is not read, and then not kept true."""
    assert PAGE.count("\n") < 200


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_document_names_exists(document: Path) -> None:
    """Files, `room.module.name` and `test_…` between backticks."""
    prose = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not [name for name in re.findall(r"`([^`\n]+)`", prose) if not exists(name)]


def test_the_page_of_promises_names_every_promise_and_no_other() -> None:
    """Whoever writes a new promise says on the page what it is."""
    rows = re.findall(r"^\| ([A-Z]\d\d) \|", (ROOT / "docs" / "promises.md").read_text(encoding="utf-8"), re.MULTILINE)
    rooms = [*(ROOT / "propman").rglob("invariants.py"), *(ROOT / "propman").rglob("invariants/*.py")]
    named = {name for room in rooms for name in re.findall(r'Finding\(\s*"(\w+)"', room.read_text(encoding="utf-8"))}
    assert named
    assert rows == sorted(named)


def exists(name: str) -> bool:
    """Tell whether `name`, if it is a file of propman, a Python name in it or a test, is there; all else is prose."""
    if name.startswith("test_"):
        return any(f"def {name}(" in path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    if FILE.fullmatch(name):
        places = (ROOT, ROOT / "propman", *(ROOT / "propman").iterdir())
        return any((place / name).exists() for place in places)
    room = re.fullmatch(r"(?:propman\.)?((\w+)(?:\.\w+)+)", name)
    if room and is_python_name(f"propman.{room[2]}"):
        return is_python_name(f"propman.{room[1]}")
    return True


def is_python_name(name: str) -> bool:
    """Tell whether `name` is a module, or something that a module holds."""
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    """A file that was renamed leaves no link behind."""
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert not [link for link in links if not (document.parent / link).exists()]


def test_every_decision_stands_in_the_index() -> None:
    """A decision that nobody finds is taken a second time, the other way."""
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert not [path.name for path in folder.iterdir() if path.name != "README.md" and f"({path.name})" not in index]


def test_the_readme_lists_every_setting() -> None:
    """A setting that only the code knows is found by nobody who sets up a city."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`PROPMAN_([A-Z_]+)", readme)) == KNOWN


def test_documents_that_the_code_names_exist() -> None:
    """A docstring that sends its reader to a page that is not there is worse than one that sends nobody."""
    code = [path for folder in ("propman", "migrations") for path in (ROOT / folder).rglob("*.py")]
    pointers = re.compile(r"(?<![\w/.*{-])[\w/-]+\.md\b")
    named = {name for path in code for name in pointers.findall(path.read_text(encoding="utf-8"))}
    assert not [name for name in named if not (ROOT / name).exists()]
