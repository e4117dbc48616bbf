"""an event whose end nobody gave keeps no later one off

Revision ID: 0062
Revises: 0061
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

ON_AND_ON = sa.text("NOT off AND ends_on IS NULL")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it: an event goes on as long as one of its kind can."""
    op.drop_index("uq_occasion_place_going_on", "occasion_place")


def downgrade() -> None:
    """Go back to the revision before this one: where a community has two events without an end, end one before."""
    op.create_index("uq_occasion_place_going_on", "occasion_place", ["community_id", "template"], unique=True,
                    sqlite_where=ON_AND_ON, postgresql_where=ON_AND_ON)  # fmt: skip
