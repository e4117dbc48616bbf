"""a finding says in which month, where and for whom its cure counts; open reports with a re-check to come are found

Revision ID: 0058
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CURED, COUNTED, PASSED = map(sa.text, ("cured_id IS NOT NULL", "month IS NOT NULL", "action = 'recheck_pass'"))
RECHECKS = sa.text("recheck IS TRUE AND state IN ('submitted','assigned','underway','on_hold','completed')")
OF_THE_RECHECK = "(SELECT event.{} FROM ticket_event event WHERE event.id = cured_id)"
COUNTS = (
    f"UPDATE ticket_finding SET month = {OF_THE_RECHECK.format('month')} WHERE cured_id IS NOT NULL",  # noqa: S608
    f"UPDATE ticket_finding SET community_id = {OF_THE_RECHECK.format('community_id')}, "  # noqa: S608 - our own words
    f"organisation_id = {OF_THE_RECHECK.format('organisation_id')} WHERE month IS NOT NULL",
)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it: the re-check says all that."""
    op.drop_index("ix_ticket_finding_cured", "ticket_finding")
    op.drop_index("ix_ticket_event_rechecked", "ticket_event")
    op.add_column("ticket_finding", sa.Column("month", sa.Date(), nullable=True))
    op.add_column("ticket_finding", sa.Column("community_id", BIG_ID, nullable=True))
    op.add_column("ticket_finding", sa.Column("organisation_id", BIG_ID, nullable=True))
    for said in COUNTS:
        op.execute(said)
    with op.batch_alter_table("ticket_finding") as batch_op:
        batch_op.create_foreign_key(batch_op.f("fk_ticket_finding_community_id"), "place", ["community_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_ticket_finding_organisation_id"), "organisation", ["organisation_id"], ["id"]
        )
        batch_op.create_check_constraint("counts_once_cured", "month IS NULL OR cured_id IS NOT NULL")
        batch_op.create_check_constraint(
            "cured_counts_somewhere",
            "(month IS NULL) = (community_id IS NULL) AND (month IS NULL) = (organisation_id IS NULL)",
        )
    op.create_index("ix_ticket_finding_cured", "ticket_finding",
                    ["month", "community_id", "organisation_id", "template", "cured_hours"], sqlite_where=COUNTED,
                    postgresql_where=COUNTED)  # fmt: skip
    op.create_index("ix_ticket_rechecks", "ticket", ["community_id", "organisation_id", "id"], sqlite_where=RECHECKS,
                    postgresql_where=RECHECKS)  # fmt: skip


def downgrade() -> None:
    """Go back to the revision before this one: nothing is lost, for the re-check still says it."""
    op.drop_index("ix_ticket_rechecks", "ticket")
    op.drop_index("ix_ticket_finding_cured", "ticket_finding")
    with op.batch_alter_table("ticket_finding") as batch_op:
        batch_op.drop_constraint("cured_counts_somewhere", type_="check")
        batch_op.drop_constraint("counts_once_cured", type_="check")
        batch_op.drop_constraint(batch_op.f("fk_ticket_finding_organisation_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_ticket_finding_community_id"), type_="foreignkey")
        batch_op.drop_column("organisation_id")
        batch_op.drop_column("community_id")
        batch_op.drop_column("month")
    op.create_index("ix_ticket_finding_cured", "ticket_finding", ["cured_id"], sqlite_where=CURED,
                    postgresql_where=CURED)  # fmt: skip
    op.create_index("ix_ticket_event_rechecked", "ticket_event", ["month", "community_id"], sqlite_where=PASSED,
                    postgresql_where=PASSED)  # fmt: skip
