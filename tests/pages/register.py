"""The tour through the register: parts, what is found of them, take-over inspections, labels on paper and on site."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations, queries
from propman.assets.models import AssetPhotoStage, TakeOver, TakeOverItem, TakeOverState
from propman.communities import operations as communities
from propman.communities.models import Engagement
from propman.communities.queries import blank_labels
from propman.files.operations import Upload, prepare
from propman.projects.models import FundingSource
from tests import stories
from tests.assets import works as renovated
from tests.assets.works import Works, old_part, part
from tests.pages.stops import Stop, every, refused
from tests.world import World

_CLERK, _ZHAO, _MEI = "clerk_jie", "worker_zhao", "dispatcher_mei"

PAGES = (
    *every("", "/p/{part_code}", "/p/{part_code}/report", "/p/{gone_code}", "/p/{blank}"),
    *every(_CLERK, "/register", "/register?q=3号楼", "/register?q=屋面", "/register/places/{community}",
           "/register/places/{entrance}", "/register/places/{unmanaged}", "/register/parts",
           "/register/parts?place={community}&warranty=90&condition=3", "/register/parts?gone=1&code=X",
           "/register/unwatched", "/parts/{part}", "/parts/{old_part}", "/parts/{gone_part}", "/parts/{pending_part}",
           "/register/places/{building}/add", "/register/places/{building}/add?type=B01",
           "/register/places/{community}/add?type=B19", "/parts/{part}/change", "/parts/{part}/change?type=?",
           "/parts/{part}/remove", "/take-overs", "/take-overs/{take_over}", "/take-overs/{closed_take_over}"),
    *every(_ZHAO, "/parts/{part}", "/parts/{part}/condition", "/parts/{part}/photos/add",
           "/parts/{part}/photos/{part_photo}/erase", "/parts/{part}/label/replace",
           "/parts/{part}/label/{part_code}/revoke", "/p/{blank}", "/p/{blank}?place={building}", "/p/{blank}?q=3号楼"),
    *every(_MEI, "/labels/places/{community}", "/labels/places/{community}/places", "/labels/places/{building}/parts",
           "/labels/places/{entrance}/poster", "/labels/sheets/{sheet}", "/labels/sheets/{sheet}/revoke",
           "/labels/places/{other_entrance}/parts"),
    *every("grid_worker_gao", "/register", "/labels/places/{building}"),
    *every("official_qian", "/register/unwatched", "/take-overs"),
    *every("auditor_shen", "/register", "/parts/{part}", "/take-overs/{take_over}"),
    Stop("/register/parts?type=Z99&warranty=soon&condition=9&work_class=x", _CLERK, 400),
    Stop("/register/unwatched?company=0", _CLERK, 400),
)  # fmt: skip

_NEW = "/register/places/{building}/add?type=B01"
_ROOF = {"place_id": "{building}", "work_item_id": "{roof_item}", "criticality": "B", "ownership": "owners"}
REFUSED = (
    refused(Stop(_NEW, _CLERK), code="", name="", quantity="viel", cost_fen="viel", accepted_on="soon",
            contract_months="viel", spot="长" * 81, attribute_area="viel", criticality="", ownership=""),
    refused(Stop(_NEW, _CLERK), None, 409, code="{taken}", name="屋面", **_ROOF),
    refused(Stop(_NEW, _CLERK), code="N", name="屋面", **{**_ROOF, "work_item_id": ""}),
    refused(Stop(_NEW, _CLERK), code="N", name="屋面", maintainer_id="0", **_ROOF),
    refused(Stop(_NEW, _CLERK), code="N", name="屋面", warranty_key="X", **_ROOF),
    refused(Stop(_NEW, _CLERK), code="N", name="屋面", cost_fen="2", budget="1", **_ROOF),
    refused(Stop("/parts/{part}/change", _CLERK), None, 409, code="N", name="屋面", version="1", **_ROOF),
    refused(Stop("/parts/{part}/change", _CLERK), code="", name="", quantity="viel", attribute_area="viel"),
    refused(Stop("/parts/{part}/remove", _CLERK), removed_on="2000-01-01"),
    refused(Stop("/parts/{part}/condition", _ZHAO), score="", found_on="", note="长" * 1001),
    refused(Stop("/parts/{part}/condition", _ZHAO), score="3", found_on="2999-01-01", note=""),
    refused(Stop("/parts/{part}/photos/add", _ZHAO), stage="", taken_on=""),
    refused(Stop("/take-overs/{take_over}", _MEI), "/take-overs/{take_over}/lines/{take_over_line}", state="missing",
            note="", score=""),
    refused(Stop("/labels/places/{community}", _MEI), "/labels/places/{community}/blanks", count="0"),
    refused(Stop("/p/{blank}?place={building}", _ZHAO), "/labels/{blank}/bind", 404, target="part-1000000000"),
    refused(Stop("/p/{blank}?place={building}", _ZHAO), "/labels/{blank}/bind", target=""),
)  # fmt: skip

ONE_BUTTON = {"assets.erase_photo", "assets.replace_label", "assets.revoke_label", "assets.revoke_blanks"}


def furnish(session: Session, world: World, works: Works) -> dict[str, Any]:
    """Let what was renovated be tended; gives what stands in braces in the addresses."""
    now = clock.now()
    today = clock.local_date(now)
    roof = part(session, works, spot="东侧", quantity=Decimal("820.5"), unit="m²", model="东方雨虹",
                drawing_no="建施-07", attributes={"area": 820, "membrane": "改性沥青"}, cost_fen=12345_67,
                shares={FundingSource.BUDGET: 11111_11, FundingSource.RESIDENTS: 1234_56},
                contract_months=24, maintainer_id=world.company.id)  # fmt: skip
    for score, days, note in ((5, 400, None), (2, 3, "西侧起鼓")):
        operations.record_condition(session, asset_id=roof.id, score=score, found_on=today - timedelta(days=days),
                                    note=note, actor_id=world.worker_zhao.id, now=now)  # fmt: skip
    shots = [
        operations.add_photos(session, asset_id=roof.id, stage=stage, taken_on=day, store=world.store, now=now,
                              pictures=prepare([Upload(stories.picture(colour))]), actor_id=world.worker_zhao.id)[0]
        for stage, day, colour in ((AssetPhotoStage.BASELINE, date(2024, 9, 30), "blue"),
                                   (AssetPhotoStage.NOW, today, "red"))
    ]  # fmt: skip
    gone = part(session, works, name="旧屋面")
    codes = [operations.draw_part_code(session, asset_id=each.id, actor_id=None, now=now).code for each in (roof, gone)]
    operations.remove_part(session, asset_id=gone.id, on=today, seen_version=gone.version, actor_id=None, now=now)
    sheet = communities.draw_blanks(session, community_id=world.community.id, count=22, actor_id=None, now=now)
    return {
        "part": roof.id, "part_code": codes[0], "part_photo": shots[1].photo.key, "taken": roof.code,
        "gone_part": gone.id, "gone_code": codes[1], "old_part": old_part(session, works, name="旧水箱").id,
        "pending_part": part(session, works, work_item_id=works.pending.id).id, "roof_item": works.roof.id,
        "sheet": sheet.id, "blank": blank_labels(session, sheet.id)[0].code,
        "other_entrance": world.other_entrance.id, **_ending(session, works), **_take_overs(session, world),
    }  # fmt: skip


def _ending(session: Session, works: Works) -> dict[str, int]:
    """A part whose warranty ends in three weeks and that nobody has looked at."""
    today = clock.local_date(clock.now())
    end = today + timedelta(days=21)
    item = renovated.item(session, works.project, works.world.building, 40, "B24", "CONTRACT", "分类投放点",
                          contract_months=12, accepted_on=end.replace(year=end.year - 1))  # fmt: skip
    return {"ending_part": part(session, works, type_code="B24", name="投放点", work_item_id=item.id).id}


def _take_overs(session: Session, world: World) -> dict[str, Any]:
    """An inspection under way, and one that is closed: of a company that came to the community without any."""
    now = clock.now()
    engagement = session.scalars(select(Engagement).where(Engagement.community_id == world.community.id)).one()
    under_way = operations.open_take_over(session, engagement_id=engagement.id, now=now)
    lines = queries.lines_of(session, under_way)
    for line, state, note in ((lines[0], "handed_over", None), (lines[1], "defective", "缺两张图")):
        operations.check_item(session, item_id=line.id, state=TakeOverState(state), note=note, actor_id=None, now=now)
    return {
        "take_over": under_way.id, "take_over_line": lines[2].id, "closed_take_over": _closed(session, world),
    }  # fmt: skip


def _closed(session: Session, world: World) -> int:
    now = clock.now()
    side = communities.add_place(session, parent_id=world.street.id, name="侧院小区", actor_id=None, now=now)
    engagement = communities.engage(session, community_id=side.id, organisation_id=world.company.id, actor_id=None,
                                    starts_on=clock.local_date(now), now=now)  # fmt: skip
    closed: TakeOver = operations.open_take_over(session, engagement_id=engagement.id, now=now)
    for line in session.scalars(select(TakeOverItem).where(TakeOverItem.take_over_id == closed.id)):
        operations.check_item(session, item_id=line.id, state=TakeOverState.HANDED_OVER, actor_id=None, now=now)
    operations.close_take_over(session, take_over_id=closed.id, actor_id=None, now=now)
    return closed.id
