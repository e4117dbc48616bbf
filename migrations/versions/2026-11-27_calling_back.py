"""call-backs

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW = {"action": ("call",), "party": ("caller",)}
KNOWN = {
    "action": (
        "submit", "assign", "reassign", "start", "hold", "resume", "complete", "decline", "withdraw", "confirm",
        "reopen", "closed_by_system", "handed_over", "refer", "accept", "refuse", "take_back", "ask", "answer", "note",
        "add", "appoint", "arrive", "make_safe", "correct", "request_extension", "grant_extension", "refuse_extension",
        "urge", "answer_urge", "object", "uphold_objection", "reject_objection", "merge", "separate", "agree",
    ),
    "party": ("reporter", "dispatcher", "assignee", "referred", "system", "street_office", "official"),
}  # fmt: skip
OUTCOMES = ("reached", "no_answer", "busy", "wrong_number", "later", "refused", "not_reached")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.add_column(sa.Column("contacted_in_time", sa.Boolean(), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=32), nullable=True))
        batch_op.create_check_constraint("outcome", sa.column("outcome").in_(OUTCOMES))
        batch_op.create_check_constraint("call_has_outcome", "(action = 'call') = (outcome IS NOT NULL)")
        batch_op.create_check_constraint(
            "only_answers_rate_contact", "contacted_in_time IS NULL OR action IN ('confirm','reopen')"
        )
    for column, values in KNOWN.items():
        _known(column, (*values, *NEW[column]))
    _tables()


def _tables() -> None:
    op.create_table(
        "call_back",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("completion_id", BIG_ID, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("later_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by_id", BIG_ID, nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ending", sa.String(length=32), nullable=True),
        sa.Column("contacted_in_time", sa.Boolean(), nullable=True),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("stars", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(claimed_by_id IS NULL) = (claimed_until IS NULL)", name=op.f("ck_call_back_claimed_until_when")
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name=op.f("ck_call_back_ended_somehow")),
        sa.CheckConstraint("days <= attempts", name=op.f("ck_call_back_days_have_attempts")),
        sa.CheckConstraint(
            "ending IS NULL OR ending <> 'not_reached' OR (attempts >= 3 AND days >= 2)",
            name=op.f("ck_call_back_not_reached_after_three_on_two_days"),
        ),
        sa.CheckConstraint(
            "(ending IS NOT NULL AND ending = 'reached') = (contacted_in_time IS NOT NULL OR "
            "solved IS NOT NULL OR stars IS NOT NULL)",
            name=op.f("ck_call_back_answers_of_who_was_reached"),
        ),
        sa.CheckConstraint("stars IS NULL OR stars BETWEEN 1 AND 5", name=op.f("ck_call_back_stars_one_to_five")),
        sa.CheckConstraint("ending IN ('reached', 'refused', 'not_reached')", name=op.f("ck_call_back_ending")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_call_back_ticket_id")),
        sa.ForeignKeyConstraint(["completion_id"], ["ticket_event.id"], name=op.f("fk_call_back_completion_id")),
        sa.ForeignKeyConstraint(["claimed_by_id"], ["user.id"], name=op.f("fk_call_back_claimed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_back")),
        sa.UniqueConstraint("completion_id", name=op.f("uq_call_back_completion_id")),
    )
    op.create_index(op.f("ix_call_back_ticket_id"), "call_back", ["ticket_id"])
    op.create_table(
        "call_attempt",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("call_back_id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("organisation_id", BIG_ID, nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("later_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'later') = (later_at IS NOT NULL)", name=op.f("ck_call_attempt_later_has_a_time")
        ),
        sa.CheckConstraint("outcome <> 'not_reached'", name=op.f("ck_call_attempt_an_end_is_no_attempt")),
        sa.CheckConstraint(sa.column("outcome").in_(OUTCOMES), name=op.f("ck_call_attempt_outcome")),
        sa.ForeignKeyConstraint(["call_back_id"], ["call_back.id"], name=op.f("fk_call_attempt_call_back_id")),
        sa.ForeignKeyConstraint(["event_id"], ["ticket_event.id"], name=op.f("fk_call_attempt_event_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_call_attempt_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_attempt")),
        sa.UniqueConstraint("event_id", name=op.f("uq_call_attempt_event_id")),
    )
    op.create_index(op.f("ix_call_attempt_call_back_id_id"), "call_attempt", ["call_back_id", "id"])


def downgrade() -> None:
    """Undo `upgrade`. Calls go, and with them who said on the telephone what was said: the reporter did."""
    op.drop_table("call_attempt")
    op.drop_table("call_back")
    _forget(op.get_bind())
    for column, values in KNOWN.items():
        _known(column, values)
    with op.batch_alter_table("ticket_event") as batch_op:
        for name in ("only_answers_rate_contact", "call_has_outcome", "outcome"):
            batch_op.drop_constraint(name, type_="check")
        batch_op.drop_column("outcome")
        batch_op.drop_column("contacted_in_time")


def _known(column: str, values: tuple[str, ...]) -> None:
    """Let `column` of the events hold these values, and no others."""
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.drop_constraint(column, type_="check")
        batch_op.create_check_constraint(column, sa.column(column).in_(values))


def _forget(connection: sa.Connection) -> None:
    """Tell of each ticket as if nobody had called about it."""
    names = ("id", "note_id", "ticket_id", "version", "action", "party")
    events = sa.table("ticket_event", *(sa.column(name) for name in names))
    connection.execute(sa.update(events).where(events.c.party == "caller").where(events.c.action != "call")
                       .values(party="reporter"))  # fmt: skip
    told = connection.execute(
        sa.select(events.c.id, events.c.ticket_id, events.c.note_id).where(events.c.action == "call")
    ).all()
    for event_id, _ticket_id, note_id in told:
        for table, column, value in (
            ("notice", "event_ref", f"ticket_event:{event_id}"), ("ticket_event", "id", event_id),
            ("personal_text", "id", note_id),
        ):  # fmt: skip
            rows = sa.table(table, sa.column(column))
            connection.execute(sa.delete(rows).where(rows.c[column] == value))
    tickets = sa.table("ticket", sa.column("id"), sa.column("version"))
    for ticket_id in {row.ticket_id for row in told}:
        own = sa.select(events.c.id).where(events.c.ticket_id == ticket_id).order_by(events.c.version)
        last = 0
        for last, event_id in enumerate(connection.scalars(own).all(), start=1):
            connection.execute(sa.update(events).where(events.c.id == event_id).values(version=last))
        connection.execute(sa.update(tickets).where(tickets.c.id == ticket_id).values(version=last))
