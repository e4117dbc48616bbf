"""reports about one fault are merged

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIONS = (
    "submit", "assign", "reassign", "start", "hold", "resume", "complete", "decline", "withdraw", "confirm", "reopen",
    "closed_by_system", "handed_over", "refer", "accept", "refuse", "take_back", "ask", "answer", "note", "add",
    "appoint", "arrive", "make_safe", "correct", "request_extension", "grant_extension", "refuse_extension",
    "urge", "answer_urge", "object", "uphold_objection", "reject_objection",
)  # fmt: skip
NEW = ("merge", "separate", "agree")
EVENT = (
    "id", "ticket_id", "version", "action", "party", "from_state", "to_state", "note_id", "respond_due_at",
    "resolve_due_at", "stars",
)  # fmt: skip
events = sa.table("ticket_event", *(sa.column(name) for name in EVENT))
tickets = sa.table("ticket", *(sa.column(name) for name in ("id", "version", "state", "stars", "lead_id")))


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. No report of before is a merged one."""
    for table in ("ticket", "ticket_event"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("lead_id", BIG_ID, nullable=True))
            batch_op.create_foreign_key(batch_op.f(f"fk_{table}_lead_id"), "ticket", ["lead_id"], ["id"])
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.create_check_constraint("merged_has_a_lead", "(state = 'merged') = (lead_id IS NOT NULL)")
        batch_op.create_check_constraint("leads_not_itself", "lead_id <> id")
        batch_op.create_index(batch_op.f("ix_ticket_lead_id"), ["lead_id"])
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.create_check_constraint("merged_has_a_lead", "(to_state = 'merged') = (lead_id IS NOT NULL)")
    _known((*ACTIONS, *NEW))


def downgrade() -> None:
    """Undo `upgrade`: a merged report is one that was withdrawn, one that was separated was never merged."""
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.drop_constraint("merged_has_a_lead", type_="check")
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_lead_id"))
        batch_op.drop_constraint("leads_not_itself", type_="check")
        batch_op.drop_constraint("merged_has_a_lead", type_="check")
    connection = op.get_bind()
    concerned = sa.select(events.c.ticket_id).where(events.c.action.in_(NEW)).distinct()
    for ticket_id in connection.scalars(concerned).all():
        _tell_otherwise(connection, ticket_id)
    _known(ACTIONS)
    for table in ("ticket", "ticket_event"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(batch_op.f(f"fk_{table}_lead_id"), type_="foreignkey")
            batch_op.drop_column("lead_id")


def _known(actions: tuple[str, ...]) -> None:
    """Let the events hold these actions, and no others."""
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.drop_constraint("action", type_="check")
        batch_op.create_check_constraint("action", sa.column("action").in_(actions))


def _tell_otherwise(connection: sa.Connection, ticket_id: int) -> None:
    """Tell the history of one report in the moves that the revision before this one knows."""
    query = sa.select(events).where(events.c.ticket_id == ticket_id).order_by(events.c.version)
    told = connection.execute(query).all()
    state, merged = _rewrite(connection, told)
    _drop_replaced(connection, ticket_id)
    left = sa.select(events.c.id).where(events.c.ticket_id == ticket_id).order_by(events.c.version)
    last = 0
    for last, event_id in enumerate(connection.scalars(left).all(), start=1):
        connection.execute(sa.update(events).where(events.c.id == event_id).values(version=last))
    stands: dict[str, Any] = {"version": last, "state": state} | ({"stars": None} if merged else {})
    connection.execute(sa.update(tickets).where(tickets.c.id == ticket_id).values(**stands))


def _rewrite(connection: sa.Connection, told: Sequence[sa.Row[Any]]) -> tuple[str, bool]:
    """Change or delete the events of one report; the state that it ends in, and whether it was merged then."""
    last_out = max((event.version for event in told if event.action == "separate"), default=0)
    before, inside = "submitted", False
    for event in told:
        stays = last_out < event.version  # merged for good: as if it had been withdrawn
        if event.action == "merge" and not inside and stays:
            _change(connection, event, action="withdraw", party="reporter", to_state="cancelled")
            inside = True
        elif event.action in {"merge", "agree"}:
            inside = True
            _delete(connection, event)
        elif event.action == "separate":
            inside = False
            _keep_deadlines(connection, event)
            if before == "submitted":
                _delete(connection, event)
            else:
                _change(connection, event, action="handed_over", party="system", from_state=before)
        elif inside:
            now = "cancelled" if stays else before
            _change(connection, event, from_state=now, to_state=now)
        else:
            before = event.to_state
    return ("cancelled", True) if inside else (told[-1].to_state, False)


def _change(connection: sa.Connection, event: sa.Row[Any], **values: str) -> None:
    connection.execute(sa.update(events).where(events.c.id == event.id).values(**values))


def _delete(connection: sa.Connection, event: sa.Row[Any]) -> None:
    """The event goes with its words and notices."""
    for table, column, value in (
        ("notice", "event_ref", f"ticket_event:{event.id}"), ("ticket_event", "id", event.id),
        ("personal_text", "id", event.note_id),
    ):  # fmt: skip
        rows = sa.table(table, sa.column(column))
        connection.execute(sa.delete(rows).where(rows.c[column] == value))


def _keep_deadlines(connection: sa.Connection, event: sa.Row[Any]) -> None:
    """Give the events before `event` the deadlines that it brought."""
    earlier = (events.c.ticket_id == event.ticket_id, events.c.version < event.version)
    due = {"respond_due_at": event.respond_due_at, "resolve_due_at": event.resolve_due_at}
    connection.execute(sa.update(events).where(*earlier).values(**due))


def _drop_replaced(connection: sa.Connection, ticket_id: int) -> None:
    """Of runs with the same start keep the last that no correction made, and number the runs anew."""
    names = ("id", "ticket_id", "kind", "run", "started_at", "time_limit", "due_at")
    runs = sa.table("ticket_clock", *(sa.column(name) for name in names))
    query = sa.select(runs).where(runs.c.ticket_id == ticket_id).order_by(runs.c.kind, runs.c.run)
    rows = connection.execute(query).all()
    number: dict[str, int] = {}
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        same = after is not None and (after.kind, after.started_at, after.due_at) == (
            row.kind,
            row.started_at,
            row.due_at,
        )
        if same:
            told = sa.table("escalation", sa.column("clock_id"))
            connection.execute(sa.delete(told).where(told.c.clock_id == row.id))
            connection.execute(sa.delete(runs).where(runs.c.id == row.id))
            continue
        number[row.kind] = number.get(row.kind, 0) + 1
        connection.execute(sa.update(runs).where(runs.c.id == row.id).values(run=number[row.kind]))
