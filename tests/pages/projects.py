"""The tour through renovation projects, heating seasons and the catalogue of parts."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.models import AssetType
from propman.communities.operations import add_season, withdraw_season
from propman.projects import operations
from propman.projects.models import FundingSource, PhotoKind, TransferStatus
from propman.projects.queries import photographs_of
from tests import renovations as made
from tests.pages.stops import Stop, every, refused
from tests.renovations import ACCEPTED, COST, DAY, TODAY, YUAN
from tests.world import World

_CLERK, _QIAN, _GUAN = "clerk_jie", "official_qian", "administrator_guan"
_PROJECT, _ROOF, _PIPE, _NEW = (
    "/projects/{renovation}", "/projects/items/{roof}", "/projects/items/{pipe}", "/projects/items/{fresh}",
)  # fmt: skip
_TYPES = "/admin/catalogue/types"
_ATTRIBUTES = "/admin/catalogue/attributes"
_RULES = "/admin/catalogue/warranties"
_SETTINGS = "/admin/catalogue/settings"
_TOLD = "/admin/catalogue/escalations"

PAGES = (
    *every(_CLERK, "/projects", "/projects?q=nowhere", "/projects?year=2024&standing=overdue&place={community}",
           "/projects/new", "/projects/new?q=河柏", "/projects/new?q=nowhere", "/projects/new/{community}",
           _PROJECT, "/projects/{bare_renovation}", f"{_PROJECT}/change", f"{_PROJECT}/funding",
           f"{_PROJECT}/payments/new", f"{_PROJECT}/items/new", _ROOF, _PIPE, _NEW, "/projects/items/{heating}",
           "/projects/items/{life}", f"{_ROOF}/change", f"{_ROOF}/accept", f"{_ROOF}/photos", f"{_ROOF}/retention",
           f"{_ROOF}/deduction", f"{_ROOF}/release", f"{_PIPE}/transfer", "/projects/items/{heating}/transfer",
           "/projects/payments/{owed}/paid", "/projects/payments/{owed}/withdraw",
           "/projects/photos/{roof_photo}/erase"),
    *every("manager_han", "/projects", _PROJECT, _ROOF, _PIPE),
    *every("far_clerk", "/projects"),
    *every("readonly_cai", "/projects?q=改〔"),
    *every("dispatcher_mei", "/seasons"),
    *every("far_official", "/seasons"),
    *every(_QIAN, "/seasons", "/seasons/{county}/add", "/seasons/rows/{season}/verify",
           "/seasons/rows/{season}/withdraw"),
    *every(_GUAN, "/seasons", _TYPES, f"{_TYPES}/B01", f"{_TYPES}/B19", f"{_TYPES}/new", f"{_TYPES}/B01/change",
           f"{_TYPES}/rows/{{type_row}}/check", f"{_TYPES}/rows/{{type_row}}/end", _ATTRIBUTES, f"{_ATTRIBUTES}/area",
           f"{_ATTRIBUTES}/new", f"{_ATTRIBUTES}/area/change", _RULES, f"{_RULES}/WP5",
           f"{_RULES}/HEAT2/change", f"{_RULES}/STRUCT/change", _SETTINGS, f"{_SETTINGS}/part_season_counts",
           f"{_SETTINGS}/referral_answer_days/change",
           _TOLD, f"{_TOLD}/resolve_quarter", f"{_TOLD}/new", f"{_TOLD}/respond_due/change"),
    Stop("/projects?after=x", _CLERK, 400),
)  # fmt: skip

_ITEM = {"name": "屋面", "type_code": "B01", "place_id": "{building}", "cost_fen": "1"}
_ROW = {"name_zh": "名", "name_en": "name", "source": "文", "valid_from": "2000-01-01"}
REFUSED = (
    refused(Stop("/projects/new/{community}", _CLERK), number="", name="长" * 121, year="1", owner_id="0",
            started_on="soon", cost_fen="viel", budget="-1"),
    refused(Stop("/projects/new/{community}", _CLERK), None, 409, number="改〔2024〕17", name="名", year="2024",
            owner_id="{office}", cost_fen="1"),
    refused(Stop(f"{_PROJECT}/change", _CLERK), started_on="2024-10-01", accepted_on="2024-09-01"),
    refused(Stop(f"{_PROJECT}/funding", _CLERK), cost_fen="2", budget="1"),
    refused(Stop(f"{_PROJECT}/payments/new", _CLERK), payee_id="", purpose="", due_on="", due_fen="0"),
    refused(Stop(f"{_PROJECT}/payments/new", _CLERK), payee_id="{contractor}", purpose="款", due_on="{today}",
            due_fen="999999999"),
    refused(Stop("/projects/payments/{owed}/paid", _CLERK), paid_on="2999-01-01", paid_fen="1"),
    refused(Stop(f"{_PROJECT}/items/new", _CLERK), name="", type_code="", place_id="0", cost_fen="", quantity="viel",
            contract_months="0", design_life_years="viel", unit="长" * 21, warranty_key="X"),
    refused(Stop(f"{_PROJECT}/items/new", _CLERK), **_ITEM, warranty_key="HEAT2"),
    refused(Stop(f"{_ROOF}/change", _CLERK), **_ITEM),
    refused(Stop(f"{_ROOF}/accept", _CLERK), accepted_on="2999-01-01", score="101"),
    refused(Stop(f"{_ROOF}/accept", _CLERK), accepted_on="2000-01-01", score="1"),
    refused(Stop(f"{_ROOF}/photos", _CLERK), kind=""),
    refused(Stop(f"{_NEW}/photos", _CLERK), None, 422, kind="baseline"),
    refused(Stop(f"{_ROOF}/retention", _CLERK), retention_fen="viel", due_on="soon"),
    refused(Stop(f"{_ROOF}/retention", _CLERK), retention_fen="1", due_on="{today}"),
    refused(Stop(f"{_ROOF}/deduction", _CLERK), deducted_fen="1", reason=""),
    refused(Stop(f"{_ROOF}/release", _CLERK), released_on="2020-01-01"),
    refused(Stop(f"{_PIPE}/transfer", _CLERK), happened_on=""),
    Stop(f"{_PIPE}/transfer", _CLERK, 422,
         sent={"status": "in_progress", "utility_id": "{utility}", "happened_on": "2024-01-01"}),
    refused(Stop("/seasons/{county}/add", _QIAN), from_year="1", to_year="viel", starts="Easter", ends="13-13",
            source="", verified_on="soon"),
    refused(Stop("/seasons/{county}/add", _QIAN), None, 409, from_year="2016", starts="10-20", ends="04-20",
            source="文"),
    refused(Stop("/seasons/rows/{season}/verify", _QIAN), verified_on="2999-01-01"),
    refused(Stop(f"{_TYPES}/new", _GUAN), code="b1", **_ROW, work_class="basic", criticality="A",
            maintainer="operator", warranty_keys="WP5", categories="leak"),
    refused(Stop(f"{_TYPES}/B01/change", _GUAN), **{**_ROW, "name_zh": "", "valid_from": "soon"}, work_class="x",
            criticality="", maintainer="", trade="magic", life_from="0", warranty_keys="none", attributes="none"),
    refused(Stop(f"{_TYPES}/B01/change", _GUAN), **_ROW),
    refused(Stop(f"{_TYPES}/rows/{{type_row}}/check", _GUAN), verified_on=""),
    refused(Stop(f"{_TYPES}/rows/{{type_row}}/end", _GUAN), ends_on="2000-01-01"),
    refused(Stop(f"{_ATTRIBUTES}/new", _GUAN), code="Ä", **_ROW, kind="text", unit="m"),
    refused(Stop(f"{_ATTRIBUTES}/area/change", _GUAN), **_ROW),
    refused(Stop(f"{_RULES}/HEAT2/change", _GUAN), **_ROW, minimum="0"),
    refused(Stop(f"{_SETTINGS}/part_season_counts/change", _GUAN), source="", valid_from="", value="2"),
    refused(Stop(f"{_TOLD}/new", _GUAN), code="Ä", **_ROW, time_limit="", priority="P9", share_left="100",
            minutes_after="-1", level=""),
    refused(Stop(f"{_TOLD}/resolve_due/change", _GUAN), **_ROW, share_left="5", minutes_after="5"),
)  # fmt: skip

ONE_BUTTON = {"projects.withdraw_payment", "projects.erase_photograph", "communities.withdraw_season"}


def furnish(session: Session, world: World) -> dict[str, Any]:
    """Let the small world be renovated; gives what stands in braces in the addresses."""
    shares = {FundingSource.BUDGET: COST - 400_000 * YUAN, FundingSource.BONDS: 250_000 * YUAN,
              FundingSource.FRANCHISE_UNIT: 100_000 * YUAN, FundingSource.RESIDENTS: 50_000 * YUAN}  # fmt: skip
    project = made.project(session, world, shares=shares, actor_id=world.clerk_jie.id, accepted_on=date(2024, 11, 8))
    roof = made.item(session, project, world, supplier="北方防水", drawing_no="建施-07", contract_months=24, unit="m²")
    made.accept(session, world, roof, photos=[made.photo(), made.photo()])
    operations.add_photographs(session, work_item_id=roof.id, kind=PhotoKind.DRAWING, photos=[made.photo()],
                               store=world.store, **made.by_nobody())  # fmt: skip
    made.keep_back(session, roof, due_on=TODAY - 3 * DAY)
    operations.deduct(session, work_item_id=roof.id, deducted_fen=1000 * YUAN, reason="女儿墙渗漏", **made.by_nobody())
    pipe, heating = (
        made.accept(session, world, made.item(session, project, world, type_code=code, warranty_key=key, name=name))
        for code, key, name in (("B08", "MEP2", "供水管网"), ("B12", "HEAT2", "供热管网"))
    )
    for step in (TransferStatus.IN_PROGRESS, TransferStatus.REFUSED):
        made.hand_over(session, world, pipe, step)
    made.hand_over(session, world, heating)
    made.keep_back(session, pipe, due_on=ACCEPTED + DAY)
    operations.release_retention(session, work_item_id=pipe.id, released_on=TODAY, **made.by_nobody())
    return {
        **_money(session, world, project.id), **_seasons(session, world), "renovation": project.id, "roof": roof.id,
        "pipe": pipe.id, "heating": heating.id, "fresh": made.item(session, project, world).id,
        "life": made.item(session, project, world, type_code="B19", warranty_key="STRUCT", name="道路").id,
        "bare_renovation": made.project(session, world, number="空", name="未录入").id,
        "roof_photo": photographs_of(session, roof.id)[0].photo.key, "office": world.street_office.id,
        "type_row": session.scalars(select(AssetType.id).where(AssetType.code == "B01")).one(),
    }  # fmt: skip


def _money(session: Session, world: World, project_id: int) -> dict[str, Any]:
    """Payments that are overdue, due, paid, and paid in part."""
    owed = [
        operations.add_payment(session, project_id=project_id, payee_id=world.contractor.id, purpose="进度款",
                               due_on=due_on, due_fen=1000 * YUAN, **made.by_nobody())
        for due_on in (ACCEPTED, ACCEPTED + DAY, ACCEPTED + 2 * DAY, TODAY + DAY)
    ]  # fmt: skip
    for payment, fen in ((owed[1], 1000 * YUAN), (owed[2], YUAN)):
        operations.record_paid(session, payment_id=payment.id, paid_on=TODAY, paid_fen=fen, **made.by_nobody())
    return {"owed": owed[0].id}


def _seasons(session: Session, world: World) -> dict[str, Any]:
    """A row of the county, one that was checked, and one that was withdrawn."""
    rows = [
        add_season(session, place_id=world.county.id, from_year=2016, to_year=to_year, starts="10-20", ends="04-20",
                   source="哈政规〔2016〕1号", verified_on=checked, actor_id=None, now=clock.now())
        for to_year, checked in ((None, None), (2020, TODAY), (2018, None))
    ]  # fmt: skip
    withdraw_season(session, season_id=rows[2].id, actor_id=None, now=clock.now())
    return {"season": rows[0].id}
