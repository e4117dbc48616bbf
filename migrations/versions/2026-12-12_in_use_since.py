"""a part says since when it is in use

Revision ID: 0055
Revises: 0054
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

NUMBERED = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Bring a database at the revision before this one up to it: so far no paper says so."""
    last = _last_number()
    with op.batch_alter_table("asset", table_kwargs=NUMBERED) as batch_op:
        batch_op.add_column(sa.Column("in_use_since", sa.Date(), nullable=True))
        batch_op.create_check_constraint("used_before_it_goes", "in_use_since <= removed_on")
    _go_on_from(last)


def downgrade() -> None:
    """Go back to the revision before this one: since when parts are in use is lost."""
    last = _last_number()
    with op.batch_alter_table("asset", table_kwargs=NUMBERED) as batch_op:
        batch_op.drop_constraint("used_before_it_goes", type_="check")
        batch_op.drop_column("in_use_since")
    _go_on_from(last)


def _last_number() -> int | None:
    """The last number of a part, also of one that an undone import took away: SQLite makes the table anew."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    return op.get_bind().scalar(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'asset'")) if sqlite else None


def _go_on_from(last: int | None) -> None:
    """Let no number come back."""
    if last is not None:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'asset'")
        op.execute(sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('asset', :last)").bindparams(last=last))
