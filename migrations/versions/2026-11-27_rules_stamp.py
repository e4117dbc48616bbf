"""a word that every change of a rule draws anew

Revision ID: 0033
Revises: 0031
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    table = op.create_table(
        "rules_stamp",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_rules_stamp_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_stamp")),
    )
    op.bulk_insert(table, [{"id": 1, "stamp": secrets.token_hex(16)}])


def downgrade() -> None:
    """Bring a database at this revision back to the one before."""
    op.drop_table("rules_stamp")
