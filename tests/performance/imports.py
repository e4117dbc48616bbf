"""What an import of many parts costs: `python -m tests.performance.imports [rows]` prints seconds and memory.

On a fresh SQLite and a fresh PostgreSQL; each step by a process of its own, as the job process does it. Asked are at
most 60 seconds and 300 MB for 20,000 rows, for the dry run and for applying.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

from propman import clock, create_app, jobs, migrate
from propman.communities.operations import add_place
from propman.communities.queries import children
from propman.config import Settings
from propman.db import db, engine_options, prepare_engine, read_only
from propman.health import STOPPING
from propman.register import operations
from propman.register.models import Import, ImportState
from propman.sheets.excel_writing import write_xlsx
from propman.sheets.reading import read
from propman.sheets.writing import Column, Sheet
from tests import conftest, renovations
from tests import world as small
from tests.world import World

BUILDINGS, ENTRANCES, ITEMS = 60, 4, 30
TYPES = ("B18", "B06", "B12", "B01", "B10")
HEADINGS = (
    "序号", "街道", "小区名称", "楼号", "单元", "设施编号", "设施类型", "设施名称", "安装位置", "数量", "单位",
    "品牌型号", "图号", "产权", "管护单位", "建设单位", "重要程度", "造价（元）", "项目编号", "改造分项",
    "竣工验收日期", "合同保修期（月）", "设计使用年限（年）", "现状", "检查日期",
)  # fmt: skip


def rows(count: int, *, changed: bool = False) -> Iterator[list[Any]]:
    """Rows that fill 25 columns; `changed` other models and a later look at each."""
    for number in range(count):
        building, entrance, item = number % BUILDINGS + 1, number % ENTRANCES + 1, number % ITEMS + 1
        yield [
            number + 1, "花园街道", "河柏小区", f"{building}号楼", f"{entrance}单元",
            f"{TYPES[number % 5]}-{number:05}", TYPES[number % 5], f"{building}号楼{entrance}单元设施{number}",
            f"{number % 7 + 1}层", number % 50 + 0.5, "个",
            f"型号-{number % 90}{'乙' if changed else ''}", f"电施-{number % 40:02}", "全体业主共有", "安居物业", "",
            "ABC"[number % 3], 120.5 + number % 1000, "改〔2024〕17", item, "2024-09-30", 60, 20,
            "完好" if not changed else "较好", "2024-10-12" if not changed else "2025-05-06",
        ]  # fmt: skip


def workbook(count: int, **how: bool) -> bytes:
    """The rows as an XLSX."""
    out = BytesIO()
    write_xlsx([Sheet("台账", tuple(map(Column, HEADINGS)), rows(count, **how))], out, now=clock.now())
    return out.getvalue()


def furnished(session: Session) -> World:
    """The small world with a large community and a project in it."""
    world = small.build(session)
    nobody = {"actor_id": None, "now": clock.now()}
    for number in range(1, BUILDINGS + 1):
        place = world.building if number == 3 else add_place(
            session, parent_id=world.community.id, name=f"{number}号楼", **nobody)  # fmt: skip
        there = {each.name for each in children(session, place.id, on=renovations.TODAY)}
        for name in {f"{entrance}单元" for entrance in range(1, ENTRANCES + 1)} - there:
            add_place(session, parent_id=place.id, name=name, **nobody)
    project = renovations.project(session, world)
    for number in range(ITEMS):
        item = renovations.item(session, project, world, name=f"分项{number + 1}", cost_fen=1_000_00)
        renovations.accept(session, world, item)
    session.commit()
    return world


def work(url: str) -> None:
    """Be the job process for one import: do what waits, and print what it cost."""
    app = create_app(Settings.for_tests(database_url=url, data_dir=Path(tempfile.mkdtemp())))
    app.extensions[STOPPING] = False
    job = next(each for each in jobs.TIMETABLE if each.name == jobs.IMPORTS)
    with app.app_context():
        longest = _timed(db.engine)
    begun = time.perf_counter()
    done = jobs.run_job(app, job, clock.now())
    spent = time.perf_counter() - begun
    own, child = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(f"{spent:5.1f} s  {own:4.0f} MB  reading process {child:4.0f} MB  longest write {longest[0]:4.1f} s"
          f"{'' if done else '  FAILED'}", flush=True)  # fmt: skip


def _timed(engine: Engine) -> list[float]:
    """The length of the longest transaction that writes."""
    longest, begun = [0.0], [0.0]

    def begin(_connection: object) -> None:
        begun[0] = time.perf_counter()

    def commit(_connection: object) -> None:
        if not read_only.get():
            longest[0] = max(longest[0], time.perf_counter() - begun[0])

    event.listen(engine, "begin", begin)
    event.listen(engine, "commit", commit)
    return longest


def measure(url: str, count: int) -> None:
    """Every step of an import, and of a second file that changes every part."""
    engine = create_engine(url, **engine_options(url))
    prepare_engine(engine)
    with Session(engine, expire_on_commit=False) as session:
        world = furnished(session)
        for title, how in (("new parts", False), ("all changed", True), ("all the same", False)):
            begun = time.perf_counter()
            data = workbook(count, changed=how)
            read_at = time.perf_counter()
            file = operations.File("台账.xlsx", data, read(data, "台账.xlsx"))
            sent = operations.send_file(session, place_id=world.community.id, file=file, actor_id=world.clerk_jie.id,
                                        now=clock.now())  # fmt: skip
            session.commit()
            print(f"  {title}: {len(data) / 1e6:.1f} MB written in {read_at - begun:.1f} s, "
                  f"sent in {time.perf_counter() - read_at:.1f} s")  # fmt: skip
            _step(url, "dry run ")
            session.refresh(sent)
            print(f"    new {sent.new_rows}, changed {sent.changed_rows}, same {sent.same_rows}, bad {sent.bad_rows}")
            if sent.state is ImportState.CHECKED and sent.new_rows + sent.changed_rows:
                _apply(session, sent, world, url)
    engine.dispose()


def _apply(session: Session, sent: Import, world: World, url: str) -> None:
    operations.ask_to_apply(session, import_id=sent.id, plan=sent.plan or "", actor_id=world.clerk_jie.id,
                            now=clock.now())  # fmt: skip
    session.commit()
    _step(url, "applying")
    session.refresh(sent)
    if sent.changed_rows:
        operations.ask_to_undo(session, import_id=sent.id, actor_id=world.clerk_jie.id, now=clock.now())
        session.commit()
        _step(url, "undoing ")
        session.refresh(sent)
    print(f"    {sent.state.value} {sent.fault or ''}")


def _step(url: str, title: str) -> None:
    print(f"    {title} ", end="", flush=True)
    subprocess.run([sys.executable, "-m", "tests.performance.imports", "--work", url], check=True)


@contextmanager
def databases() -> Iterator[list[str]]:
    """The addresses of a fresh, migrated database of each kind."""
    with tempfile.TemporaryDirectory() as folder:
        server = conftest.start_postgresql(Path(folder))
        urls = [f"sqlite:///{folder}/propman.sqlite3"]
        urls.append(
            make_url(server.get_uri()).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        )
        for url in urls:
            migrate.upgrade(url)
        yield urls
        server.cleanup()


def main() -> None:
    """Measure both databases, or be the worker of one step."""
    if sys.argv[1:2] == ["--work"]:
        work(sys.argv[2])
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with databases() as urls:
        for url in urls:
            print(make_url(url).get_backend_name(), f"{count} rows of {len(HEADINGS)} columns", flush=True)
            measure(url, count)


if __name__ == "__main__":
    main()
