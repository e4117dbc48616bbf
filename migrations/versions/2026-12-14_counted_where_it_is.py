"""a point says its template and how many items failed, a finding when it was made and by which template

Revision ID: 0057
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

COUNTED, FAILED, WAITS = sa.text("month IS NOT NULL"), sa.text("failed > 0"), sa.text("cured_id IS NULL")
NAMED = (
    "SELECT plan.template FROM duty JOIN inspection_target target ON target.id = duty.target_id "
    "JOIN inspection_plan plan ON plan.id = target.plan_id WHERE duty.id = round_point.duty_id"
)
COUNT = "SELECT count(*) FROM round_answer answer WHERE answer.point_id = round_point.id AND answer.result = 'fail'"
POINTS = (
    f"UPDATE round_point SET template = ({NAMED})",  # noqa: S608 - our own words
    f"UPDATE round_point SET failed = ({COUNT}) WHERE recorded_at IS NOT NULL",  # noqa: S608
)
FINDINGS = (
    "UPDATE ticket_finding SET found_at = (SELECT event.at FROM ticket_event event WHERE event.id = event_id)",
    "UPDATE ticket_finding SET template = (SELECT point.template FROM round_answer answer "
    "JOIN round_point point ON point.id = answer.point_id WHERE answer.id = CAST(substr(source, 8) AS BIGINT)) "
    "WHERE source LIKE 'answer %'",
)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it: what was recorded says it too."""
    op.add_column("round_point", sa.Column("template", sa.String(20), nullable=True))
    op.add_column("round_point", sa.Column("failed", sa.Integer(), nullable=True))
    op.add_column("ticket_finding", sa.Column("found_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("ticket_finding", sa.Column("template", sa.String(20), nullable=True))
    for said in (*POINTS, *FINDINGS):
        op.execute(said)
    op.drop_index("ix_round_point_month", "round_point")
    with op.batch_alter_table("round_point") as batch_op:
        batch_op.alter_column("template", existing_type=sa.String(20), nullable=False)
        batch_op.create_check_constraint(
            "failed_is_its_result", "(recorded_at IS NULL) = (failed IS NULL) AND (result = 'fail') = (failed > 0)"
        )
    op.create_index("ix_round_point_month", "round_point",
                    ["month", "community_id", "template", "organisation_id", "failed"], sqlite_where=COUNTED,
                    postgresql_where=COUNTED)  # fmt: skip
    op.create_index("ix_round_point_failed", "round_point", ["month", "community_id"], sqlite_where=FAILED,
                    postgresql_where=FAILED)  # fmt: skip
    with op.batch_alter_table("ticket_finding") as batch_op:
        batch_op.alter_column("found_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.create_index("ix_ticket_finding_waits", "ticket_finding", ["ticket_id", "found_at", "template"],
                    sqlite_where=WAITS, postgresql_where=WAITS)  # fmt: skip


def downgrade() -> None:
    """Go back to the revision before this one: nothing is lost, for it is counted and looked up again."""
    op.drop_index("ix_ticket_finding_waits", "ticket_finding")
    with op.batch_alter_table("ticket_finding") as batch_op:
        batch_op.drop_column("template")
        batch_op.drop_column("found_at")
    op.drop_index("ix_round_point_failed", "round_point")
    op.drop_index("ix_round_point_month", "round_point")
    with op.batch_alter_table("round_point") as batch_op:
        batch_op.drop_constraint("failed_is_its_result", type_="check")
        batch_op.drop_column("failed")
        batch_op.drop_column("template")
    op.create_index("ix_round_point_month", "round_point", ["month", "community_id", "result"], sqlite_where=COUNTED,
                    postgresql_where=COUNTED)  # fmt: skip
