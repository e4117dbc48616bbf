"""The command: on a database that was only just migrated, what it prints, and with what it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from propman import cli
from propman.config import ROOT

HERE = Path(__file__).parent
SF311 = ROOT / "propman" / "data" / "maps" / "sf311.toml"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def command(database_url: str, folder: Path, *arguments: str | Path) -> Result:
    given = {"PROPMAN_DATABASE_URL": database_url, "PROPMAN_DATA_DIR": str(folder / "data")}
    return CliRunner().invoke(cli.main, ["import", "tickets", *map(str, arguments)], env=given)


def test_it_loads_what_is_good_says_what_is_not_and_ends_with_0(database_url: str, tmp_path: Path) -> None:
    first = command(database_url, tmp_path, HERE / "excerpt.csv", "--map", SF311)
    again = command(database_url, tmp_path, HERE / "excerpt.csv", "--map", SF311, "--dry-run")
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    *refused, counts = first.output.splitlines()
    assert counts == "9/17/0  9 loaded, 17 refused, 0 unchanged"
    assert len(refused) == 17
    assert refused[1] == "record 8, id 9000008: 'yesterday' is no moment at which it was opened."
    assert again.output.splitlines()[-1] == "0/17/9  0 loaded, 17 refused, 9 unchanged (dry run: nothing was written)"


@on_sqlite
def test_a_file_or_map_that_cannot_be_used_is_named_and_ends_with_1(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "open.csv").write_text('unique_key,status\n1,"open\n', encoding="utf-8")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "other.csv").write_text("id;status\n1;open\n", encoding="utf-8")
    (tmp_path / "bad.toml").write_text("[source]\nname = ", encoding="utf-8")
    (tmp_path / "gbk.toml").write_bytes("# 报修".encode("gbk"))
    excerpt = HERE / "excerpt.csv"
    for file, by, sentence in (
        (tmp_path / "gone.csv", SF311, "gone.csv cannot be read"),
        (tmp_path, SF311, "cannot be read"),
        (tmp_path / "open.csv", SF311, "a quotation mark is not closed"),
        (tmp_path / "empty.csv", SF311, "is empty"),
        (tmp_path / "other.csv", SF311, "There is no column 'unique_key' in the file. Its columns: id, status."),
        (excerpt, tmp_path / "gone.toml", "gone.toml cannot be read"),
        (excerpt, tmp_path / "bad.toml", "The map is no TOML"),
        (excerpt, tmp_path / "gbk.toml", "is no text in UTF-8"),
        (excerpt, excerpt, "The map is no TOML"),
    ):
        result = command(database_url, tmp_path, file, "--map", by)
        assert (result.exit_code, "Traceback" in result.output) == (1, False), (file, result.output)
        assert sentence in result.output
