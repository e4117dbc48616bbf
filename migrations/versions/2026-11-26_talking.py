"""talking about a ticket, appointments, milestones

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ACTIONS = (
    "submit", "assign", "reassign", "start", "hold", "resume", "complete", "decline", "withdraw", "confirm", "reopen",
    "closed_by_system", "handed_over", "refer", "accept", "refuse", "take_back",
)  # fmt: skip
TALK = ("ask", "answer", "note", "add", "appoint", "arrive", "make_safe")
TWO, FOUR = ("respond", "resolve"), ("respond", "on_site", "make_safe", "resolve")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. Reports of before keep the two clocks they have."""
    for table in ("ticket", "ticket_event"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column("appointed_from", UtcDateTime(), nullable=True))
            batch_op.add_column(sa.Column("appointed_until", UtcDateTime(), nullable=True))
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.create_check_constraint("appointment_is_whole", "(appointed_from IS NULL) = (appointed_until IS NULL)")
        batch_op.create_check_constraint("appointment_ends_after_start", "appointed_until > appointed_from")
        batch_op.add_column(sa.Column("asked_at", UtcDateTime(), nullable=True))
        batch_op.create_check_constraint(
            "asked_while_open", "asked_at IS NULL OR state NOT IN ('confirmed','declined','cancelled','merged')"
        )
    _known("ticket_event", "action", "action", (*ACTIONS, *TALK))
    _clocks_known(FOUR, "only_some_pause", "only_resolve_pauses", "kind IN ('on_site','resolve')")


def downgrade() -> None:
    """Undo `upgrade`: what was said goes with its words and notices; its photographs stay with the report."""
    _forget_talk(op.get_bind())
    op.execute(
        "DELETE FROM escalation WHERE clock_id IN (SELECT id FROM ticket_clock WHERE kind IN ('on_site', 'make_safe'))"
    )
    op.execute("DELETE FROM ticket_clock WHERE kind IN ('on_site', 'make_safe')")
    _clocks_known(TWO, "only_resolve_pauses", "only_some_pause", "kind = 'resolve'")
    _known("ticket_event", "action", "action", ACTIONS)
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_constraint("appointment_ends_after_start", type_="check")
        batch_op.drop_constraint("appointment_is_whole", type_="check")
        batch_op.drop_constraint("asked_while_open", type_="check")
        batch_op.drop_column("asked_at")
    for table in ("ticket", "ticket_event"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("appointed_until")
            batch_op.drop_column("appointed_from")


def _known(table: str, constraint: str, column: str, values: tuple[str, ...]) -> None:
    """Let `column` hold these values, and no others."""
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(constraint, type_="check")
        batch_op.create_check_constraint(constraint, sa.column(column).in_(values))


def _clocks_known(kinds: tuple[str, ...], pauses: str, instead_of: str, which: str) -> None:
    """Let clocks be of these kinds, of which a hold pauses some: by the CHECK `pauses` in place of another."""
    with op.batch_alter_table("ticket_clock") as batch_op:
        batch_op.drop_constraint(instead_of, type_="check")
        batch_op.create_check_constraint(pauses, f"paused_at IS NULL OR {which}")
    _known("ticket_clock", "clockkind", "kind", kinds)
    _known("ticket", "clockkind", "due_kind", kinds)


def _forget_talk(connection: sa.Connection) -> None:
    """Delete the events that the revision before this one does not know; later ones move up, so that no version is
    missing.
    """
    names = ("id", "note_id", "ticket_id", "version", "action")
    events = sa.table("ticket_event", *(sa.column(name) for name in names))
    said = sa.select(events.c.id, events.c.ticket_id, events.c.note_id).where(events.c.action.in_(TALK))
    talk = connection.execute(said).all()
    for event_id, ticket_id, note_id in talk:
        first = sa.select(events.c.id).where(events.c.ticket_id == ticket_id, events.c.version == 1)
        photos = sa.table("attachment", sa.column("event_id"))
        connection.execute(
            sa.update(photos).where(photos.c.event_id == event_id).values(event_id=first.scalar_subquery())
        )
        for table, column, value in (
            ("notice", "event_ref", f"ticket_event:{event_id}"), ("ticket_event", "id", event_id),
            ("personal_text", "id", note_id),
        ):  # fmt: skip
            rows = sa.table(table, sa.column(column))
            connection.execute(sa.delete(rows).where(rows.c[column] == value))
    tickets = sa.table("ticket", sa.column("id"), sa.column("version"))
    for ticket_id in {row.ticket_id for row in talk}:
        own = sa.select(events.c.id).where(events.c.ticket_id == ticket_id).order_by(events.c.version)
        last = 0
        for last, event_id in enumerate(connection.scalars(own).all(), start=1):
            connection.execute(sa.update(events).where(events.c.id == event_id).values(version=last))
        connection.execute(sa.update(tickets).where(tickets.c.id == ticket_id).values(version=last))
