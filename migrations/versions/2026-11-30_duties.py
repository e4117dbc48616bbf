"""plans of inspections and their duties

Revision ID: 0040
Revises: 0041
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0040"
down_revision = "0041"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    _plans()
    _versions()
    _targets()
    _duties()
    _events()


def _plans() -> None:
    op.create_table(
        "inspection_plan",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("template", sa.String(length=20), nullable=False),
        sa.Column("schedule", sa.String(length=20), nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_inspection_plan_version_counts")),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_inspection_plan_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_plan")),
    )
    op.create_index(
        op.f("ix_inspection_plan_community_id_template"), "inspection_plan", ["community_id", "template"], unique=False
    )


def _versions() -> None:
    op.create_table(
        "inspection_plan_version",
        sa.Column("plan_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("pace", _one_of("runs", "paused", "ended", name="pace"), nullable=False),
        sa.Column("rule", sa.String(length=120), nullable=False),
        sa.Column("counts", _one_of("calendar", "completion", name="counts"), nullable=False),
        sa.Column("on_holidays", _one_of("as_is", "before", "after", "skip", name="onholidays"), nullable=False),
        sa.Column("season_starts", sa.String(length=5), nullable=True),
        sa.Column("season_ends", sa.String(length=5), nullable=True),
        sa.Column("tolerance", sa.Integer(), nullable=False),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.Column("greatest_gap", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("reason_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "pace = 'runs' OR reason_id IS NOT NULL", name=op.f("ck_inspection_plan_version_why_it_stands_still")
        ),
        sa.CheckConstraint(
            "(season_starts IS NULL) = (season_ends IS NULL)",
            name=op.f("ck_inspection_plan_version_season_has_both_ends"),
        ),
        sa.CheckConstraint(
            "greatest_gap IS NULL OR greatest_gap BETWEEN 1 AND 3660",
            name=op.f("ck_inspection_plan_version_gap_is_one"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_inspection_plan_version_number_counts")),
        sa.CheckConstraint("tolerance BETWEEN 0 AND 50", name=op.f("ck_inspection_plan_version_tolerance_is_a_share")),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_inspection_plan_version_actor_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["inspection_plan.id"], name=op.f("fk_inspection_plan_version_plan_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["personal_text.id"], name=op.f("fk_inspection_plan_version_reason_id")),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_inspection_plan_version")),
    )


def _targets() -> None:
    op.create_table(
        "inspection_target",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("plan_id", BIG_ID, nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column("asset_id", BIG_ID, nullable=True),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_inspection_target_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_inspection_target_asset_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_inspection_target_place_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["inspection_plan.id"], name=op.f("fk_inspection_target_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_target")),
    )
    op.create_index(op.f("ix_inspection_target_asset_id"), "inspection_target", ["asset_id"], unique=False)
    op.create_index(op.f("ix_inspection_target_next_on_id"), "inspection_target", ["next_on", "id"], unique=False)
    op.create_index("uq_inspection_target_asset", "inspection_target", ["plan_id", "asset_id"], unique=True)
    op.create_index(
        "uq_inspection_target_place",
        "inspection_target",
        ["plan_id", "place_id"],
        unique=True,
        sqlite_where=sa.text("asset_id IS NULL"),
        postgresql_where=sa.text("asset_id IS NULL"),
    )


def _duties() -> None:
    op.create_table(
        "duty",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("target_id", BIG_ID, nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("do_on", sa.Date(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("cut_off_on", sa.Date(), nullable=False),
        sa.Column("skips", sa.Boolean(), nullable=False),
        sa.Column("ended_as", _one_of("done", "late", "missed", "excused", "skipped", name="end"), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("organisation_id", BIG_ID, nullable=True),
        sa.Column("superseded_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(ended_as IN ('done', 'late')) = (done_on IS NOT NULL)", name=op.f("ck_duty_work_has_a_day")
        ),
        sa.CheckConstraint("(ended_as IS NULL) = (ended_at IS NULL)", name=op.f("ck_duty_an_end_has_a_moment")),
        sa.CheckConstraint(
            "(ended_as IS NULL) = (organisation_id IS NULL)", name=op.f("ck_duty_somebody_answers_for_an_end")
        ),
        sa.CheckConstraint("ended_as IS NULL OR superseded_by IS NULL", name=op.f("ck_duty_superseded_while_open")),
        sa.CheckConstraint("opens_on <= closes_on AND closes_on <= cut_off_on", name=op.f("ck_duty_window_is_one")),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_duty_community_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_duty_organisation_id")),
        sa.ForeignKeyConstraint(["target_id"], ["inspection_target.id"], name=op.f("fk_duty_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    op.create_index(op.f("ix_duty_community_id_due_on_id"), "duty", ["community_id", "due_on", "id"], unique=False)
    op.create_index(
        "ix_duty_open",
        "duty",
        ["cut_off_on", "id"],
        unique=False,
        sqlite_where=sa.text("ended_as IS NULL AND superseded_by IS NULL"),
        postgresql_where=sa.text("ended_as IS NULL AND superseded_by IS NULL"),
    )
    op.create_index(
        "uq_duty_due",
        "duty",
        ["target_id", "due_on"],
        unique=True,
        sqlite_where=sa.text("superseded_by IS NULL"),
        postgresql_where=sa.text("superseded_by IS NULL"),
    )


def _events() -> None:
    op.create_table(
        "duty_event",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("duty_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            _one_of("move", "end", "ask_excuse", "refuse_excuse", "make_up", "supersede", name="dutyact"),
            nullable=False,
        ),
        sa.Column("ended_as", _one_of("done", "late", "missed", "excused", "skipped", name="end"), nullable=True),
        sa.Column("do_on", sa.Date(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("organisation_id", BIG_ID, nullable=True),
        sa.Column("note_id", BIG_ID, nullable=True),
        sa.CheckConstraint("(act = 'end') = (ended_as IS NOT NULL)", name=op.f("ck_duty_event_an_end_is_one")),
        sa.CheckConstraint("act <> 'move' OR do_on IS NOT NULL", name=op.f("ck_duty_event_a_move_has_a_day")),
        sa.CheckConstraint("number > 0", name=op.f("ck_duty_event_number_counts")),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_duty_event_actor_id")),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_duty_event_duty_id")),
        sa.ForeignKeyConstraint(["note_id"], ["personal_text.id"], name=op.f("fk_duty_event_note_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_duty_event_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_event")),
        sa.UniqueConstraint("duty_id", "number", name=op.f("uq_duty_event_duty_id_number")),
    )
    op.create_index(op.f("ix_duty_event_actor_id"), "duty_event", ["actor_id"], unique=False)


def downgrade() -> None:
    """Go back to the revision before this one."""
    for table in ("duty_event", "duty", "inspection_target", "inspection_plan_version", "inspection_plan"):
        op.drop_table(table)
