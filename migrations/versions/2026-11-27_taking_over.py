"""reports that are taken over from another system

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIONS = (
    "submit", "assign", "reassign", "start", "hold", "resume", "complete", "decline", "withdraw", "confirm", "reopen",
    "closed_by_system", "handed_over", "refer", "accept", "refuse", "take_back", "ask", "answer", "note", "add",
    "appoint", "arrive", "make_safe", "correct", "request_extension", "grant_extension", "refuse_extension", "urge",
    "answer_urge", "object", "uphold_objection", "reject_objection", "merge", "separate", "agree", "call",
)  # fmt: skip
CHANNELS = ("code", "account", "phone")
NEW = "imported"
FIGURES = ("community_id", "state", "due_at", "reopened", "stars")
TAKEN_OVER = sa.text("channel = 'imported'")
PART = 500  # ids in one statement


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "imported_ticket",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("source_id", sa.String(length=80), nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.CheckConstraint(
            "closed_at IS NULL OR closed_at >= opened_at", name=op.f("ck_imported_ticket_closed_after_opened")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_imported_ticket_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_ticket")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_imported_ticket_source_source_id")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_imported_ticket_ticket_id")),
    )
    with op.batch_alter_table("imported_ticket") as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_ticket_month"), ["month"], unique=False)
    _known("ticket", "channel", (*CHANNELS, NEW))
    _known("ticket_event", "action", (*ACTIONS, NEW))
    _begins("(version = 1) = (action IN ('submit','imported'))")
    _figures([*FIGURES, "completed_at", "id"])
    op.create_index("ix_ticket_imported", "ticket", ["community_id", "state", "submitted_at", "id"],
                    sqlite_where=TAKEN_OVER, postgresql_where=TAKEN_OVER)  # fmt: skip


def downgrade() -> None:
    """Undo `upgrade`. What was taken over open stays, as if somebody had written it down, with clocks that have no
    limit; what had been closed elsewhere goes, because its history then would have no legal beginning.
    """
    op.drop_index("ix_ticket_imported", table_name="ticket")
    connection = op.get_bind()
    _forget_closed(connection)
    _keep_open(connection)
    op.drop_table("imported_ticket")
    _begins(None)
    _known("ticket_event", "action", ACTIONS)
    _begins("(version = 1) = (action = 'submit')", there=False)
    _known("ticket", "channel", CHANNELS)
    _figures([*FIGURES, "id"])


def _known(table: str, column: str, values: tuple[str, ...]) -> None:
    """Let `column` hold these values, and no others."""
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(column, type_="check")
        batch_op.create_check_constraint(column, sa.column(column).in_(values))


def _begins(condition: str | None, *, there: bool = True) -> None:
    """Say with what a history begins, instead of what is said `there`; None says nothing."""
    with op.batch_alter_table("ticket_event") as batch_op:
        if there:
            batch_op.drop_constraint("first_is_submit", type_="check")
        if condition:
            batch_op.create_check_constraint("first_is_submit", sa.text(condition))


def _figures(columns: list[str]) -> None:
    op.drop_index("ix_ticket_figures", "ticket")
    op.create_index("ix_ticket_figures", "ticket", columns)


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns))


def _forget_closed(connection: sa.Connection) -> None:
    tickets = _table("ticket", "id", "channel", "completed_at", "state", "description_id", "spot_id")
    gone = sa.and_(tickets.c.channel == NEW, tickets.c.state == "confirmed", tickets.c.completed_at.is_(None))
    ids = list(connection.scalars(sa.select(tickets.c.id).where(gone)))
    holders = (
        ("ticket_event", "note_id"), ("ticket_verdict", "note_id"), ("ticket_payer", "reason_id"),
        ("imported_ticket", None),
    )  # fmt: skip
    for start in range(0, len(ids), PART):
        part = ids[start : start + PART]
        mine = sa.select(tickets.c.description_id, tickets.c.spot_id).where(tickets.c.id.in_(part))
        words = {text_id for row in connection.execute(mine) for text_id in row}
        for name, column in reversed(holders):
            rows = _table(name, "ticket_id", *([column] if column else []))
            if column:
                words |= set(connection.scalars(sa.select(rows.c[column]).where(rows.c.ticket_id.in_(part))))
            connection.execute(sa.delete(rows).where(rows.c.ticket_id.in_(part)))
        connection.execute(sa.delete(tickets).where(tickets.c.id.in_(part)))
        texts, found = _table("personal_text", "id"), sorted(words - {None})
        for first in range(0, len(found), PART):
            connection.execute(sa.delete(texts).where(texts.c.id.in_(found[first : first + PART])))


def _keep_open(connection: sa.Connection) -> None:
    tickets = _table("ticket", "id", "channel", "state", "priority")
    events = _table("ticket_event", "ticket_id", "version", "action", "at", "party")
    clocks = _table("ticket_clock", "ticket_id", "kind", "run", "time_limit", "priority", "started_at", "calendar",
                    "paused_at", "stopped_at")  # fmt: skip
    began = sa.and_(events.c.ticket_id == tickets.c.id, events.c.version == 1, events.c.action == NEW)
    there = sa.select(tickets.c.id, tickets.c.priority, tickets.c.state, events.c.at).join(events, began)
    rows = connection.execute(there).all()
    for kind in ("respond", "resolve"):
        over = ("completed", "confirmed", "declined", "cancelled", "merged")
        over = over if kind == "resolve" else (*over, "assigned", "underway", "on_hold")
        told = [
            {"ticket_id": row.id, "kind": kind, "run": 1, "time_limit": "–", "priority": row.priority,
             "started_at": row.at, "calendar": "", "stopped_at": row.at if row.state in over else None,
             "paused_at": row.at if kind == "resolve" and row.state == "on_hold" else None}
            for row in rows
        ]  # fmt: skip
        if told:
            connection.execute(sa.insert(clocks), told)
    connection.execute(sa.update(events).where(events.c.action == NEW).values(action="submit", party="dispatcher"))
    connection.execute(sa.update(tickets).where(tickets.c.channel == NEW).values(channel="phone"))
