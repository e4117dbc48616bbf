"""spot checks

Revision ID: 0051
Revises: 0050
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("outcome IS NULL")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    _draws()
    op.create_table(
        "spot_frame",
        sa.Column("draw_id", BIG_ID, nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("ids", sa.Text(), nullable=False),
        *_keys("spot_frame", draw_id="spot_draw.id", person_id="user.id"),
        sa.PrimaryKeyConstraint("draw_id", "kind", "person_id", name=op.f("pk_spot_frame")),
    )
    _checks()


def _draws() -> None:
    op.create_table(
        "spot_draw",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("area_id", BIG_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("asked_by_id", BIG_ID, nullable=True),
        sa.Column("reason_id", BIG_ID, nullable=True),
        sa.Column("seed", sa.String(length=32), nullable=False),
        *(sa.Column(name, UtcDateTime(), nullable=False) for name in ("begins_at", "ends_at", "drawn_at")),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.CheckConstraint("(month IS NULL) = (asked_by_id IS NOT NULL)",
                           name=op.f("ck_spot_draw_of_a_month_or_by_hand")),
        sa.CheckConstraint("(asked_by_id IS NULL) = (reason_id IS NULL)",
                           name=op.f("ck_spot_draw_by_hand_for_a_reason")),
        sa.CheckConstraint("begins_at < ends_at AND ends_at <= drawn_at",
                           name=op.f("ck_spot_draw_drawn_from_what_is_over")),
        *_keys("spot_draw", area_id="place.id", asked_by_id="user.id", reason_id="personal_text.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_draw")),
        sa.UniqueConstraint("area_id", "month", name=op.f("uq_spot_draw_area_id_month")),
    )  # fmt: skip


def _checks() -> None:
    outcome = sa.Enum("agreed", "disagreed", "not_checked", name="outcome", native_enum=False, create_constraint=True,
                      length=32)  # fmt: skip
    op.create_table(
        "spot_check",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("draw_id", BIG_ID, nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("point_id", BIG_ID, nullable=True),
        sa.Column("completion_id", BIG_ID, nullable=True),
        sa.Column("ticket_id", BIG_ID, nullable=True),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=True),
        sa.Column("outcome", outcome, nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("month", sa.Date(), nullable=True),
        sa.Column("checked_by_id", BIG_ID, nullable=True),
        sa.Column("words_id", BIG_ID, nullable=True),
        sa.Column("led_to_id", BIG_ID, nullable=True),
        sa.CheckConstraint("(kind = 'point') = (point_id IS NOT NULL)", name=op.f("ck_spot_check_a_point_is_one")),
        sa.CheckConstraint("(kind = 'repair') = (completion_id IS NOT NULL) AND "
                           "(kind = 'repair') = (ticket_id IS NOT NULL)", name=op.f("ck_spot_check_a_repair_is_one")),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL) AND (outcome IS NULL) = (month IS NULL) AND "
                           "(outcome IS NULL) = (checked_by_id IS NULL)",
                           name=op.f("ck_spot_check_ended_as_a_whole")),
        sa.CheckConstraint("checked_by_id IS NULL OR checked_by_id <> person_id",
                           name=op.f("ck_spot_check_by_a_second_person")),
        sa.CheckConstraint("outcome IS NULL OR outcome = 'agreed' OR words_id IS NOT NULL",
                           name=op.f("ck_spot_check_says_what_and_why")),
        sa.CheckConstraint("(outcome IS NOT NULL AND outcome = 'disagreed') = (led_to_id IS NOT NULL)",
                           name=op.f("ck_spot_check_a_disagreement_is_a_report")),
        *_keys("spot_check", draw_id="spot_draw.id", point_id="round_point.id", completion_id="ticket_event.id",
               ticket_id="ticket.id", community_id="place.id", person_id="user.id", organisation_id="organisation.id",
               checked_by_id="user.id", words_id="personal_text.id", led_to_id="ticket.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
        *(sa.UniqueConstraint(one, name=op.f(f"uq_spot_check_{one}")) for one in ("point_id", "completion_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_spot_check_draw_id"), "spot_check", ["draw_id"], unique=False)
    for column in ("community_id", "person_id", "organisation_id"):
        op.create_index(op.f(f"ix_spot_check_{column}_month"), "spot_check", [column, "month"], unique=False)
    op.create_index("ix_spot_check_open", "spot_check", ["community_id", "id"], unique=False, sqlite_where=OPEN,
                    postgresql_where=OPEN)  # fmt: skip


def _kind() -> sa.Enum:
    return sa.Enum("point", "repair", name="kind", native_enum=False, create_constraint=True, length=32)


def _keys(table: str, **columns: str) -> list[Any]:
    return [sa.ForeignKeyConstraint([column], [of], name=op.f(f"fk_{table}_{column}"))
            for column, of in columns.items()]  # fmt: skip


def downgrade() -> None:
    """Go back to the revision before this one."""
    for table in ("spot_check", "spot_frame", "spot_draw"):
        op.drop_table(table)
