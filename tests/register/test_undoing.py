"""An import taken back: what it brought goes, what it changed is as before; refused where its parts are in use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations as assets
from propman.assets.models import Asset, AssetPhotoStage, TakeOver, TakeOverItem, TakeOverState
from propman.audit.models import Change
from propman.communities.models import Engagement
from propman.errors import Refused
from propman.files.operations import Upload, prepare
from propman.register import operations
from propman.register.models import ImportedPart, ImportState
from propman.register.queries.references import references
from tests import stories
from tests.assets import works as renovated
from tests.register.office import GOOD, Office
from tests.register.test_imports import OWN, digest

TRACES = OWN | {"audit_record", "change", "imported_part"}
FULL = GOOD | {"quantity": 2.5, "cost_fen": 99, "budget_fen": 90, "residents_fen": 9,
               "condition": "4", "condition_on": "2025-01-01", "spot": "东侧"}  # fmt: skip


def test_what_an_import_brought_goes_again(session: Session, office: Office) -> None:
    before = digest(session, but=TRACES)
    sent = office.undone(office.imported([FULL, GOOD | {"code": "X-2"}]))
    assert sent.state is ImportState.UNDONE
    assert digest(session, but=TRACES) == before
    assert session.scalars(select(ImportedPart)).all() == []


def test_what_an_import_changed_is_as_before(session: Session, office: Office) -> None:
    office.imported([FULL | {"accepted_on": "2024-10-02", "面积(m²)": 120}, GOOD | {"code": "X-2"}])
    assets.record_condition(session, asset_id=office.part("X-2").id, score=3, found_on=date(2025, 2, 2), actor_id=None,
                            now=clock.now())  # fmt: skip
    but_version = {code: _columns(part) for code, part in office.parts().items()}
    changed = FULL | {"name": "新", "quantity": 7, "cost_fen": 100, "bonds_fen": 1,
                      "entrance": "2", "work_item": None, "面积(m²)": 130,
                      "no_project": "捐赠", "accepted_on": "2024-11-11", "condition": "1", "condition_on": "2025-03-03",
                      "type_code": "B03", "maintainer": "安居物业", "spot": "西侧"}  # fmt: skip
    found = GOOD | {"code": "X-2", "condition": "5", "condition_on": "2025-04-04"}
    sent = office.imported([changed, found])
    assert sent.changed_rows == 2
    office.undone(sent)
    assert {code: _columns(part) for code, part in office.parts().items()} == but_version
    assert office.findings(office.part("B01-001")) == [("2025-01-01", 4)]
    assert office.findings(office.part("X-2")) == [("2025-02-02", 3)]


def _columns(part: Asset) -> dict[str, object]:
    columns = {column.key: getattr(part, column.key) for column in Asset.__table__.columns if column.key != "version"}
    return columns | {"shares": part.shares}


def test_the_history_tells_of_both(session: Session, office: Office) -> None:
    office.imported([GOOD])
    office.undone(office.imported([GOOD | {"name": "新", "quantity": 7, "cost_fen": 8, "bonds_fen": 8}]))
    part = str(office.part("B01-001").id)
    of_it = select(Change).where(Change.subject_id == part, Change.subject_kind == "asset")
    lines = [(each.field, each.old, each.new) for each in session.scalars(of_it)]
    assert sorted(lines[1:], key=str) == sorted([
        ("name", "3号楼屋面", "新"), ("quantity", None, "7"), ("name", "新", "3号楼屋面"), ("quantity", "7", None),
        ("cost_fen", None, "8.00"), ("cost_fen", "8.00", None),
        ("bonds_fen", None, "8.00"), ("bonds_fen", "8.00", None),
    ], key=str)  # fmt: skip


def test_numbers_of_parts_never_come_back(office: Office) -> None:
    """Else the history of a part that is gone would be told of another."""
    sent = office.imported([GOOD])
    gone = office.part("B01-001").id
    office.undone(sent)
    office.imported([GOOD])
    assert office.part("B01-001").id > gone


def labelled(session: Session, office: Office, part: Asset) -> None:
    assets.draw_part_code(session, asset_id=part.id, actor_id=None, now=clock.now())


def found(session: Session, office: Office, part: Asset) -> None:
    assets.record_condition(session, asset_id=part.id, score=3, found_on=date(2025, 2, 2), actor_id=None,
                            now=clock.now())  # fmt: skip


def photographed(session: Session, office: Office, part: Asset) -> None:
    upload = Upload(stories.picture())
    assets.add_photos(session, asset_id=part.id, stage=AssetPhotoStage.NOW, taken_on=date(2025, 1, 1),
                      pictures=prepare([upload]), store=office.world.store, actor_id=None,
                      now=clock.now())  # fmt: skip


def reported(session: Session, office: Office, part: Asset) -> None:
    ticket = stories.report(session, office.world)
    ticket.asset_id = part.id
    session.flush()


def taken_over(session: Session, office: Office, part: Asset) -> None:
    engagement = session.scalars(select(Engagement)).first()
    assert engagement is not None
    inspection = TakeOver(engagement_id=engagement.id, opened_at=clock.now())
    session.add(inspection)
    session.flush()
    session.add(TakeOverItem(take_over_id=inspection.id, position=1, asset_id=part.id, state=TakeOverState.OPEN))
    session.flush()


def changed(session: Session, office: Office, part: Asset) -> None:
    said = renovated.said(office.works, code=part.code, name="另改")
    assets.change_part(session, asset_id=part.id, part=said, seen_version=part.version, actor_id=None, now=clock.now())


def imported_again(session: Session, office: Office, part: Asset) -> None:
    office.imported([{"code": part.code, "name": "再导入"}])


@pytest.mark.parametrize(("refer", "what"), [
    (labelled, {"part_code"}), (found, {"asset_condition"}), (photographed, {"asset_photo"}), (reported, {"ticket"}),
    (taken_over, {"take_over_item"}), (changed, {"changed"}), (imported_again, {"changed", "imported_part"}),
])  # fmt: skip
def test_an_import_whose_parts_are_in_use_stays(
    session: Session, office: Office, refer: Callable[[Session, Office, Asset], None], what: set[str]
) -> None:
    sent = office.imported([FULL, GOOD | {"code": "X-2"}])
    refer(session, office, office.part("B01-001"))
    session.commit()
    assert {each.what for each in references(session, sent)} == what
    with pytest.raises(Refused, match="in use"):
        operations.ask_to_undo(session, import_id=sent.id, actor_id=sent.actor_id, now=clock.now())
    assert set(office.parts()) == {"B01-001", "X-2"}


def test_what_is_only_changed_may_be_in_use(session: Session, office: Office) -> None:
    renovated.part(session, office.works, code="B01-001", name="旧名")
    sent = office.imported([GOOD])
    labelled(session, office, office.part("B01-001"))
    office.undone(sent)
    assert office.part("B01-001").name == "旧名"


def test_what_comes_into_use_at_the_last_moment_stops_the_undoing(session: Session, office: Office) -> None:
    sent = office.imported([GOOD])
    operations.ask_to_undo(session, import_id=sent.id, actor_id=sent.actor_id, now=clock.now())
    found(session, office, office.part("B01-001"))
    office.work()
    assert (sent.state, set(office.parts())) == (ImportState.APPLIED, {"B01-001"})
    assert "in use" in (sent.fault or "")


def test_an_import_is_undone_once(session: Session, office: Office) -> None:
    sent = office.undone(office.imported([GOOD]))
    with pytest.raises(Refused, match="has gone on"):
        operations.ask_to_undo(session, import_id=sent.id, actor_id=sent.actor_id, now=clock.now())
    assert office.world.people["clerk_jie"].id == sent.undone_by_id
