"""a spot check's draw says whether points at which nothing applied were in it

Revision ID: 0061
Revises: 0060
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring a database at the revision before this one up to it: so far draws were of points that passed, alone."""
    with op.batch_alter_table("spot_draw") as batch_op:
        batch_op.add_column(sa.Column("unfailed", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("spot_draw") as batch_op:
        batch_op.alter_column("unfailed", server_default=None)


def downgrade() -> None:
    """Go back to the revision before this one."""
    with op.batch_alter_table("spot_draw") as batch_op:
        batch_op.drop_column("unfailed")
