"""Who paid for a part, as files say it: new, corrected one by one, taken away by a zero, left by an empty cell."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.assets.models import AssetFunding
from propman.audit.queries import history_of
from propman.projects.models import FundingSource
from propman.register.operations.sending import File
from propman.sheets.reading import read
from tests.register.office import GOOD, Office, as_xlsx

PAID = GOOD | {"cost_fen": 100, "budget_fen": "60元", "residents_fen": 40}
BUDGET, BONDS, RESIDENTS = FundingSource.BUDGET, FundingSource.BONDS, FundingSource.RESIDENTS


def test_shares_come_with_a_part_and_are_told(office: Office) -> None:
    sent = office.tried([PAID])
    told = office.told(sent)[2]
    assert (told["cost_fen"], told["budget_fen"], told["residents_fen"]) == (100_00, 60_00, 40_00)
    assert "bonds_fen" not in told
    office.order(sent)
    office.work()
    assert office.part("B01-001").shares == {BUDGET: 60_00, RESIDENTS: 40_00}


def test_shares_are_read_in_the_unit_of_their_heading(session: Session, office: Office) -> None:
    headings = [
        "部位编码",
        "部位类型",
        "部位名称",
        "产权人",
        "改造分项",
        "造价（万元）",
        "其中：财政资金（万元）",
        "居民自筹",
    ]
    data = as_xlsx(headings, [["B01-001", "B01", "屋面", "全体业主共有", "1", 1.5, 1.2, 3000]])
    sent = office.send_file(File("台账.xlsx", data, read(data, "台账.xlsx")))
    office.work()
    assert office.faults(sent) == []
    office.order(sent)
    office.work()
    assert office.part("B01-001").shares == {BUDGET: 12_000_00, RESIDENTS: 3_000_00}


def test_an_empty_cell_leaves_a_share_and_a_zero_takes_it_away(session: Session, office: Office) -> None:
    office.imported([PAID])
    before = office.part("B01-001").version
    sent = office.tried(
        [{"code": "B01-001", "cost_fen": None, "budget_fen": 0, "bonds_fen": 60, "residents_fen": None}]
    )
    assert office.told(sent)[2] == {"budget_fen": [60_00, None], "bonds_fen": [None, 60_00]}
    office.order(sent)
    office.work()
    roof = office.part("B01-001")
    assert (roof.shares, roof.cost_fen, roof.version) == ({BONDS: 60_00, RESIDENTS: 40_00}, 100_00, before + 1)
    told = [(each.field, each.old, each.new) for each in history_of(session, subject_kind="asset", subject_id=roof.id)
            if each.field.endswith("_fen")]  # fmt: skip
    assert sorted(told, key=str) == [("bonds_fen", None, "60.00"), ("budget_fen", "60.00", None)]
    again = office.tried([{"code": "B01-001", "bonds_fen": 60, "social_capital_fen": 0}])
    assert (again.same_rows, office.part("B01-001").version) == (1, before + 1)


def test_what_will_stand_is_judged_and_not_what_is_said_alone(office: Office) -> None:
    office.imported([PAID])
    wrong = "The shares come to %(given)s yuan, the cost is %(cost)s yuan: they must be the same."
    for says, blamed in (
        ({"cost_fen": 99}, "cost_fen"), ({"bonds_fen": 1}, "bonds_fen"), ({"residents_fen": 0}, "residents_fen"),
        ({"cost_fen": 101, "bonds_fen": 2}, "bonds_fen"),
    ):  # fmt: skip
        [(_, _, field, _, why)] = office.faults(office.tried([{"code": "B01-001", **says}]))
        assert (field, why) == (blamed, wrong)
    for says in ({"cost_fen": 101, "bonds_fen": 1}, {"budget_fen": 0, "bonds_fen": 60}, {"name": "新"}):
        assert office.faults(office.tried([{"code": "B01-001", **says}])) == []


def test_the_shares_of_what_an_import_brought_go_with_it(session: Session, office: Office) -> None:
    office.undone(office.imported([PAID]))
    assert (office.parts(), session.scalars(select(AssetFunding)).all()) == ({}, [])


def test_shares_that_were_changed_alone_are_put_back(office: Office) -> None:
    office.imported([PAID])
    office.undone(office.imported([{"code": "B01-001", "budget_fen": 0, "bonds_fen": 60}]))
    assert office.part("B01-001").shares == {BUDGET: 60_00, RESIDENTS: 40_00}
