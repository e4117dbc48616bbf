"""plans that follow their template, and targets that follow the parts

Revision ID: 0043
Revises: 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0044"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COUNTS = ("calendar", "completion")
NEW = ("acceptance", "warranty_end", "first_use")
CHECKS = {
    "types_of_the_whole": "whole OR asset_types IS NULL",
    "what_arose_is_whole": "whole OR NOT arose",
    "of_a_project_by_itself": "arose OR project_id IS NULL",
}
AROSE = sa.text("arose AND project_id IS NULL")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. What was planned so far says its terms itself."""
    with op.batch_alter_table("inspection_plan") as batch_op:
        batch_op.add_column(sa.Column("whole", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("asset_types", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("arose", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("project_id", BIG_ID, nullable=True))
        batch_op.add_column(sa.Column("counted_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE inspection_plan SET counted_on = (SELECT min(first_on) FROM inspection_plan_version"
        " WHERE plan_id = inspection_plan.id)"
    )
    with op.batch_alter_table("inspection_plan") as batch_op:
        batch_op.alter_column("schedule", type_=sa.String(length=40), existing_type=sa.String(length=20))
        batch_op.alter_column("counted_on", nullable=False)
        batch_op.alter_column("whole", server_default=None)
        batch_op.alter_column("arose", server_default=None)
        batch_op.create_foreign_key(op.f("fk_inspection_plan_project_id"), "project", ["project_id"], ["id"])
        for name, said in CHECKS.items():
            batch_op.create_check_constraint(name, sa.text(said))
    with op.batch_alter_table("inspection_plan_version") as batch_op:
        batch_op.add_column(sa.Column("by_template", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint("counts", type_="check")
        batch_op.create_check_constraint("countsfrom", sa.column("counts").in_((*COUNTS, *NEW)))
    with op.batch_alter_table("inspection_plan_version") as batch_op:
        batch_op.alter_column("by_template", server_default=None)
    _indexes()


def _indexes() -> None:
    op.create_index(op.f("ix_inspection_plan_template_schedule"), "inspection_plan", ["template", "schedule"])
    three = ["project_id", "template", "schedule"]
    op.create_index("uq_inspection_plan_project", "inspection_plan", three, unique=True)
    op.create_index("uq_inspection_plan_arose", "inspection_plan", ["community_id", *three[1:]], unique=True,
                    sqlite_where=AROSE, postgresql_where=AROSE)  # fmt: skip
    _unique("asset_id IS NULL AND ends_on IS NULL", "ends_on IS NULL")


def downgrade() -> None:
    """Undo `upgrade`. Of several targets of one thing the last one has the duties of all; days of acceptance, first use
    and warranties stay, though the plan says that the calendar counts.
    """
    _join()
    _unique("asset_id IS NULL", None)
    for name in ("uq_inspection_plan_arose", "uq_inspection_plan_project", "ix_inspection_plan_template_schedule"):
        op.drop_index(name, "inspection_plan")
    later = ", ".join(f"'{each}'" for each in NEW)
    op.execute(f"UPDATE inspection_plan_version SET counts = 'calendar' WHERE counts IN ({later})")  # noqa: S608
    with op.batch_alter_table("inspection_plan_version") as batch_op:
        batch_op.drop_constraint("countsfrom", type_="check")
        batch_op.create_check_constraint("counts", sa.column("counts").in_(COUNTS))
        batch_op.drop_column("by_template")
    with op.batch_alter_table("inspection_plan") as batch_op:
        for name in CHECKS:
            batch_op.drop_constraint(name, type_="check")
        batch_op.drop_constraint(op.f("fk_inspection_plan_project_id"), type_="foreignkey")
        for name in ("counted_on", "project_id", "arose", "asset_types", "whole"):
            batch_op.drop_column(name)
        batch_op.alter_column("schedule", type_=sa.String(length=20), existing_type=sa.String(length=40),
                              postgresql_using="substr(schedule, 1, 20)")  # fmt: skip


def _unique(place: str, part: str | None) -> None:
    """Let a plan have one target for each place and part, among those that are so."""
    for name, of, where in (("place", "place_id", place), ("asset", "asset_id", part)):
        op.drop_index(f"uq_inspection_target_{name}", "inspection_target")
        few = sa.text(where) if where else None
        op.create_index(f"uq_inspection_target_{name}", "inspection_target", ["plan_id", of], unique=True,
                        sqlite_where=few, postgresql_where=few)  # fmt: skip


def _join() -> None:
    last = (
        "SELECT max(other.id) FROM inspection_target AS other JOIN inspection_target AS mine ON mine.id = {of}"
        " WHERE other.plan_id = mine.plan_id"
        " AND coalesce(other.asset_id, -other.place_id) = coalesce(mine.asset_id, -mine.place_id)"
    )
    op.execute(f"UPDATE duty SET target_id = ({last.format(of='duty.target_id')})")  # noqa: S608
    op.execute(f"DELETE FROM inspection_target WHERE id <> ({last.format(of='inspection_target.id')})")  # noqa: S608
