"""telling by SMS and in group chats, one message about one thing at a time

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OLD, NEW = ("inbox", "email"), ("inbox", "email", "sms", "caller", "group")
WISHES = ("usual", "all", "emergencies")
IN_HAND = sa.text("claim IS NOT NULL AND subject IS NOT NULL AND channel <> 'inbox' AND NOT urgent")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "served_channel",
        sa.Column("channel", sa.Enum(*NEW, name="channel", native_enum=False, length=32, create_constraint=True),
                  nullable=False),
        sa.Column("recipient_id", BIG_ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("channel", "recipient_id", name=op.f("pk_served_channel")),
    )  # fmt: skip
    with op.batch_alter_table("notice_preference") as batch_op:
        batch_op.add_column(sa.Column("sms", sa.String(length=32), nullable=False, server_default="usual"))
        batch_op.create_check_constraint("smswish", sa.column("sms").in_(WISHES))
    with op.batch_alter_table("notice_preference") as batch_op:
        batch_op.alter_column("sms", server_default=None)
    with op.batch_alter_table("notice") as batch_op:
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint("channel", type_="check")
        batch_op.create_check_constraint("channel", sa.column("channel").in_(NEW))
    with op.batch_alter_table("notice") as batch_op:
        batch_op.alter_column("urgent", server_default=None)
    _put_down_doubles(op.get_bind())
    op.create_index("uq_notice_in_hand", "notice", ["recipient_id", "channel", "subject"], unique=True,
                    sqlite_where=IN_HAND, postgresql_where=IN_HAND)  # fmt: skip


def downgrade() -> None:
    """Go back to the revision before this one: what was to leave by the ways that it does not know is forgotten."""
    op.drop_index("uq_notice_in_hand", table_name="notice")
    notice = sa.table("notice", sa.column("channel"))
    op.execute(sa.delete(notice).where(notice.c.channel.not_in(OLD)))
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_constraint("channel", type_="check")
        batch_op.create_check_constraint("channel", sa.column("channel").in_(OLD))
        batch_op.drop_column("urgent")
    with op.batch_alter_table("notice_preference") as batch_op:
        batch_op.drop_constraint("smswish", type_="check")
        batch_op.drop_column("sms")
    op.drop_table("served_channel")


def _put_down_doubles(connection: sa.Connection) -> None:
    """Of the messages about one thing that workers have in hand, let only the newest stay there."""
    names = ("id", "recipient_id", "channel", "subject", "claim", "claimed_until")
    notice = sa.table("notice", *(sa.column(name) for name in names))
    held = notice.c.claim.is_not(None) & notice.c.subject.is_not(None) & (notice.c.channel != "inbox")
    newest = sa.select(sa.func.max(notice.c.id)).where(held)
    newest = newest.group_by(notice.c.recipient_id, notice.c.channel, notice.c.subject)
    ids = list(connection.scalars(newest))
    connection.execute(sa.update(notice).where(held, notice.c.id.not_in(ids)).values(claim=None, claimed_until=None))
