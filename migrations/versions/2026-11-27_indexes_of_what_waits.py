"""indexes of what waits

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

PLACED, ADDED = sa.text("placed_with_id IS NOT NULL"), sa.text("action = 'add'")
FIGURES = ["community_id", "state", "due_at", "reopened", "stars"]


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.drop_index("ix_ticket_figures", "ticket")
    op.create_index("ix_ticket_figures", "ticket", [*FIGURES, "id"])
    op.create_index("ix_ticket_placed", "ticket", ["placed_with_id"], sqlite_where=PLACED, postgresql_where=PLACED)
    op.create_index(
        "ix_ticket_event_added", "ticket_event", ["ticket_id", "version"], sqlite_where=ADDED, postgresql_where=ADDED
    )


def downgrade() -> None:
    """Take back what `upgrade` did."""
    op.drop_index("ix_ticket_event_added", "ticket_event")
    op.drop_index("ix_ticket_placed", "ticket")
    op.drop_index("ix_ticket_figures", "ticket")
    op.create_index("ix_ticket_figures", "ticket", FIGURES)
