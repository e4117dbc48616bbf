"""what was missed is made up for once

Revision ID: 0049
Revises: 0045
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0045"
branch_labels = None
depends_on = None

MADE_UP = sa.text("act = 'make_up'")
FURTHER = (
    "SELECT later.id FROM duty_event later JOIN duty_event first ON first.duty_id = later.duty_id "
    "WHERE later.act = 'make_up' AND first.act = 'make_up' AND first.number < later.number"
)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. A further make-up of a duty came of a second round of
    it, which keeps who went and when; it counted nowhere.
    """
    op.execute(f"UPDATE round_duty SET event_id = NULL WHERE event_id IN ({FURTHER})")  # noqa: S608 - our own words
    op.execute(f"DELETE FROM duty_event WHERE id IN ({FURTHER})")  # noqa: S608
    op.create_index(
        "uq_duty_event_made_up", "duty_event", ["duty_id"], unique=True, sqlite_where=MADE_UP, postgresql_where=MADE_UP
    )


def downgrade() -> None:
    """Go back to the revision before this one."""
    op.drop_index("uq_duty_event_made_up", table_name="duty_event")
