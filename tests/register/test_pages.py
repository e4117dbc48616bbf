"""The pages of imports and exports, as a browser without scripts goes through them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from propman import clock, jobs
from propman.assets.models import Asset
from propman.assets.operations import draw_part_code
from propman.audit.models import AuditRecord
from propman.health import STOPPING
from propman.register.columns import COLUMNS
from propman.register.models import Import, ImportFault, ImportRow, ImportState
from propman.register.views.imports import SECONDS
from propman.sheets.reading import read
from propman.sheets.tables import Row, Workbook, letter
from tests import world as small
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.desk import Desk, said
from tests.register.office import as_csv, as_xlsx
from tests.sheets import books

DeskOf = Callable[[str], Desk]
HEADINGS = ["部位编码", "部位类型", "部位名称", "楼栋", "产权人", "改造分项"]
LINES = [["A-1", "B01", "屋面", "3", "业主", 1], ["A-2", "B18", "楼道灯", "3号楼", "业主", 1]]
BAD = [*LINES, ["A-3", "B99", "灯", "9号楼", "谁", 1], ["A-1", "B01", "又一个", "3", "业主", 1]]


@pytest.fixture
def work(app: Flask, session: Session) -> Callable[[], None]:
    """Let the job process do what waits."""
    app.extensions[STOPPING] = False
    job = next(each for each in jobs.TIMETABLE if each.name == jobs.IMPORTS)

    def carry_on() -> None:
        session.commit()
        assert jobs.run_job(app, job, clock.now())
        session.expire_all()

    return carry_on


def upload(desk: Desk, place_id: int, data: bytes, name: str = "台账.xlsx", **more: Any) -> TestResponse:
    """Send a file by the page."""
    address = f"/register/places/{place_id}/import"
    page = desk.open(address).text
    hidden = {field: small.value_of(page, field) for field in ("csrf_token", "key")}
    return desk.client.post(address, data={**hidden, "file": (BytesIO(data), name), **more})


def sent(desk: Desk, works: Works, lines: Sequence[Sequence[Any]] = LINES) -> str:
    """The address of an import that was sent."""
    answer = upload(desk, works.world.community.id, as_xlsx(HEADINGS, lines))
    assert answer.status_code == 303, said(answer)
    return str(answer.location)


def rows_of(answer: TestResponse, sheet: int = 0) -> tuple[Row, ...]:
    assert answer.status_code == 200
    return opened(answer).tables[sheet].rows


def opened(answer: TestResponse) -> Workbook:
    return read(answer.data, "x.xlsx")


# --- in ---


def test_a_file_is_sent_tried_applied_and_undone(
    session: Session, works: Works, desk_of: DeskOf, work: Callable[[], None]
) -> None:
    clerk = desk_of("clerk_jie")
    page = sent(clerk, works)
    waiting = clerk.open(page)
    assert waiting.headers["Refresh"] == SECONDS
    assert "Waiting for its turn." in said(waiting)
    work()
    tried = clerk.open(page)
    assert "Refresh" not in tried.headers
    words = said(tried)
    assert "new 2 rows" in words
    assert re.search(r"2 屋面 A-1 .*Part type B01 Roof waterproofing", words)
    assert "Take it over…" in words
    assert session.scalar(select(func.count()).select_from(Asset)) == 0

    words = clerk.read(f"{page}/apply")
    assert "parts come 2 rows" in words
    plan = small.value_of(clerk.open(f"{page}/apply").text, "plan")
    answer = clerk.send(f"{page}/apply", plan=plan)
    assert (answer.status_code, "Tick that you have looked" in said(answer)) == (422, True)
    words = clerk.sent(f"{page}/apply", plan=plan, sure="y")
    assert "It is being taken over" in words
    work()
    words = clerk.read(page)
    assert "Applied by 解街道" in words
    assert "2 parts came, 0 were changed" in words
    assert session.scalar(select(func.count()).select_from(Asset)) == 2

    assert "2 parts that it brought are taken out" in clerk.read(f"{page}/undo")
    assert "It is being undone" in clerk.sent(f"{page}/undo", sure="y")
    work()
    assert "Undone by 解街道" in clerk.read(page)
    assert session.scalar(select(func.count()).select_from(Asset)) == 0


def test_progress_is_shown_as_a_bar(session: Session, works: Works, desk_of: DeskOf) -> None:
    clerk = desk_of("clerk_jie")
    page = sent(clerk, works)
    found = session.scalars(select(Import)).one()
    found.claim, found.claimed_until, found.all_rows, found.done_rows = "x" * 32, clock.now(), 200, 50
    session.commit()
    shown = clerk.open(page).text
    assert re.search(r'<progress class="progress" max="200" value="50"', shown)
    assert "50 of 200 rows" in said(clerk.open(page))


def test_bad_rows_are_named_on_screen_and_in_a_file(
    session: Session, works: Works, desk_of: DeskOf, work: Callable[[], None]
) -> None:
    clerk = desk_of("clerk_jie")
    page = sent(clerk, works, BAD)
    work()
    words = clerk.read(page)
    assert "2 rows are wrong" in words
    assert "B4 部位类型 B99 The catalogue has no type B99." in words
    assert "E4 产权人 谁 谁 is none of the answers: all owners in common, the utility" in words
    assert "D4 楼栋 9号楼 河柏小区 has no building 9号楼." in words
    assert "A5 部位编码 A-1 Row 2 has the same code." in words
    assert "Take it over…" not in words
    assert "nothing that can be taken over" in clerk.read(f"{page}/apply")

    heading, first, second, third, fourth = rows_of(clerk.open(f"{page}/faults.xlsx"))
    assert heading.values == ("What is wrong", *HEADINGS)
    assert (first.at(1), first.at(2)) == (None, "A-1")
    assert "部位类型: The catalogue has no type B99." in str(third.at(1))
    assert third.values[1:] == ("A-3", "B99", "灯", "9号楼", "谁", 1)
    assert fourth.at(1) == "部位编码: Row 2 has the same code."
    assert (second.at(1), session.scalar(select(func.count()).select_from(Asset))) == (None, 0)


def test_the_mended_file_can_be_sent_as_it_is(works: Works, desk_of: DeskOf, work: Callable[[], None]) -> None:
    """The column that says what is wrong is left out by itself."""
    clerk = desk_of("clerk_jie")
    page = sent(clerk, works, [["A-1", "B99", "屋面", "3", "业主", 1]])
    work()
    [heading, row] = rows_of(clerk.open(f"{page}/faults.xlsx"))
    mended = as_xlsx([str(each) for each in heading.values], [[row.at(1), "A-1", "B01", *row.values[3:]]])
    again = upload(clerk, works.world.community.id, mended).location
    work()
    assert "new 1 rows" in clerk.read(again)


def test_long_lists_are_paged(works: Works, desk_of: DeskOf, work: Callable[[], None]) -> None:
    clerk = desk_of("clerk_jie")
    lines = [[f"A-{number:03}", "B01", f"屋面{number}", "3", "业主", 1] for number in range(60)]
    page = sent(clerk, works, [*lines, *([f"B-{number:03}", "B99", "x", "3", "业主", 1] for number in range(60))])
    work()
    first = clerk.open(page).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    assert first.count("The catalogue has no type") == 50
    assert clerk.open(following[1].replace("&amp;", "&")).text.count("The catalogue has no type") == 10
    new = clerk.open(f"{page}?show=new").text
    following = re.search(r'rel="next" href="([^"]+)"', new)
    assert following is not None
    assert "屋面59" in clerk.read(following[1].replace("&amp;", "&"))


def test_a_change_is_shown_from_what_to_what(
    session: Session, works: Works, desk_of: DeskOf, work: Callable[[], None]
) -> None:
    renovated.part(session, works, code="A-1", name="旧名", cost_fen=100)
    clerk = desk_of("clerk_jie")
    data = as_xlsx(["部位编码", "部位名称", "造价（万元）", "重要程度"], [["A-1", "新名", 1.5, "A"]])
    page = upload(clerk, works.world.community.id, data).location
    work()
    words = clerk.read(page)
    assert "Part name 旧名 → 新名" in words
    assert "Cost 1.00 yuan → 15,000.00 yuan" in words
    assert (
        "What a failure does B: a failure stops a supply or spoils the building → A: a failure endangers people"
        in words
    )


def test_unknown_headings_are_mapped_on_screen_and_remembered(
    session: Session, works: Works, desk_of: DeskOf, work: Callable[[], None]
) -> None:
    clerk = desk_of("clerk_jie")
    data = as_csv(["标识", *HEADINGS[1:], "备注"], [[*line, "好"] for line in LINES], ["河柏小区台账"])
    page = upload(clerk, works.world.community.id, data, "台账.csv").location
    assert "Some columns of this file are not known yet" in clerk.read(page)
    words = clerk.read(f"{page}/headings")
    assert "A 标识 For example: A-1, A-2" in words
    assert "The file has no column for the part code" in words
    shown = clerk.open(f"{page}/headings").text
    chosen = {name: small.value_of(shown, name) for name in ("sheet", "heading_row")} | {
        f"column_{letter}": re.search(rf'name="column_{letter}".*?selected value="([^"]*)"', shown, re.DOTALL)[1]
        for letter in "BCDEF"
    }  # type: ignore[index]
    answer = clerk.send(f"{page}/headings", column_A="", column_G="-", **chosen)
    assert (answer.status_code, "Choose one of the columns" in said(answer)) == (422, True)
    answer = clerk.send(f"{page}/headings", column_A="name", column_G="-", **chosen)
    assert (answer.status_code, "Two columns cannot be the same" in said(answer)) == (422, True)
    clerk.sent(f"{page}/headings", column_A="code", column_G="-", **chosen)
    work()
    assert "new 2 rows" in clerk.read(page)
    again = upload(clerk, works.world.community.id, data, "台账.csv").location
    assert "Waiting for its turn." in clerk.read(again)


def test_another_row_and_sheet_can_be_named(works: Works, desk_of: DeskOf) -> None:
    clerk = desk_of("clerk_jie")
    data = as_csv(["甲", "乙"], [["1", "2"]], ["一", "二"])
    page = upload(clerk, works.world.community.id, data, "x.csv").location
    assert "No row of headings was recognised" in clerk.read(f"{page}/headings")
    assert "A 甲 For example: 1" in clerk.read(f"{page}/headings?heading_row=3")
    assert clerk.open(f"{page}/headings?sheet=nothing").status_code == 400


def test_what_is_hidden_or_merged_is_said(works: Works, desk_of: DeskOf, work: Callable[[], None]) -> None:
    lines = [[books.text(f"{letter(at)}{number}", str(value)) for at, value in enumerate(line, 1)]
             for number, line in enumerate([HEADINGS, *LINES], 1)]  # fmt: skip
    cells = "".join(books.row(number, *line) for number, line in enumerate(lines, 1))
    merged = '<mergeCells count="1"><mergeCell ref="E2:E3"/></mergeCells>'
    data = books.book(books.sheet(cells, after=merged), books.sheet(cells), states=("", ' state="hidden"'))
    clerk = desk_of("clerk_jie")
    page = upload(clerk, works.world.community.id, data).location
    work()
    words = clerk.read(page)
    assert "The sheet Sheet2 is hidden and was not read." in words
    assert "Merged cells of the sheet Sheet1 count for each of their rows and columns: E2:E3." in words


@pytest.mark.parametrize(("data", "name", "status", "sentence"), [
    (b"", "x.xlsx", 422, "Choose a file|is empty"), (b"%PDF-1.7", "x.xlsx", 415, "is no table"),
    (b"PK\x03\x04 broken", "x.xlsx", 422, "broken"), (b"<html><table></table></html>", "x.xls", 415, "web page"),
])  # fmt: skip
def test_what_is_no_table_is_refused_and_leaves_nothing(
    session: Session, works: Works, desk_of: DeskOf, data: bytes, name: str, status: int, sentence: str
) -> None:
    answer = upload(desk_of("clerk_jie"), works.world.community.id, data, name)
    assert answer.status_code == status
    assert re.search(sentence, said(answer))
    assert session.scalar(select(func.count()).select_from(Import)) == 0


def test_a_form_that_is_sent_twice_keeps_the_file_once(session: Session, works: Works, desk_of: DeskOf) -> None:
    clerk, address = desk_of("clerk_jie"), f"/register/places/{works.world.community.id}/import"
    page, data = clerk.open(address).text, as_xlsx(HEADINGS, LINES)
    hidden = {field: small.value_of(page, field) for field in ("csrf_token", "key")}
    answers = [clerk.client.post(address, data={**hidden, "file": (BytesIO(data), "台账.xlsx")}) for _ in range(2)]
    assert len({answer.location for answer in answers}) == 1
    other = clerk.client.post(address, data={**hidden, "file": (BytesIO(data + b"\0"), "台账.xlsx")})
    assert other.status_code in {415, 422}
    assert session.scalar(select(func.count()).select_from(Import)) == 1


def test_a_file_is_thrown_away(session: Session, works: Works, desk_of: DeskOf, work: Callable[[], None]) -> None:
    clerk = desk_of("clerk_jie")
    page = sent(clerk, works, BAD)
    work()
    assert "The file is thrown away." in clerk.sent(f"{page}/discard", sure="y")
    for model in (Import, ImportFault, ImportRow):
        assert session.scalar(select(func.count()).select_from(model)) == 0
    assert clerk.open(page).status_code == 404


def test_what_refers_is_named(session: Session, works: Works, desk_of: DeskOf, work: Callable[[], None]) -> None:
    clerk = desk_of("clerk_jie")
    page = sent(clerk, works)
    work()
    clerk.sent(f"{page}/apply", plan=small.value_of(clerk.open(f"{page}/apply").text, "plan"), sure="y")
    work()
    part = session.scalars(select(Asset)).first()
    assert part is not None
    draw_part_code(session, asset_id=part.id, actor_id=None, now=clock.now())
    for address in (page, f"{page}/undo"):
        assert "1 label hangs on a part" in clerk.read(address)
    token = small.value_of(clerk.open(f"{page}/undo").text, "csrf_token")
    answer = clerk.client.post(f"{page}/undo", data={"csrf_token": token, "key": small.new_key(), "sure": "y"})
    assert (answer.status_code, "its parts are in use" in said(answer)) == (409, True)


# --- who ---


def test_imports_are_kept_in_their_area(
    session: Session, works: Works, desk_of: DeskOf, work: Callable[[], None]
) -> None:
    clerk, other, official = desk_of("clerk_jie"), desk_of("far_clerk"), desk_of("official_qian")
    page = sent(clerk, works)
    work()
    assert "台账.xlsx" in clerk.read("/register/imports")
    assert "台账.xlsx" in official.read("/register/imports")
    assert "台账.xlsx" not in other.read("/register/imports")
    for address in ("", "/headings", "/apply", "/undo", "/discard", "/faults.xlsx"):
        assert other.open(f"{page}{address}").status_code == 404
    assert clerk.open(f"/register/places/{works.world.county.id}/import").status_code == 404
    assert official.open(f"/register/places/{works.world.county.id}/import").status_code == 200
    assert official.open(f"/register/places/{works.world.building.id}/import").status_code == 404
    assert desk_of("dispatcher_mei").open("/register/imports").status_code == 403


def test_where_a_file_is_for_is_found_by_its_name(works: Works, desk_of: DeskOf) -> None:
    official = desk_of("official_qian")
    assert "All of 哈尔滨市 道里区" in official.read("/register/imports")
    words = official.read("/register/imports?q=河柏")
    assert "河柏小区 community" in words
    assert "Nothing found for 远景小区" in official.read("/register/imports?q=远景小区")


def test_the_register_leads_to_imports_and_exports(session: Session, works: Works, desk_of: DeskOf) -> None:
    renovated.part(session, works)
    community = works.world.community.id
    ways = {"/register": "/register/imports", f"/register/places/{community}": f"/register/places/{community}/import",
            f"/register/parts?place={community}": f"/register/export?place={community}"}  # fmt: skip
    for who, led in (("official_qian", [True, True, True]), ("worker_zhao", [False, False, True])):
        desk = desk_of(who)
        assert [f'href="{there}"' in desk.open(here).text for here, there in ways.items()] == led, who


# --- out ---


def test_a_list_goes_into_a_file_and_that_is_written_down(session: Session, works: Works, desk_of: DeskOf) -> None:
    renovated.part(session, works, code="A-1", name="=HYPERLINK(1)")
    renovated.part(session, works, code="A-2", type_code="B18")
    mei = desk_of("dispatcher_mei")
    assert "1 part, as the list shows it." in mei.read("/register/export?type=B18")
    answer = mei.send("/register/export?type=B18", kind="xlsx")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert [row.at(5) for row in rows_of(answer)] == ["Part code", "A-2"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    answer = mei.send("/register/export", kind="csv")
    assert '"\'=HYPERLINK(1)"' in answer.data.decode("utf-8-sig")
    renovated.part(session, works, code="A-3", type_code="B19", name="铺装 12㎡ 𠮷")
    answer = mei.send("/register/export?type=B19", kind="csv_gbk")
    assert answer.content_type == "text/csv; charset=gb18030"
    assert '"铺装 12㎡ 𠮷"'.encode("gb18030") in answer.data
    assert "铺装".encode("gbk") in answer.data
    acts = session.scalars(select(AuditRecord).where(AuditRecord.act == "register_exported")).all()
    assert [(each.actor_id, each.details["count"], each.details["asked"]) for each in acts] == [
        (works.world.dispatcher_mei.id, 1, {"type": "B18"}), (works.world.dispatcher_mei.id, 2, {}),
        (works.world.dispatcher_mei.id, 1, {"type": "B19"}),
    ]  # fmt: skip


def test_an_export_asked_wrongly_is_answered_400(desk_of: DeskOf, works: Works) -> None:
    mei = desk_of("dispatcher_mei")
    assert mei.open("/register/export?type=NONE").status_code == 400
    assert mei.open(f"/register/export?place={works.world.far_community.id}").status_code == 404
    assert mei.send("/register/export", kind="pdf").status_code == 422


def test_the_template_has_headings_answers_and_an_explanation(works: Works, desk_of: DeskOf) -> None:
    clerk = desk_of("clerk_jie")
    book = opened(clerk.open("/register/template.xlsx"))
    filled, explained = book.tables
    assert filled.rows[0].values == tuple(column.heading for column in COLUMNS)
    assert filled.at("F2") == "B18 Stair lights"
    named = [row.at(1) for row in explained.rows[1:]]
    assert named[: len(COLUMNS)] == [column.heading for column in COLUMNS]
    answers = {row.at(1): str(row.at(4)) for row in explained.rows}
    assert "all owners in common, the utility" in answers["Owner"]
    with clerk.client.session_transaction() as cookie:
        cookie["language"] = "zh"
    [first, *_] = rows_of(clerk.open("/register/template.xlsx"))
    assert first.values == tuple(column.zh for column in COLUMNS)


def test_the_example_of_the_template_is_not_taken_for_a_part(
    session: Session, works: Works, desk_of: DeskOf, work: Callable[[], None]
) -> None:
    clerk = desk_of("clerk_jie")
    template = clerk.open("/register/template.xlsx").data
    page = upload(clerk, works.world.community.id, template, "模板.xlsx").location
    work()
    words = clerk.read(page)
    assert "红旗小区" not in words
    assert "There is no part in this file" in words
    assert session.scalars(select(Import.state)).all() == [ImportState.CHECKED]
