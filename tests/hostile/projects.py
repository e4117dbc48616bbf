"""Every field of the pages of projects, heating seasons and the catalogue of parts, for the table of `targets.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from propman.catalogue.models import AssetType
from propman.communities.operations import add_season
from propman.projects.queries import photographs_of
from tests import renovations as made
from tests.hostile import values as v
from tests.hostile.inspections import inspections
from tests.hostile.rules import rules
from tests.hostile.targets import ALL_AT_ONCE, LEAP_DAY, RARE, Fields, Maker, Target
from tests.renovations import ACCEPTED

CLERK, QIAN, ADMIN = "clerk_jie", "official_qian", "administrator_guan"
OPTIONAL_AMOUNT = QUANTITY = v.AMOUNT_OR_NONE
MONTH_DAY = v.Kind(v.EVERYTHING - {"word"})  # 1.5 is the fifth of January
CODE = v.Kind(v.EVERYTHING - {"word"})  # an attribute may be called null
LINE = (v.ENGLISH_NAME, RARE)


def projects(make: Maker) -> Iterator[Target]:
    """All of them."""
    yield from _projects(make)
    yield from _money(make)
    yield from _items(make)
    yield from _seasons(make)
    yield from _types(make)
    yield from _rules(make)
    yield from rules(make)
    yield from inspections(make)


def _anything(*names: str) -> Fields:
    return dict.fromkeys(names, (v.ANYTHING, ""))


def _projects(make: Maker) -> Iterator[Target]:
    world, project = make.world, made.project(make.session, make.world)
    said: dict[str, Any] = {
        "number": (v.NAME, lambda: f"改〔２０２４〕{next(make.numbers)}"), "name": (v.NAME, RARE),
        "year": (v.CHOICE, "２０２４"),
        "owner_id": (v.CHOICE, str(world.street_office.id)), "started_on": (v.DAY_OR_NONE, LEAP_DAY),
        "accepted_on": (v.DAY_OR_NONE, "2024-03-01"),
    }  # fmt: skip
    funding: dict[str, Any] = {
        "cost_fen": (v.NUMBERS, "１,000.5 元"), "budget": (OPTIONAL_AMOUNT, "￥1000"),
        "bonds": (OPTIONAL_AMOUNT, "0.50"),
        **dict.fromkeys(("franchise_unit", "residents", "social_capital"), (OPTIONAL_AMOUNT, "")),
    }  # fmt: skip
    yield Target("projects.projects", CLERK, query=_anything("q", "year", "standing", "place", "after"))
    yield Target("projects.new_project", CLERK, query=_anything("q"))
    yield Target("projects.add_project", CLERK, {"community_id": world.community.id}, form=said | funding)
    at = {"project_id": project.id}
    yield Target("projects.project", CLERK, at)
    yield Target("projects.change_project", CLERK, at, form=said)
    yield Target("projects.set_funding", CLERK, at, form=funding)


def _money(make: Maker) -> Iterator[Target]:
    session, world = make.session, make.world
    project = made.project(session, world, number="money")
    form = {
        "payee_id": (v.CHOICE, str(world.contractor.id)), "purpose": (v.NAME, RARE),
        "work_item_id": (v.CHOICE_OR_NONE, ""), "due_on": (v.A_DAY, LEAP_DAY), "due_fen": (v.NUMBERS, "０.０１"),
    }  # fmt: skip
    yield Target("projects.add_payment", CLERK, {"project_id": project.id}, form=form)
    owed, mistake = (made.pay(session, world, project, due_fen=100_00) for _ in range(2))
    form = {"paid_on": (v.A_DAY, LEAP_DAY), "paid_fen": (v.NUMBERS, "100")}
    yield Target("projects.record_paid", CLERK, {"payment_id": owed.id}, form=form)
    yield Target("projects.withdraw_payment", CLERK, {"payment_id": mistake.id}, form={})


def _items(make: Maker) -> Iterator[Target]:
    session, world = make.session, make.world
    project = made.project(session, world, number="items")

    def item(**more: Any) -> dict[str, int]:
        return {"work_item_id": made.accept(session, world, made.item(session, project, world, **more)).id}

    form: dict[str, Any] = {
        "name": (v.NAME, RARE), "type_code": (v.CHOICE, "B03"), "place_id": (v.CHOICE, str(world.entrance.id)),
        "quantity": (QUANTITY, "１２.５"), "unit": (v.ENGLISH_NAME, "㎡"), "cost_fen": (v.NUMBERS, "0"),
        "contractor_id": (v.CHOICE_OR_NONE, str(world.contractor.id)), "supplier": LINE, "drawing_no": LINE,
        "claim_holder_id": (v.CHOICE_OR_NONE, str(world.street_office.id)), "warranty_key": (v.CHOICE_OR_NONE, "FIN2"),
        "contract_months": (v.COUNT, "１２００"), "design_life_years": (v.COUNT, "100"),
    }  # fmt: skip
    yield Target("projects.add_work_item", CLERK, {"project_id": project.id}, form=form)
    yield Target("projects.work_item", CLERK, item())
    yield Target("projects.change_work_item", CLERK, item(), form=form)
    accepted = {"accepted_on": (v.A_DAY, ACCEPTED.isoformat()), "score": (v.COUNT, "１００")}
    yield Target("projects.accept_work_item", CLERK, item(), form=accepted, files=("photos",))
    shown = {"kind": (v.CHOICE, "drawing")}
    yield Target("projects.add_photographs", CLERK, item(), form=shown, files=("photos",), proof="photos")
    pictured = item()
    row = made.accept(session, world, made.item(session, project, world), photos=[made.photo(), made.photo()])
    keys = [each.photo.key for each in photographs_of(session, row.id)]
    yield Target("projects.photo", CLERK, {"key": keys[0]}, {"size": (v.ANYTHING, "thumb")})
    yield Target("projects.erase_photograph", CLERK, {"key": keys[1]}, form={})
    kept = {"retention_fen": (v.NUMBERS, "0.01"), "due_on": (v.A_DAY, "2028-02-29")}
    yield Target("projects.set_retention", CLERK, pictured, form=kept)
    deducted, released = (item() for _ in range(2))
    for each in (deducted, released):
        made.keep_back(session, session.get_one(type(row), each["work_item_id"]), due_on=make.today)
    less = {"deducted_fen": (v.NUMBERS, "６０００"), "reason": (v.TOLD, ALL_AT_ONCE)}
    yield Target("projects.deduct", CLERK, deducted, form=less)
    day = {"released_on": (v.A_DAY, make.today.isoformat())}
    yield Target("projects.release_retention", CLERK, released, form=day)
    step = {"status": (v.CHOICE, "in_progress"), "utility_id": (v.CHOICE, str(world.utility.id)),
            "happened_on": (v.A_DAY, make.today.isoformat()), "document": LINE}  # fmt: skip
    yield Target("projects.record_transfer", CLERK, item(), form=step)


def _seasons(make: Maker) -> Iterator[Target]:
    rows = [
        add_season(make.session, place_id=make.world.county.id, from_year=year, to_year=year, starts="10-20",
                   ends="04-20", source="文件", **make.by_nobody()).id
        for year in (2001, 2002)
    ]  # fmt: skip
    yield Target("communities.seasons", QIAN)
    form = {
        "from_year": (v.CHOICE, lambda: str(1990 + next(make.numbers) % 40)), "to_year": (v.COUNT, ""),
        "starts": (MONTH_DAY, "１０月20日"), "ends": (MONTH_DAY, "2.29"), "source": (v.TOLD, RARE),
        "verified_on": (v.DAY_OR_NONE, LEAP_DAY),
    }  # fmt: skip
    yield Target("communities.add_season", QIAN, {"place_id": make.world.county.id}, form=form)
    checked = {"verified_on": (v.A_DAY, LEAP_DAY)}
    yield Target("communities.verify_season", QIAN, {"season_id": rows[0]}, form=checked)
    yield Target("communities.withdraw_season", QIAN, {"season_id": rows[1]}, form={})


def _later(make: Maker) -> Callable[[], str]:
    """A later day each time."""
    return lambda: (make.today + timedelta(days=next(make.numbers))).isoformat()


def _row(make: Maker) -> dict[str, Any]:
    """What every row of the catalogue says, from a later day each time."""
    return {
        "name_zh": (v.NAME, RARE), "name_en": (v.NAME, RARE), "source": (v.NAME, RARE),
        "verified_on": (v.DAY_OR_NONE, LEAP_DAY), "valid_from": (v.A_DAY, _later(make)),
    }  # fmt: skip


def _types(make: Maker) -> Iterator[Target]:
    yield Target("catalogue.asset_types", ADMIN)
    yield Target("catalogue.asset_type", ADMIN, {"code": "B01"})
    form = _row(make) | {
        "work_class": (v.CHOICE, "upgrading"), "criticality": (v.CHOICE, "C"), "life_from": (v.COUNT, "１"),
        "life_to": (v.COUNT, "200"), "maintainer": (v.CHOICE, "operator"), "trade": (v.CHOICE_OR_NONE, "lift"),
        "warranty_keys": (v.CHOICE, "WP5\r\n装修工程\r\n"), "attributes": (v.CHOICE_OR_NONE, "面积\nmembrane"),
        "categories": (v.CHOICE, "leak"),
    }  # fmt: skip
    added = {"code": (v.CHOICE, lambda: f"Z{next(make.numbers) + 100}")}
    yield Target("catalogue.add_asset_type", ADMIN, form=form | added)
    never_asked = {"code": (v.ANYTHING, "")}  # chosen once, when it is added
    yield Target("catalogue.change_asset_type", ADMIN, {"code": "B02"}, form=form | never_asked)


def _rules(make: Maker) -> Iterator[Target]:
    yield Target("catalogue.asset_attributes", ADMIN)
    yield Target("catalogue.asset_attribute", ADMIN, {"code": "area"})
    form = _row(make) | {"unit": (v.ENGLISH_NAME, "㎡")}
    added = {"code": (CODE, lambda: f"a_{next(make.numbers)}"), "kind": (v.CHOICE, "number")}
    yield Target("catalogue.add_asset_attribute", ADMIN, form=form | added)
    never_asked = {"code": (v.ANYTHING, ""), "kind": (v.ANYTHING, "")}  # chosen once, when it is added
    yield Target("catalogue.change_asset_attribute", ADMIN, {"code": "area"}, form=form | never_asked)
    yield Target("catalogue.warranty_rules", ADMIN)
    yield Target("catalogue.warranty_rule", ADMIN, {"key": "WP5"})
    least = {"minimum": (v.CHOICE, "１２００")}
    yield Target("catalogue.change_warranty_rule", ADMIN, {"key": "MEP2"}, form=_row(make) | least)
    yield Target("catalogue.settings", ADMIN)
    yield Target("catalogue.setting", ADMIN, {"name": "reopen_within_days"})
    unnamed = {name: field for name, field in _row(make).items() if not name.startswith("name_")}
    days = {"value": (v.CHOICE, "３")}
    yield Target("catalogue.change_setting", ADMIN, {"name": "reopen_within_days"}, form=unnamed | days)
    yield from _told(make)
    row, over = make.session.scalars(select(AssetType.id).where(AssetType.code.in_(("B03", "B04")))).all()
    checked = {"verified_on": (v.A_DAY, LEAP_DAY)}
    yield Target("catalogue.check_row", ADMIN, {"kind": "types", "row_id": row}, form=checked)
    ended = {"ends_on": (v.DAY_OR_NONE, _later(make))}
    yield Target("catalogue.end_row", ADMIN, {"kind": "types", "row_id": over}, form=ended)


def _told(make: Maker) -> Iterator[Target]:
    """Reminders and escalations, and how people are told."""
    hours = {"quiet_from": (v.DAY_OR_NONE, "22:00"), "quiet_until": (v.DAY_OR_NONE, "07:00")}
    yield Target(
        "notify.wishes",
        "resident_lin",
        form={"digest_hour": (v.CHOICE_OR_NONE, "8"), "sms": (v.ANYTHING, "usual"), **hours},
    )
    yield Target("catalogue.escalation_rules", ADMIN)
    yield Target("catalogue.escalation_rule", ADMIN, {"code": "resolve_due"})
    form = _row(make) | {
        "time_limit": (v.CHOICE, "on_site"), "priority": (v.CHOICE, "P4"), "share_left": (v.COUNT, "９９"),
        "minutes_after": (v.COUNT, ""), "level": (v.CHOICE, "county"),
    }  # fmt: skip
    added = {"code": (CODE, lambda: f"told_{next(make.numbers)}")}
    yield Target("catalogue.add_escalation_rule", ADMIN, form=form | added)
    never_asked = {"code": (v.ANYTHING, "")}  # chosen once, when it is added
    yield Target("catalogue.change_escalation_rule", ADMIN, {"code": "resolve_due"}, form=form | never_asked)
