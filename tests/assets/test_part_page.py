"""The page of one part: until when it is guaranteed, what is usual for its type, how far it came to a utility."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.models import AssetType
from propman.projects.models import TransferStatus
from propman.projects.operations import record_transfer
from propman.tickets import operations as tickets
from tests import stories
from tests.assets.desk import Desk
from tests.assets.works import Works, far_part, old_part, part
from tests.world import viewer

NOW = clock.now()
TODAY = clock.local_date(NOW)
DAY = timedelta(days=1)
DeskOf = Callable[[str], Desk]


def test_the_page_of_a_part_says_until_when_by_which_rule_and_how_sure(
    session: Session, works: Works, desk_of: DeskOf
) -> None:
    world = works.world
    roof = part(session, works, quantity=Decimal(820), unit="m²", attributes={"area": "820.5"}, contract_months=24,
                maintainer_id=world.company.id)  # fmt: skip
    words = desk_of("worker_zhao").read(f"/parts/{roof.id}")
    for expected in (
        "Guaranteed to the end of 2029-09-30 Sun:", "days left", "at least 60 months (in force from 2000-01-30)",
        "建设工程质量管理条例", "not yet checked the rule", "Its last day is a day of rest",
        "The contract gives less than the law, to the end of 2026-09-30 Wed:",
        "Area 820.5 m²", "Quantity 820 m²", "Maintainer 安居物业", "Claim holder 兆麟街道办事处", "1. 屋面防水",
    ):  # fmt: skip
        assert expected in words
    assert "Correct…" not in words
    assert "What was changed" not in words
    pipes = part(session, works, work_item_id=works.heating.id, type_code="B12")
    assert "the heating seasons" in desk_of("worker_zhao").read(f"/parts/{pipes.id}")
    old, pending = old_part(session, works), part(session, works, work_item_id=works.pending.id)
    clerk = desk_of("clerk_jie")
    assert "No renovation project made this part" in clerk.read(f"/parts/{old.id}")
    assert "The work has no day of acceptance yet" in clerk.read(f"/parts/{pending.id}")
    assert clerk.open(f"/parts/{far_part(session, works).id}").status_code == 404


def test_the_page_of_a_part_says_what_is_usual_for_its_type_and_how_sure(
    session: Session, works: Works, desk_of: DeskOf
) -> None:
    page = f"/parts/{part(session, works).id}"
    usual = ("Service life, years 10–20", "Usual maintainer property company")
    words = desk_of("worker_zhao").read(page)
    assert all(f"{each} not yet checked" in words for each in usual)
    for row in session.scalars(select(AssetType).where(AssetType.code == "B01")):
        row.verified_on = TODAY
    session.flush()
    words = desk_of("worker_zhao").read(page)
    assert all(each in words and f"{each} not yet checked" not in words for each in usual)


def test_the_page_of_a_part_says_how_far_it_came_on_its_way_to_a_utility(
    session: Session, works: Works, desk_of: DeskOf
) -> None:
    page = f"/parts/{part(session, works, work_item_id=works.heating.id, type_code='B12').id}"
    assert "Transfer to a utility" not in desk_of("worker_zhao").read(page)
    utility_id, item_id = works.world.utility.id, works.heating.id
    steps = [(TransferStatus.IN_PROGRESS, None, 9), (TransferStatus.REFUSED, "热函33号：缺试压记录", 5)]
    for status, document, days in steps:
        record_transfer(session, work_item_id=item_id, status=status, utility_id=utility_id, document=document,
                        happened_on=TODAY - days * DAY, actor_id=None, now=NOW)  # fmt: skip
    words, on = desk_of("worker_zhao").read(page), TODAY - 5 * DAY
    assert (
        f"Transfer to a utility refused by the utility {on:%Y-%m-%d %a} · 城市供热公司 · 热函33号：缺试压记录" in words
    )


def test_what_its_repairs_took_year_by_year(session: Session, works: Works, desk_of: DeskOf) -> None:
    """Whoever reads it on the reports reads it here; the committee sees the part and the reports, and no cost."""
    world, lamp = works.world, part(session, works)
    for back in (0, 0, 1):
        ticket = stories.start(session, world, stories.report(session, world))
        ticket.asset_id = lamp.id
        done = tickets.complete(
            session, ticket=ticket, viewer=viewer(session, world.worker_zhao), seen_version=ticket.version, now=NOW,
            note="换了灯泡", store=world.store, work=tickets.Work(45, [tickets.PartUsed("灯泡", 3, 980)]),
        )  # fmt: skip
        done.at = NOW - back * timedelta(days=366)
    page = desk_of("dispatcher_mei").read(f"/parts/{lamp.id}")
    assert f"{TODAY.year} 2 90 58.80 yuan" in page
    assert f"{(TODAY - timedelta(days=366)).year} 1 45 29.40 yuan" in page
    assert "58.80" not in desk_of("committee_ju").read(f"/parts/{lamp.id}")
