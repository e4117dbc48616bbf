"""A file on its way into the register: tried, applied as a whole, once; and what it leaves."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations as assets
from propman.assets.models import Asset, Ownership, WarrantyStanding
from propman.assets.operations import Part, change_part
from propman.audit.models import AuditRecord, Change
from propman.communities.operations import close_place
from propman.data.works import Criticality
from propman.db import Base
from propman.errors import Refused
from propman.register import operations
from propman.register.models import HeadingWord, Import, ImportedPart, ImportFault, ImportRow, ImportState
from propman.register.operations import applying, running
from propman.register.operations.claiming import LEASE
from propman.register.queries import examining
from propman.sheets.reading import read
from tests.assets import works as renovated
from tests.register.office import GOOD, Office


def digest(session: Session, *, but: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """Every row of every table but some."""
    session.commit()
    skipped = but | {"heartbeat"}
    return {table.name: sorted(map(str, session.execute(select(table)))) for table in Base.metadata.sorted_tables
            if table.name not in skipped}  # fmt: skip


OWN = frozenset({"register_import", "import_fault", "import_row", "heading_word"})


# --- the dry run ---


def test_a_dry_run_touches_nothing_but_the_import(session: Session, office: Office) -> None:
    before = digest(session, but=OWN)
    sent = office.tried([GOOD, GOOD | {"code": "X-2", "type_code": "B99"}])
    assert (sent.all_rows, sent.new_rows, sent.bad_rows) == (2, 1, 1)
    assert digest(session, but=OWN) == before


def test_what_a_new_part_would_have_is_told(office: Office) -> None:
    row = GOOD | {"quantity": 12.5, "unit": "㎡", "cost_fen": "1,234.50", "condition": "完好",
                  "condition_on": "2024-10-01", "maintainer": "安居物业"}  # fmt: skip
    told = office.told(office.tried([row]))[2]
    assert told == {
        "place": "3号楼", "code": "B01-001", "type_code": "B01", "name": "3号楼屋面", "quantity": "12.5", "unit": "㎡",
        "ownership": "owners", "criticality": "B", "cost_fen": 123_450, "maintainer": "安居物业",
        "work_item": "2024-001 · 1 屋面防水", "condition": "5", "condition_on": "2024-10-01",
        "warranty_last_on": "2029-09-30",
    }  # fmt: skip


def test_a_csv_below_titles_with_other_headings_reads_the_same(session: Session, office: Office) -> None:
    csv = ("河柏小区改造台账\n填表日期：2026年,,\n设施编号,类别,设施名称,楼号,产权归属,分项工程,备注\n"
           "Ａ－１,屋面防水,屋面,三号楼,业主共有,屋面防水,好\n合计,,1,,,,\n")  # fmt: skip
    data = csv.encode("gb18030")
    sent = office.send_file(_file(data, "台账.csv"))
    assert sent.state is ImportState.UPLOADED  # 备注 is not known
    operations.map_headings(session, import_id=sent.id, sheet="", heading_row=3, actor_id=sent.actor_id,
                            fields=_fields(sent) | {"G": None}, now=clock.now())  # fmt: skip
    office.work()
    assert (sent.state, sent.all_rows, sent.new_rows) == (ImportState.CHECKED, 1, 1)
    assert office.told(sent)[4]["code"] == "A-1"
    again = office.send_file(_file(data, "台账.csv"))
    assert again.state is ImportState.CHECKING  # it is remembered


def _file(data: bytes, name: str) -> operations.File:
    return operations.File(name, data, read(data, name))


def _fields(sent: Import) -> dict[str, str | None]:
    return {letter: each["field"] for letter, each in sent.headings.items()}


def test_a_heading_is_remembered_for_the_person_who_mapped_it(session: Session, office: Office) -> None:
    row = dict(GOOD, 备注="好")
    sent = office.send([row])
    fields = _fields(sent) | {"G": "spot"}
    operations.map_headings(session, import_id=sent.id, sheet="台账", heading_row=1, fields=fields,
                            actor_id=sent.actor_id, now=clock.now())  # fmt: skip
    [word] = session.scalars(select(HeadingWord))
    assert (word.actor_id, word.word, word.field) == (office.world.clerk_jie.id, "备注", "spot")
    assert office.send([row]).state is ImportState.CHECKING
    assert office.send([row], by=office.world.official_qian).state is ImportState.UPLOADED
    office.work()
    operations.map_headings(session, import_id=sent.id, sheet="台账", heading_row=1, fields=fields | {"G": None},
                            actor_id=sent.actor_id, now=clock.now())  # fmt: skip
    session.commit()
    session.refresh(word)
    assert word.field is None


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"A": None}, "Say which column holds the code"), ({"A": "code", "B": "code"}, "Two columns cannot be the same"),
    ({"A": "nothing"}, "Choose one of the columns"),
])  # fmt: skip
def test_columns_that_make_no_sense_are_refused(
    session: Session, office: Office, fields: dict[str, str | None], sentence: str
) -> None:
    sent = office.send([dict(GOOD, 备注="好")])
    with pytest.raises(Refused, match=sentence):
        operations.map_headings(session, import_id=sent.id, sheet="台账", heading_row=1, fields=fields,
                                actor_id=sent.actor_id, now=clock.now())  # fmt: skip


# --- applying ---


def test_what_was_imported_is_what_a_person_would_have_entered(session: Session, office: Office) -> None:
    """The same columns, with the same warranty, as through the form."""
    world, works = office.world, office.works
    rows = [
        GOOD | {"quantity": 12.5, "unit": "㎡", "cost_fen": 99.5, "maintainer": "安居物业", "spot": "东侧",
                "面积(m²)": 120, "model": "甲牌", "drawing_no": "建-1", "criticality": "A",
                "claim_holder": "兆麟街道办事处"},
        GOOD | {"code": "H-1", "type_code": "供热管网、立管", "work_item": "2", "building": None},
        GOOD | {"code": "R-1", "type_code": "B19", "work_item": "3", "design_life_years": 20,
                "accepted_on": "2024-08-31", "in_use_since": "2012年3月1日", "building": None},
        GOOD | {"code": "M-1", "type_code": "B06", "work_item": None, "no_project": "捐赠", "entrance": "2"},
        GOOD | {"code": "C-1", "warranty_key": "MEP2", "contract_months": "5年"},
    ]  # fmt: skip
    office.imported(rows)
    imported = {code: _columns(part) for code, part in office.parts().items()}
    by = {"criticality": Criticality.B, "ownership": Ownership.OWNERS, "name": "3号楼屋面"}
    typed = [
        Part(place_id=world.building.id, code="B01-001", type_code="B01", work_item_id=works.roof.id,
             quantity=Decimal("12.5"), unit="㎡", cost_fen=9950, maintainer_id=world.company.id, spot="东侧",
             attributes={"area": 120}, model="甲牌", drawing_no="建-1", claim_holder_id=world.street_office.id,
             **by | {"criticality": Criticality.A}),
        Part(place_id=world.community.id, code="H-1", type_code="B12", work_item_id=works.heating.id, **by),
        Part(place_id=world.community.id, code="R-1", type_code="B19", work_item_id=works.pending.id,
             design_life_years=20, accepted_on=date(2024, 8, 31), in_use_since=date(2012, 3, 1), **by),
        Part(place_id=world.entrance.id, code="M-1", type_code="B06", no_project="donated", **by),
        Part(place_id=world.building.id, code="C-1", type_code="B01", work_item_id=works.roof.id, warranty_key="MEP2",
             contract_months=60, **by),
    ]  # fmt: skip
    for part in office.parts().values():
        part.code += "'"
    session.flush()
    for said in typed:
        assets.add_part(session, community_id=world.community.id, part=said, actor_id=None, now=clock.now())
    entered = {code: _columns(part) for code, part in office.parts().items() if not code.endswith("'")}
    assert imported == entered


def _columns(part: Asset) -> dict[str, Any]:
    return {column.key: getattr(part, column.key) for column in Asset.__table__.columns
            if column.key not in {"id", "version", "code"}}  # fmt: skip


def test_an_import_leaves_its_trace(session: Session, office: Office) -> None:
    sent = office.imported([GOOD | {"condition": "4", "condition_on": "2025-01-01"}])
    part, clerk = office.part("B01-001"), office.world.clerk_jie.id
    assert (part.condition, part.condition_on, office.findings(part)) == (4, date(2025, 1, 1), [("2025-01-01", 4)])
    [line] = session.scalars(select(Change).where(Change.subject_kind == "asset"))
    assert (line.subject_id, line.field, line.old, line.new, line.actor_id) == (
        str(part.id), "code", None, "B01-001", clerk,
    )  # fmt: skip
    of_it = AuditRecord.subject_kind == "register_import"
    acts = session.scalars(select(AuditRecord.act).where(of_it, AuditRecord.subject_id == str(sent.id))).all()
    assert acts == ["register_import_ordered", "register_imported"]
    assert (sent.applied_by_id, sent.content, sent.outline) == (clerk, None, {})
    assert session.scalars(select(ImportedPart.before)).all() == [None]


def test_an_empty_cell_leaves_what_stands(session: Session, office: Office) -> None:
    office.imported([GOOD | {"spot": "东侧", "quantity": 3, "maintainer": "安居物业"}])
    sent = office.imported([{"code": "B01-001", "spot": None, "quantity": None, "model": "甲牌"}])
    part = office.part("B01-001")
    assert (part.spot, part.quantity, part.model, part.maintainer_id) == ("东侧", 3, "甲牌", office.world.company.id)
    assert office.told(sent) == {2: {"model": [None, "甲牌"]}}
    assert part.version == 2


def test_the_same_file_twice_changes_nothing(session: Session, office: Office) -> None:
    rows = [GOOD | {"condition": "4", "condition_on": "2025-01-01", "cost_fen": 12.3, "contract_months": "5年"}]
    office.imported(rows)
    before = digest(session, but=OWN)
    again = office.tried(rows)
    assert (again.new_rows, again.changed_rows, again.same_rows) == (0, 0, 1)
    with pytest.raises(Refused, match="changes nothing"):
        office.order(again)
    session.rollback()
    assert digest(session, but=OWN) == before


def test_a_code_that_is_there_is_a_change_and_shown_as_one(session: Session, office: Office) -> None:
    renovated.part(session, office.works, code="B01-001", name="旧名")
    sent = office.tried([GOOD | {"name": "新名", "accepted_on": "2024-10-01", "building": "3", "entrance": "2"}])
    assert (sent.new_rows, sent.changed_rows) == (0, 1)
    assert office.told(sent)[2] == {
        "place": ["3号楼", "3号楼 2单元"], "name": ["旧名", "新名"], "accepted_on": [None, "2024-10-01"],
    }  # fmt: skip
    office.order(sent)
    office.work()
    part = office.part("B01-001")
    assert (part.name, part.place_id, part.warranty_last_on) == ("新名", office.world.entrance.id, date(2029, 10, 1))
    history = {(each.field, each.old, each.new) for each in session.scalars(select(Change).where(Change.actor_id > 0))}
    assert ("name", "旧名", "新名") in history
    assert ("place_id", str(office.world.building.id), str(office.world.entrance.id)) in history


def test_labels_follow_a_part_that_is_moved(session: Session, office: Office) -> None:
    part = renovated.part(session, office.works, code="B01-001")
    label = assets.draw_part_code(session, asset_id=part.id, actor_id=None, now=clock.now())
    sent = office.imported([{"code": "B01-001", "building": "3", "entrance": "2"}])
    session.refresh(label)
    assert label.place_id == office.world.entrance.id
    office.undone(sent)
    session.refresh(label)
    assert label.place_id == office.world.building.id


def test_a_late_finding_changes_the_history_alone(session: Session, office: Office) -> None:
    office.imported([GOOD | {"condition": "4", "condition_on": "2025-06-01"}])
    office.imported([{"code": "B01-001", "condition": "2", "condition_on": "2025-01-01"}])
    part = office.part("B01-001")
    assert (part.condition, len(office.findings(part))) == (4, 2)
    sent = office.tried([{"code": "B01-001", "condition": "2", "condition_on": "2025-01-01"}])
    assert sent.same_rows == 1


def test_a_warranty_that_cannot_be_told_is_stored_as_such(session: Session, office: Office) -> None:
    office.imported([GOOD | {"code": "R-1", "work_item": "3"}])
    assert office.part("R-1").warranty is WarrantyStanding.UNKNOWN


# --- all or nothing, once ---


def test_what_has_changed_since_the_dry_run_is_shown_again(session: Session, office: Office) -> None:
    part = renovated.part(session, office.works, code="B01-001", name="旧名")
    sent = office.tried([GOOD, GOOD | {"code": "X-2"}])
    said = renovated.said(office.works, code="B01-001", name="别人改的")
    change_part(session, asset_id=part.id, part=said, seen_version=part.version, actor_id=None, now=clock.now())
    session.commit()
    office.order(sent)
    office.work()
    assert sent.state is ImportState.CHECKED
    assert "has changed since the dry run" in (sent.fault or "")
    assert office.told(sent)[2]["name"] == ["别人改的", "3号楼屋面"]
    assert "X-2" not in office.parts()
    office.order(sent)
    office.work()
    assert (sent.state, sent.fault) == (ImportState.APPLIED, None)
    assert office.part("B01-001").name == "3号楼屋面"


def test_a_code_that_is_taken_at_the_last_moment_stops_all_of_it(session: Session, office: Office) -> None:
    sent = office.order(office.tried([GOOD, GOOD | {"code": "X-2"}]))

    stands = renovated.said(office.works, code="X-2")
    community_id = office.world.community.id

    def taken(number: int) -> None:
        if number == 3:  # claimed, judged, about to be written
            with office.desk().sessions() as rival, rival.begin():
                assets.add_part(rival, community_id=community_id, part=stands, actor_id=None, now=clock.now())

    _judge_then(office, taken)
    assert sent.state in {ImportState.CHECKING, ImportState.CHECKED}
    office.work()
    assert (sent.state, sent.new_rows, sent.same_rows) == (ImportState.CHECKED, 1, 1)
    assert set(office.parts()) == {"X-2"}


def _judge_then(office: Office, act: Callable[[int], None]) -> None:
    """Work, with `act` before each write rather than in it: SQLite has one writer."""
    desk = office.desk()
    write = desk.write

    def before(inner: Callable[[Session], Any]) -> Any:
        act(desk.writes + 1)
        return write(inner)

    desk.write = before  # type: ignore[method-assign]
    office.session.commit()
    operations.carry_on(desk)
    office.session.expire_all()


def test_a_community_that_closes_meanwhile_takes_no_new_parts(session: Session, office: Office) -> None:
    by = {"actor_id": None, "now": clock.now()}
    row = GOOD | {"building": None, "work_item": None, "no_project": "原有"}
    sent = office.order(office.tried([row], office.world.unmanaged))
    place_id, today = office.world.unmanaged.id, clock.local_date(clock.now())

    def closes(number: int) -> None:
        if number == 3:
            with office.desk().sessions() as rival, rival.begin():
                close_place(rival, place_id=place_id, on=today, **by)

    _judge_then(office, closes)
    office.work()
    assert (sent.state, sent.bad_rows, office.parts()) == (ImportState.CHECKED, 1, {})


@pytest.mark.parametrize("killed_at", range(1, 6))
def test_a_process_that_is_killed_leaves_nothing_or_everything(
    session: Session, office: Office, killed_at: int
) -> None:
    """Before the commit of any of its writes: another takes the work up once the claim has lapsed, and does it once."""
    sent = office.send([GOOD, GOOD | {"code": "X-2", "condition": "4", "condition_on": "2025-01-01"}])
    _killed(office, killed_at)
    assert office.work() == 0 or killed_at == 1  # another's claim, while it lasts
    office.work(at=lambda: clock.now() + LEASE)
    assert (sent.state, sent.new_rows, sent.done_rows) == (ImportState.CHECKED, 2, 2)
    assert session.scalar(select(func.count()).select_from(ImportRow)) == 2
    office.order(sent)
    _killed(office, killed_at)
    if killed_at < 4:
        assert office.parts() == {}
    office.work(at=lambda: clock.now() + LEASE)
    assert sent.state is ImportState.APPLIED
    assert [part.version for part in office.parts().values()] == [1, 1]
    assert len(office.findings(office.part("X-2"))) == 1


def _killed(office: Office, number: int) -> None:
    """Work until the write of this number, then be gone without a word."""

    def broken(written: int) -> None:
        if written == number:
            raise OperationalError("killed", None, Exception())

    office.session.commit()
    with suppress(OperationalError):
        operations.carry_on(office.desk(broken=broken))
    office.session.expire_all()


def test_two_processes_that_race_do_it_once(session: Session, office: Office) -> None:
    sent = office.order(office.tried([GOOD | {"code": f"X-{number}"} for number in range(30)]))
    racers = [Thread(target=operations.carry_on, args=(office.desk(),)) for _ in range(3)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    session.expire_all()
    assert sent.state is ImportState.APPLIED
    assert len(office.parts()) == 30


def test_who_has_lost_the_claim_writes_nothing(session: Session, office: Office) -> None:
    """A process that was only slow comes back after another has done the work."""
    sent = office.order(office.tried([GOOD]))
    slow = office.desk()
    claimed = slow.write(lambda own: operations.claim_next(own, now=clock.now()))
    assert claimed is not None
    office.work(at=lambda: clock.now() + LEASE)
    assert sent.state is ImportState.APPLIED
    with pytest.raises(operations.Lost):
        running.apply(slow, claimed)
    assert [part.version for part in office.parts().values()] == [1]


def test_two_files_with_one_code_come_one_after_the_other(session: Session, office: Office) -> None:
    first, second = office.tried([GOOD]), office.tried([GOOD | {"name": "另一个"}])
    office.order(first)
    office.order(second)
    office.work()
    assert (first.state, second.state) == (ImportState.APPLIED, ImportState.CHECKED)
    assert (second.new_rows, second.changed_rows) == (0, 1)


def test_only_what_was_seen_is_applied(session: Session, office: Office) -> None:
    sent = office.tried([GOOD])
    with pytest.raises(Refused, match="done again"):
        operations.ask_to_apply(session, import_id=sent.id, plan="0" * 64, actor_id=sent.actor_id, now=clock.now())


# --- what cannot be worked on ---


def test_too_many_mistakes_end_the_dry_run(session: Session, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_FAULTS", 3)
    sent = office.send([GOOD | {"code": f"X-{number}", "type_code": "?"} for number in range(5)])
    office.work()
    assert (sent.state, sent.fault_facts) == (ImportState.FAILED, {"most": 3})


def test_a_mistake_of_the_program_is_told_and_changes_nothing(
    session: Session, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = office.order(office.tried([GOOD]))
    monkeypatch.setattr(applying, "_history", lambda *_: 1 / 0)
    office.work()
    assert (sent.state, office.parts()) == (ImportState.CHECKED, {})
    assert "The program made a mistake" in (sent.fault or "")
    monkeypatch.undo()
    office.order(sent)
    office.work()
    assert sent.state is ImportState.APPLIED


def test_a_file_is_thrown_away_with_all_that_was_found(session: Session, office: Office) -> None:
    sent = office.tried([GOOD, GOOD | {"code": "X", "type_code": "?"}])
    operations.discard_import(session, import_id=sent.id, actor_id=sent.actor_id, now=clock.now())
    session.commit()
    for model in (Import, ImportFault, ImportRow):
        assert session.scalar(select(func.count()).select_from(model)) == 0


def test_what_is_applied_is_not_thrown_away(session: Session, office: Office) -> None:
    sent = office.imported([GOOD])
    with pytest.raises(Refused, match="has gone on"):
        operations.discard_import(session, import_id=sent.id, actor_id=sent.actor_id, now=clock.now())


def test_a_file_is_forgotten_after_a_week_and_what_an_applied_one_found_too(session: Session, office: Office) -> None:
    office.imported([GOOD])
    office.tried([GOOD | {"code": "X-2", "type_code": "?"}])
    week = timedelta(days=7)
    assert operations.forget_imports(session, now=clock.now() + week - timedelta(hours=1)) == 0
    assert operations.forget_imports(session, now=clock.now() + week) == 2
    session.commit()
    [kept] = session.scalars(select(Import))
    assert kept.state is ImportState.APPLIED
    for model in (ImportFault, ImportRow):
        assert session.scalar(select(func.count()).select_from(model)) == 0
    assert session.scalar(select(func.count()).select_from(ImportedPart)) == 1
    assert operations.forget_imports(session, now=clock.now() + week) == 0


def test_progress_is_seen_while_it_works(session: Session, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examining, "AT_ONCE", 2)
    sent, seen = office.send([GOOD | {"code": f"X-{number}"} for number in range(5)]), []

    def look(_number: int) -> None:
        session.expire_all()
        seen.append((sent.done_rows, sent.all_rows))
        session.rollback()

    _judge_then(office, look)
    assert seen[2:] == [(0, 5), (2, 5), (4, 5), (5, 5)]
