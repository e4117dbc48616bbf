"""What plans ask to have inspected, as the register stands: places and parts, and from which day each is counted.

Plans that say the same of this are asked about together, so that the jobs find in a few statements where the targets of
any plan are behind.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, literal, null, or_, select, true
from sqlalchemy.orm import Session, aliased

from propman.assets.models import Asset, WarrantyStanding
from propman.catalogue.models import InspectionTemplate
from propman.catalogue.queries import inspection_templates, inspection_templates_ever
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.data.inspections import About, CountsFrom
from propman.db import BigId
from propman.inspections import recurrence
from propman.inspections.models import Pace, Plan, PlanVersion, Target
from propman.inspections.schedule import AHEAD
from propman.projects.models import Project, WorkItem

ANCHORED = frozenset({CountsFrom.ACCEPTANCE, CountsFrom.FIRST_USE, CountsFrom.WARRANTY_END})
"""Counted from a day of the part or project itself, and anew when that changes."""


@dataclass(frozen=True)
class Likeness:
    """What several plans have in common: what they ask of the register is the same, each in its community."""

    template: str
    schedule: str
    whole: bool
    asset_types: str | None
    counts: CountsFrom
    rule: str

    @property
    def condition(self) -> ColumnElement[bool]:
        """That a plan, joined with its last version, goes on and is of this kind."""
        return and_(
            Plan.template == self.template, Plan.schedule == self.schedule, Plan.whole.is_(self.whole),
            Plan.asset_types.is_not_distinct_from(self.asset_types), PlanVersion.pace != Pace.ENDED,
            PlanVersion.counts == self.counts, PlanVersion.rule == self.rule,
        )  # fmt: skip


def last_version(plan: Any = Plan) -> ColumnElement[bool]:
    """The condition that joins a plan with its last version."""
    return and_(PlanVersion.plan_id == plan.id, PlanVersion.number == plan.version)


def likenesses(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Likeness]:
    """The kinds of plans that go on and meet `conditions`."""
    query = (
        select(Plan.template, Plan.schedule, Plan.whole, Plan.asset_types, PlanVersion.counts, PlanVersion.rule)
        .join(PlanVersion, last_version())
        .where(PlanVersion.pace != Pace.ENDED, *conditions)
        .distinct()
    )
    return [Likeness(*row) for row in session.execute(query)]


def wanted(session: Session, like: Likeness, today: date, *, joining: bool) -> Select[int, int, int | None, date]:
    """Of all plans that are `like` this: the plan, and the place, part and anchor of what it asks for.

    `joining` leaves out what would never come due any more, and warranties that end beyond what is laid ahead: such a
    target may stay, but none begins.
    """
    template = template_of(session, like.template, today)
    query: Select[int, int, int | None, date]
    if not like.whole or template is None:
        query = _chosen(like, today)
    elif like.counts is CountsFrom.WARRANTY_END or template.about is About.PART:
        query = _parts(like, today, like.asset_types or template.asset_types)
    else:
        query = _places(like, today, template.about)
    if joining:
        return _reachable(query, like.rule, today)
    if like.whole and like.counts is CountsFrom.WARRANTY_END:  # once it is over there is nothing to look at any more
        query = query.where(query.selected_columns["anchor"] >= literal(today))
    return query


def uncounted(session: Session, like: Likeness, today: date) -> Select[int, int] | None:
    """Of all plans that are `like` this: the plan, and each part that it asks for whose papers do not say from which
    day to count. None where the plan says so itself, or what it asks for was chosen.

    A part that was never guaranteed has no end of a warranty to wait for.
    """
    template = template_of(session, like.template, today)
    ends = like.counts is CountsFrom.WARRANTY_END
    if not like.whole or like.counts not in ANCHORED or template is None or not (ends or template.about is About.PART):
        return None
    anchor = anchor_of(like.counts)
    unknown = Asset.warranty == WarrantyStanding.UNKNOWN if ends else true()
    query: Select[int, int] = _asked(select(Plan.id, Asset.id), like, today, like.asset_types or template.asset_types)
    return query.where(anchor.is_(None), unknown)


def template_of(session: Session, code: str, today: date) -> InspectionTemplate | None:
    """A template as it stands, or stood before it went out of use: its plans go on. None where there never was one."""
    return inspection_templates(session, today).get(code) or inspection_templates_ever(session).get(code)


def anchor_of(counts: CountsFrom) -> Any:
    """From which day the due days of a part are counted; NULL where its papers do not say. Joined with `WorkItem`.

    First use is what the registration says (TSG T7001: 投入使用); where it is silent, a part is used once accepted.
    """
    if counts is CountsFrom.WARRANTY_END:
        return Asset.warranty_last_on
    if counts not in ANCHORED:
        return Plan.counted_on
    used = (Asset.in_use_since,) if counts is CountsFrom.FIRST_USE else ()
    return func.coalesce(*used, Asset.accepted_on, WorkItem.accepted_on, type_=Date())


def _parts(like: Likeness, today: date, types: str | None) -> Any:
    anchor = anchor_of(like.counts)
    found = select(Plan.id, Asset.place_id, Asset.id, anchor.label("anchor"))
    return _asked(found, like, today, types).where(anchor.is_not(None))


def _asked(query: Any, like: Likeness, today: date, types: str | None) -> Any:
    """`query` of plans, with the parts of these types that are there, joined with their work items."""
    query = (
        query.join(PlanVersion, last_version())
        .join(Asset, Asset.community_id == Plan.community_id)
        .join(Place, Place.id == Asset.place_id)
        .outerjoin(WorkItem, WorkItem.id == Asset.work_item_id)
        .where(like.condition, there(today), Place.open_on(today))
    )
    return query.where(Asset.type_code.in_(types.split(","))) if types else query


def _chosen(like: Likeness, today: date) -> Any:
    """What was chosen, as long as it is there."""
    anchor = anchor_of(like.counts)
    counted = func.coalesce(anchor if like.counts in ANCHORED else null(), Target.anchor_on, type_=Date())
    return (
        select(Plan.id, func.coalesce(Asset.place_id, Target.place_id), Target.asset_id, counted.label("anchor"))
        .join(PlanVersion, last_version())
        .join(Target, and_(Target.plan_id == Plan.id, Target.ends_on.is_(None)))
        .outerjoin(Asset, Asset.id == Target.asset_id)
        .join(Place, Place.id == func.coalesce(Asset.place_id, Target.place_id))
        .outerjoin(WorkItem, WorkItem.id == Asset.work_item_id)
        .where(like.condition, or_(Target.asset_id.is_(None), there(today)), Place.open_on(today))
    )


def _places(like: Likeness, today: date, about: About) -> Any:
    above = aliased(Place)
    lies = {
        About.COMMUNITY: Place.id == Plan.community_id,
        About.BUILDING: and_(Place.parent_id == Plan.community_id, Place.kind == PlaceKind.BUILDING),
        About.ENTRANCE: and_(above.parent_id == Plan.community_id, Place.kind == PlaceKind.ENTRANCE),
    }[about]
    anchor = Project.accepted_on if like.counts in ANCHORED else Plan.counted_on
    return (
        select(Plan.id, Place.id, cast(null(), BigId), anchor.label("anchor"))
        .join(PlanVersion, last_version())
        .outerjoin(Project, Project.id == Plan.project_id)
        .join(Place, true())
        .outerjoin(above, above.id == Place.parent_id)
        .where(like.condition, lies, Place.open_on(today), anchor.is_not(None))
    )


def there(today: date) -> ColumnElement[bool]:
    """That a part is there on a day."""
    return or_(Asset.removed_on.is_(None), Asset.removed_on > today)


def _reachable(query: Select[int, int, int | None, date], rule: str, today: date) -> Select[int, int, int | None, date]:
    """Those with a day that is still to come and, before the end of a warranty, not too far away."""
    said, anchor = recurrence.read(rule), query.selected_columns["anchor"]
    if isinstance(said, recurrence.Before):
        before = timedelta(days=said.number)
        return query.where(anchor >= literal(today + before), anchor <= literal(today + before + AHEAD))
    if isinstance(said, recurrence.After):
        return query.where(anchor >= literal(today - relativedelta(months=said.months[-1])))
    return query
