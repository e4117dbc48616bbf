"""forgotten notices

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "forgotten_notices",
        sa.Column("event_ref", sa.String(60), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n > 0", name=op.f("ck_forgotten_notices_n_positive")),
        sa.PrimaryKeyConstraint("event_ref", name=op.f("pk_forgotten_notices")),
    )


def downgrade() -> None:
    """Undo `upgrade`. The recount of the revision before this one knows of no forgotten notices, so that events promise
    from now on only those that are there.
    """
    op.execute(
        "UPDATE ticket_event SET notices = notices - (SELECT n FROM forgotten_notices WHERE event_ref = "
        "'ticket_event:' || ticket_event.id) WHERE 'ticket_event:' || id IN (SELECT event_ref FROM forgotten_notices)"
    )
    op.drop_table("forgotten_notices")
