"""Rules of the house that no linter knows: sizes, who may commit, names of files, words that must not be here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "propman").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 30

# Where a transaction may end, besides the views that answer a POST.
MAY_COMMIT = {
    "propman/cli.py": "a command is a transaction",
    "propman/jobs.py": "a job is a transaction",
    "propman/migrate.py": "the shipped rules are loaded as one transaction, before anybody is there",
    "propman/demo/": "the demo world is built in steps",
    "propman/web/transactions.py": "denials, session touch and attempt counters outlive the request that is rolled back",
}

NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "tools", "stuff"}

LEFT_BY_TOOLS = {".git", ".venv", "var", "build", "dist", "__pycache__"}
TEXT = {
    "",
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".csv",
    ".html",
    ".xml",
    ".svg",
    ".css",
    ".js",
    ".po",
    ".pot",
    ".ini",
    ".mako",
}
# Put together here, so that this file does not contain what it looks for.
MACHINES_OWN_FOLDERS = re.compile(r"(?<![\w.~<-])/(?:{})/".format("|".join(("root", "work", "home", "tmp"))))
PACKAGE_INDEXES = re.compile(r"\b(?:{})\.\w".format("|".join(("pypi", "pythonhosted", "npmjs", "deb\\.debian"))))


def named(path: Path) -> str:
    """`path` as written in messages: from the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=named)
def test_file_holds_one_idea(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES_OF_A_FILE, f"{named(path)} has {lines} lines: a second idea wants a name of its own"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_functions_fit_on_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = {node.name: length_of(node) for node in functions if length_of(node) > MOST_LINES_OF_A_FUNCTION}
    assert not long, f"{named(path)}: longer than {MOST_LINES_OF_A_FUNCTION} lines without docstring"


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function, clean=False) is not None:
        assert first.end_lineno is not None
        lines -= first.end_lineno - first.lineno + 1
    return lines


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_only_posts_jobs_and_commands_commit(path: Path) -> None:
    if named(path).startswith(tuple(MAY_COMMIT)):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    ends = {node.lineno for node in ast.walk(tree) if ends_a_transaction(node)}
    if is_view_module(path):
        ends -= {
            node.lineno
            for post in ast.walk(tree)
            if answers_post(post)
            for node in ast.walk(post)
            if ends_a_transaction(node)
        }
    assert not ends, f"{named(path)}: only views that answer a POST, jobs and commands may commit"


def ends_a_transaction(node: ast.AST) -> bool:
    """Tell whether `node` calls `….commit()` or opens a block that commits at its end, `….begin()`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"commit", "begin"}


def is_view_module(path: Path) -> bool:
    """Tell whether `path` is a feature's views.py or lies in its views/."""
    return "views" in path.relative_to(ROOT / "propman").with_suffix("").parts[1:]


def answers_post(node: ast.AST) -> bool:
    """Tell whether `node` is a function whose route lets a POST in: `@….post(…)`, or POST among its `methods`."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return any(re.search(r"\.post\(|\bPOST\b", ast.unparse(decorator)) for decorator in decorators)


def test_every_exception_to_the_commit_rule_is_needed() -> None:
    for place in MAY_COMMIT:
        modules = [path for path in MODULES if named(path).startswith(place)]
        calls = [node for path in modules for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
        assert any(ends_a_transaction(node) for node in calls), f"{place} commits nothing; take it off the list"


def test_file_names_say_what_is_inside() -> None:
    assert not [named(path) for path in kept_files() if path.stem.lower() in NAMES_THAT_SAY_NOTHING]


def test_nothing_points_at_one_machine_or_one_package_index() -> None:
    found = [
        f"{named(path)}:{number}: {line.strip()[:100]}"
        for path in kept_files()
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if MACHINES_OWN_FOLDERS.search(line) or PACKAGE_INDEXES.search(line)
    ]
    assert not found


def kept_files() -> list[Path]:
    """All files of the checkout but what tools leave behind."""
    inner = [path for top in ROOT.iterdir() if top.name not in LEFT_BY_TOOLS for path in (top, *top.rglob("*"))]
    return [
        path
        for path in inner
        if path.is_file()
        and not LEFT_BY_TOOLS.intersection(path.relative_to(ROOT).parts)
        and not any(part.endswith(("_cache", ".egg-info")) for part in path.relative_to(ROOT).parts)
    ]
