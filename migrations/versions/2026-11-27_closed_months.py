"""closed months

Revision ID: 0034
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MEASURES = (
    "reported", "completed", "on_time_n", "on_time_yes", "closed_by_system", "declined", "cancelled", "merged",
    "reopened", "response_n", "response_yes", "solution_n", "solution_yes", "satisfied", "basically", "unsatisfied",
    "excluded", "later", "settled", "reached", "open_7", "open_30", "open_90", "open_older", "on_hold",
)  # fmt: skip


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. The job closes the months of before, one by one."""
    op.create_table(
        "closed_month",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_month")),
        sa.UniqueConstraint("month", name=op.f("uq_closed_month_month")),
    )
    op.create_table(
        "monthly_fact",
        *_measures(),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "on_time_yes <= on_time_n AND response_yes <= response_n AND solution_yes <= solution_n AND "
            "reached <= settled AND on_hold <= open_7 + open_30 + open_90 + open_older",
            name=op.f("ck_monthly_fact_parts_of_wholes"),
        ),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_monthly_fact_community_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_monthly_fact_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_fact")),
        sa.UniqueConstraint(
            "community_id", "month", "organisation_id", "category",
            name=op.f("uq_monthly_fact_community_id_month_organisation_id_category"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_monthly_fact_organisation_id_month"), "monthly_fact", ["organisation_id", "month"])
    op.create_table(
        "division_fact",
        *_measures(),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_division_fact_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division_fact")),
        sa.UniqueConstraint("place_id", "month", name=op.f("uq_division_fact_place_id_month")),
    )
    _exclusions()


def _measures() -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in MEASURES]


def _exclusions() -> None:
    op.create_table(
        "answer_exclusion",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("note_id", BIG_ID, nullable=True),
        sa.Column("asked_by_id", BIG_ID, nullable=False),
        sa.Column("asked_for_id", BIG_ID, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", BIG_ID, nullable=True),
        sa.Column("decided_for_id", BIG_ID, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("month", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (approved IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL) "
            "AND (decided_at IS NULL) = (month IS NULL)",
            name=op.f("ck_answer_exclusion_decided_as_a_whole"),
        ),
        sa.CheckConstraint(
            "decided_for_id IS NULL OR decided_for_id <> asked_for_id",
            name=op.f("ck_answer_exclusion_decided_by_another"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> asked_by_id", name=op.f("ck_answer_exclusion_not_by_oneself")
        ),
        sa.CheckConstraint(
            "reason IN ('unreasonable', 'out_of_scope', 'policy_barred')", name=op.f("ck_answer_exclusion_reason")
        ),
        *(
            sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_answer_exclusion_{name}"))
            for name, target in (
                ("event_id", "ticket_event.id"), ("note_id", "personal_text.id"), ("asked_by_id", "user.id"),
                ("asked_for_id", "organisation.id"), ("decided_by_id", "user.id"),
                ("decided_for_id", "organisation.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_exclusion")),
        sa.UniqueConstraint("event_id", name=op.f("uq_answer_exclusion_event_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_answer_exclusion_month"), "answer_exclusion", ["month"])


def downgrade() -> None:
    """Undo `upgrade`. Months open again, and count all answers."""
    notes = op.get_bind().execute(sa.text("SELECT note_id FROM answer_exclusion WHERE note_id IS NOT NULL")).all()
    for table in ("answer_exclusion", "division_fact", "monthly_fact", "closed_month"):
        op.drop_table(table)
    words = sa.table("personal_text", sa.column("id"))
    for (note_id,) in notes:
        op.get_bind().execute(sa.delete(words).where(words.c.id == note_id))
