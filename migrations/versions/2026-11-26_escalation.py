"""reminders and escalations

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LEVELS = ("person_sent", "dispatchers", "manager", "street_office", "county")


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "escalation_rule",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("time_limit", _one_of("timelimit", "respond", "on_site", "make_safe", "resolve"), nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("share_left", sa.Integer(), nullable=True),
        sa.Column("minutes_after", sa.Integer(), nullable=True),
        sa.Column("level", _one_of("level", *LEVELS), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "priority IN ('*','P0','P1','P2','P3','P4')", name=op.f("ck_escalation_rule_known_priority")
        ),
        sa.CheckConstraint(
            "(share_left IS NULL) <> (minutes_after IS NULL)", name=op.f("ck_escalation_rule_one_moment")
        ),
        sa.CheckConstraint(
            "share_left IS NULL OR share_left BETWEEN 1 AND 99", name=op.f("ck_escalation_rule_share_is_a_part")
        ),
        sa.CheckConstraint("minutes_after IS NULL OR minutes_after >= 0", name=op.f("ck_escalation_rule_not_before")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation_rule")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_escalation_rule_code_valid_from")),
    )
    op.create_table(
        "escalation",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("clock_id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("rule_id", BIG_ID, nullable=False),
        sa.Column("level", _one_of("level", *LEVELS), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("passed_over", sa.Boolean(), nullable=False),
        sa.Column("reached", _one_of("reached", *LEVELS), nullable=True),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT passed_over OR (reached IS NULL AND notices = 0)",
            name=op.f("ck_escalation_passed_over_told_nobody"),
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_escalation_ticket_id_ticket")),
        sa.ForeignKeyConstraint(["clock_id"], ["ticket_clock.id"], name=op.f("fk_escalation_clock_id_ticket_clock")),
        sa.ForeignKeyConstraint(
            ["rule_id"], ["escalation_rule.id"], name=op.f("fk_escalation_rule_id_escalation_rule")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint("clock_id", "code", "level", name=op.f("uq_escalation_clock_id_code_level")),
    )
    op.create_index(op.f("ix_escalation_ticket_id_id"), "escalation", ["ticket_id", "id"])


def downgrade() -> None:
    """Go back to the revision before this one."""
    op.drop_index(op.f("ix_escalation_ticket_id_id"), table_name="escalation")
    op.drop_table("escalation")
    op.drop_table("escalation_rule")
