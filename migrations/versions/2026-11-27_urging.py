"""urging by officials

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIONS = (
    "submit", "assign", "reassign", "start", "hold", "resume", "complete", "decline", "withdraw", "confirm", "reopen",
    "closed_by_system", "handed_over", "refer", "accept", "refuse", "take_back", "ask", "answer", "note", "add",
    "appoint", "arrive", "make_safe", "correct", "request_extension", "grant_extension", "refuse_extension",
)  # fmt: skip
NEW = ("urge", "answer_urge")
PARTIES = ("reporter", "dispatcher", "assignee", "street_office", "referred", "system")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "urge",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("answer_by_on", sa.Date(), nullable=False),
        sa.Column("urged_at", UtcDateTime(), nullable=False),
        sa.Column("overdue_told_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column(
            "end_kind",
            sa.Enum("answered", "repaired", "closed", name="urgeend", native_enum=False, create_constraint=True,
                    length=32),
            nullable=True,
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (end_kind IS NULL)", name=op.f("ck_urge_ended_somehow")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= urged_at", name=op.f("ck_urge_ended_after_begun")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_urge_by_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_urge_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urge")),
    )  # fmt: skip
    with op.batch_alter_table("urge") as batch_op:
        batch_op.create_index(batch_op.f("ix_urge_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "uq_urge_open", ["ticket_id"], unique=True, sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )  # fmt: skip
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.add_column(sa.Column("answer_by_on", sa.Date(), nullable=True))
    _known("action", (*ACTIONS, *NEW))
    _known("party", (*PARTIES, "official"))


def downgrade() -> None:
    """Undo `upgrade`. The urges go, and so do the events that tell of them; later events move up."""
    _forget(op.get_bind())
    _known("party", PARTIES)
    _known("action", ACTIONS)
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.drop_column("answer_by_on")
    op.drop_table("urge")


def _known(column: str, values: tuple[str, ...]) -> None:
    """Let `column` of the events hold these values, and no others."""
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.drop_constraint(column, type_="check")
        batch_op.create_check_constraint(column, sa.column(column).in_(values))


def _forget(connection: sa.Connection) -> None:
    names = ("id", "note_id", "ticket_id", "version", "action")
    events = sa.table("ticket_event", *(sa.column(name) for name in names))
    tickets, notices = sa.table("ticket", sa.column("id"), sa.column("version")), sa.table(
        "notice", sa.column("event_ref")
    )  # fmt: skip
    texts = sa.table("personal_text", sa.column("id"))
    connection.execute(sa.delete(notices).where(notices.c.event_ref.like("urge:%")))
    told = connection.execute(
        sa.select(events.c.id, events.c.ticket_id, events.c.note_id).where(events.c.action.in_(NEW))
    ).all()
    for event_id, _ticket_id, note_id in told:
        connection.execute(sa.delete(notices).where(notices.c.event_ref == f"ticket_event:{event_id}"))
        connection.execute(sa.delete(events).where(events.c.id == event_id))
        connection.execute(sa.delete(texts).where(texts.c.id == note_id))
    for ticket_id in {row.ticket_id for row in told}:
        own = sa.select(events.c.id).where(events.c.ticket_id == ticket_id).order_by(events.c.version)
        last = 0
        for last, event_id in enumerate(connection.scalars(own).all(), start=1):
            connection.execute(sa.update(events).where(events.c.id == event_id).values(version=last))
        connection.execute(sa.update(tickets).where(tickets.c.id == ticket_id).values(version=last))
