"""Work items: what was done where, by whom, under which warranty rule. Acceptance, retention and transfer follow."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock, money
from propman.catalogue.queries import asset_type, warranty_rules
from propman.communities.models import Place
from propman.db import ID_LIMIT, held
from propman.errors import Refused
from propman.projects.models import Project, WorkItem
from propman.projects.operations import guards
from propman.projects.operations.history import begin, change
from propman.projects.queries import allowed_warranties, contractors, owners
from propman.text import N_

LONGEST_NAME = 120
LONGEST_UNIT = 20
LONGEST_SUPPLIER = 120
LONGEST_DRAWING = 80
MOST_MONTHS = 1200
MOST_YEARS = 100
MOST_QUANTITY = Decimal(10**12)


@dataclass(frozen=True, kw_only=True)
class ItemFacts:
    """What is said about a work item.

    `claim_holder_id` where not the project's owner claims on the contractor; `contract_months` where the contract gives
    a term; `design_life_years` of what is guaranteed for its design life.
    """

    place_id: int
    type_code: str
    name: str
    warranty_key: str
    cost_fen: int
    quantity: Decimal | None = None
    unit: str | None = None
    contractor_id: int | None = None
    claim_holder_id: int | None = None
    supplier: str | None = None
    drawing_no: str | None = None
    contract_months: int | None = None
    design_life_years: int | None = None


def add_work_item(
    session: Session, *, project_id: int, facts: ItemFacts, actor_id: int | None, now: datetime
) -> WorkItem:
    """Add a piece of work to a project, under the next number.

    Raises `Refused` for a place outside the project's community, a type that the catalogue does not know, a warranty
    rule that such a type does not have, a contractor that is none or claim holder that is none of the area, and figures
    that cannot be; `NotFound`.
    """
    project = held(session, Project, project_id)
    columns = _checked(session, project, facts, None, clock.local_date(now))
    last = session.scalar(select(func.max(WorkItem.number)).where(WorkItem.project_id == project.id)) or 0
    item = WorkItem(project_id=project.id, number=last + 1)
    begin(session, item, columns, actor_id, now)
    return item


def change_work_item(
    session: Session, *, work_item_id: int, facts: ItemFacts, actor_id: int | None, now: datetime
) -> WorkItem:
    """Correct what is said about a work item. Raises as `add_work_item`, and for a cost below its retention money."""
    item = held(session, WorkItem, work_item_id)
    columns = _checked(session, item.project, facts, item, clock.local_date(now))
    if facts.cost_fen < item.retention_fen:
        sentence = N_("Retention money of %(held)s yuan is recorded: the item cannot cost less.")
        raise Refused(sentence, field="cost_fen", held=money.text(item.retention_fen))
    change(session, item, columns, actor_id, now)
    return item


def _checked(
    session: Session, project: Project, facts: ItemFacts, present: WorkItem | None, today: date
) -> dict[str, Any]:
    """`facts` as the columns hold them, once they may stand."""
    words = {
        "name": guards.needed(facts.name, field="name", most=LONGEST_NAME),
        "unit": guards.fit(facts.unit, field="unit", most=LONGEST_UNIT),
        "supplier": guards.fit(facts.supplier, field="supplier", most=LONGEST_SUPPLIER),
        "drawing_no": guards.fit(facts.drawing_no, field="drawing_no", most=LONGEST_DRAWING),
    }
    _refuse_outside(session, project, facts.place_id)
    _refuse_unknown_type(session, facts, present, today)
    _refuse_strangers(session, project, facts, present, today)
    guards.amount(facts.cost_fen, field="cost_fen")
    guards.within(facts.contract_months, 1, MOST_MONTHS, field="contract_months")
    guards.within(facts.design_life_years, 1, MOST_YEARS, field="design_life_years")
    if facts.quantity is not None and not 0 <= facts.quantity < MOST_QUANTITY:
        raise Refused(N_("This quantity cannot be meant."), field="quantity")
    return {**asdict(facts), **words}


def _refuse_outside(session: Session, project: Project, place_id: int) -> None:
    place = session.get(Place, place_id) if 0 < place_id < ID_LIMIT else None
    if place is None or project.community_id not in place.line_ids:
        raise Refused(N_("Choose the community of the project or a place inside it."), field="place_id")


def _refuse_unknown_type(session: Session, facts: ItemFacts, present: WorkItem | None, today: date) -> None:
    """Refuse a type that is not in the catalogue and a rule that such a type does not have; what stands may stay."""
    if present and (facts.type_code, facts.warranty_key) == (present.type_code, present.warranty_key):
        return
    kind = asset_type(session, facts.type_code, today)
    if kind is None:
        raise Refused(N_("The catalogue knows no such type of part."), field="type_code")
    if facts.warranty_key not in allowed_warranties(kind) or facts.warranty_key not in warranty_rules(session, today):
        raise Refused(
            N_("Such a part is guaranteed by %(keys)s."),
            field="warranty_key",
            keys=", ".join(allowed_warranties(kind)),
        )


def _refuse_strangers(
    session: Session, project: Project, facts: ItemFacts, present: WorkItem | None, today: date
) -> None:
    """Refuse a contractor that is none, and a claim holder that is no organisation of the area; who stands may stay."""
    community = project.community
    if facts.contractor_id is not None and (present is None or facts.contractor_id != present.contractor_id):
        sentence = N_("Choose a contractor of this city.")
        among = contractors(community, today)
        guards.belongs(session, facts.contractor_id, among, sentence, field="contractor_id")
    if facts.claim_holder_id is not None and (present is None or facts.claim_holder_id != present.claim_holder_id):
        sentence = N_("Choose an organisation in whose area the community lies.")
        guards.belongs(session, facts.claim_holder_id, owners(community, today), sentence, field="claim_holder_id")
