"""The tour through the library of inspections."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.catalogue.models import InspectionItem, InspectionSchedule, InspectionTemplate
from tests.pages.stops import Stop, every, refused

_GUAN = "administrator_guan"
_LIBRARY = "/inspections/templates"
_SCHEDULE = Stop("/inspections/schedules/{inspection_schedule}/change", _GUAN)

PAGES = (
    *every("official_qian", _LIBRARY, f"{_LIBRARY}/T28"),
    *every("worker_zhao", _LIBRARY, f"{_LIBRARY}/T02"),
    *every(_GUAN, _LIBRARY, f"{_LIBRARY}/T01", f"{_LIBRARY}/new", f"{_LIBRARY}/T21/schedules/new"),
    *every(_GUAN, f"{_LIBRARY}/T21/items/new", "/inspections/templates/{inspection_template}/change"),
    *every(_GUAN, _SCHEDULE.address, "/inspections/items/{inspection_item}/change"),
    *every(_GUAN, "/admin/catalogue/items/rows/{inspection_item}/end"),
    Stop(f"{_LIBRARY}/T99", _GUAN, 404),
)
REFUSED = (
    refused(Stop(f"{_LIBRARY}/new", _GUAN), code="x", name_zh="", position="0", valid_from="2020-01-01"),
    refused(Stop(f"{_LIBRARY}/T21/items/new", _GUAN), name_zh="", least="much", kind=""),
    refused(_SCHEDULE, rule="FREQ=HOURLY", source="文", valid_from="2030-01-01"),
    refused(_SCHEDULE, rule="FREQ=DAILY;INTERVAL=20", source="文", valid_from="2030-01-01"),
)


def furnish(session: Session) -> dict[str, Any]:
    """What stands in braces in the addresses."""
    models = {"template": InspectionTemplate, "schedule": InspectionSchedule, "item": InspectionItem}
    return {
        f"inspection_{name}": session.scalars(select(model.id).order_by(model.id).limit(1)).one()
        for name, model in models.items()
    }
