"""Reminders and escalations, as a city wants them: a row more, never an overwrite."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue import queries
from propman.catalogue.models import EscalationRule
from propman.catalogue.operations import guards, rows
from propman.catalogue.operations.works import RowFacts
from propman.data.escalation import ANY_PRIORITY, Level, TimeLimit, fits
from propman.errors import Refused
from propman.limits import Priority
from propman.text import N_

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True, kw_only=True)
class EscalationRuleFacts(RowFacts):
    """What is said of a rule: as soon as `share_left` percent are left or `minutes_after` the deadline, and who."""

    time_limit: TimeLimit
    priority: str
    share_left: int | None
    minutes_after: int | None
    level: Level


def add_escalation_rule(
    session: Session, *, code: str, facts: EscalationRuleFacts, actor_id: int | None, now: datetime
) -> EscalationRule:
    """Add a rule. Raises `Refused` for a code that is none or is taken, and as `change_escalation_rule`."""
    guards.fit_code(code, CODE, N_("A code is small letters, digits and _: resolve_late."))
    if queries.versions(session, EscalationRule, EscalationRule.code == code):
        raise Refused(N_("There is already a %(name)s here."), field="code", status=409, name=code)
    columns = _columns(facts, now)
    greatest = select(EscalationRule.position).order_by(EscalationRule.position.desc()).limit(1)
    row = EscalationRule(code=code, position=(session.scalar(greatest) or 0) + 1)
    return rows.add(session, row, columns, None, actor_id, now)


def change_escalation_rule(
    session: Session, *, code: str, facts: EscalationRuleFacts, actor_id: int | None, now: datetime
) -> EscalationRule:
    """Say otherwise of a rule, from a day on; what it told before that day stays told.

    Raises `Refused` for a rule with no moment or two, texts and days that do not fit, a day before that of the row
    that stands; `NotFound`.
    """
    last = rows.last(session, EscalationRule, EscalationRule.code == code)
    row = EscalationRule(code=code, position=last.position)
    return rows.follow(session, last, row, _columns(facts, now), actor_id, now)


def _columns(facts: EscalationRuleFacts, now: datetime) -> dict[str, Any]:
    if facts.priority not in {ANY_PRIORITY, *Priority}:
        raise Refused(N_("Choose one of them."), field="priority")
    if not fits(facts.share_left, facts.minutes_after):
        raise Refused(
            N_("Say either a share of 1 to 99 percent before the deadline, or minutes after it."), field="share_left"
        )
    return {
        **asdict(facts),
        "name_zh": guards.fit_line(facts.name_zh, field="name_zh", most=60),
        "name_en": guards.fit_line(facts.name_en, field="name_en", most=80),
        **rows.dated_columns(facts, clock.local_date(now)),
    }
