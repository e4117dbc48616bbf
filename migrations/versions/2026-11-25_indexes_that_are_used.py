"""indexes that are used

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('submitted','assigned','underway','on_hold','completed')")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.drop_index("ix_ticket_queue", "ticket")
    op.drop_index("ix_ticket_community_id_id", "ticket")
    op.drop_index("ix_ticket_organisation_id", "ticket")
    op.drop_index("ix_ticket_event_at", "ticket_event")
    op.create_index(
        "ix_ticket_queue", "ticket", ["urgency", "queue_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_ticket_figures", "ticket", ["community_id", "state", "due_at", "reopened", "stars"])
    op.create_index(
        "ix_ticket_organisation_id_state_community_id", "ticket", ["organisation_id", "state", "community_id"]
    )


def downgrade() -> None:
    """Undo `upgrade`."""
    op.drop_index("ix_ticket_organisation_id_state_community_id", "ticket")
    op.drop_index("ix_ticket_figures", "ticket")
    op.drop_index("ix_ticket_queue", "ticket")
    op.create_index("ix_ticket_event_at", "ticket_event", ["at"])
    op.create_index("ix_ticket_organisation_id", "ticket", ["organisation_id"])
    op.create_index("ix_ticket_community_id_id", "ticket", ["community_id", "id"])
    op.create_index(
        "ix_ticket_queue", "ticket", ["community_id", "urgency", "queue_at", "id"],
        sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
