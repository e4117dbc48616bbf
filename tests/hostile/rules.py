"""Every field of the pages of rules that a city may change, for the table of `targets.py`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from propman.catalogue.operations.fitting import KINDS
from tests.hostile import values as v
from tests.hostile.targets import LEAP_DAY, RARE, Fields, Maker, Target

ADMIN = "administrator_guan"
CODE = v.Kind(v.EVERYTHING - {"word"})  # a category may be called null
DAYS_OR_NONE = v.Kind(v.EVERYTHING - {"empty", "nothing visible"})


def rules(make: Maker) -> Iterator[Target]:
    """All of them: one kind of rule for each shape of form."""
    yield Target("portal.readiness", ADMIN, query={"lack": (v.ANYTHING, "labels")})
    yield Target("portal.community_readiness", ADMIN, {"community_id": make.world.community.id})
    yield Target("catalogue.rules", ADMIN, {"kind": "days"}, query={"year": (v.ANYTHING, "2024")})
    yield from _categories(make)
    yield from _questions(make)
    yield from _others(make)
    holiday = _dated(make) | {
        "name": (v.CHOICE, "Spring Festival"), "first_on": (v.A_DAY, "2032-02-28"), "last_on": (v.A_DAY, "2032-02-29"),
        "made_up": (DAYS_OR_NONE, "2032-02-21，2032-03-06"),
    }  # fmt: skip
    yield Target("catalogue.add_holiday", ADMIN, form=holiday)


def _dated(make: Maker) -> Fields:
    # Always another day, and none so far away that it cannot be meant.
    later = lambda: (make.today + timedelta(days=1 + next(make.numbers) % 3000)).isoformat()  # noqa: E731
    return {"source": (v.NAME, RARE), "verified_on": (v.DAY_OR_NONE, LEAP_DAY), "valid_from": (v.A_DAY, later)}


def _named(make: Maker) -> Fields:
    return _dated(make) | {"name_zh": (v.NAME, RARE), "name_en": (v.NAME, RARE)}


def _never(*names: str) -> Fields:
    """What is chosen once, when a thing is added."""
    return dict.fromkeys(names, (v.ANYTHING, ""))


def _row(make: Maker, kind: str, **wanted: str) -> dict[str, Any]:
    model = KINDS[kind].model
    query = select(model.id).where(*(getattr(model, name) == value for name, value in wanted.items()))
    return {"kind": kind, "row_id": make.session.scalars(query.limit(1)).one()}


def _categories(make: Maker) -> Iterator[Target]:
    form = _named(make) | {
        "icon": (v.CHOICE, "tool"), "priority": (v.CHOICE, "P4"), "emergency": (v.ANYTHING, ""),
        "private": (v.ANYTHING, "y"), "position": (v.CHOICE, "９９"),
    }  # fmt: skip
    added = {"code": (CODE, lambda: f"a_{next(make.numbers)}")}
    yield Target("catalogue.add_rule", ADMIN, {"kind": "categories"}, {"category": (v.ANYTHING, "")}, form=form | added)
    row, never_asked = _row(make, "categories", code="other"), _never("code")
    yield Target("catalogue.rule", ADMIN, row)
    yield Target("catalogue.change_rule", ADMIN, row, form=form | never_asked)


def _questions(make: Maker) -> Iterator[Target]:
    form = _named(make) | {
        "required": (v.ANYTHING, ""), "unit": (v.ENGLISH_NAME, "㎡"), "least": (v.COUNT, "０"),
        "most": (v.COUNT, "100"), "choices_zh": (v.Kind(v.EVERYTHING - {"empty", "nothing visible"}), ""),
        "choices_en": (v.Kind(v.EVERYTHING - {"empty", "nothing visible"}), ""), "position": (v.CHOICE, "9"),
    }  # fmt: skip
    form |= _never("category", "code", "kind")
    yield Target("catalogue.change_rule", ADMIN, _row(make, "questions", code="room_temperature"), form=form)


def _others(make: Maker) -> Iterator[Target]:
    limits = dict.fromkeys(("respond", "on_site", "make_safe", "resolve"), (v.CHOICE, "２４ 小时"))
    yield Target("catalogue.change_rule", ADMIN, _row(make, "clocks", category="lift_trapped"),
                 form=_dated(make) | limits | _never("category", "priority"))  # fmt: skip
    routing = {"goes_to": (v.CHOICE, "utility"), "trade": (v.CHOICE_OR_NONE, "gas"), "reason_zh": (v.NAME, RARE),
               "reason_en": (v.NAME, RARE)}  # fmt: skip
    yield Target("catalogue.change_rule", ADMIN, _row(make, "routing", category="lift_trapped"),
                 form=_dated(make) | routing | _never("category", "position"))  # fmt: skip
    number = {"categories": (v.CHOICE, "water"), "areas": (DAYS_OR_NONE, "230100，230200"),
              "position": (v.CHOICE, "1")}  # fmt: skip
    yield Target(
        "catalogue.change_rule",
        ADMIN,
        _row(make, "numbers", number="119"),
        form=_named(make) | number | _never("number"),
    )
    hours = {"shifts": (v.CHOICE, "08：00–12：00"), "make_up_workdays": (v.ANYTHING, "")}
    yield Target("catalogue.change_rule", ADMIN, _row(make, "hours"), form=_dated(make) | hours)
