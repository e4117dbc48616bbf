"""reports that come from an inspection, and their re-checks

Revision ID: 0041
Revises: 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0042"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHANNELS = ("code", "account", "phone", "imported")
ACTIONS = (
    "submit", "assign", "reassign", "start", "hold", "resume", "complete", "decline", "withdraw", "confirm", "reopen",
    "closed_by_system", "handed_over", "refer", "accept", "refuse", "take_back", "ask", "answer", "note", "add",
    "appoint", "arrive", "make_safe", "correct", "request_extension", "grant_extension", "refuse_extension", "urge",
    "answer_urge", "object", "uphold_objection", "reject_objection", "merge", "separate", "agree", "call", "imported",
)  # fmt: skip
NEW = ("finding", "recheck_pass", "recheck_fail")
PARTIES = ("reporter", "dispatcher", "assignee", "referred", "system", "street_office", "official", "caller")
FIGURES = ("community_id", "state", "due_at", "reopened", "stars", "completed_at")
JUDGES = "completion_id IS NULL OR action IN ('confirm','reopen','closed_by_system','call'{more})"


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.add_column(sa.Column("recheck", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.alter_column("recheck", server_default=None)
    _known("ticket", "channel", (*CHANNELS, "inspection"))
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.create_check_constraint("found_is_rechecked", sa.text("channel <> 'inspection' OR recheck"))
        batch_op.create_check_constraint(
            "recheck_ends_one_way", sa.text("NOT recheck OR state NOT IN ('declined','cancelled','merged')")
        )
    _figures([*FIGURES, "recheck", "id"])
    _known("ticket_event", "action", (*ACTIONS, *NEW))
    _known("ticket_event", "party", (*PARTIES, "inspector"))
    _judges(",'recheck_pass','recheck_fail'")
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.create_check_constraint("somebody_inspected", sa.text(
            "action NOT IN ('finding','recheck_pass','recheck_fail') OR (party = 'inspector' AND actor_id IS NOT NULL)"
        ))  # fmt: skip
        batch_op.create_check_constraint("recheck_of_a_completion", sa.text(
            "action NOT IN ('recheck_pass','recheck_fail') OR completion_id IS NOT NULL"
        ))  # fmt: skip
    op.create_table(
        "ticket_finding",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("source", sa.String(length=80), nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["ticket_event.id"], name=op.f("fk_ticket_finding_event_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_finding_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_finding")),
        sa.UniqueConstraint("event_id", name=op.f("uq_ticket_finding_event_id")),
        sa.UniqueConstraint("source", name=op.f("uq_ticket_finding_source")),
    )
    op.create_index(op.f("ix_ticket_finding_ticket_id"), "ticket_finding", ["ticket_id"])


def downgrade() -> None:
    """Undo `upgrade`. What was found stays as if a dispatcher had written it down; a re-check that passed is told as
    closed by the system, one that failed as reopened; what a reporter answered meanwhile as something added.
    """
    op.drop_index(op.f("ix_ticket_finding_ticket_id"), "ticket_finding")
    op.drop_table("ticket_finding")
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.drop_constraint("recheck_of_a_completion", type_="check")
        batch_op.drop_constraint("somebody_inspected", type_="check")
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_constraint("recheck_ends_one_way", type_="check")
        batch_op.drop_constraint("found_is_rechecked", type_="check")
    _retell(op.get_bind())
    _judges("")
    _known("ticket_event", "party", PARTIES)
    _known("ticket_event", "action", ACTIONS)
    _figures([*FIGURES, "id"])
    _known("ticket", "channel", CHANNELS)
    with op.batch_alter_table("ticket") as batch_op:
        batch_op.drop_column("recheck")


def _known(table: str, column: str, values: tuple[str, ...]) -> None:
    """Let `column` hold these values, and no others."""
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(column, type_="check")
        batch_op.create_check_constraint(column, sa.column(column).in_(values))


def _judges(more: str) -> None:
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.drop_constraint("only_some_judge", type_="check")
        batch_op.create_check_constraint("only_some_judge", sa.text(JUDGES.format(more=more)))


def _figures(columns: list[str]) -> None:
    op.drop_index("ix_ticket_figures", "ticket")
    op.create_index("ix_ticket_figures", "ticket", columns)


def _retell(connection: sa.Connection) -> None:
    names = ("action", "party", "actor_id", "to_state", "stars", "completion_id", "contacted_in_time")
    events = sa.table("ticket_event", *(sa.column(name) for name in names))
    tickets = sa.table("ticket", *(sa.column(name, sa.Boolean() if name == "recheck" else None)
                                   for name in ("channel", "recheck", "stars")))  # fmt: skip
    answered = sa.update(events).where(events.c.action == "confirm", events.c.to_state == "completed")
    connection.execute(answered.values(action="add", party="reporter", stars=None, completion_id=None,
                                       contacted_in_time=None))  # fmt: skip
    for action, told in (
        ("finding", {"action": "note", "party": "dispatcher"}),
        ("recheck_pass", {"action": "closed_by_system", "party": "system", "actor_id": None}),
        ("recheck_fail", {"action": "reopen", "party": "caller"}),
    ):  # fmt: skip
        connection.execute(sa.update(events).where(events.c.action == action).values(**told))
    connection.execute(sa.update(events).where(events.c.party == "inspector").values(party="dispatcher"))
    connection.execute(sa.update(tickets).where(tickets.c.recheck).values(stars=None))
    connection.execute(sa.update(tickets).where(tickets.c.channel == "inspection").values(channel="phone"))
