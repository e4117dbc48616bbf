"""What national law asks for and nobody planned: of parts that are there, of a whole community, of its buildings.

Whether the law speaks of a thing or of a place is what the template says it is about: a fire lane, a ramp, a lift are
kept by whoever has one, and where there is none nothing is asked; all fire systems are tested, and all drains dredged
before the flood season, in every community (Fire Protection Law Art 16; Urban Drainage Regulation Art 27).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from propman.assets.models import Asset
from propman.catalogue.models import InspectionTemplate
from propman.catalogue.queries import inspection_templates
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import reach
from propman.data.inspections import About, Grade
from propman.inspections.models import Pace, Plan, PlanVersion, Target
from propman.inspections.queries.keeping import SEE
from propman.inspections.queries.plan_list import named
from propman.inspections.queries.wanted import last_version, there
from propman.roles import Viewer

MOST = 20
Where = aliased(Place)  # that is to be inspected, or where the part is
Aimed = aliased(Place)  # the place of a target


@dataclass(frozen=True)
class Unplanned:
    """So many parts or places of a community that the law wants inspected by a template, and no plan does."""

    community: Place
    template: InspectionTemplate
    number: int


def unplanned(session: Session, viewer: Viewer, on: date, *, text: str = "") -> Sequence[Unplanned]:
    """Where what national law asks for is in no plan that runs, in the communities that `viewer` sees, by name: one
    more at most than are shown (`MOST`).
    """
    asked = {code: row for code, row in inspection_templates(session, on).items() if row.grade is Grade.LAW}
    within = reach(viewer, SEE, on).communities().where(Place.open_on(on), *named(text))
    each = [
        select(Place.id, literal(row.code)).where(Place.id.in_(within), _lacking(row, on, Place).exists())
        for row in asked.values()
    ]  # fmt: skip
    found = session.execute(union_all(*each).limit(MOST + 1)).all() if each else []
    lacking = _counted(session, [(community_id, asked[code]) for community_id, code in found], on)
    return sorted(lacking, key=lambda one: (one.community.sort_key, one.template.position))


def _counted(session: Session, found: Sequence[tuple[int, InspectionTemplate]], on: date) -> Sequence[Unplanned]:
    """How many there are of each: two statements for all."""
    there = {one.id: one for one in session.scalars(select(Place).where(Place.id.in_([one for one, _kind in found])))}
    each = [select(func.count()).select_from(_lacking(kind, on, there[one]).subquery()) for one, kind in found]
    numbers = session.execute(select(*(query.scalar_subquery() for query in each))).one() if each else ()
    return [Unplanned(there[one], kind, number) for (one, kind), number in zip(found, numbers, strict=True)]


def _lacking(template: InspectionTemplate, on: date, community: Any) -> Select[int]:
    """The parts or places in `community`, a place or the `Place` around, of which `template` speaks and which no plan
    of it inspects.
    """
    query = _parts(template, on, community) if template.about is About.PART else _places(template, on, community)
    return query.correlate(Place) if community is Place else query


def _parts(template: InspectionTemplate, on: date, community: Any) -> Select[int]:
    types, mine = (template.asset_types or "").split(","), _aims(template, on).where(Target.asset_id == Asset.id)
    return (
        select(Asset.id)
        .join(Where, Where.id == Asset.place_id)
        .where(Asset.community_id == community.id, Asset.type_code.in_(types), there(on), ~mine.exists(),
               ~_around(template, on, Asset.community_id).exists())
    )  # fmt: skip


def _places(template: InspectionTemplate, on: date, community: Any) -> Select[int]:
    above = aliased(Place)
    lies = {
        About.COMMUNITY: Where.id == community.id,
        About.BUILDING: and_(Where.parent_id == community.id, Where.kind == PlaceKind.BUILDING),
        About.ENTRANCE: and_(above.parent_id == community.id, Where.kind == PlaceKind.ENTRANCE),
    }[template.about]
    query = select(Where.id).outerjoin(above, above.id == Where.parent_id)
    return query.where(lies, Where.open_on(on), ~_around(template, on, community.id).exists())


def _around(template: InspectionTemplate, on: date, community_id: Any) -> Select[int]:
    """Targets that are `Where` or a place around it: who walks a building walks what the template names in it."""
    whole = _aims(template, on).join(Aimed, Aimed.id == Target.place_id)
    return whole.where(Plan.community_id == community_id, Target.asset_id.is_(None), Where.path.startswith(Aimed.path))


def _aims(template: InspectionTemplate, on: date) -> Select[int]:
    """What plans of `template` inspect that run: one that stands still only from a later day on runs until then."""
    return (
        select(Target.id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(PlanVersion, last_version())
        .where(Plan.template == template.code, or_(PlanVersion.pace == Pace.RUNS, PlanVersion.first_on > on),
               or_(Target.ends_on.is_(None), Target.ends_on > on))
    )  # fmt: skip
