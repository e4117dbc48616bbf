"""The renovations of the demo world, as `works.toml` has them: projects, their money, work items, heating seasons."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy.orm import Session

from propman.assets.warranty import add_months
from propman.catalogue.queries import asset_types
from propman.communities.models import Place
from propman.communities.operations import add_season
from propman.demo.drawings import picture, plan
from propman.demo.people import Cast
from propman.demo.world import Community, World
from propman.files.operations import Upload
from propman.files.store import FileStore
from propman.projects import operations as projects
from propman.projects.models import FundingSource, PhotoKind, TransferStatus, WorkItem

ENTERED = 200  # days before the anchor day on which somebody entered all of it
ROOF_YEARS = 5  # of waterproofing and insulation: what `ends_in` of an item counts back
RETENTION = 3  # percent of what an item cost
RETAINED = 24  # months after acceptance
RELEASED_AFTER = timedelta(days=20)
SCENES = {
    "B01": "ceiling", "B02": "wall", "B03": "wall", "B05": "stairs", "B06": "door", "B07": "pane", "B08": "pipe",
    "B10": "manhole", "B12": "radiator", "B15": "meter_box", "B17": "lamp", "B18": "lamp", "B21": "fire_lane",
    "B22": "camera", "B24": "rubbish", "I01": "lift",
}  # fmt: skip
"""What a picture of a part of that type is drawn from."""

PICTURED = frozenset({"B01", "B02", "B12"})  # types whose items have a picture of the day of acceptance


@dataclass(frozen=True)
class Keeper:
    """Whoever keeps the register of the demo world: what they enter, they enter `now`."""

    session: Session
    world: World
    cast: Cast
    store: FileStore

    @property
    def now(self) -> datetime:
        """The morning on which it was entered."""
        return self.world.morning(ENTERED)

    def actor_id(self, community: Community) -> int:
        """The official of the district in which the community lies."""
        return self.cast.official(community.place).user_id

    def day(self, written: list[int]) -> date:
        """[years before the year of the anchor day, month, day] as a day."""
        years, month, day = written
        return date(self.world.anchor.year + years, month, day)


@dataclass(frozen=True)
class Made:
    """What made parts: a work item, or (None) no project, with the row of `works.toml` and the places of the parts."""

    community: Community
    row: dict[str, Any]
    places: list[Place]
    item: WorkItem | None = None
    accepted_on: date | None = None


@cache
def works() -> dict[str, Any]:
    """The tables of `works.toml`."""
    return tomllib.loads((files("propman.demo") / "works.toml").read_text(encoding="utf-8"))


def build_works(keeper: Keeper) -> list[Made]:
    """Enter the heating season and every project; gives what made parts, older parts last. Flushes."""
    season = works()["season"]
    add_season(keeper.session, place_id=keeper.world.areas[season["place"]].id, to_year=None,
               from_year=keeper.world.anchor.year + season["since"], starts=season["starts"], ends=season["ends"],
               source=season["source"], actor_id=keeper.cast.post("official_city").user_id, now=keeper.now)  # fmt: skip
    made = [each for row in works()["projects"] for each in _project(keeper, row)]
    for row in works()["older"]:
        community = keeper.world.communities[row["community"]]
        made.append(Made(community, row, _places(community, row)))
    return made


def _project(keeper: Keeper, row: dict[str, Any]) -> list[Made]:
    """A project with its money and its work items."""
    community = keeper.world.communities[row["community"]]
    actor_id, started_on = keeper.actor_id(community), keeper.day(row["started"])
    shares = {FundingSource(source): yuan * 100 for source, yuan in row["shares"].items()}
    facts = projects.ProjectFacts(
        number=f"{row['number'][:3]}{started_on.year}-{row['number'][3:]}", name=row["name"], year=started_on.year,
        owner_id=keeper.world.organisations[row["owner"]].id, started_on=started_on,
        accepted_on=keeper.day(row["accepted"]) if "accepted" in row else None,
    )  # fmt: skip
    project = projects.add_project(
        keeper.session, community_id=community.place.id, facts=facts, cost_fen=sum(shares.values()), shares=shares,
        actor_id=actor_id, now=keeper.now,
    )  # fmt: skip
    made = [_item(keeper, project.id, community, item) for item in row["items"]]
    for payment in row["payments"]:
        _pay(keeper, project.id, project.cost_fen, payment, actor_id)
    return made


def _pay(keeper: Keeper, project_id: int, cost_fen: int, row: dict[str, Any], actor_id: int) -> None:
    """A payment of a share of the cost, and what was paid of it."""
    payment = projects.add_payment(
        keeper.session, project_id=project_id, payee_id=keeper.world.organisations[row["to"]].id,
        purpose=row["purpose"], due_on=keeper.day(row["due"]), due_fen=cost_fen * row["share"] // 100,
        actor_id=actor_id, now=keeper.now,
    )  # fmt: skip
    if "paid" in row:
        projects.record_paid(keeper.session, payment_id=payment.id, paid_on=keeper.day(row["paid"]),
                             paid_fen=payment.due_fen * row.get("part", 100) // 100, actor_id=actor_id,
                             now=keeper.now)  # fmt: skip


def _item(keeper: Keeper, project_id: int, community: Community, row: dict[str, Any]) -> Made:
    """A work item with its acceptance, its retention money and its way to a utility."""
    places, actor_id, organisations = _places(community, row), keeper.actor_id(community), keeper.world.organisations
    amount, unit = row["each"]
    kinds = {kind.code: kind for kind in asset_types(keeper.session, keeper.world.day(ENTERED))}
    claim_holder = organisations[row["claim_holder"]].id if "claim_holder" in row else None
    facts = projects.ItemFacts(
        place_id=community.place.id, type_code=row["type"], name=row["name"], cost_fen=row["cost"] * 100,
        warranty_key=row.get("key") or kinds[row["type"]].warranty_keys.split(",")[0],
        quantity=Decimal(amount * len(places)), unit=unit,
        contractor_id=organisations[row.get("contractor", "snowfield")].id, claim_holder_id=claim_holder,
        supplier=row.get("supplier"), drawing_no=row.get("drawing"), contract_months=row.get("contract"),
        design_life_years=row.get("life"),
    )  # fmt: skip
    item = projects.add_work_item(keeper.session, project_id=project_id, facts=facts, actor_id=actor_id, now=keeper.now)
    accepted_on = _accepted(keeper, row)
    if accepted_on is not None:
        _accept(keeper, item, accepted_on, row, actor_id)
    return Made(community, row, places, item, accepted_on)


def _accepted(keeper: Keeper, row: dict[str, Any]) -> date | None:
    if "ends_in" in row:
        return add_months(keeper.world.anchor + timedelta(days=row["ends_in"]), -12 * ROOF_YEARS)
    return keeper.day(row["accepted"]) if "accepted" in row else None


def _accept(keeper: Keeper, item: WorkItem, accepted_on: date, row: dict[str, Any], actor_id: int) -> None:
    pictured = (picture(SCENES[item.type_code], mended=True),) if item.type_code in PICTURED else ()
    projects.accept_work_item(
        keeper.session, work_item_id=item.id, accepted_on=accepted_on, score=row["score"], store=keeper.store,
        photos=[Upload(b"", "IMG.jpg", each) for each in pictured], actor_id=actor_id, now=keeper.now,
    )  # fmt: skip
    if item.drawing_no:
        projects.add_photographs(keeper.session, work_item_id=item.id, kind=PhotoKind.DRAWING, store=keeper.store,
                                 photos=[Upload(b"", "图纸.jpg", plan(item.drawing_no))], actor_id=actor_id,
                                 now=keeper.now)  # fmt: skip
    due_on = add_months(accepted_on, RETAINED)
    projects.set_retention(keeper.session, work_item_id=item.id, retention_fen=item.cost_fen * RETENTION // 100,
                           due_on=due_on, actor_id=actor_id, now=keeper.now)  # fmt: skip
    if "deducted" in row:
        yuan, reason = row["deducted"]
        projects.deduct(keeper.session, work_item_id=item.id, deducted_fen=yuan * 100, reason=reason,
                        actor_id=actor_id, now=keeper.now)  # fmt: skip
    released_on = due_on + RELEASED_AFTER
    if not row.get("kept") and released_on <= keeper.world.day(ENTERED):
        projects.release_retention(keeper.session, work_item_id=item.id, released_on=released_on, actor_id=actor_id,
                                   now=keeper.now)  # fmt: skip
    for status, on, by in row.get("transfer", ()):
        sent = TransferStatus(status) is TransferStatus.IN_PROGRESS
        projects.record_transfer(
            keeper.session, work_item_id=item.id, status=TransferStatus(status), happened_on=keeper.day(on),
            document=None if sent else by, utility_id=keeper.world.organisations[by].id if sent else None,
            actor_id=actor_id, now=keeper.now,
        )  # fmt: skip


def _places(community: Community, row: dict[str, Any]) -> list[Place]:
    """Where the parts of a row are: the community, its buildings or their entrances, each as often as it says."""
    buildings = community.entrances[row.get("from", 1) - 1 : row.get("to")]
    found = {
        "community": [community.place],
        "building": [entrances[0].building for entrances in buildings],
        "entrance": [entrance.place for entrances in buildings for entrance in entrances],
    }[row["at"]]
    return [place for place in found for _ in range(row.get("count", 1))]
