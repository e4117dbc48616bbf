"""the class of an event can be corrected

Revision ID: 0054
Revises: 0053
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

KINDS = ("light", "heavy", "blizzard", "storm", "pressure_test", "flood_season")
BEFORE = ("opened", "dated", "called_off")
MOVES = ("opened", "dated", "classed", "called_off")
KIND = sa.Enum(*KINDS, name="kind", native_enum=False, create_constraint=True, length=32)
AS_IT_WAS = "UPDATE occasion_move SET kind = (SELECT occasion.kind FROM occasion WHERE occasion.id = occasion_id)"


def upgrade() -> None:
    """Bring a database at the revision before this one up to it: so far no event was ever of another class."""
    with op.batch_alter_table("occasion_move") as batch_op:
        batch_op.add_column(sa.Column("kind", KIND, nullable=True))
        batch_op.drop_constraint("move", type_="check")
        batch_op.create_check_constraint("move", sa.column("move").in_(MOVES))
    op.execute(AS_IT_WAS)
    with op.batch_alter_table("occasion_move") as batch_op:
        batch_op.alter_column("kind", existing_type=KIND, nullable=False)


def downgrade() -> None:
    """Go back to the revision before this one: the events stay what they are now, and how they came to be is lost."""
    op.execute("UPDATE occasion_move SET move = 'dated' WHERE move = 'classed'")
    with op.batch_alter_table("occasion_move") as batch_op:
        batch_op.drop_constraint("kind", type_="check")
        batch_op.drop_column("kind")
        batch_op.drop_constraint("move", type_="check")
        batch_op.create_check_constraint("move", sa.column("move").in_(BEFORE))
