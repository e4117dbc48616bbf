"""rounds, their points and answers

Revision ID: 0044
Revises: 0046
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import Thousandths, UtcDateTime

revision = "0044"
down_revision = "0046"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    _rounds()
    _duties()
    _points()
    _answers()


def _rounds() -> None:
    op.create_table(
        "inspection_round",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.Column("ends_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "closed_at IS NULL OR closed_at >= started_at", name=op.f("ck_inspection_round_closed_after_start")
        ),
        sa.CheckConstraint(
            "loaded_at >= started_at AND ends_at > loaded_at", name=op.f("ck_inspection_round_shift_is_one")
        ),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_inspection_round_community_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_inspection_round_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["user.id"], name=op.f("fk_inspection_round_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_round")),
    )
    op.create_index(
        op.f("ix_inspection_round_community_id_started_at"),
        "inspection_round",
        ["community_id", "started_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_inspection_round_person_id_closed_at"), "inspection_round", ["person_id", "closed_at"], unique=False
    )


def _duties() -> None:
    op.create_table(
        "round_duty",
        sa.Column("round_id", BIG_ID, nullable=False),
        sa.Column("duty_id", BIG_ID, nullable=False),
        sa.Column("released_at", UtcDateTime(), nullable=True),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("event_id", BIG_ID, nullable=True),
        sa.CheckConstraint("done_at IS NULL OR released_at IS NOT NULL", name=op.f("ck_round_duty_done_is_released")),
        sa.CheckConstraint("event_id IS NULL OR done_at IS NOT NULL", name=op.f("ck_round_duty_an_end_needs_the_work")),
        sa.ForeignKeyConstraint(["duty_id"], ["duty.id"], name=op.f("fk_round_duty_duty_id")),
        sa.ForeignKeyConstraint(["event_id"], ["duty_event.id"], name=op.f("fk_round_duty_event_id")),
        sa.ForeignKeyConstraint(["round_id"], ["inspection_round.id"], name=op.f("fk_round_duty_round_id")),
        sa.PrimaryKeyConstraint("round_id", "duty_id", name=op.f("pk_round_duty")),
        sa.UniqueConstraint("event_id", name=op.f("uq_round_duty_event_id")),
    )
    op.create_index(op.f("ix_round_duty_duty_id"), "round_duty", ["duty_id"], unique=False)
    op.create_index(
        "uq_round_duty_held",
        "round_duty",
        ["duty_id"],
        unique=True,
        sqlite_where=sa.text("released_at IS NULL"),
        postgresql_where=sa.text("released_at IS NULL"),
    )


def _points() -> None:
    op.create_table(
        "round_point",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("round_id", BIG_ID, nullable=False),
        sa.Column("duty_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column("asset_id", BIG_ID, nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=True),
        sa.Column("device_at", UtcDateTime(), nullable=True),
        sa.Column("code", sa.String(length=13), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("metres", sa.Float(), nullable=True),
        sa.Column("level", _one_of("scanned", "photo", "position", "none", name="level"), nullable=True),
        sa.Column("lacks", sa.String(length=100), nullable=True),
        sa.Column("result", _one_of("pass", "fail", "not_applicable", name="result"), nullable=True),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL) = (metres IS NULL)",
            name=op.f("ck_round_point_position_is_whole"),
        ),
        sa.CheckConstraint("(recorded_at IS NULL) = (level IS NULL)", name=op.f("ck_round_point_recorded_is_proven")),
        sa.CheckConstraint(
            "(recorded_at IS NULL) = (result IS NULL)", name=op.f("ck_round_point_recorded_has_a_result")
        ),
        sa.CheckConstraint(
            "recorded_at IS NOT NULL OR code IS NULL AND device_at IS NULL AND latitude IS NULL",
            name=op.f("ck_round_point_nothing_before_it_is_recorded"),
        ),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_round_point_asset_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_round_point_place_id")),
        sa.ForeignKeyConstraint(
            ["round_id", "duty_id"],
            ["round_duty.round_id", "round_duty.duty_id"],
            name=op.f("fk_round_point_round_id_duty_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_point")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_round_point_round_id_position")),
    )
    op.create_index(op.f("ix_round_point_asset_id"), "round_point", ["asset_id"], unique=False)
    op.create_index(op.f("ix_round_point_duty_id"), "round_point", ["duty_id"], unique=False)
    op.create_index(op.f("ix_round_point_place_id"), "round_point", ["place_id"], unique=False)
    op.create_index("uq_round_point_asset", "round_point", ["round_id", "duty_id", "asset_id"], unique=True)
    op.create_index(
        "uq_round_point_place",
        "round_point",
        ["round_id", "duty_id", "place_id"],
        unique=True,
        sqlite_where=sa.text("asset_id IS NULL"),
        postgresql_where=sa.text("asset_id IS NULL"),
    )


def _answers() -> None:
    op.create_table(
        "round_answer",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("point_id", BIG_ID, nullable=False),
        sa.Column("item_id", BIG_ID, nullable=False),
        sa.Column("result", _one_of("pass", "fail", "not_applicable", name="result"), nullable=False),
        sa.Column("number", Thousandths(), nullable=True),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("note_id", BIG_ID, nullable=True),
        sa.Column("photo_id", BIG_ID, nullable=True),
        sa.Column("earlier_id", BIG_ID, nullable=True),
        sa.Column("earlier_same_file", sa.Boolean(), nullable=True),
        sa.CheckConstraint("(counted IS NULL) = (total IS NULL)", name=op.f("ck_round_answer_counted_of_a_total")),
        sa.CheckConstraint(
            "(earlier_id IS NULL) = (earlier_same_file IS NULL)", name=op.f("ck_round_answer_both_of_an_earlier_use")
        ),
        sa.CheckConstraint(
            "counted IS NULL OR counted BETWEEN 0 AND total", name=op.f("ck_round_answer_counted_is_no_more")
        ),
        sa.CheckConstraint(
            "earlier_id IS NULL OR photo_id IS NOT NULL", name=op.f("ck_round_answer_a_photo_is_used_again")
        ),
        sa.ForeignKeyConstraint(["earlier_id"], ["round_answer.id"], name=op.f("fk_round_answer_earlier_id")),
        sa.ForeignKeyConstraint(["item_id"], ["inspection_item.id"], name=op.f("fk_round_answer_item_id")),
        sa.ForeignKeyConstraint(["note_id"], ["personal_text.id"], name=op.f("fk_round_answer_note_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_round_answer_photo_id")),
        sa.ForeignKeyConstraint(["point_id"], ["round_point.id"], name=op.f("fk_round_answer_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_answer")),
        sa.UniqueConstraint("photo_id", name=op.f("uq_round_answer_photo_id")),
        sa.UniqueConstraint("point_id", "item_id", name=op.f("uq_round_answer_point_id_item_id")),
    )


def downgrade() -> None:
    """Go back to the revision before this one."""
    for table in ("round_answer", "round_point", "round_duty", "inspection_round"):
        op.drop_table(table)
