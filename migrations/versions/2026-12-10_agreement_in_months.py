"""for whom a spot check counts, and how many agreed in closed months

Revision ID: 0053
Revises: 0051
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0051"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BEFORE = (
    "done", "late", "missed", "excused", "skipped", "made_up", "stops", "findings", "cured_3", "cured_7", "cured_30",
    "cured_older", "cure_hours",
)  # fmt: skip
FLOWS = ("agreed", "disagreed", "not_checked")
COUNTED = sa.text("month IS NOT NULL")
FOR_WHOM = (
    "UPDATE spot_check SET answering_id = coalesce(organisation_id, "
    "(SELECT point.organisation_id FROM round_point point WHERE point.id = spot_check.point_id))"
)
KEY = ("community_id", "organisation_id", "template", "month")
ENDED = ", ".join(f"sum(CASE WHEN spot.outcome = '{name}' THEN 1 ELSE 0 END) AS {name}" for name in FLOWS)
LAID = (
    "SELECT spot.community_id, spot.answering_id AS organisation_id, coalesce(plan.template, 'repair') AS template, "  # noqa: S608 - our own words
    f"spot.month, {ENDED} "
    "FROM spot_check spot JOIN closed_month ON closed_month.month = spot.month "
    "LEFT JOIN round_point point ON point.id = spot.point_id LEFT JOIN duty ON duty.id = point.duty_id "
    "LEFT JOIN inspection_target target ON target.id = duty.target_id "
    "LEFT JOIN inspection_plan plan ON plan.id = target.plan_id "
    "GROUP BY spot.community_id, spot.answering_id, coalesce(plan.template, 'repair'), spot.month"
)
SAME = " AND ".join(f"laid.{name} = inspection_fact.{name}" for name in KEY)
ALL = (*KEY, *BEFORE, *FLOWS)
FACTS = (
    *(f"UPDATE inspection_fact SET {name} = coalesce((SELECT laid.{name} FROM ({LAID}) laid WHERE {SAME}), 0)"  # noqa: S608
      for name in FLOWS),
    f"INSERT INTO inspection_fact ({', '.join(ALL)}) SELECT {', '.join(f'laid.{name}' for name in KEY)}, "  # noqa: S608
    f"{', '.join('0' for _name in BEFORE)}, {', '.join(f'laid.{name}' for name in FLOWS)} FROM ({LAID}) laid "
    f"WHERE NOT EXISTS (SELECT 1 FROM inspection_fact WHERE {SAME})",
)  # fmt: skip
SUMS = (
    f"INSERT INTO inspection_sum (place_id, template, month, {', '.join((*BEFORE, *FLOWS))}) "  # noqa: S608
    f"SELECT place.id, fact.template, fact.month, {', '.join(f'sum(fact.{name})' for name in (*BEFORE, *FLOWS))} "
    "FROM inspection_fact fact JOIN place community ON community.id = fact.community_id "
    "JOIN place ON community.path LIKE place.path || '%' GROUP BY place.id, fact.template, fact.month"
)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    with op.batch_alter_table("spot_check") as batch_op:
        batch_op.add_column(sa.Column("answering_id", BIG_ID, nullable=True))
    op.execute(FOR_WHOM)
    with op.batch_alter_table("spot_check") as batch_op:
        batch_op.alter_column("answering_id", existing_type=BIG_ID, nullable=False)
        batch_op.create_foreign_key(op.f("fk_spot_check_answering_id"), "organisation", ["answering_id"], ["id"])
    op.create_index(op.f("ix_spot_check_answering_id_month"), "spot_check", ["answering_id", "month"])
    op.create_index("ix_spot_check_counted", "spot_check", ["month", "community_id"], sqlite_where=COUNTED,
                    postgresql_where=COUNTED)  # fmt: skip
    for table in ("inspection_fact", "inspection_sum"):
        with op.batch_alter_table(table) as batch_op:
            for name in FLOWS:
                batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        with op.batch_alter_table(table) as batch_op:
            for name in FLOWS:
                batch_op.alter_column(name, server_default=None)
    if op.get_bind().execute(sa.text("SELECT 1 FROM spot_check JOIN closed_month USING (month) LIMIT 1")).first():
        for statement in (*FACTS, "DELETE FROM inspection_sum", SUMS):
            op.execute(statement)


def downgrade() -> None:
    """Go back to the revision before this one."""
    for table in ("inspection_fact", "inspection_sum"):
        op.execute(f"DELETE FROM {table} WHERE {' + '.join(BEFORE)} = 0")  # noqa: S608
        with op.batch_alter_table(table) as batch_op:
            for name in FLOWS:
                batch_op.drop_column(name)
    op.drop_index("ix_spot_check_counted", "spot_check", sqlite_where=COUNTED, postgresql_where=COUNTED)
    op.drop_index(op.f("ix_spot_check_answering_id_month"), "spot_check")
    with op.batch_alter_table("spot_check") as batch_op:
        batch_op.drop_constraint(op.f("fk_spot_check_answering_id"), type_="foreignkey")
        batch_op.drop_column("answering_id")
