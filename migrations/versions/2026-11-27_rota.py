"""who is reachable when

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "rota_shift",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_rota_shift_known_weekday")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_rota_shift_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_rota_shift_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_shift")),
        sa.UniqueConstraint(
            "organisation_id", "user_id", "weekday", "begins",
            name=op.f("uq_rota_shift_organisation_id_user_id_weekday_begins"),
        ),
    )  # fmt: skip
    op.create_table(
        "rota_departure",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("absent", "extra", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_rota_departure_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_rota_departure_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_rota_departure_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_departure")),
    )
    op.create_index(op.f("ix_rota_departure_organisation_id_ends_at"), "rota_departure", ["organisation_id", "ends_at"])


def downgrade() -> None:
    """Go back to the revision before this one. The rotas are lost."""
    op.drop_table("rota_departure")
    op.drop_table("rota_shift")
