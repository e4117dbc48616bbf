"""The promises about the register (docs/architecture.md: R10 to R15), recounted from stored data. Reads only."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from propman import clock
from propman.assets.models import Asset, AssetCondition, AssetFunding, PartCode, TakeOver, TakeOverItem, TakeOverState
from propman.assets.queries import Grounds, stale
from propman.catalogue.models import AssetType
from propman.communities.kinds import PlaceKind
from propman.communities.models import Carrier, Place, PlaceCode
from propman.invariants import Finding, Promises
from propman.projects.models import Project, WorkItem


def promises(session: Session, *, now: datetime) -> Promises:
    """What is promised of parts, each counted afresh when it is called; writes nothing."""
    return {
        "R10": lambda: parts_belong(session),
        "R11": lambda: warranties_follow_their_rules(session, now),
        "R12": lambda: conditions_are_the_latest(session),
        "R13": lambda: one_label_in_use(session),
        "R14": lambda: take_overs_are_whole(session),
        "R15": lambda: shares_make_the_cost(session),
    }


def parts_belong(session: Session) -> Finding:
    """R10: a part has a work item or the reason why there is none, lies in its community as its work item's project
    does, and is of a type that the catalogue knows or knew.
    """
    community, place = aliased(Place), aliased(Place)
    query = (
        select(Asset.id, Asset.work_item_id, Asset.no_project, Asset.community_id, Asset.type_code, place.path,
               community.kind, Project.community_id)
        .join(community, community.id == Asset.community_id)
        .join(place, place.id == Asset.place_id)
        .outerjoin(WorkItem, WorkItem.id == Asset.work_item_id)
        .outerjoin(Project, Project.id == WorkItem.project_id)
        .order_by(Asset.id)
    )  # fmt: skip
    types = set(session.scalars(select(AssetType.code)))
    broken, checked = [], 0
    for key, item_id, reason, community_id, type_code, path, kind, of_project in session.execute(query):
        checked += 1
        if (item_id is None) == (reason is None):
            broken.append(f"part {key} has neither a project nor a reason, or both")
        if kind is not PlaceKind.COMMUNITY or f"/{community_id}/" not in path:
            broken.append(f"part {key} does not lie in its community")
        if of_project not in {None, community_id}:
            broken.append(f"part {key} was made by the project of another community")
        if type_code not in types:
            broken.append(f"part {key} is of the unknown type {type_code}")
    return Finding("R10", checked, tuple(broken))


def warranties_follow_their_rules(session: Session, now: datetime) -> Finding:
    """R11: the stored end of every warranty is the one that its papers, rule and seasons give, worked out anew."""
    found = stale(session, Grounds(session, clock.local_date(now)))
    broken = (
        f"part {each.asset_id} is stored as {each.stored[0]} {each.stored[1] or ''}, its papers give"
        f" {each.standing} {each.last_on or ''}"
        for each in found
    )
    return Finding("R11", _parts(session), tuple(broken))


def conditions_are_the_latest(session: Session) -> Finding:
    """R12: a part shows the condition that was found last, and none where nobody has looked."""
    rank = func.row_number().over(
        partition_by=AssetCondition.asset_id, order_by=(AssetCondition.found_on.desc(), AssetCondition.id.desc())
    )
    ranked = select(
        AssetCondition.asset_id, AssetCondition.score, AssetCondition.found_on, rank.label("rank")
    ).subquery()
    query = (
        select(Asset.id, Asset.condition, Asset.condition_on, ranked.c.score, ranked.c.found_on)
        .outerjoin(ranked, (ranked.c.asset_id == Asset.id) & (ranked.c.rank == 1))
        .order_by(Asset.id)
    )
    broken = [
        f"part {key} shows {score} of {on}, it was found last in {latest} on {found_on}"
        for key, score, on, latest, found_on in session.execute(query)
        if (score, on) != (latest, found_on)
    ]
    return Finding("R12", _parts(session), tuple(broken))


def one_label_in_use(session: Session) -> Finding:
    """R13: a part has one label in use; a label on a part says which part and where that is, and no other does."""
    query = (
        select(PlaceCode.code, PlaceCode.carrier, PlaceCode.place_id, PlaceCode.revoked_at, PartCode.asset_id,
               Asset.place_id)
        .outerjoin(PartCode, PartCode.code == PlaceCode.code)
        .outerjoin(Asset, Asset.id == PartCode.asset_id)
        .order_by(PlaceCode.code)
    )  # fmt: skip
    broken, in_use, checked = [], Counter[int](), 0
    for code, carrier, place_id, revoked_at, asset_id, where in session.execute(query):
        checked += 1
        if (carrier is Carrier.PART) != (asset_id is not None):
            broken.append(f"label {code} hangs on a part and does not say which, or says one and hangs elsewhere")
        on_part = asset_id is not None
        if on_part and revoked_at is None:
            in_use[asset_id] += 1
            if place_id != where:
                broken.append(f"label {code} names place {place_id}, its part is at {where}")
    broken += [f"part {key} has {count} labels in use" for key, count in sorted(in_use.items()) if count > 1]
    return Finding("R13", checked, tuple(broken))


def take_overs_are_whole(session: Session) -> Finding:
    """R14: nothing on a closed take-over inspection is unchecked, and what is checked says when."""
    query = select(TakeOverItem, TakeOver.closed_at).join(TakeOver, TakeOver.id == TakeOverItem.take_over_id)
    rows = session.execute(query.order_by(TakeOverItem.id)).all()
    broken = []
    for item, closed_at in rows:
        unchecked = item.state is TakeOverState.OPEN
        if unchecked and closed_at is not None:
            broken.append(f"line {item.id} of a closed inspection is not checked")
        if unchecked != (item.checked_at is None):
            broken.append(f"line {item.id} is checked and does not say when, or says when and is not")
    return Finding("R14", len(rows), tuple(broken))


def shares_make_the_cost(session: Session) -> Finding:
    """R15: the funding shares of a part, once they are recorded, sum to its cost."""
    given = func.sum(AssetFunding.amount_fen)
    query = select(Asset.id, Asset.cost_fen, given).join(AssetFunding, AssetFunding.asset_id == Asset.id)
    rows = session.execute(query.group_by(Asset.id, Asset.cost_fen).order_by(Asset.id)).all()
    broken = [f"part {key}: shares of {int(sum_)} fen, cost {cost} fen" for key, cost, sum_ in rows if sum_ != cost]
    return Finding("R15", len(rows), tuple(broken))


def _parts(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Asset)) or 0
