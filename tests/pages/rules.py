"""The tour through the rules that a city may change, and what communities lack."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.catalogue.models import CalendarYear
from propman.catalogue.operations.fitting import KINDS
from tests.pages.stops import Stop, every, refused

_GUAN = "administrator_guan"
_RULES = "/admin/rules"
_ROW = {"source": "文", "valid_from": "2000-01-01"}
_ENDS = [kind for kind, of in KINDS.items() if of.can_end]
_ADDED = [kind for kind in KINDS if kind != "hours"]

PAGES = (
    *every("official_qian", "/readiness", "/readiness?lack=labels", "/readiness/{community}"),
    *every(_GUAN, "/readiness", "/readiness/{unmanaged}"),
    *every("far_clerk", "/readiness?lack=calendar"),
    *every(_GUAN, *(f"{_RULES}/{kind}" for kind in KINDS), f"{_RULES}/days?year=2024", f"{_RULES}/days/holiday"),
    *every(_GUAN, *(f"{_RULES}/{kind}/{{{kind}_row}}" for kind in KINDS)),
    *every(_GUAN, *(f"{_RULES}/{kind}/{{{kind}_row}}/change" for kind in KINDS)),
    *every(_GUAN, *(f"/admin/catalogue/{kind}/rows/{{{kind}_row}}/end" for kind in _ENDS)),
    *every(_GUAN, *(f"{_RULES}/{kind}/new" for kind in _ADDED), "/admin/catalogue/clocks/rows/{clocks_row}/check"),
)

REFUSED = (
    refused(Stop(f"{_RULES}/categories/new", _GUAN), code="X", name_zh="名", name_en="name", icon="tool",
            priority="P3", position="1", source="文", valid_from="2000-01-01"),
    refused(Stop(f"{_RULES}/categories/{{categories_row}}/change", _GUAN), name_zh="", icon="x", position="0"),
    refused(Stop("/admin/catalogue/categories/rows/{categories_row}/end", _GUAN), ends_on="2020-01-01"),
    refused(Stop(f"{_RULES}/questions/new", _GUAN), kind="", least="much", choices_zh="长" * 401),
    refused(Stop(f"{_RULES}/questions/{{questions_row}}/change", _GUAN), choices_zh="一", choices_en="one"),
    refused(Stop(f"{_RULES}/questions/{{questions_row}}/change", _GUAN), least="9", most="1"),
    refused(Stop(f"{_RULES}/routing/{{routing_row}}/change", _GUAN), goes_to="property_company", trade="gas"),
    refused(Stop(f"{_RULES}/clocks/{{clocks_row}}/change", _GUAN), respond="soon", resolve=""),
    refused(Stop(f"{_RULES}/numbers/{{numbers_row}}/change", _GUAN), areas="哈尔滨", categories="lights"),
    refused(Stop(f"{_RULES}/numbers/{{numbers_row}}/change", _GUAN), categories="nothing"),
    refused(Stop(f"{_RULES}/days/holiday", _GUAN), name="Spring Festival", first_on="2026-03-02",
            last_on="2026-03-01", made_up="soon", **_ROW),
    refused(Stop(f"{_RULES}/days/holiday", _GUAN), name="Spring Festival", first_on="2026-03-02",
            last_on="2026-03-03", made_up="2026-03-04", **_ROW),
    refused(Stop(f"{_RULES}/days/holiday", _GUAN), name="Spring Festival", first_on="2026-03-02",
            last_on="2026-03-03", made_up="2026-03-03", **_ROW),
    refused(Stop(f"{_RULES}/hours/{{hours_row}}/change", _GUAN), shifts="17:00-08:00", **_ROW),
    Stop(f"{_RULES}/years/new", _GUAN, 409, sent={"year": "2024", "status": "official", **_ROW}),
)  # fmt: skip


def furnish(session: Session) -> dict[str, Any]:
    """A row of every kind of rule."""
    rows = {f"{kind}_row": session.scalars(select(of.model.id).limit(1)).one() for kind, of in KINDS.items()}
    assert session.scalars(select(CalendarYear).where(CalendarYear.year == 2024)).one()
    questions = KINDS["questions"].model
    warmth = select(questions.id).where(questions.code == "room_temperature")
    rows["questions_row"] = session.scalars(warmth).one()
    return rows
