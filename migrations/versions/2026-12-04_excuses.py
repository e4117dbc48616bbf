"""wishes that a duty is excused, and what was decided

Revision ID: 0046
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0046"
down_revision = "0040"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITS, GRANTED = sa.text("decided_at IS NULL"), sa.text("granted")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "duty_excuse",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("duty_id", BIG_ID, nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("asked_by_id", BIG_ID, nullable=False),
        sa.Column("asked_for_id", BIG_ID, nullable=False),
        sa.Column("reason_id", BIG_ID, nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", BIG_ID, nullable=True),
        sa.Column("decided_for_id", BIG_ID, nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("words_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (granted IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
            name=op.f("ck_duty_excuse_decided_as_a_whole"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_duty_excuse_not_by_oneself")
        ),
        sa.CheckConstraint(
            "decided_for_id IS NULL OR decided_for_id <> asked_for_id", name=op.f("ck_duty_excuse_decided_by_another")
        ),
        sa.CheckConstraint(
            "granted IS NULL OR granted OR words_id IS NOT NULL", name=op.f("ck_duty_excuse_a_refusal_says_why")
        ),
        *(
            sa.ForeignKeyConstraint([column], [of], name=op.f(f"fk_duty_excuse_{column}"))
            for column, of in (
                ("duty_id", "duty.id"), ("asked_by_id", "user.id"), ("asked_for_id", "organisation.id"),
                ("reason_id", "personal_text.id"), ("decided_by_id", "user.id"),
                ("decided_for_id", "organisation.id"), ("words_id", "personal_text.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_excuse")),
    )  # fmt: skip
    op.create_index(op.f("ix_duty_excuse_asked_for_id_id"), "duty_excuse", ["asked_for_id", "id"], unique=False)
    for name, where in (("uq_duty_excuse_waiting", WAITS), ("uq_duty_excuse_granted", GRANTED)):
        op.create_index(name, "duty_excuse", ["duty_id"], unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Go back to the revision before this one."""
    op.drop_table("duty_excuse")
