"""how people want to be told

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ABOUT, GATHERED = sa.text("subject IS NOT NULL"), sa.text("head_id IS NOT NULL")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "notice_preference",
        sa.Column("recipient_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=True),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.CheckConstraint(
            "digest_hour IS NULL OR digest_hour BETWEEN 0 AND 23",
            name=op.f("ck_notice_preference_digest_at_an_hour"),
        ),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_notice_preference_quiet_has_two_ends")
        ),
        sa.PrimaryKeyConstraint("recipient_id", name=op.f("pk_notice_preference")),
    )
    op.add_column("notice", sa.Column("subject", sa.String(length=60), nullable=True))
    op.add_column("notice", sa.Column("head_id", BIG_ID, nullable=True))
    op.create_index("ix_notice_subject", "notice", ["recipient_id", "subject", "due_at"], sqlite_where=ABOUT,
                    postgresql_where=ABOUT)  # fmt: skip
    op.create_index("ix_notice_gathered", "notice", ["head_id"], sqlite_where=GATHERED, postgresql_where=GATHERED)


def downgrade() -> None:
    """Go back to the revision before this one. What was gathered is then sent on its own."""
    op.drop_index("ix_notice_gathered", table_name="notice")
    op.drop_index("ix_notice_subject", table_name="notice")
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_column("head_id")
        batch_op.drop_column("subject")
    op.drop_table("notice_preference")
