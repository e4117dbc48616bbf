"""What is typed about the library of inspections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from propman.catalogue.models import InspectionItem, InspectionSchedule, InspectionTemplate
from tests.hostile import values as v
from tests.hostile.targets import LEAP_DAY, RARE, Fields, Maker, Target
from tests.inspections import lived

ADMIN = "administrator_guan"
CODE = v.Kind(v.EVERYTHING - {"word"})  # "null" is a code
CODES = v.Kind(v.EVERYTHING - {"empty", "nothing visible"})
QUANTITY = v.Kind(v.EVERYTHING - {"empty", "word"})


def inspections(make: Maker) -> Iterator[Target]:
    """The list, one, and each of the three forms, where it adds and where it changes."""
    yield from _due(make)
    yield Target("inspections.library", "dispatcher_mei")
    yield Target("inspections.template", "dispatcher_mei", {"code": "T02"})
    code = {"code": (v.CHOICE, lambda: f"Z{next(make.numbers) + 100}")}
    yield Target("inspections.add_template", ADMIN, form=_template(make) | code)
    yield Target("inspections.change_row", ADMIN, _row(make, "templates", InspectionTemplate, code="T12"),
                 form=_template(make) | _never("code"), note="templates")  # fmt: skip
    codes = {"code": (CODE, lambda: f"a_{next(make.numbers)}")}
    yield Target("inspections.add_part", ADMIN, {"code": "T12", "kind": "schedules"}, form=_schedule(make) | codes,
                 note="schedules")  # fmt: skip
    yield Target("inspections.change_row", ADMIN, _row(make, "schedules", InspectionSchedule, template="T13"),
                 form=_schedule(make) | _never("code"), note="schedules")  # fmt: skip
    kind = {"kind": (v.CHOICE, "number")}
    yield Target("inspections.add_part", ADMIN, {"code": "T01", "kind": "items"}, form=_item(make) | codes | kind,
                 note="items")  # fmt: skip
    levelling = _row(make, "items", InspectionItem, template="T01", code="levelling")
    yield Target("inspections.change_row", ADMIN, levelling, form=_item(make) | _never("code", "kind"), note="items")


def _due(make: Maker) -> Iterator[Target]:
    """The calendar, the lists, one duty."""
    made = lived.live(make.session, make.world, make.today)
    asked = {"place": (v.ANYTHING, str(make.world.community.id)), "template": (v.ANYTHING, "T18")}
    month = asked | {"month": (v.ANYTHING, f"{make.today:%Y-%m}")}
    yield Target("inspections.calendar", "dispatcher_mei", query=month)
    yield Target(
        "inspections.missed",
        "dispatcher_mei",
        query=month | {"state": (v.ANYTHING, "missed"), "after": (v.ANYTHING, "")},
    )
    days = {name: (v.ANYTHING, make.today.isoformat()) for name in ("since", "until")}
    yield Target(
        "inspections.agenda",
        "dispatcher_mei",
        query=asked | days | {"state": (v.ANYTHING, "due"), "after": (v.ANYTHING, "")},
    )
    yield Target("inspections.duty", "dispatcher_mei", {"duty_id": made["late"]})


def _dated(make: Maker) -> Fields:
    later = lambda: (make.today + timedelta(days=1 + next(make.numbers) % 3000)).isoformat()  # noqa: E731
    return {
        "name_zh": (v.NAME, RARE), "name_en": (v.NAME, RARE), "source": (v.NAME, RARE),
        "verified_on": (v.DAY_OR_NONE, LEAP_DAY), "valid_from": (v.A_DAY, later), "position": (v.CHOICE, "９"),
    }  # fmt: skip


def _template(make: Maker) -> Fields:
    texts = [f"{what}_{language}" for what in ("who", "basis", "evidence") for language in ("zh", "en")]
    return _dated(make) | dict.fromkeys(texts, (v.NAME, RARE)) | {
        "about": (v.CHOICE, "part"), "asset_types": (v.CHOICE, "B01\r\nLift"), "alternatives": (v.ANYTHING, "y"),
        "maintainer": (v.CHOICE, "operator"), "trade": (v.CHOICE_OR_NONE, "lift"), "roles": (v.CHOICE, "worker"),
        "grade": (v.CHOICE, "law"),
    }  # fmt: skip


def _schedule(make: Maker) -> Fields:
    return _dated(make) | {
        "rule": (v.CHOICE, "freq=daily;interval=14"), "counts_from": (v.CHOICE, "completion"),
        "tolerance": (v.CHOICE, "１０"), "early": (v.ANYTHING, ""), "greatest_gap": (v.COUNT, "15"),
        "season_from": (v.CHOICE, "01-01"), "season_to": (v.CHOICE, "12-31"), "in_heating_season": (v.ANYTHING, ""),
        "binding": (v.ANYTHING, ""), "on_holidays": (v.CHOICE, "skip"), "show": (v.ANYTHING, ""),
    }  # fmt: skip


def _item(make: Maker) -> Fields:
    return _dated(make) | {
        "unit": (v.ENGLISH_NAME, "㎜"), "least": (QUANTITY, "０"), "most": (QUANTITY, "1.5"),
        "photo": (v.ANYTHING, ""), "schedules": (CODES, "half_month"),
    }  # fmt: skip


def _never(*names: str) -> Fields:
    """What is chosen once, when a thing is added."""
    return dict.fromkeys(names, (v.ANYTHING, ""))


def _row(make: Maker, kind: str, model: Any, **wanted: str) -> dict[str, Any]:
    query = select(model.id).where(*(getattr(model, name) == value for name, value in wanted.items()))
    return {"kind": kind, "row_id": make.session.scalars(query.limit(1)).one()}
