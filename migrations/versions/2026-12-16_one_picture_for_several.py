"""an answer of a round says for how many photographs of its point the same file came in

Revision ID: 0059
Revises: 0058
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. What came in before is not judged by it."""
    with op.batch_alter_table("round_answer") as batch_op:
        batch_op.add_column(sa.Column("serves", sa.Integer(), nullable=True))
        batch_op.create_check_constraint(
            "a_photo_serves_several", "serves IS NULL OR serves > 1 AND photo_id IS NOT NULL"
        )


def downgrade() -> None:
    """Go back to the revision before this one: what was noted of pictures is lost."""
    with op.batch_alter_table("round_answer") as batch_op:
        batch_op.drop_constraint("a_photo_serves_several", type_="check")
        batch_op.drop_column("serves")
