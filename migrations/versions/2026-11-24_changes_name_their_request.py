"""changes name their request

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    with op.batch_alter_table("change") as table:
        table.add_column(sa.Column("request_id", sa.String(32), nullable=True))


def downgrade() -> None:
    """Undo `upgrade`; the rows that the revision before this one knows stay as they are."""
    with op.batch_alter_table("change") as table:
        table.drop_column("request_id")
