"""events that bring duties

Revision ID: 0047
Revises: 0043
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0047"
down_revision = "0043"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("light", "heavy", "blizzard", "storm", "pressure_test", "flood_season")
ANCHORS = ("calendar", "completion", "acceptance", "warranty_end", "first_use")
ON, ON_AND_ON = sa.text("NOT off"), sa.text("NOT off AND ends_on IS NULL")
STANDS = sa.text("superseded_by IS NULL")
BY_RULE = sa.text("superseded_by IS NULL AND occasion_id IS NULL")
UPON = sa.text("superseded_by IS NULL AND occasion_id IS NOT NULL")


def _one_of(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _keys(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([column], [of], name=op.f(f"fk_{table}_{column}")) for column, of in columns.items()
    ]


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    _occasions()
    _moves()
    _places()
    _anchors((*ANCHORS, "event"))
    op.drop_index("uq_duty_due", "duty")
    with op.batch_alter_table("duty") as batch_op:
        batch_op.add_column(sa.Column("occasion_id", BIG_ID, nullable=True))
        batch_op.create_foreign_key(op.f("fk_duty_occasion_id"), "occasion", ["occasion_id"], ["id"])
    for name, columns, where in (
        ("uq_duty_due", ["target_id", "due_on"], BY_RULE), ("uq_duty_occasion", ["occasion_id", "target_id"], UPON),
    ):  # fmt: skip
        op.create_index(name, "duty", columns, unique=True, sqlite_where=where, postgresql_where=where)


def _anchors(known: tuple[str, ...]) -> None:
    """From what a schedule and a plan can be counted."""
    for table, column in (("inspection_schedule", "counts_from"), ("inspection_plan_version", "counts")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint("countsfrom", type_="check")
            batch_op.create_check_constraint("countsfrom", sa.column(column).in_(known))


def _occasions() -> None:
    op.create_table(
        "occasion",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("kind", _one_of(*KINDS, name="kind"), nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("schedules", sa.String(length=400), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("called_off_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_occasion_ends_after_start")),
        sa.CheckConstraint("version > 0", name=op.f("ck_occasion_version_counts")),
        *_keys("occasion", place_id="place.id", organisation_id="organisation.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasion")),
    )
    op.create_index(op.f("ix_occasion_starts_on_id"), "occasion", ["starts_on", "id"], unique=False)


def _moves() -> None:
    op.create_table(
        "occasion_move",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("occasion_id", BIG_ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("move", _one_of("opened", "dated", "called_off", name="move"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("reason_id", BIG_ID, nullable=True),
        sa.CheckConstraint("(move = 'opened') = (version = 1)", name=op.f("ck_occasion_move_begins_with_the_opening")),
        sa.CheckConstraint("move = 'opened' OR reason_id IS NOT NULL", name=op.f("ck_occasion_move_a_change_says_why")),
        *_keys("occasion_move", occasion_id="occasion.id", actor_id="user.id", reason_id="personal_text.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occasion_move")),
        sa.UniqueConstraint("occasion_id", "version", name=op.f("uq_occasion_move_occasion_id_version")),
    )
    op.create_index(op.f("ix_occasion_move_actor_id"), "occasion_move", ["actor_id"], unique=False)


def _places() -> None:
    op.create_table(
        "occasion_place",
        sa.Column("occasion_id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("template", sa.String(length=10), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("off", sa.Boolean(), nullable=False),
        *_keys("occasion_place", occasion_id="occasion.id", community_id="place.id"),
        sa.PrimaryKeyConstraint("occasion_id", "community_id", name=op.f("pk_occasion_place")),
    )
    for name, columns, where in (
        ("uq_occasion_place_day", ["community_id", "template", "starts_on"], ON),
        ("uq_occasion_place_going_on", ["community_id", "template"], ON_AND_ON),
    ):
        op.create_index(name, "occasion_place", columns, unique=True, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """Undo `upgrade`. What events brought is lost with them: a database before knows no duty without a rule."""
    op.drop_index("uq_duty_occasion", "duty")
    op.drop_index("uq_duty_due", "duty")
    upon = "SELECT id FROM duty WHERE occasion_id IS NOT NULL"
    points = f"SELECT id FROM round_point WHERE duty_id IN ({upon})"  # noqa: S608
    answers = f"SELECT id FROM round_answer WHERE point_id IN ({points})"  # noqa: S608
    again = "UPDATE round_answer SET earlier_id = NULL, earlier_same_file = NULL WHERE earlier_id IN"
    op.execute(f"{again} ({answers})")
    op.execute(f"DELETE FROM round_answer WHERE point_id IN ({points})")  # noqa: S608
    for table in ("round_point", "round_duty", "duty_event", "duty_excuse"):
        op.execute(f"DELETE FROM {table} WHERE duty_id IN ({upon})")  # noqa: S608
    op.execute("DELETE FROM duty WHERE occasion_id IS NOT NULL")
    with op.batch_alter_table("duty") as batch_op:
        batch_op.drop_constraint(op.f("fk_duty_occasion_id"), type_="foreignkey")
        batch_op.drop_column("occasion_id")
    op.create_index("uq_duty_due", "duty", ["target_id", "due_on"], unique=True, sqlite_where=STANDS,
                    postgresql_where=STANDS)  # fmt: skip
    op.execute("DELETE FROM inspection_schedule WHERE counts_from = 'event'")
    op.execute("UPDATE inspection_plan_version SET counts = 'calendar' WHERE counts = 'event'")
    _anchors(ANCHORS)
    for table in ("occasion_place", "occasion_move", "occasion"):
        op.drop_table(table)
