"""The tour through the pages by which parts come in as a table and go out as one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations
from propman.assets.models import Asset
from propman.register.columns import BY_FIELD
from propman.register.models import Import, ImportState
from propman.register.operations import File
from propman.sheets.reading import read
from propman.sheets.tables import letter
from propman.text import N_
from tests.assets.works import Works
from tests.pages.stops import Stop, every, refused
from tests.register.office import GOOD, Office
from tests.sheets import books

_CLERK, _QIAN, _IMPORTS = "clerk_jie", "official_qian", "/register/imports"
_STATES = ("unnamed", "failed", "read", "at_work", "tried", "odd", "wrong", "same", "applied", "in_use", "undone")

PAGES = (
    *every(_CLERK, _IMPORTS, f"{_IMPORTS}?q=河柏", f"{_IMPORTS}?q=nowhere", "/register/places/{community}/import",
           *(f"{_IMPORTS}/{{import_{name}}}" for name in _STATES), f"{_IMPORTS}/{{import_tried}}?show=new",
           *(f"{_IMPORTS}/{{import_{name}}}/headings" for name in ("unnamed", "failed", "tried", "odd")),
           f"{_IMPORTS}/{{import_unnamed}}/headings?heading_row=1",
           *(f"{_IMPORTS}/{{import_{name}}}/apply" for name in ("tried", "wrong")),
           *(f"{_IMPORTS}/{{import_{name}}}/undo" for name in ("applied", "in_use", "tried")),
           f"{_IMPORTS}/{{import_tried}}/discard", "/register/export", "/register/export?place={community}&type=B01"),
    *every(_QIAN, _IMPORTS, "/register/places/{county}/import"),
    *every("far_clerk", _IMPORTS),
    Stop("/register/export?type=Z99&warranty=soon", _CLERK, 400),
)  # fmt: skip

REFUSED = (
    refused(Stop("/register/places/{community}/import", _CLERK)),
    refused(Stop(f"{_IMPORTS}/{{import_tried}}/headings", _CLERK), column_A=""),
    refused(Stop(f"{_IMPORTS}/{{import_unnamed}}/headings?heading_row=1", _CLERK),
            f"{_IMPORTS}/{{import_unnamed}}/headings", column_A="code", column_B="code"),
    refused(Stop(f"{_IMPORTS}/{{import_tried}}/apply", _CLERK)),
    refused(Stop(f"{_IMPORTS}/{{import_tried}}/apply", _CLERK), None, 409, plan="0" * 64, sure="y"),
    refused(Stop(f"{_IMPORTS}/{{import_applied}}/undo", _CLERK)),
    refused(Stop(f"{_IMPORTS}/{{import_tried}}/discard", _CLERK)),
    refused(Stop("/register/export", _CLERK), kind=""),
)  # fmt: skip

FILES = every(_CLERK, "/register/template.xlsx", f"{_IMPORTS}/{{import_wrong}}/faults.xlsx")
"""What is downloaded: tables in which words of ours stand."""

_WHOLE: dict[str, Any] = {
    "spot": "东侧", "quantity": 12.5, "unit": "m²", "model": "东方雨虹", "drawing_no": "建施-08", "criticality": "A",
    "maintainer": "安居物业", "cost_fen": "1,234.5元", "accepted_on": "2024年10月8日", "warranty_key": "WP5",
    "contract_months": 72, "design_life_years": 20, "condition": "较好", "condition_on": "2025-03-01", "面积": 820.5,
}  # fmt: skip
_WRONG: tuple[dict[str, Any], ...] = (
    {"code": "入-01"}, {"code": "入-01"}, {"code": None}, {"type_code": "Z99", "ownership": "谁"},
    {"building": "99号楼"}, {"quantity": "viel", "cost_fen": -1, "accepted_on": "2024-02-30", "condition": "完好"},
)  # fmt: skip


def furnish(session: Session, works: Works, part_id: int) -> dict[str, int]:
    """Let tables be sent, tried, applied and undone; gives what stands in braces in the addresses."""
    office = Office(session, works)
    twice = office.file([_row("入-11")])
    found = {"applied": _applied(office, twice), "in_use": office.imported([_row("入-12")]),
             "undone": office.undone(office.imported([_row("入-13")]))}  # fmt: skip
    operations.draw_part_code(session, asset_id=office.part("入-12").id, actor_id=None, now=clock.now())
    changed = {"code": session.get_one(Asset, part_id).code, "name": "东屋面", "cost_fen": 1, "condition": "很差",
               "budget_fen": 1, "residents_fen": 0, "condition_on": clock.local_date(clock.now())}  # fmt: skip
    found |= {
        "same": office.send_file(twice),
        "tried": office.tried([changed, _row("入-14") | _WHOLE,
                               _row("入-15") | {"project": None, "work_item": None, "no_project": "捐赠"}],
                              name="道里区2021—2023年老旧小区改造部位设施台账（河柏小区，最终版）.xlsx"),
        "odd": office.send_file(_odd(_row("入-16"))),
        "wrong": office.tried([_row(f"入-2{number}") | wrong for number, wrong in enumerate(_WRONG)]),
        "unnamed": office.send([{"标识": "甲-1", "备注": "东侧"}]),
    }  # fmt: skip
    found |= {"failed": _failed(office), "read": _at_work(office), "at_work": _at_work(office, all_rows=9, done_rows=5)}
    session.commit()
    return {f"import_{name}": each.id for name, each in found.items()}


def _row(code: str) -> dict[str, Any]:
    """A row that can be taken, also where the community has several projects."""
    return GOOD | {"code": code, "project": "2024-001"}


def _applied(office: Office, file: File) -> Import:
    sent = office.send_file(file)
    office.work()
    office.order(sent)
    office.work()
    return sent


def _odd(row: dict[str, Any]) -> File:
    """A workbook with merged cells and a hidden sheet."""
    lines = [[BY_FIELD[field].zh for field in row], [str(value) for value in row.values()]]
    cells = "".join(
        books.row(number, *(books.text(f"{letter(at)}{number}", text) for at, text in enumerate(line, 1)))
        for number, line in enumerate(lines, 1)
    )
    merged = '<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    data = books.book(books.sheet(cells, after=merged), books.sheet(cells), states=("", ' state="hidden"'))
    return File("合并.xlsx", data, read(data, "合并.xlsx"))


def _failed(office: Office) -> Import:
    """One at which the program failed."""
    sent = office.send([{"标识": "甲-2", "备注": "西侧"}])
    sent.state, sent.fault_facts = ImportState.FAILED, {}
    sent.fault = N_("The program made a mistake here. Nothing was changed. Please tell the operators.")
    return sent


def _at_work(office: Office, **progress: int) -> Import:
    """One that somebody works on, and goes on working on while the tour lasts."""
    sent = office.send([_row("入-17")])
    sent.claim, sent.claimed_until = "0" * 32, clock.now() + timedelta(days=1)
    for name, rows in progress.items():
        setattr(sent, name, rows)
    return sent
