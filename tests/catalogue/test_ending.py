"""Types, attributes and warranty rules taken out of use from a day on, and brought back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.audit.models import Change
from propman.catalogue import operations, queries
from propman.catalogue.models import AssetAttribute, AssetType, WarrantyRule
from propman.catalogue.operations.ending import WorksRow
from propman.errors import Refused
from tests.catalogue.same import same
from tests.catalogue.test_changing import BY, DAY, TODAY, changed, of_type


def row_of(session: Session, model: type[WorksRow], name: str) -> WorksRow:
    column = WarrantyRule.key if model is WarrantyRule else model.code  # type: ignore[union-attr]
    return session.scalars(select(model).where(column == name)).first()  # type: ignore[return-value]


def ended(session: Session, model: type[WorksRow], name: str, ends_on: date | None) -> WorksRow:
    return operations.end(session, row=row_of(session, model, name), ends_on=ends_on, **BY)


def test_a_type_is_out_of_use_from_its_day_with_all_its_rows_and_can_be_taken_back(session: Session) -> None:
    later = changed(session, valid_from=TODAY + DAY)
    end = TODAY + 30 * DAY
    assert ended(session, AssetType, "B01", end) is later
    assert same(queries.asset_type(session, "B01", end - DAY), later)
    assert queries.asset_type(session, "B01", end) is None, "nor does the row before speak again"
    assert "B01" in queries.asset_types_ever(session), "parts that are there keep its name"
    [line] = session.scalars(select(Change).where(Change.subject_id == "B01", Change.field == "valid_to"))
    assert (line.old, line.new) == (None, end.isoformat())
    ended(session, AssetType, "B01", None)
    assert same(queries.asset_type(session, "B01", end), later)


def test_a_row_that_begins_later_brings_it_back(session: Session) -> None:
    ended(session, AssetType, "B01", TODAY)
    assert queries.asset_type(session, "B01", TODAY) is None
    again = changed(session, valid_from=TODAY + 9 * DAY)
    assert queries.asset_type(session, "B01", TODAY + 8 * DAY) is None
    assert same(queries.asset_type(session, "B01", TODAY + 9 * DAY), again)
    ended(session, AssetType, "B01", TODAY + 20 * DAY)
    assert queries.asset_type(session, "B01", TODAY + 8 * DAY) is None, "what had ended before stays ended"


@pytest.mark.parametrize(
    ("days", "year"), [(-1, None), (None, 1900), (None, 2999)]
)  # fmt: skip
def test_a_day_that_is_gone_or_a_slip_is_refused(session: Session, days: int | None, year: int | None) -> None:
    with pytest.raises(Refused) as refused:
        ended(session, AssetType, "B01", TODAY + days * DAY if days is not None else date(year or 0, 1, 1))
    assert refused.value.field == "ends_on"


def test_it_ends_after_the_row_that_stands_begins(session: Session) -> None:
    changed(session, valid_from=TODAY + 10 * DAY)
    with pytest.raises(Refused) as refused:
        ended(session, AssetType, "B01", TODAY + 10 * DAY)
    assert refused.value.field == "ends_on"


@pytest.mark.parametrize(("model", "name"), [(AssetAttribute, "membrane"), (WarrantyRule, "INS5")])
def test_what_types_in_use_name_stays(session: Session, model: type[WorksRow], name: str) -> None:
    with pytest.raises(Refused) as refused:
        ended(session, model, name, TODAY + DAY)
    assert (refused.value.status, refused.value.field) == (409, "ends_on")
    code = "B01" if model is AssetAttribute else "B02"
    operations.change_asset_type(
        session, code=code, facts=of_type(attributes=("area",), valid_from=TODAY + DAY), **BY
    )  # fmt: skip
    assert ended(session, model, name, TODAY + DAY).valid_to == TODAY + DAY


def test_what_is_over_or_yet_to_come_is_at_rest(session: Session) -> None:
    assert queries.at_rest(session, AssetType, TODAY) == ()
    operations.add_asset_type(session, code="B26", facts=of_type(valid_from=TODAY + DAY), **BY)
    ended(session, AssetType, "B07", TODAY)
    assert [row.code for row in queries.at_rest(session, AssetType, TODAY)] == ["B07", "B26"]
    assert [row.code for row in queries.at_rest(session, AssetType, TODAY + DAY)] == ["B07"]
    assert queries.at_rest(session, WarrantyRule, date(2001, 1, 1))[0].key == "INS5"
