"""reminders of duties and seasons

Revision ID: 0048
Revises: 0047
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LEVELS = ("opens", "tomorrow", "late", "missed", "office")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "duty_digest",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_duty_digest_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_digest")),
        sa.UniqueConstraint("organisation_id", "day", name=op.f("uq_duty_digest_organisation_id_day")),
    )
    level = sa.Enum(*LEVELS, name="level", native_enum=False, create_constraint=True, length=32)
    _told("duty_reminder", "duty_id", "duty.id", sa.Column("level", level, nullable=False))
    _told("season_reminder", "plan_id", "inspection_plan.id", sa.Column("season_on", sa.Date(), nullable=False))


def _told(table: str, key: str, of: str, what: sa.Column[object]) -> None:
    op.create_table(
        table,
        sa.Column(key, BIG_ID, nullable=False),
        what,
        sa.Column("digest_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint([key], [of], name=op.f(f"fk_{table}_{key}")),
        sa.ForeignKeyConstraint(["digest_id"], ["duty_digest.id"], name=op.f(f"fk_{table}_digest_id")),
        sa.PrimaryKeyConstraint(key, what.name, name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_digest_id"), table, ["digest_id"], unique=False)


def downgrade() -> None:
    """Go back to the revision before this one."""
    for table in ("season_reminder", "duty_reminder", "duty_digest"):
        op.drop_table(table)
