"""reports that a planned outage explains

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
EXPLAINED = sa.text("outage_id IS NOT NULL")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. No report of before is explained."""
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.add_column(sa.Column("outage_id", BIG_ID, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_ticket_outage_id"), "outage", ["outage_id"], ["id"])
    op.create_index("ix_ticket_outage", "ticket", ["outage_id"], sqlite_where=EXPLAINED, postgresql_where=EXPLAINED)


def downgrade() -> None:
    """Go back to the revision before this one. Reports stay merged as they are."""
    op.drop_index("ix_ticket_outage", table_name="ticket")
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ticket_outage_id"), type_="foreignkey")
        batch_op.drop_column("outage_id")
