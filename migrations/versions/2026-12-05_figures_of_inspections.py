"""in which month a duty counts, and the figures of closed months

Revision ID: 0045
Revises: 0048
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

from propman import clock
from propman.db import UtcDateTime

revision = "0045"
down_revision = "0048"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLOWS = ("done", "late", "missed", "excused", "skipped", "made_up")
AN_END = "ck_duty_an_end_counts_in_a_month"
MADE_UP = sa.text("act = 'make_up'")
INDEXES = {
    "ix_duty_waiting": (["due_on", "community_id"], sa.text("ended_as IS NULL AND superseded_by IS NULL")),
    "ix_duty_undone": (["due_on", "id"], sa.text("ended_as IN ('missed', 'excused', 'skipped')")),
    "ix_duty_month": (["month", "community_id", "ended_as"], sa.text("month IS NOT NULL")),
    "ix_duty_organisation": (["organisation_id", "month"], sa.text("month IS NOT NULL")),
}
AT_ONCE = 5000

NAMES = ("community_id", "organisation_id", "template", "month")

DUTY = sa.table("duty", *map(sa.column, ("target_id", "community_id", "organisation_id", "ended_as")),
                sa.column("id", BIG_ID), sa.column("due_on", sa.Date), sa.column("ended_at", UtcDateTime()),
                sa.column("month", sa.Date))  # fmt: skip
TARGET = sa.table("inspection_target", sa.column("id"), sa.column("plan_id"))
PLAN = sa.table("inspection_plan", sa.column("id"), sa.column("template"))
EVENT = sa.table("duty_event", *map(sa.column, ("duty_id", "number", "act")), sa.column("at", UtcDateTime()))
FACT = sa.table("inspection_fact", *map(sa.column, (*NAMES[:-1], *FLOWS)), sa.column("month", sa.Date))
KEY = (DUTY.c.community_id, DUTY.c.organisation_id, PLAN.c.template)
OF_TEMPLATE = DUTY.join(TARGET, TARGET.c.id == DUTY.c.target_id).join(PLAN, PLAN.c.id == TARGET.c.plan_id)
SUMS = (
    f"INSERT INTO inspection_sum (place_id, template, month, {', '.join(FLOWS)}) "  # noqa: S608 - our own words
    f"SELECT place.id, fact.template, fact.month, {', '.join(f'sum(fact.{name})' for name in FLOWS)} "
    "FROM inspection_fact fact JOIN place community ON community.id = fact.community_id "
    "JOIN place ON community.path LIKE place.path || '%' GROUP BY place.id, fact.template, fact.month"
)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    with op.batch_alter_table("duty") as batch_op:
        batch_op.add_column(sa.Column("month", sa.Date(), nullable=True))
    _months()
    with op.batch_alter_table("duty") as batch_op:
        batch_op.create_check_constraint(op.f(AN_END), "(ended_as IS NULL) = (month IS NULL)")
        batch_op.create_index(op.f("ix_duty_due_on_id"), ["due_on", "id"])
        for name, (columns, where) in INDEXES.items():
            batch_op.create_index(name, columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_duty_event_made_up", "duty_event", ["at"], sqlite_where=MADE_UP, postgresql_where=MADE_UP)
    _facts()
    _lay()


def _months() -> None:
    """The later of the month of the due day and that of the end."""
    connection, after = op.get_bind(), 0
    query = sa.select(DUTY.c.id, DUTY.c.due_on, DUTY.c.ended_at).where(DUTY.c.ended_at.is_not(None))
    known = sa.update(DUTY).where(DUTY.c.id == sa.bindparam("of")).values(month=sa.bindparam("counts_in"))
    while rows := connection.execute(query.where(DUTY.c.id > after).order_by(DUTY.c.id).limit(AT_ONCE)).all():
        months = [{"of": row.id, "counts_in": max(row.due_on.replace(day=1), clock.month_of(row.ended_at))}
                  for row in rows]  # fmt: skip
        connection.execute(known, months)
        after = rows[-1].id


def _flows() -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in FLOWS]


def _facts() -> None:
    op.create_table(
        "inspection_fact",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("template", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        *_flows(),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_inspection_fact_community_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_inspection_fact_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_fact")),
        sa.UniqueConstraint(
            "community_id", "month", "organisation_id", "template",
            name=op.f("uq_inspection_fact_community_id_month_organisation_id_template"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_inspection_fact_organisation_id_month"), "inspection_fact", ["organisation_id", "month"])
    op.create_table(
        "inspection_sum",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column("template", sa.String(length=20), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        *_flows(),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_inspection_sum_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_sum")),
        sa.UniqueConstraint("place_id", "month", "template", name=op.f("uq_inspection_sum_place_id_month_template")),
    )


def _lay() -> None:
    """The figures of months that were closed before."""
    connection = op.get_bind()
    closed = set(
        connection.execute(sa.select(sa.column("month", sa.Date)).select_from(sa.table("closed_month"))).scalars()
    )
    facts: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    ended = sa.select(*KEY, DUTY.c.month, DUTY.c.ended_as, sa.func.count()).select_from(OF_TEMPLATE)
    for *key, month, ended_as, number in connection.execute(
        ended.where(DUTY.c.month.is_not(None)).group_by(*KEY, DUTY.c.month, DUTY.c.ended_as)
    ):
        facts[*key, month][ended_as] += number
    made_up = sa.select(*KEY, EVENT.c.at).select_from(OF_TEMPLATE.join(EVENT, EVENT.c.duty_id == DUTY.c.id))
    for *key, at in connection.execute(made_up.where(EVENT.c.act == "make_up", ~_made_up_before())):
        facts[*key, clock.month_of(at)]["made_up"] += 1
    rows = [dict(zip(NAMES, key, strict=True)) | {name: counts[name] for name in FLOWS}
            for key, counts in facts.items() if key[-1] in closed]  # fmt: skip
    if rows:
        connection.execute(sa.insert(FACT), rows)
        op.execute(SUMS)


def _made_up_before() -> sa.Exists:
    other = EVENT.alias()
    return sa.exists().where(
        other.c.duty_id == EVENT.c.duty_id, other.c.act == "make_up", other.c.number < EVENT.c.number
    )


def downgrade() -> None:
    """Take it back to the revision before."""
    op.drop_table("inspection_sum")
    op.drop_index(op.f("ix_inspection_fact_organisation_id_month"), table_name="inspection_fact")
    op.drop_table("inspection_fact")
    op.drop_index("ix_duty_event_made_up", table_name="duty_event", sqlite_where=MADE_UP, postgresql_where=MADE_UP)
    with op.batch_alter_table("duty") as batch_op:
        for name in INDEXES:
            batch_op.drop_index(name)
        batch_op.drop_index(op.f("ix_duty_due_on_id"))
        batch_op.drop_constraint(op.f(AN_END), type_="check")
        batch_op.drop_column("month")
