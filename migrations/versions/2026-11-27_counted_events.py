"""moves say what they count by

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

from itertools import groupby

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JUDGES = "'confirm','reopen','closed_by_system','call'"
COUNTS = sa.text(
    "action IN ('submit','complete','confirm','reopen','closed_by_system','call','decline','withdraw','merge')"
    " AND month IS NOT NULL"
)
JUDGED = sa.text("completion_id IS NOT NULL")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. A move of before was written down when it was made."""
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.add_column(sa.Column("month", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("community_id", BIG_ID, nullable=True))
        batch_op.add_column(sa.Column("category", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("completion_id", BIG_ID, nullable=True))
    connection = op.get_bind()
    _fill(connection)
    _uncorrect(connection)
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.alter_column("community_id", existing_type=BIG_ID, nullable=False)
        batch_op.alter_column("category", existing_type=sa.String(length=40), nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_ticket_event_community_id"), "place", ["community_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_ticket_event_completion_id"), "ticket_event", ["completion_id"], ["id"]
        )
        batch_op.create_check_constraint("only_some_judge", f"completion_id IS NULL OR action IN ({JUDGES})")
        batch_op.create_check_constraint(
            "what_is_judged", f"month IS NULL OR completion_id IS NOT NULL OR action NOT IN ({JUDGES})"
        )
    op.create_index("ix_ticket_event_counted", "ticket_event", ["month", "community_id", "action"],
                    sqlite_where=COUNTS, postgresql_where=COUNTS)  # fmt: skip
    op.create_index("ix_ticket_event_completion", "ticket_event", ["completion_id"],
                    sqlite_where=JUDGED, postgresql_where=JUDGED)  # fmt: skip


def _fill(connection: sa.Connection) -> None:
    """Month, community, the category that stands now, and the completion that was the last one then."""
    local = {
        "sqlite": "date(at, '+8 hours', 'start of month')",  # Asia/Shanghai has no other offset since 1991
        "postgresql": "date_trunc('month', at AT TIME ZONE 'Asia/Shanghai')::date",
    }[connection.dialect.name]
    connection.exec_driver_sql(
        f"UPDATE ticket_event SET month = {local},"  # noqa: S608 - our own words
        " community_id = (SELECT community_id FROM ticket WHERE ticket.id = ticket_event.ticket_id),"
        " category = (SELECT category FROM ticket WHERE ticket.id = ticket_event.ticket_id)"
    )
    connection.exec_driver_sql(
        "UPDATE ticket_event SET completion_id = (SELECT max(done.id) FROM ticket_event AS done"  # noqa: S608
        " WHERE done.ticket_id = ticket_event.ticket_id AND done.action = 'complete'"
        f" AND done.version < ticket_event.version) WHERE action IN ({JUDGES})"
    )


def _uncorrect(connection: sa.Connection) -> None:
    """Give the moves before a correction the category that stood then: walk each corrected ticket backwards."""
    events = sa.table(
        "ticket_event", *(sa.column(name) for name in ("id", "ticket_id", "version", "category")),
        sa.column("changes", sa.JSON()),
    )  # fmt: skip
    corrected = sa.select(events.c.ticket_id).where(events.c.changes.is_not(None))
    stories = (
        sa.select(events)
        .where(events.c.ticket_id.in_(corrected))
        .order_by(events.c.ticket_id, events.c.version.desc())
    )  # fmt: skip
    for _ticket_id, story in groupby(connection.execute(stories).all(), lambda event: event.ticket_id):
        category = None
        for event in story:
            if category is not None:
                connection.execute(sa.update(events).where(events.c.id == event.id).values(category=category))
            category = (event.changes or {}).get("category", [category])[0]


def downgrade() -> None:
    """Go back to the revision before this one."""
    op.drop_index("ix_ticket_event_completion", table_name="ticket_event")
    op.drop_index("ix_ticket_event_counted", table_name="ticket_event")
    with op.batch_alter_table("ticket_event") as batch_op:
        for name in ("what_is_judged", "only_some_judge"):
            batch_op.drop_constraint(name, type_="check")
        for name in ("completion_id", "community_id"):
            batch_op.drop_constraint(batch_op.f(f"fk_ticket_event_{name}"), type_="foreignkey")
        for name in ("completion_id", "category", "community_id", "month"):
            batch_op.drop_column(name)
