"""what repairs took

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "work_record",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("event_id", BIG_ID, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("other_fen", BIG_ID, nullable=True),
        sa.CheckConstraint("minutes BETWEEN 1 AND 6000", name=op.f("ck_work_record_minutes_within_reason")),
        sa.CheckConstraint("other_fen >= 0", name=op.f("ck_work_record_other_cost_is_no_debt")),
        sa.ForeignKeyConstraint(["event_id"], ["ticket_event.id"], name=op.f("fk_work_record_event_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_work_record_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_record")),
        sa.UniqueConstraint("event_id", name=op.f("uq_work_record_event_id")),
    )
    with op.batch_alter_table("work_record") as batch_op:
        batch_op.create_index(batch_op.f("ix_work_record_ticket_id"), ["ticket_id"], unique=False)
    op.create_table(
        "work_part",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("record_id", BIG_ID, nullable=False),
        sa.Column("what_id", BIG_ID, nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("unit_fen", BIG_ID, nullable=True),
        sa.CheckConstraint("pieces BETWEEN 1 AND 9999", name=op.f("ck_work_part_pieces_within_reason")),
        sa.CheckConstraint("unit_fen >= 0", name=op.f("ck_work_part_price_is_no_debt")),
        sa.ForeignKeyConstraint(["record_id"], ["work_record.id"], name=op.f("fk_work_part_record_id")),
        sa.ForeignKeyConstraint(["what_id"], ["personal_text.id"], name=op.f("fk_work_part_what_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_part")),
    )
    with op.batch_alter_table("work_part") as batch_op:
        batch_op.create_index(batch_op.f("ix_work_part_record_id"), ["record_id"], unique=False)


def downgrade() -> None:
    """Undo `upgrade`. What repairs took goes, and so do the names of the parts."""
    connection = op.get_bind()
    parts, texts = sa.table("work_part", sa.column("what_id")), sa.table("personal_text", sa.column("id"))
    named = list(connection.scalars(sa.select(parts.c.what_id)))
    op.drop_table("work_part")
    op.drop_table("work_record")
    for start in range(0, len(named), 500):
        connection.execute(sa.delete(texts).where(texts.c.id.in_(named[start : start + 500])))
