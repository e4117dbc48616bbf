"""Rules of the house that no linter knows: sizes, who may commit, names of files, words that must not be here."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LEFT_BY_TOOLS = {".git", ".venv", ".venv.lock", "var", "build", "dist", "__pycache__", ".hypothesis"}
MODULES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "propman").rglob("*.py"))}

MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 30

# Where a transaction may end, besides the views that answer a POST.
MAY_COMMIT = {
    "propman/cli.py": "a command is a transaction",
    "propman/jobs.py": "a job is a transaction",
    "propman/carriers/": "a message is claimed, sent and marked, each for itself",
    "propman/migrate.py": "the shipped rules are loaded as one transaction, before anybody is there",
    "propman/demo/": "the demo world is built in steps",
    "propman/web/transactions.py": "denials, session touch and attempt counters outlive a request that is rolled back",
}

NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "common", "misc", "tools", "stuff"}

# Put together here, so that this file does not hold what it looks for.
ONE_MACHINE = re.compile(r"(?<![\w.~<>-])/({})/".format("|".join(("root", "work", "home", "tmp"))))
ONE_PACKAGE_INDEX = re.compile(r"\b({})\.\w".format("|".join(("pypi", "pythonhosted", "npmjs", "deb\\.debian"))))


def named(path: Path) -> str:
    """`path` as written in messages: from the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def kept_files() -> list[Path]:
    """All files of the checkout but what tools leave behind."""
    tops = [top for top in ROOT.iterdir() if top.name not in LEFT_BY_TOOLS and not top.name.endswith("_cache")]
    found = [path for top in tops for path in (top, *top.rglob("*")) if path.is_file()]
    return [path for path in found if not LEFT_BY_TOOLS.intersection(path.parts)]


def test_a_file_holds_one_idea() -> None:
    """A second idea wants a file, and a name, of its own."""
    lines = {named(path): path.read_text(encoding="utf-8").count("\n") for path in MODULES}
    assert not {path: count for path, count in lines.items() if count > MOST_LINES_OF_A_FILE}


def test_a_function_fits_on_a_screen() -> None:
    """Its docstring not counted."""
    functions = {
        f"{named(path)}:{node.lineno} {node.name}": length_of(node)
        for path, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: length for name, length in functions.items() if length > MOST_LINES_OF_A_FUNCTION}


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    lines = lines_of(function)
    return lines - lines_of(function.body[0]) if ast.get_docstring(function, clean=False) else lines


def lines_of(node: ast.stmt) -> int:
    """Lines that `node` covers."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_only_posts_jobs_and_commands_commit() -> None:
    """Whoever calls an operation decides when it counts; an operation that committed would take that away."""
    wrong = []
    for path, tree in MODULES.items():
        if not named(path).startswith(tuple(MAY_COMMIT)):
            allowed = [node for node in ast.walk(tree) if is_view_module(path) and is_reached_by_post(node)]
            ends = set(ends_of_transactions(tree)).difference(*map(ends_of_transactions, allowed))
            wrong += [f"{named(path)}:{node.lineno}" for node in ends]
    assert not wrong


def test_every_exception_to_the_commit_rule_is_needed() -> None:
    """A list of exceptions that nobody shortens grows until it says nothing."""
    used = [named(path) for path, tree in MODULES.items() if ends_of_transactions(tree)]
    assert not [place for place in MAY_COMMIT if not any(name.startswith(place) for name in used)]


def ends_of_transactions(tree: ast.AST) -> list[ast.Call]:
    """Every `….commit()`, and every `….begin()`, which opens a block that commits at its end."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in {"commit", "begin"}]


def is_view_module(path: Path) -> bool:
    """Tell whether `path` is a feature's views.py or lies in its views/."""
    return "views" in path.with_suffix("").relative_to(ROOT / "propman").parts[1:]


def is_reached_by_post(node: ast.AST) -> bool:
    """Tell whether `node` is a view whose route lets a POST in, or a block that asks for one first."""
    if isinstance(node, ast.FunctionDef):
        return any(re.search(r"\.post\(|\bPOST\b", ast.unparse(decorator)) for decorator in node.decorator_list)
    return isinstance(node, ast.If) and "validate_on_submit()" in ast.unparse(node.test)


def test_names_of_files_say_what_is_inside() -> None:
    """What is put under "utilities" is not found at the first guess."""
    assert not [named(path) for path in kept_files() if path.stem.lower() in NAMES_THAT_SAY_NOTHING]


def test_no_module_that_threads_share_switches_escaping_off() -> None:
    """Jinja notes `autoescape` in the context of the module, which is one for all threads unless it is imported with
    that of the page: one thread would find another's note, or none, and answer 500 or with HTML that is escaped twice.
    """
    texts = {str(path.relative_to(ROOT / "templates")): path.read_text() for path in ROOT.glob("templates/**/*.html")}
    switching = {name for name, text in texts.items() if re.search(r"{% macro.*{% autoescape", text, re.DOTALL)}
    imports = [(name, *found) for name, text in texts.items()
               for found in re.findall(r'{%-? (?:from|import) "([^"]+)"([^%]*)%}', text)]  # fmt: skip
    assert any(module in switching for _name, module, _how in imports), "nothing switches it off: this looks at nothing"
    assert not [found for found in imports if found[1] in switching and not found[2].strip().endswith("with context")]


def test_nothing_points_at_one_machine_or_one_package_index() -> None:
    """propman runs wherever it is put, and installs from whatever index a closed network has."""
    found = [
        f"{named(path)}:{number}: {line.strip()[:100]}"
        for path in kept_files()
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if ONE_MACHINE.search(line) or ONE_PACKAGE_INDEX.search(line)
    ]
    assert not found
