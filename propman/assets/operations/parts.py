"""Adding, correcting and removing parts. Each act keeps old, new, when and who, and settles the warranty anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from propman import clock, money
from propman.assets.models import Asset, NoProject, Ownership, WarrantyStanding
from propman.assets.operations import guards
from propman.assets.operations.labels import carry_along
from propman.assets.queries import guarantees, maintainers
from propman.audit.operations import record_change
from propman.catalogue.models import AssetType
from propman.catalogue.queries import asset_attributes, asset_type, asset_types_ever, warranty_rules
from propman.communities.kinds import PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.operations.guards import no_slip
from propman.data.works import Criticality
from propman.db import held
from propman.errors import Refused, Stale
from propman.projects.funding import refuse_other_sum
from propman.projects.models import FundingSource, WorkItem
from propman.projects.operations.guards import amount
from propman.projects.queries.parties import owners
from propman.text import N_

LONGEST_TERM = 1200  # months
LONGEST_LIFE = 100  # years
_FIELD = 40  # characters of a field's name in the audit
_NAMED: dict[str, Any] = {
    "place_id": Place, "maintainer_id": Organisation, "claim_holder_id": Organisation, "work_item_id": WorkItem,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is said of a part. Its papers come from the work item; what is said here of them differs from it.

    `work_item_id` or, where no project made it, the reason: never both, never neither. `shares`: who paid how much of
    its cost, in fen; nobody where that is not known.
    """

    place_id: int
    code: str
    type_code: str
    name: str
    criticality: Criticality
    ownership: Ownership
    work_item_id: int | None = None
    no_project: NoProject | None = None
    spot: str | None = None
    quantity: Decimal | None = None
    unit: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)
    model: str | None = None
    drawing_no: str | None = None
    maintainer_id: int | None = None
    claim_holder_id: int | None = None
    cost_fen: int | None = None
    shares: Mapping[FundingSource, int] = field(default_factory=dict)
    accepted_on: date | None = None
    in_use_since: date | None = None
    warranty_key: str | None = None
    contract_months: int | None = None
    design_life_years: int | None = None


COLUMNS = tuple(each.name for each in fields(Part))


def add_part(session: Session, *, community_id: int, part: Part, actor_id: int | None, now: datetime) -> Asset:
    """Add a part to a community, with the end of its warranty. Flushes.

    Raises `Refused` naming the field that is wrong, and `NotFound` for no such community.
    """
    community = _open_community(session, community_id)
    values = _fit(session, community, part, None, clock.local_date(now))
    guards.refuse_same_code(session, community.id, values["code"])
    asset = Asset(community_id=community.id, warranty=WarrantyStanding.UNKNOWN, **values)
    session.add(asset)
    session.flush()
    _record(session, asset, dict.fromkeys(COLUMNS), actor_id, now)
    _settle(session, asset, now)
    return asset


def change_part(
    session: Session, *, asset_id: int, part: Part, seen_version: int, actor_id: int | None, now: datetime
) -> Asset:
    """Correct what is said of a part; it stays in its community. Raises as `add_part`, and `Stale` where somebody has
    changed it since `seen_version`.
    """
    asset = _seen(session, asset_id, seen_version)
    community = held(session, Place, asset.community_id)
    values = _fit(session, community, part, asset, clock.local_date(now))
    guards.refuse_same_code(session, community.id, values["code"], but=asset.id)
    before = {name: getattr(asset, name) for name in COLUMNS}
    for name, value in values.items():
        setattr(asset, name, value)
    if asset.shares != before["shares"]:
        flag_modified(asset, "cost_fen")  # the shares have rows of their own, and the version of the part goes on
    session.flush()
    _record(session, asset, before, actor_id, now)
    carry_along(session, asset_ids=[asset.id])
    _settle(session, asset, now)
    return asset


def remove_part(
    session: Session, *, asset_id: int, on: date, seen_version: int, actor_id: int | None, now: datetime
) -> Asset:
    """Let a part be gone from the day `on`, past or coming; given again, the day moves. Its history stays.

    Raises `Refused` for a day before it was accepted or used, and `Stale`.
    """
    asset = _seen(session, asset_id, seen_version)
    no_slip(on, clock.local_date(now), field="removed_on")
    accepted_on = guarantees(session, [asset.id], clock.local_date(now))[asset.id].papers.accepted_on
    if accepted_on is not None and on < accepted_on:
        raise Refused(N_("It was accepted only on %(day)s."), field="removed_on", day=accepted_on.isoformat())
    if asset.in_use_since is not None and on < asset.in_use_since:
        raise Refused(N_("It is in use only since %(day)s."), field="removed_on", day=asset.in_use_since.isoformat())
    _move(session, asset, on, actor_id, now)
    return asset


def restore_part(session: Session, *, asset_id: int, seen_version: int, actor_id: int | None, now: datetime) -> Asset:
    """Undo the removal of a part. Raises `Refused` (409) for one that is there, and `Stale`."""
    asset = _seen(session, asset_id, seen_version)
    if asset.removed_on is None:
        raise Refused(N_("It was not removed."), status=409)
    _move(session, asset, None, actor_id, now)
    return asset


def _seen(session: Session, asset_id: int, seen_version: int) -> Asset:
    asset = held(session, Asset, asset_id)
    if asset.version != seen_version:
        raise Stale()
    return asset


def _open_community(session: Session, community_id: int) -> Place:
    """The community, held: codes are given one after the other."""
    community = held(session, Place, community_id)
    if community.kind is not PlaceKind.COMMUNITY:
        raise Refused(N_("Parts belong to a community."))
    if community.closed_on is not None:
        raise Refused(N_("%(place)s is closed or about to close."), place=community.name)
    return community


def _fit(session: Session, community: Place, part: Part, old: Asset | None, today: date) -> dict[str, Any]:
    """The columns of what is said. What stands already is not asked again: a type may have gone out of use since."""
    kind = _kind(session, part.type_code, old, today)
    words = {name: guards.fit(getattr(part, name), name) for name in ("spot", "unit", "model", "drawing_no")}
    values = {name: getattr(part, name) for name in COLUMNS} | words
    values["code"] = guards.fit(part.code, "code", needed=True)
    values["name"] = guards.fit(part.name, "name", needed=True)
    values["quantity"] = guards.fit_quantity(part.quantity)
    values["attributes"] = guards.typed_attributes(kind, asset_attributes(session, today), part.attributes)
    if old is None or old.place_id != part.place_id:
        guards.fit_place(session, community.id, part.place_id)
    _fit_organisations(session, community, part, old, today)
    _fit_papers(session, community, part, old, today)
    return values


def _kind(session: Session, code: str, old: Asset | None, today: date) -> AssetType:
    kind = asset_type(session, code, today)
    if kind is None and old is not None and old.type_code == code:
        kind = asset_types_ever(session).get(code)
    if kind is None:
        raise Refused(N_("The catalogue has no type %(code)s."), field="type_code", code=code[:40])
    return kind


def _fit_organisations(session: Session, community: Place, part: Part, old: Asset | None, today: date) -> None:
    for name, among in (("maintainer_id", maintainers), ("claim_holder_id", owners)):
        if old is None or getattr(old, name) != getattr(part, name):
            guards.fit_organisation(session, getattr(part, name), among(community, today), field=name)


def _fit_papers(session: Session, community: Place, part: Part, old: Asset | None, today: date) -> None:
    if (part.work_item_id is None) == (part.no_project is None):
        raise Refused(N_("Name the work item that made it, or say why there is none: one of the two."),
                      field="work_item_id")  # fmt: skip
    if part.work_item_id is not None:
        guards.fit_work_item(session, community.id, part.work_item_id)
    for name in ("accepted_on", "in_use_since"):
        guards.not_later(getattr(part, name), today, field=name)
    if old is not None and old.removed_on is not None and part.in_use_since and old.removed_on < part.in_use_since:
        raise Refused(N_("It was gone from %(day)s."), field="in_use_since", day=old.removed_on.isoformat())
    kept = old is not None and old.warranty_key == part.warranty_key
    if part.warranty_key is not None and not kept and part.warranty_key not in warranty_rules(session, today):
        raise Refused(N_("Choose one of the warranty rules."), field="warranty_key")
    for name, most in (("contract_months", LONGEST_TERM), ("design_life_years", LONGEST_LIFE)):
        number = getattr(part, name)
        if number is not None and not 1 <= number <= most:
            raise Refused(N_("Give a whole number from 1 to %(most)s."), field=name, most=most)
    if part.cost_fen is not None:
        amount(part.cost_fen, field="cost_fen")
    for source, fen in part.shares.items():
        amount(fen, field=source.value, least=1)
    refuse_other_sum(part.cost_fen, part.shares.values())


def _settle(session: Session, asset: Asset, now: datetime) -> None:
    """Store what the papers of one part give, in the transaction that changed them."""
    found = guarantees(session, [asset.id], clock.local_date(now))[asset.id]
    asset.warranty, asset.warranty_last_on = found.standing, found.end.last_on
    session.flush()


def _move(session: Session, asset: Asset, removed_on: date | None, actor_id: int | None, now: datetime) -> None:
    before, asset.removed_on = asset.removed_on, removed_on
    session.flush()
    _record_field(session, asset, "removed_on", before, removed_on, actor_id, now)


def _record(session: Session, asset: Asset, before: Mapping[str, Any], actor_id: int | None, now: datetime) -> None:
    """One line of history for each field that changed, and for each share and attribute its own."""
    for name in COLUMNS:
        if name not in {"attributes", "shares"}:
            _record_field(session, asset, name, before[name], getattr(asset, name), actor_id, now)
    given, gives = before["shares"] or {}, asset.shares
    for source in FundingSource:
        _record_field(session, asset, f"{source}_fen", given.get(source), gives.get(source), actor_id, now)
    old, new = before["attributes"] or {}, asset.attributes
    for code in sorted(old.keys() | new.keys()):
        _record_field(session, asset, f"attribute_{code}"[:_FIELD], old.get(code), new.get(code), actor_id, now)


def _record_field(
    session: Session, asset: Asset, name: str, old: object, new: object, actor_id: int | None, now: datetime
) -> None:
    if old != new:
        before, after = _written(session, name, old), _written(session, name, new)
        record_change(session, subject_kind="asset", subject_id=asset.id, field=name, old=before, new=after,
                      actor_id=actor_id, now=now)  # fmt: skip


def _written(session: Session, name: str, value: Any) -> object:
    """A value as the history tells it: in place of an id the name of that day, in place of fen yuan."""
    if value is None:
        return None
    if name in _NAMED:
        return session.get_one(_NAMED[name], value).name
    return money.text(value) if name.endswith("_fen") else value
