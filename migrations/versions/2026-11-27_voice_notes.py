"""voice notes

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import UtcDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AWAITS_DELETION = sa.text("erased_at IS NOT NULL AND file_deleted_at IS NULL")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. No move of before came with a voice note."""
    op.create_table(
        "voice_note",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("erased_at", UtcDateTime(), nullable=True),
        sa.Column("file_deleted_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("length(key) = 32", name=op.f("ck_voice_note_key_is_128_bits_in_hex")),
        sa.CheckConstraint("milliseconds BETWEEN 1 AND 60000", name=op.f("ck_voice_note_lasts_a_minute")),
        sa.CheckConstraint("size BETWEEN 1 AND 1000000", name=op.f("ck_voice_note_is_small")),
        sa.CheckConstraint("(sha256 IS NULL) = (erased_at IS NOT NULL)", name=op.f("ck_voice_note_erased_has_no_hash")),
        sa.CheckConstraint(
            "file_deleted_at IS NULL OR erased_at IS NOT NULL", name=op.f("ck_voice_note_deleted_only_when_erased")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_note")),
        sa.UniqueConstraint("key", name=op.f("uq_voice_note_key")),
    )
    op.create_index(
        "ix_voice_note_awaits_deletion", "voice_note", ["id"],
        sqlite_where=AWAITS_DELETION, postgresql_where=AWAITS_DELETION,
    )  # fmt: skip
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.add_column(sa.Column("voice_id", BIG_ID, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_ticket_event_voice_id"), "voice_note", ["voice_id"], ["id"])
        batch_op.create_unique_constraint(batch_op.f("uq_ticket_event_voice_id"), ["voice_id"])


def downgrade() -> None:
    """Go back to the revision before this one. Voice notes are lost; their files, in a folder of their own, stay."""
    with op.batch_alter_table("ticket_event") as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_ticket_event_voice_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_ticket_event_voice_id"), type_="foreignkey")
        batch_op.drop_column("voice_id")
    op.drop_table("voice_note")
