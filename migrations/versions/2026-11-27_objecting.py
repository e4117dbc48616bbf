"""objections to a dispatch

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTIONS = (
    "submit", "assign", "reassign", "start", "hold", "resume", "complete", "decline", "withdraw", "confirm", "reopen",
    "closed_by_system", "handed_over", "refer", "accept", "refuse", "take_back", "ask", "answer", "note", "add",
    "appoint", "arrive", "make_safe", "correct", "request_extension", "grant_extension", "refuse_extension", "urge",
    "answer_urge",
)  # fmt: skip
NEW = ("object", "uphold_objection", "reject_objection")
PARTIES = ("reporter", "dispatcher", "assignee", "street_office", "official", "referred", "system")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.add_column(sa.Column("placed_with_id", BIG_ID, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_ticket_placed_with_id"), "organisation", ["placed_with_id"], ["id"])
    op.create_table(
        "objection",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("party", sa.Enum(*PARTIES, name="party", native_enum=False, create_constraint=True, length=32),
                  nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("by_id", BIG_ID, nullable=False),
        sa.Column("concerns_id", BIG_ID, nullable=True),
        sa.Column("objected_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column(
            "end_kind",
            sa.Enum("upheld", "rejected", "lapsed", name="objectionend", native_enum=False, create_constraint=True,
                    length=32),
            nullable=True,
        ),
        sa.CheckConstraint("party IN ('dispatcher','assignee')", name=op.f("ck_objection_of_whom_has_it")),
        sa.CheckConstraint("(ended_at IS NULL) = (end_kind IS NULL)", name=op.f("ck_objection_ended_somehow")),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= objected_at", name=op.f("ck_objection_ended_after_begun")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_objection_by_id")),
        sa.ForeignKeyConstraint(["concerns_id"], ["organisation.id"], name=op.f("fk_objection_concerns_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_objection_organisation_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_objection_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )  # fmt: skip
    with op.batch_alter_table("objection") as batch_op:
        batch_op.create_index(batch_op.f("ix_objection_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "uq_objection_open", ["ticket_id"], unique=True, sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )  # fmt: skip
        batch_op.create_index(
            "uq_objection_decided", ["ticket_id", "organisation_id", "party", "round"], unique=True,
            sqlite_where=sa.text("end_kind IN ('upheld','rejected')"),
            postgresql_where=sa.text("end_kind IN ('upheld','rejected')"),
        )  # fmt: skip
    _known("action", (*ACTIONS, *NEW))


def downgrade() -> None:
    """Undo `upgrade`. Objections and their rejections go; an upheld one is told as a handing over by the system, and
    who has a ticket by it keeps it until the jobs hand it back.
    """
    _forget(op.get_bind())
    _known("action", ACTIONS)
    op.drop_table("objection")
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ticket_placed_with_id"), type_="foreignkey")
        batch_op.drop_column("placed_with_id")


def _known(column: str, values: tuple[str, ...]) -> None:
    """Let `column` of the events hold these values, and no others."""
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.drop_constraint(column, type_="check")
        batch_op.create_check_constraint(column, sa.column(column).in_(values))


def _forget(connection: sa.Connection) -> None:
    names = ("id", "note_id", "ticket_id", "version", "action", "party")
    events = sa.table("ticket_event", *(sa.column(name) for name in names))
    tickets, notices = sa.table("ticket", sa.column("id"), sa.column("version")), sa.table(
        "notice", sa.column("event_ref")
    )  # fmt: skip
    texts = sa.table("personal_text", sa.column("id"))
    handed = sa.update(events).where(events.c.action == "uphold_objection")
    connection.execute(handed.values(action="handed_over", party="system"))
    referred = sa.update(events).where(events.c.action == "refer", events.c.party == "system")
    connection.execute(referred.values(party="dispatcher"))
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
