"""why a ticket is on hold

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

REASONS = ("season", "funds", "parts", "access", "other")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. Holds of before wait for something else."""
    for table in ("ticket", "ticket_event"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("hold_reason", sa.String(length=32), nullable=True))
        rows = sa.table(table, sa.column("hold_until_on"), sa.column("hold_reason"))
        op.execute(sa.update(rows).where(rows.c.hold_until_on.is_not(None)).values(hold_reason="other"))
        with op.batch_alter_table(table) as batch_op:
            batch_op.create_check_constraint("holdreason", sa.column("hold_reason").in_(REASONS))
            batch_op.create_check_constraint("hold_has_a_reason", "(hold_until_on IS NULL) = (hold_reason IS NULL)")


def downgrade() -> None:
    """Undo `upgrade`. What the system resumed, the dispatcher did."""
    op.execute("UPDATE ticket_event SET party = 'dispatcher' WHERE action = 'resume' AND party = 'system'")
    for table in ("ticket", "ticket_event"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint("hold_has_a_reason", type_="check")
            batch_op.drop_constraint("holdreason", type_="check")
            batch_op.drop_column("hold_reason")
