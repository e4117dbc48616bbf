"""The numbers that an installation may change: from a day on, within bounds, with their sources."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman.catalogue import operations, queries
from propman.catalogue.models import SettingRow
from propman.catalogue.operations import SettingFacts
from propman.errors import NotFound, Refused
from tests import world as small
from tests.catalogue.test_changing import BY, DAY, TODAY, told
from tests.desk import Desk, said

SETTINGS = "/admin/catalogue/settings"


def changed(session: Session, name: str = "part_season_counts", **more: Any) -> Any:
    facts = SettingFacts(**{"value": 1, "source": "哈建规", "valid_from": TODAY + DAY, **more})
    return operations.change_setting(session, name=name, facts=facts, **BY)


def test_a_number_holds_from_its_day_and_the_one_before_stays_for_the_days_before(session: Session) -> None:
    row = changed(session)
    assert [queries.number_setting(session, "part_season_counts", TODAY + n * DAY) for n in (0, 1)] == [0, 1]
    assert (row.unit, row.verified_on) == ("yes_no", None)
    assert ("value", "0", "1") in told(session, "setting", "part_season_counts")
    assert changed(session, value=0) is row, "nobody could have used it yet: it is corrected in place"


@pytest.mark.parametrize(
    ("name", "value"),
    [("part_season_counts", 2), ("part_season_counts", -1), ("warranty_watch_days", 0), ("warranty_watch_days", 3651)],
)
def test_a_number_out_of_bounds_is_refused(session: Session, name: str, value: int) -> None:
    with pytest.raises(Refused) as refused:
        changed(session, name, value=value)
    assert refused.value.field == "value"


def test_there_is_no_other_setting(session: Session) -> None:
    with pytest.raises(NotFound):
        changed(session, "absent")


def test_the_administrator_sees_changes_and_checks_them(session: Session, client: FlaskClient) -> None:
    desk = Desk(small.sign_in(session, client, small.build(session).administrator_guan))
    page = desk.read(SETTINGS)
    assert page.count("not yet checked") == len(queries.settings(session, TODAY))
    assert "(0 no, 1 yes) no propman 建议值" in page
    assert "90 days" in page
    address = f"{SETTINGS}/part_season_counts"
    typed = {"value": "1", "source": "哈建规〔2026〕2号", "valid_from": (TODAY + DAY).isoformat(), "verified_on": ""}
    assert "from 0 to 1" in said(desk.send(f"{address}/change", **typed | {"value": "2"}))
    page = desk.sent(f"{address}/change", **typed)
    assert "Value of the setting yes" in page
    assert "Value of the setting no" in page
    assert "Take out of use" not in page
    [row, _] = queries.versions(session, SettingRow, SettingRow.name == "part_season_counts")
    assert "marked as checked" in desk.sent(f"{SETTINGS}/rows/{row.id}/check", verified_on=TODAY.isoformat())
    assert desk.open(f"{SETTINGS}/rows/{row.id}/end").status_code == 404
    assert desk.open(f"{SETTINGS}/absent").status_code == 404
