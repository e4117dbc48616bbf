"""Migrations and models tell the same story, on both databases, also when two processes tell it at once."""

from __future__ import annotations

import ast
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, inspect, text

import propman
from propman import migrate
from propman.db import Base

ROOT = Path(__file__).resolve().parents[1]
NOT_IMPORTED = {"propman.__main__"}


def test_the_migrations_know_every_module_that_holds_a_table() -> None:
    for module in pkgutil.walk_packages(propman.__path__, "propman."):
        if module.name not in NOT_IMPORTED:
            import_module(module.name)
    holding = {mapper.class_.__module__ for mapper in Base.registry.mappers}
    tree = ast.parse((ROOT / "migrations" / "env.py").read_text(encoding="utf-8"))
    [listed] = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MODELS"
    ]
    assert set(listed) == {name for name in holding if name.startswith("propman.")}
    assert list(listed) == sorted(listed)


def test_the_newest_schema_is_what_the_models_say(database_url: str) -> None:
    command.check(migrate.alembic_config(database_url))  # raises, and names the difference


def test_all_the_way_down_leaves_no_table_and_the_way_up_is_open_again(empty_database_url: str) -> None:
    config = migrate.alembic_config(empty_database_url)
    migrate.upgrade(empty_database_url)
    command.downgrade(config, "base")
    engine = create_engine(empty_database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    migrate.upgrade(empty_database_url)
    command.check(config)


def test_processes_that_migrate_at_once_wait_for_each_other(empty_database_url: str) -> None:
    program = "import sys; from propman.migrate import upgrade; upgrade(sys.argv[1])"
    started = [
        subprocess.Popen([sys.executable, "-c", program, empty_database_url], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    faults = [process.communicate(timeout=120)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0], "\n".join(faults)
    engine = create_engine(empty_database_url)
    with engine.connect() as connection:
        assert len(connection.execute(text("SELECT version_num FROM alembic_version")).all()) == 1
        assert connection.scalar(text("SELECT count(*) FROM category WHERE code = 'lift'")) in {0, 1}
    engine.dispose()


def test_a_first_start_that_fails_leaves_no_database_that_passes_for_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> int:
        raise RuntimeError("killed here")

    monkeypatch.setattr("propman.catalogue.operations.load_shipped_rows", break_down)
    with pytest.raises(RuntimeError, match="killed here"):
        migrate.upgrade(f"sqlite:///{tmp_path / 'propman.sqlite3'}")
    assert list(tmp_path.iterdir()) == []
