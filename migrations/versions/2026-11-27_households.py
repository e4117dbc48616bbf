"""households

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}"))


def _only_one(name: str, table: str, columns: list[str], while_: str) -> None:
    condition = sa.text(while_)
    op.create_index(name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "household",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        _refers("household", "community_id", "place"),
        _refers("household", "place_id", "place"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("place_id", "number", name=op.f("uq_household_place_id_number")),
    )
    op.create_index(op.f("ix_household_community_id"), "household", ["community_id"])
    op.create_table(
        "household_slip",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("household_id", BIG_ID, nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=False),
        sa.Column("nonce", sa.String(length=43), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("made_by_id", BIG_ID, nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", UtcDateTime(), nullable=True),
        _refers("household_slip", "household_id", "household"),
        _refers("household_slip", "made_by_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_slip")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_household_slip_code_hash")),
    )
    _only_one("uq_household_slip_in_use", "household_slip", ["household_id"], "revoked_at IS NULL")
    op.create_table(
        "occupant",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("household_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column(
            "joined",
            sa.Enum("code", "confirmed", name="joined", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("confirmed_by_id", BIG_ID, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_occupant_ends_after_start")),
        sa.CheckConstraint(
            "(joined = 'confirmed') = (confirmed_by_id IS NOT NULL)", name=op.f("ck_occupant_confirmed_by_somebody")
        ),
        _refers("occupant", "confirmed_by_id", "user"),
        _refers("occupant", "household_id", "household"),
        _refers("occupant", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupant")),
    )
    op.create_index(op.f("ix_occupant_user_id"), "occupant", ["user_id"])
    _only_one("uq_occupant_now", "occupant", ["household_id", "user_id"], "ends_on IS NULL")
    op.create_table(
        "join_wish",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column("flat_id", BIG_ID, nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answered_by_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (granted IS NULL)", name=op.f("ck_join_wish_answered_with_an_answer")
        ),
        _refers("join_wish", "answered_by_id", "user"),
        _refers("join_wish", "community_id", "place"),
        _refers("join_wish", "flat_id", "personal_text"),
        _refers("join_wish", "place_id", "place"),
        _refers("join_wish", "user_id", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_wish")),
    )
    op.create_index(op.f("ix_join_wish_community_id"), "join_wish", ["community_id"])
    op.create_index(op.f("ix_join_wish_place_id"), "join_wish", ["place_id"])
    _only_one("uq_join_wish_open", "join_wish", ["user_id", "place_id"], "answered_at IS NULL")


def downgrade() -> None:
    """Undo `upgrade`; the rows that the revision before this one knows stay as they are."""
    for table in ("join_wish", "occupant", "household_slip", "household"):
        op.drop_table(table)
