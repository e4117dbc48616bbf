"""The recount finds what breaks a promise about the register, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations
from propman.assets.invariants import promises
from propman.assets.models import (
    Asset,
    AssetCondition,
    AssetFunding,
    PartCode,
    TakeOverItem,
    TakeOverState,
    WarrantyStanding,
)
from propman.communities.models import Carrier, Engagement, PlaceCode
from propman.invariants import Finding
from propman.projects.models import FundingSource
from tests.assets.test_tending import find
from tests.assets.works import Works, far_part, old_part, part

NOW = clock.now()
TODAY = clock.local_date(NOW)

Harm = Callable[[Session, Works], object]


def recounted(session: Session, promise: str) -> Finding:
    """One promise, counted from what is stored."""
    session.flush()
    session.expire_all()
    return promises(session, now=NOW)[promise]()


@pytest.fixture
def roof(session: Session, works: Works) -> Asset:
    """A part with a condition and a label, beside others; and an open inspection."""
    roof = part(session, works, cost_fen=300, shares={FundingSource.BUDGET: 200, FundingSource.RESIDENTS: 100})
    find(session, roof, 5, TODAY - timedelta(days=9))
    find(session, roof, 3, TODAY - timedelta(days=2))
    old_part(session, works)
    far_part(session, works)
    operations.draw_part_code(session, asset_id=roof.id, actor_id=None, now=NOW)
    operations.draw_part_code(session, asset_id=roof.id + 1, actor_id=None, now=NOW)
    operations.replace_part_code(session, asset_id=roof.id, actor_id=None, now=NOW)
    engagement = session.scalars(select(Engagement).where(Engagement.community_id == works.world.community.id)).one()
    operations.open_take_over(session, engagement_id=engagement.id, now=NOW)
    return roof


def test_a_register_at_work_breaks_no_promise(session: Session, roof: Asset) -> None:
    found = {name: recounted(session, name) for name in promises(session, now=NOW)}
    assert {name: finding.broken for name, finding in found.items()} == dict.fromkeys(
        ("R10", "R11", "R12", "R13", "R14", "R15"), ()
    )
    assert all(finding.checked for finding in found.values())


def without_checks(session: Session, table: str) -> None:
    """Let a table hold what no CHECK would let in."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA ignore_check_constraints=ON"))
        return
    query = text(f"SELECT conname FROM pg_constraint WHERE conrelid = '{table}'::regclass AND contype = 'c'")
    for name in session.scalars(query).all():
        session.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"'))


def asset(**values: object) -> Harm:
    """Write into the first part, past every operation."""
    return lambda session, works: session.execute(update(Asset).where(Asset.code == first(session)).values(**values))


def first(session: Session) -> str:
    """The code of the part with the lowest id."""
    return str(session.scalar(select(Asset.code).order_by(Asset.id).limit(1)))


def foreign_item(session: Session, works: Works) -> None:
    asset(work_item_id=works.far_item.id)(session, works)


def foreign_place(session: Session, works: Works) -> None:
    asset(place_id=works.world.far_building.id)(session, works)


def no_label(session: Session, works: Works) -> None:
    code = session.scalars(select(PlaceCode).where(PlaceCode.carrier == Carrier.PART)).first()
    session.query(PartCode).filter_by(code=code.code if code else "").delete()


def two_labels(session: Session, works: Works) -> None:
    session.execute(update(PlaceCode).where(PlaceCode.carrier == Carrier.PART).values(revoked_at=None))


def label_elsewhere(session: Session, works: Works) -> None:
    on_parts = update(PlaceCode).where(PlaceCode.carrier == Carrier.PART)
    session.execute(on_parts.values(place_id=works.world.far_building.id))


def label_of_place(session: Session, works: Works) -> None:
    session.execute(update(PlaceCode).where(PlaceCode.carrier == Carrier.PART).values(carrier=Carrier.PLACE))


def older_condition(session: Session, works: Works) -> None:
    session.execute(update(AssetCondition).where(AssetCondition.score == 3).values(found_on=date(2020, 1, 1)))


def closed_unchecked(session: Session, works: Works) -> None:
    session.execute(text("UPDATE take_over SET closed_at = opened_at"))


def another_share(session: Session, works: Works) -> None:
    residents = update(AssetFunding).where(AssetFunding.source == FundingSource.RESIDENTS)
    session.execute(residents.values(amount_fen=99))


def checked_without_a_time(session: Session, works: Works) -> None:
    session.execute(update(TakeOverItem).values(state=TakeOverState.HANDED_OVER))


@pytest.mark.parametrize(
    ("promise", "harm", "told"),
    [
        ("R10", asset(work_item_id=None), "neither a project nor a reason"),
        ("R10", asset(no_project="later"), "neither a project nor a reason"),
        ("R10", foreign_item, "project of another community"),
        ("R10", foreign_place, "does not lie in its community"),
        ("R10", asset(type_code="Z99"), "unknown type Z99"),
        ("R11", asset(warranty_last_on=date(2029, 10, 1)), "2029-10-01, its papers give dated 2029-09-30"),
        ("R11", asset(warranty=WarrantyStanding.UNKNOWN, warranty_last_on=None), "stored as unknown"),
        ("R11", asset(accepted_on=date(2020, 1, 1)), "its papers give dated 2025-01-01"),
        ("R12", asset(condition=5), "shows 5"),
        ("R12", asset(condition=None, condition_on=None), "shows None"),
        ("R12", older_condition, "found last in 5"),
        ("R13", no_label, "does not say which"),
        ("R13", two_labels, "2 labels in use"),
        ("R13", label_elsewhere, "its part is at"),
        ("R13", label_of_place, "hangs elsewhere"),
        ("R14", closed_unchecked, "is not checked"),
        ("R14", checked_without_a_time, "does not say when"),
        ("R15", asset(cost_fen=301), "shares of 300 fen, cost 301 fen"),
        ("R15", asset(cost_fen=None), "shares of 300 fen, cost None fen"),
        ("R15", another_share, "shares of 299 fen, cost 300 fen"),
    ],
)  # fmt: skip
def test_what_breaks_a_promise_is_named(
    session: Session, works: Works, roof: Asset, promise: str, harm: Harm, told: str
) -> None:
    if promise == "R10":
        without_checks(session, "asset")
    if harm is label_of_place:
        session.execute(text("DROP INDEX uq_place_code_in_use"))
    harm(session, works)
    found = recounted(session, promise)
    assert found.broken
    assert any(told in line for line in found.broken), found.broken
