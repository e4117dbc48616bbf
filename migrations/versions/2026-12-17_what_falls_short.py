"""a schedule may be binding; a plan whose own terms fall short of its template says so, and why

Revision ID: 0060
Revises: 0059
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

SHORT = sa.text("falls_short")
BINDING = ("T01", "T02", "T03", "T04", "T07", "T11", "T14")  # their law or standard says how often


def upgrade() -> None:
    """Bring a database at the revision before this one up to it: what plans said so far was compared with nothing."""
    with op.batch_alter_table("inspection_schedule") as batch_op:
        batch_op.add_column(sa.Column("binding", sa.Boolean(), nullable=False, server_default=sa.false()))
    schedule = sa.table("inspection_schedule", sa.column("template", sa.String), sa.column("binding", sa.Boolean))
    op.execute(sa.update(schedule).where(schedule.c.template.in_(BINDING)).values(binding=True))
    with op.batch_alter_table("inspection_schedule") as batch_op:
        batch_op.alter_column("binding", server_default=None)
    with op.batch_alter_table("inspection_plan_version") as batch_op:
        batch_op.add_column(sa.Column("falls_short", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_check_constraint("why_it_falls_short", "NOT falls_short OR reason_id IS NOT NULL")
        batch_op.create_check_constraint("own_terms_fall_short", "NOT falls_short OR NOT by_template")
    with op.batch_alter_table("inspection_plan_version") as batch_op:
        batch_op.alter_column("falls_short", server_default=None)
    op.create_index("ix_inspection_plan_version_falls_short", "inspection_plan_version", ["plan_id"],
                    sqlite_where=SHORT, postgresql_where=SHORT)  # fmt: skip


def downgrade() -> None:
    """Go back to the revision before this one."""
    op.drop_index("ix_inspection_plan_version_falls_short", "inspection_plan_version")
    with op.batch_alter_table("inspection_plan_version") as batch_op:
        batch_op.drop_constraint("own_terms_fall_short", type_="check")
        batch_op.drop_constraint("why_it_falls_short", type_="check")
        batch_op.drop_column("falls_short")
    with op.batch_alter_table("inspection_schedule") as batch_op:
        batch_op.drop_column("binding")
