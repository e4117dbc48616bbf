"""a schedule of the catalogue may keep to the heating season of the place

Revision ID: 0056
Revises: 0055
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

OTHERWISE = "NOT in_heating_season OR season_from IS NOT NULL"
NO_GAP = "NOT in_heating_season OR greatest_gap IS NULL"


def upgrade() -> None:
    """Bring a database at the revision before this one up to it: so far every season was named by its days."""
    with op.batch_alter_table("inspection_schedule") as batch_op:
        batch_op.add_column(sa.Column("in_heating_season", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_check_constraint("heating_season_or_else", OTHERWISE)
        batch_op.create_check_constraint("heating_season_leaves_a_gap", NO_GAP)
    with op.batch_alter_table("inspection_schedule") as batch_op:
        batch_op.alter_column("in_heating_season", server_default=None)


def downgrade() -> None:
    """Go back to the revision before this one: what kept to heating seasons keeps to the days that held without one."""
    with op.batch_alter_table("inspection_schedule") as batch_op:
        batch_op.drop_constraint("heating_season_leaves_a_gap", type_="check")
        batch_op.drop_constraint("heating_season_or_else", type_="check")
        batch_op.drop_column("in_heating_season")
