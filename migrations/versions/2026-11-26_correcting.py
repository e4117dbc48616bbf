"""corrections and later deadlines

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIONS = (
    "submit", "assign", "reassign", "start", "hold", "resume", "complete", "decline", "withdraw", "confirm", "reopen",
    "closed_by_system", "handed_over", "refer", "accept", "refuse", "take_back", "ask", "answer", "note", "add",
    "appoint", "arrive", "make_safe",
)  # fmt: skip
NEW = ("correct", "request_extension", "grant_extension", "refuse_extension")
PARTIES = ("reporter", "dispatcher", "assignee", "referred", "system")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. Clocks of before run by the priority of today."""
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.add_column(sa.Column("extension_until_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("extension_by_id", BIG_ID, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_ticket_extension_by_id"), "user", ["extension_by_id"], ["id"])
        batch_op.create_check_constraint(
            "extension_was_asked", "(extension_until_on IS NULL) = (extension_by_id IS NULL)"
        )
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.add_column(sa.Column("extension_until_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("changes", sa.JSON(), nullable=True))
    with op.batch_alter_table("ticket_clock") as batch_op:
        batch_op.add_column(sa.Column("priority", sa.String(length=2), nullable=True))
        batch_op.add_column(sa.Column("extended_on", sa.Date(), nullable=True))
    op.execute(
        "UPDATE ticket_clock SET priority = (SELECT priority FROM ticket WHERE ticket.id = ticket_clock.ticket_id)"
    )
    with op.batch_alter_table("ticket_clock") as batch_op:
        batch_op.alter_column("priority", existing_type=sa.String(length=2), nullable=False)
    _known("action", (*ACTIONS, *NEW))
    _known("party", (*PARTIES, "street_office"))


def downgrade() -> None:
    """Undo `upgrade`. What ran before a correction or an extension goes, and so do the events that tell of them."""
    _forget(op.get_bind())
    _known("party", PARTIES)
    _known("action", ACTIONS)
    with op.batch_alter_table("ticket_clock") as batch_op:
        batch_op.drop_column("extended_on")
        batch_op.drop_column("priority")
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.drop_column("changes")
        batch_op.drop_column("extension_until_on")
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_constraint("extension_was_asked", type_="check")
        batch_op.drop_constraint(batch_op.f("fk_ticket_extension_by_id"), type_="foreignkey")
        batch_op.drop_column("extension_by_id")
        batch_op.drop_column("extension_until_on")


def _known(column: str, values: tuple[str, ...]) -> None:
    """Let `column` of the events hold these values, and no others."""
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.drop_constraint(column, type_="check")
        batch_op.create_check_constraint(column, sa.column(column).in_(values))


def _forget(connection: sa.Connection) -> None:
    """Tell of each ticket as if its deadlines had been from the start what they are now."""
    names = ("id", "note_id", "ticket_id", "version", "action", "at", "respond_due_at", "resolve_due_at")
    events = sa.table("ticket_event", *(sa.column(name) for name in names))
    told = connection.execute(
        sa.select(events.c.id, events.c.ticket_id, events.c.note_id).where(events.c.action.in_(NEW))
    ).all()
    for event_id, ticket_id, note_id in told:
        _keep_deadlines(connection, events, event_id, ticket_id)
        for table, column, value in (
            ("notice", "event_ref", f"ticket_event:{event_id}"), ("ticket_event", "id", event_id),
            ("personal_text", "id", note_id),
        ):  # fmt: skip
            rows = sa.table(table, sa.column(column))
            connection.execute(sa.delete(rows).where(rows.c[column] == value))
    tickets = sa.table("ticket", sa.column("id"), sa.column("version"))
    for ticket_id in {row.ticket_id for row in told}:
        _drop_replaced(connection, ticket_id)
        own = sa.select(events.c.id).where(events.c.ticket_id == ticket_id).order_by(events.c.version)
        last = 0
        for last, event_id in enumerate(connection.scalars(own).all(), start=1):
            connection.execute(sa.update(events).where(events.c.id == event_id).values(version=last))
        connection.execute(sa.update(tickets).where(tickets.c.id == ticket_id).values(version=last))


def _keep_deadlines(connection: sa.Connection, events: sa.TableClause, event_id: int, ticket_id: int) -> None:
    """Give the events before the one that goes the deadlines that it brought."""
    due = connection.execute(
        sa.select(events.c.version, events.c.respond_due_at, events.c.resolve_due_at).where(events.c.id == event_id)
    ).one()
    earlier = (events.c.ticket_id == ticket_id, events.c.version < due.version)
    connection.execute(
        sa.update(events).where(*earlier).values(respond_due_at=due.respond_due_at, resolve_due_at=due.resolve_due_at)
    )


def _drop_replaced(connection: sa.Connection, ticket_id: int) -> None:
    """Of runs with the same start keep the last, and number the runs anew."""
    names = ("id", "ticket_id", "kind", "run", "started_at")
    runs = sa.table("ticket_clock", *(sa.column(name) for name in names))
    query = sa.select(runs).where(runs.c.ticket_id == ticket_id).order_by(runs.c.kind, runs.c.run)
    rows = connection.execute(query).all()
    number: dict[str, int] = {}
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        if after is not None and (after.kind, after.started_at) == (row.kind, row.started_at):
            told = sa.table("escalation", sa.column("clock_id"))
            connection.execute(sa.delete(told).where(told.c.clock_id == row.id))
            connection.execute(sa.delete(runs).where(runs.c.id == row.id))
            continue
        number[row.kind] = number.get(row.kind, 0) + 1
        connection.execute(sa.update(runs).where(runs.c.id == row.id).values(run=number[row.kind]))
