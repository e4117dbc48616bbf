"""a caller is found by the telephone

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

PHONES = sa.text("kind = 'phone'")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_index("ix_personal_text_phone", "personal_text", ["body"], sqlite_where=PHONES, postgresql_where=PHONES)
    op.create_index(op.f("ix_ticket_caller_phone_id"), "ticket", ["caller_phone_id"])


def downgrade() -> None:
    """Go back to the revision before this one."""
    op.drop_index(op.f("ix_ticket_caller_phone_id"), table_name="ticket")
    op.drop_index("ix_personal_text_phone", table_name="personal_text")
