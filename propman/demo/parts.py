"""The parts in the register of the demo world: entered, looked at, photographed, labelled, inspected at a take-over."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations as assets
from propman.assets.models import (
    Asset,
    AssetPhotoStage,
    NoProject,
    Ownership,
    TakeOver,
    TakeOverState,
)
from propman.assets.queries import lines_of
from propman.catalogue.models import AssetType
from propman.catalogue.queries import asset_types
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.operations import draw_blanks
from propman.communities.queries import blank_labels
from propman.data.works import UsualMaintainer
from propman.demo.drawings import picture
from propman.demo.people import Cast
from propman.demo.works import ENTERED, SCENES, Keeper, Made, works
from propman.demo.world import World
from propman.projects.models import FundingSource, TransferStatus
from propman.roles import Role

LOOKED_AT = 0.33  # the share of parts that somebody looked at
LATEST, EARLIEST = 12, 190  # days before the anchor day on which they did
SCORES = (4, 9, 28, 40, 19)  # how often a part is found in each condition, from very poor to as new
POOR = 2
PHOTOGRAPHED = 26  # parts with a picture of then and of now
LABELLED = (("jiayuan", 3), ("jiayuan", 12), ("tielu", 2))  # buildings whose parts have labels
BLANKS = 21  # one sheet of paper
BLANK_DAYS = 30  # before the anchor day, when they were printed
PAID_IN, PAID_FOR = "jiayuan", frozenset({"B01", "B17"})  # parts of which it is known who paid
CHECKED = 0.6  # the share of the take-over inspection that is done


def build_parts(keeper: Keeper, made: list[Made], rng: Random) -> None:
    """Enter every part, and what was found of them until the reports begin. Flushes."""
    kinds = {kind.code: kind for kind in asset_types(keeper.session, keeper.world.day(ENTERED))}
    numbers: Counter[tuple[str, str]] = Counter()
    entered = [(each, part) for each in made for part in _parts(keeper, each, kinds[each.row["type"]], numbers)]
    _look_at(keeper, entered, rng)
    _photograph(keeper, entered)
    _label(keeper)


def _parts(keeper: Keeper, made: Made, kind: AssetType, numbers: Counter[tuple[str, str]]) -> list[Asset]:
    """The parts that one row of `works.toml` made, numbered on in their community and type."""
    found = []
    amount, unit = made.row.get("each", (None, None))
    cost_fen = made.item.cost_fen // len(made.places) if made.item else None
    for place in made.places:
        numbers[made.community.key, kind.code] += 1
        part = assets.Part(
            place_id=place.id, code=f"{kind.code}-{numbers[made.community.key, kind.code]:03d}", type_code=kind.code,
            name=_name(kind, made, place, numbers[made.community.key, kind.code]), criticality=kind.criticality,
            ownership=_ownership(made), unit=unit,
            work_item_id=made.item.id if made.item else None,
            no_project=None if made.item else NoProject(made.row["why"]),
            quantity=None if amount is None else Decimal(amount),
            in_use_since=keeper.day(made.row["used"]) if "used" in made.row else None,
            cost_fen=cost_fen, shares=_shares(made, cost_fen),
            attributes=works()["attributes"].get(kind.code, {}), maintainer_id=_maintainer_id(keeper, made, kind),
        )  # fmt: skip
        found.append(assets.add_part(keeper.session, community_id=made.community.place.id, part=part,
                                     actor_id=keeper.actor_id(made.community), now=keeper.now))  # fmt: skip
    return found


def _shares(made: Made, cost_fen: int | None) -> dict[FundingSource, int]:
    """Who paid for a part where that is known: of one community, for roofs and lamps, residents a tenth."""
    if cost_fen is None or made.community.key != PAID_IN or made.row["type"] not in PAID_FOR:
        return {}
    own = cost_fen // 10
    return {FundingSource.BUDGET: cost_fen - own, FundingSource.RESIDENTS: own}


def _name(kind: AssetType, made: Made, place: Place, number: int) -> str:
    """What people call it: by its entrance and building, out of doors by a number."""
    if place.kind is PlaceKind.COMMUNITY:
        return f"{kind.name_zh} {number}"
    short = made.row.get("part") or kind.name_zh.split("、")[0]
    building = place.parent.name if place.kind is PlaceKind.ENTRANCE and place.parent else ""
    return f"{building}{place.name}{short}"


def _transferred(made: Made) -> bool:
    steps = made.row.get("transfer", ())
    return bool(steps) and steps[-1][0] == TransferStatus.TRANSFERRED


def _ownership(made: Made) -> Ownership:
    return Ownership.UTILITY if _transferred(made) else Ownership(made.row.get("owned", "owners"))


def _maintainer_id(keeper: Keeper, made: Made, kind: AssetType) -> int | None:
    """The utility that took it or the firm that keeps lifts; who else keeps a part is left to its type."""
    if _transferred(made):
        return keeper.world.organisations[kind.trade.value if kind.trade else "water"].id
    licensed = kind.maintainer is UsualMaintainer.LICENSED_FIRM
    return keeper.world.organisations["lift_care"].id if licensed else None


def _look_at(keeper: Keeper, entered: list[tuple[Made, Asset]], rng: Random) -> None:
    """Whoever sees to a building writes down how its parts are; some are poor."""
    remarks = works()["remarks"]
    for made, part in entered:
        if rng.random() >= LOOKED_AT:
            continue
        now = keeper.world.morning(rng.randint(LATEST, EARLIEST))
        (score,) = rng.choices(range(1, 6), weights=SCORES)
        note = remarks.get(part.type_code, remarks["any"]) if score <= POOR else None
        people = keeper.cast.reporters(made.community.place, clock.local_date(now))
        seen_by = next(post for post in people if post.role is Role.GRID_WORKER)
        assets.record_condition(keeper.session, asset_id=part.id, score=score, found_on=clock.local_date(now),
                                note=note, actor_id=seen_by.user_id, now=now)  # fmt: skip


def _photograph(keeper: Keeper, entered: list[tuple[Made, Asset]]) -> None:
    """Pictures of some parts, as they were at acceptance and as they are: first of those that are poor."""
    shown = [(made, part) for made, part in entered if part.condition is not None and part.type_code in SCENES]
    for number, (made, part) in enumerate(sorted(shown, key=lambda one: one[1].condition or 0)[:PHOTOGRAPHED]):
        scene, seen_on, variant = SCENES[part.type_code], part.condition_on, number % 2
        poor = part.condition is not None and part.condition <= POOR
        for stage, on, mended in (
            (AssetPhotoStage.BASELINE, made.accepted_on, True),
            (AssetPhotoStage.NOW, seen_on, not poor),
        ):
            if on is not None:
                assets.add_photos(
                    keeper.session, asset_id=part.id, stage=stage, taken_on=on, store=keeper.store,
                    pictures=[picture(scene, mended=mended, variant=variant)],
                    actor_id=keeper.actor_id(made.community), now=keeper.world.morning(LATEST),
                )  # fmt: skip


def _label(keeper: Keeper) -> None:
    """Labels for the parts of some buildings; a sheet of blank ones, of which two were bound on site."""
    now = keeper.world.morning(BLANK_DAYS)
    for key, number in LABELLED:
        community = keeper.world.communities[key]
        assets.draw_missing_codes(keeper.session, place=community.entrances[number - 1][0].building,
                                  actor_id=keeper.actor_id(community), now=now)  # fmt: skip
    community = keeper.world.communities["jiayuan"]
    sheet = draw_blanks(keeper.session, community_id=community.place.id, count=BLANKS,
                        actor_id=keeper.actor_id(community), now=now)  # fmt: skip
    outdoors = select(Asset.id).where(Asset.place_id == community.place.id).order_by(Asset.id).limit(2)
    labels = sorted(label.code for label in blank_labels(keeper.session, sheet.id))
    grid_worker_id, now = keeper.cast.post("grid_worker").user_id, now + timedelta(days=2)
    for asset_id, code in zip(keeper.session.scalars(outdoors).all(), labels, strict=False):
        assets.bind_part_label(keeper.session, code=code, asset_id=asset_id, actor_id=grid_worker_id, now=now)


def inspect(session: Session, world: World, cast: Cast, rng: Random) -> None:
    """The inspection that the change of a company opened has come some way: most is there, some is missing or poor."""
    for take_over in session.scalars(select(TakeOver).order_by(TakeOver.id)).all():
        company_id, now = take_over.engagement.organisation_id, world.morning(8)
        checker = cast.viewer(cast.dispatchers(company_id, clock.local_date(now))[0], now)
        lines = lines_of(session, take_over)
        wanting = {line.asset_id is None: line.id for line in reversed(lines)}.values()  # a paper and a part at least
        for line in lines[: int(len(lines) * CHECKED)]:
            state, note = TakeOverState.HANDED_OVER, None
            if rng.random() < 0.15 or line.id in wanting:
                state, note = (
                    (TakeOverState.MISSING, "移交时未见，已书面要求补交")
                    if line.asset_id is None
                    else (TakeOverState.DEFECTIVE, "现场查看有损坏，已拍照登记")
                )
            score = None if line.asset_id is None else 2 if state is TakeOverState.DEFECTIVE else 4
            assets.check_item(session, item_id=line.id, state=state, note=note, score=score,
                              actor_id=checker.user_id, now=now)  # fmt: skip
