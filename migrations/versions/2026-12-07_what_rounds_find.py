"""in which month and for whom a point of a round counts, what cured a finding, and both in closed months

Revision ID: 0050
Revises: 0049
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from propman import clock
from propman.db import UtcDateTime

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = ("done", "late", "missed", "excused", "skipped", "made_up")
FLOWS = ("stops", "findings", "cured_3", "cured_7", "cured_30", "cured_older", "cure_hours")
BANDS = ((72, "cured_3"), (168, "cured_7"), (720, "cured_30"))  # hours
SOMEWHERE = (
    "(recorded_at IS NULL) = (month IS NULL) AND (month IS NULL) = (community_id IS NULL) AND "
    "(month IS NULL) = (organisation_id IS NULL)"
)
INDEXES = (
    ("ix_round_point_month", "round_point", ["month", "community_id", "result"], "month IS NOT NULL"),
    ("ix_round_point_organisation", "round_point", ["organisation_id", "month"], "month IS NOT NULL"),
    ("ix_ticket_finding_cured", "ticket_finding", ["cured_id"], "cured_id IS NOT NULL"),
    ("ix_ticket_event_rechecked", "ticket_event", ["month", "community_id"], "action = 'recheck_pass'"),
)
HOUR, AT_ONCE = timedelta(hours=1), 5000
IDS = ("community_id", "organisation_id")

POINT = sa.table("round_point", sa.column("id", BIG_ID), sa.column("month", sa.Date), *map(sa.column, IDS),
                 sa.column("recorded_at", UtcDateTime()), sa.column("round_id"))  # fmt: skip
ROUND = sa.table("inspection_round", sa.column("id"), sa.column("community_id"))
SPAN = sa.table("engagement", *map(sa.column, IDS), sa.column("starts_on", sa.Date), sa.column("ends_on", sa.Date))
OFFICES = sa.text(
    "SELECT place.id, organisation.id AS office_id, organisation.closed_on FROM organisation "
    "JOIN place ON place.parent_id = organisation.place_id WHERE organisation.kind = 'street_office' "
    "ORDER BY organisation.id DESC"
).columns(sa.column("id"), sa.column("office_id"), sa.column("closed_on", sa.Date))
PASSES = sa.text(
    "SELECT finding.id, found.at, (SELECT min(later.id) FROM ticket_event later WHERE later.ticket_id = "
    "finding.ticket_id AND later.version > found.version AND later.action = 'recheck_pass') AS cured_id "
    "FROM ticket_finding finding JOIN ticket_event found ON found.id = finding.event_id"
).columns(sa.column("id"), sa.column("at", UtcDateTime()), sa.column("cured_id"))
TEMPLATE = (
    "JOIN duty ON duty.id = point.duty_id JOIN inspection_target target ON target.id = duty.target_id "
    "JOIN inspection_plan plan ON plan.id = target.plan_id"
)
STOPS = (
    "SELECT point.community_id, point.organisation_id, plan.template, point.month, count(*), sum((SELECT count(*) "  # noqa: S608 - our own words
    "FROM round_answer answer WHERE answer.point_id = point.id AND answer.result = 'fail')) "
    f"FROM round_point point {TEMPLATE} WHERE point.month IS NOT NULL "
    "GROUP BY point.community_id, point.organisation_id, plan.template, point.month"
)
CURES = (
    "SELECT event.community_id, event.organisation_id, plan.template, event.month, finding.cured_hours "  # noqa: S608
    "FROM ticket_finding finding JOIN ticket_event event ON event.id = finding.cured_id "
    "JOIN round_answer answer ON finding.source = 'answer ' || CAST(answer.id AS VARCHAR) "
    f"JOIN round_point point ON point.id = answer.point_id {TEMPLATE}"
)
NAMES = (*IDS, "template", "month")
FACT = sa.table("inspection_fact", *map(sa.column, (*NAMES[:-1], *BEFORE, *FLOWS)), sa.column("month", sa.Date))
SUMS = (
    f"INSERT INTO inspection_sum (place_id, template, month, {', '.join((*BEFORE, *FLOWS))}) "  # noqa: S608
    f"SELECT place.id, fact.template, fact.month, {', '.join(f'sum(fact.{name})' for name in (*BEFORE, *FLOWS))} "
    "FROM inspection_fact fact JOIN place community ON community.id = fact.community_id "
    "JOIN place ON community.path LIKE place.path || '%' GROUP BY place.id, fact.template, fact.month"
)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    with op.batch_alter_table("round_point") as batch_op:
        batch_op.add_column(sa.Column("month", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("community_id", BIG_ID, nullable=True))
        batch_op.add_column(sa.Column("organisation_id", BIG_ID, nullable=True))
    _points()
    with op.batch_alter_table("round_point") as batch_op:
        for name, table in zip(IDS, ("place", "organisation"), strict=True):
            batch_op.create_foreign_key(op.f(f"fk_round_point_{name}"), table, [name], ["id"])
        batch_op.create_check_constraint(op.f("ck_round_point_recorded_counts_somewhere"), SOMEWHERE)
    with op.batch_alter_table("ticket_finding") as batch_op:
        batch_op.add_column(sa.Column("cured_id", BIG_ID, nullable=True))
        batch_op.add_column(sa.Column("cured_hours", sa.Integer(), nullable=True))
    _cures()
    with op.batch_alter_table("ticket_finding") as batch_op:
        batch_op.create_foreign_key(op.f("fk_ticket_finding_cured_id"), "ticket_event", ["cured_id"], ["id"])
        batch_op.create_check_constraint(
            op.f("ck_ticket_finding_cured_after_hours"), "(cured_id IS NULL) = (cured_hours IS NULL)"
        )
    for name, table, columns, said in INDEXES:
        op.create_index(name, table, columns, sqlite_where=sa.text(said), postgresql_where=sa.text(said))
    for table in ("inspection_fact", "inspection_sum"):
        with op.batch_alter_table(table) as batch_op:
            for name in FLOWS:
                batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        with op.batch_alter_table(table) as batch_op:
            for name in FLOWS:
                batch_op.alter_column(name, server_default=None)
    _lay()


def _points() -> None:
    """The month in which each came in, its community, and who answered for that on the day."""
    connection, after = op.get_bind(), 0
    answers = _answering(connection)
    query = sa.select(POINT.c.id, POINT.c.recorded_at, ROUND.c.community_id).select_from(
        POINT.join(ROUND, ROUND.c.id == POINT.c.round_id)
    )
    recorded = query.where(POINT.c.recorded_at.is_not(None)).order_by(POINT.c.id).limit(AT_ONCE)
    known = sa.update(POINT).where(POINT.c.id == sa.bindparam("of"))
    known = known.values({name: sa.bindparam(f"its_{name}") for name in ("month", *IDS)})
    while rows := connection.execute(recorded.where(POINT.c.id > after)).all():
        connection.execute(known, [
            {"of": row.id, "its_month": clock.month_of(row.recorded_at), "its_community_id": row.community_id,
             "its_organisation_id": _who(answers[row.community_id], clock.local_date(row.recorded_at))}
            for row in rows
        ])  # fmt: skip
        after = rows[-1].id


def _answering(connection: sa.Connection) -> dict[int, list[tuple[int, date | None, date | None]]]:
    """By community who answers for it from when to when: its managers, then the offices of its street."""
    found: dict[int, list[tuple[int, date | None, date | None]]] = defaultdict(list)
    for row in connection.execute(sa.select(SPAN)):
        found[row.community_id].append((row.organisation_id, row.starts_on, row.ends_on))
    for row in connection.execute(OFFICES):
        found[row.id].append((row.office_id, None, row.closed_on))
    return found


def _who(answers: list[tuple[int, date | None, date | None]], on: date) -> int:
    """Who answers on the day; of a street that has closed, the office it had last."""
    there = (each for each, first, last in answers if (first is None or first <= on) and (last is None or on < last))
    return next(there, next(each for each, first, _last in answers if first is None))


def _cures() -> None:
    """The first re-check that passed after each finding."""
    connection = op.get_bind()
    moments = sa.text("SELECT id, at FROM ticket_event WHERE action = 'recheck_pass'")
    passed = {row.id: row.at for row in connection.execute(
        moments.columns(sa.column("id"), sa.column("at", UtcDateTime())))}  # fmt: skip
    known = sa.text("UPDATE ticket_finding SET cured_id = :by, cured_hours = :hours WHERE id = :id")
    for row in connection.execute(PASSES).all():
        if row.cured_id is not None:
            hours = -((row.at - passed[row.cured_id]) // HOUR)
            connection.execute(known, {"id": row.id, "by": row.cured_id, "hours": hours})


def _lay() -> None:
    """The figures of months that were closed before."""
    connection = op.get_bind()
    closed = set(
        connection.execute(sa.select(sa.column("month", sa.Date)).select_from(sa.table("closed_month"))).scalars()
    )
    facts: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for *key, number, failed in _rows(connection, STOPS):
        facts[tuple(key)].update({"stops": number, "findings": int(failed)})
    for *key, hours in _rows(connection, CURES):
        band = next((name for most, name in BANDS if hours <= most), "cured_older")
        facts[tuple(key)].update({band: 1, "cure_hours": hours})
    over = {key: counts for key, counts in facts.items() if key[-1] in closed}
    for key, counts in over.items():
        names, said = dict(zip(NAMES, key, strict=True)), {name: counts[name] for name in FLOWS}
        here = sa.and_(*(FACT.c[name] == value for name, value in names.items()))
        if not connection.execute(sa.update(FACT).where(here).values(said)).rowcount:
            connection.execute(sa.insert(FACT).values(names | dict.fromkeys(BEFORE, 0) | said))
    if over:
        op.execute("DELETE FROM inspection_sum")
        op.execute(SUMS)


def _rows(connection: sa.Connection, query: str) -> Iterator[Any]:
    """The rows of `query`, whose fourth column is a month."""
    for row in connection.exec_driver_sql(query):
        month = row[3] if isinstance(row[3], date) else date.fromisoformat(row[3])
        yield (*row[:3], month, *row[4:])


def downgrade() -> None:
    """Take it back to the revision before."""
    for table in ("inspection_fact", "inspection_sum"):
        op.execute(f"DELETE FROM {table} WHERE {' + '.join(BEFORE)} = 0")  # noqa: S608
        with op.batch_alter_table(table) as batch_op:
            for name in FLOWS:
                batch_op.drop_column(name)
    for name, table, _columns, said in INDEXES:
        op.drop_index(name, table, sqlite_where=sa.text(said), postgresql_where=sa.text(said))
    with op.batch_alter_table("ticket_finding") as batch_op:
        batch_op.drop_constraint(op.f("ck_ticket_finding_cured_after_hours"), type_="check")
        batch_op.drop_constraint(op.f("fk_ticket_finding_cured_id"), type_="foreignkey")
        batch_op.drop_column("cured_hours")
        batch_op.drop_column("cured_id")
    with op.batch_alter_table("round_point") as batch_op:
        batch_op.drop_constraint(op.f("ck_round_point_recorded_counts_somewhere"), type_="check")
        for name in IDS:
            batch_op.drop_constraint(op.f(f"fk_round_point_{name}"), type_="foreignkey")
        for name in ("organisation_id", "community_id", "month"):
            batch_op.drop_column(name)
