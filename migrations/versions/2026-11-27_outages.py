"""planned outages

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SUPPLIES = ("water", "heat", "gas", "power", "telecom", "lift")
MOVES = ("announced", "moved", "ended", "called_off")


def _one_of(values: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "outage",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("supply", _one_of(SUPPLIES, "supply"), nullable=False),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("called_off_at", UtcDateTime(), nullable=True),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_outage_ends_after_start")),
        sa.CheckConstraint("ended_at >= starts_at", name=op.f("ck_outage_ended_after_start")),
        sa.CheckConstraint("ended_at IS NULL OR called_off_at IS NULL", name=op.f("ck_outage_ended_or_called_off")),
        sa.CheckConstraint("version > 0", name=op.f("ck_outage_version_counts")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_outage_organisation_id")),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_outage_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage")),
    )
    for columns in (("community_id", "ends_at"), ("organisation_id", "ends_at"), ("ends_at",)):
        op.create_index(op.f(f"ix_outage_{'_'.join(columns)}"), "outage", list(columns))
    _places()
    _events()
    op.create_table(
        "outage_follower",
        sa.Column("outage_id", BIG_ID, nullable=False),
        sa.Column("user_id", BIG_ID, nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["outage_id"], ["outage.id"], name=op.f("fk_outage_follower_outage_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_outage_follower_user_id")),
        sa.PrimaryKeyConstraint("outage_id", "user_id", name=op.f("pk_outage_follower")),
    )
    op.create_index(op.f("ix_outage_follower_user_id"), "outage_follower", ["user_id"])


def _places() -> None:
    op.create_table(
        "outage_place",
        sa.Column("outage_id", BIG_ID, nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["outage_id"], ["outage.id"], name=op.f("fk_outage_place_outage_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_outage_place_place_id")),
        sa.PrimaryKeyConstraint("outage_id", "place_id", name=op.f("pk_outage_place")),
    )
    op.create_index(op.f("ix_outage_place_place_id"), "outage_place", ["place_id"])


def _events() -> None:
    op.create_table(
        "outage_event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("outage_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("move", _one_of(MOVES, "move"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=False),
        sa.Column("starts_before", UtcDateTime(), nullable=True),
        sa.Column("ends_before", UtcDateTime(), nullable=True),
        sa.Column("starts_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "(move = 'announced') = (version = 1)", name=op.f("ck_outage_event_begins_with_the_announcement")
        ),
        sa.CheckConstraint(
            "(move = 'announced') = (starts_before IS NULL)", name=op.f("ck_outage_event_before_is_known")
        ),
        sa.CheckConstraint(
            "(starts_before IS NULL) = (ends_before IS NULL)", name=op.f("ck_outage_event_before_is_whole")
        ),
        sa.ForeignKeyConstraint(["outage_id"], ["outage.id"], name=op.f("fk_outage_event_outage_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_outage_event_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outage_event")),
        sa.UniqueConstraint("outage_id", "version", name=op.f("uq_outage_event_outage_id_version")),
    )


def downgrade() -> None:
    """Go back to the revision before this one. What was announced is lost, and the notices of it with it."""
    notice = sa.table("notice", sa.column("event_ref"))
    op.execute(sa.delete(notice).where(notice.c.event_ref.like("outage%")))
    for table in ("outage_follower", "outage_event", "outage_place", "outage"):
        op.drop_table(table)
