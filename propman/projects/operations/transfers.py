"""A work item on its way to a utility, step by step; a step that was written down stays."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.db import held
from propman.errors import Refused
from propman.projects.models import NEXT_STEPS, OUTCOMES, Transfer, TransferStatus, WorkItem
from propman.projects.operations import guards
from propman.projects.operations.history import note
from propman.projects.queries import last_transfers, utilities
from propman.text import N_

LONGEST_DOCUMENT = 120


def record_transfer(
    session: Session,
    *,
    work_item_id: int,
    status: TransferStatus,
    happened_on: date,
    document: str | None = None,
    utility_id: int | None = None,
    actor_id: int | None,
    now: datetime,
) -> Transfer:
    """Write down the next step: handed over to a utility (`IN_PROGRESS`), which then takes it or refuses.

    `utility_id` is asked for the first; what follows is the answer of the same utility, and needs its document.
    Raises `Refused` for a step that may not follow (`models.NEXT_STEPS`), an item not accepted, a day before the
    acceptance or the step before, an answer without a document, and an organisation that is no utility here.
    """
    item, today = held(session, WorkItem, work_item_id), clock.local_date(now)
    last = last_transfers(session, [item.id]).get(item.id)
    _refuse_out_of_turn(item, last, status)
    guards.happened(happened_on, today, field="happened_on")
    guards.not_before(happened_on, item.accepted_on, N_("It was accepted only on %(day)s."), field="happened_on")
    before, sentence = last.happened_on if last else None, N_("The step before happened on %(day)s.")
    guards.not_before(happened_on, before, sentence, field="happened_on")
    paper = guards.fit(document, field="document", most=LONGEST_DOCUMENT)
    if status in OUTCOMES and paper is None:
        raise Refused(N_("Name the document that says so."), field="document")
    to = last.utility_id if last is not None and status in OUTCOMES else _utility(session, item, utility_id, today)
    step = Transfer(work_item_id=item.id, status=status, utility_id=to, document=paper, happened_on=happened_on,
                    recorded_at=now, actor_id=actor_id)  # fmt: skip
    session.add(step)
    session.flush()
    note(session, item, "transfer", last.status.value if last else None, status.value, actor_id, now)
    return step


def _refuse_out_of_turn(item: WorkItem, last: Transfer | None, status: TransferStatus) -> None:
    if item.accepted_on is None:
        raise Refused(N_("It is not accepted yet: only what is accepted can be transferred."), status=409)
    if status not in NEXT_STEPS[last.status if last else TransferStatus.NOT_TRANSFERRED]:
        raise Refused(N_("This step cannot follow the last one. Look at what stands now."), status=409, field="status")


def _utility(session: Session, item: WorkItem, utility_id: int | None, today: date) -> int:
    """The id of the utility to which it is handed over, once it can be."""
    found = utility_id or 0
    sentence = N_("Choose the utility that is to take it.")
    guards.belongs(session, found, utilities(item.project.community, today), sentence, field="utility_id")
    return found
