"""two fingerprints of every photograph, and what a photograph of a repair was used for before

Revision ID: 0042
Revises: 0039
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0039"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CHECKS = {
    "ck_photo_erased_has_no_fingerprint": "received_sha256 IS NULL OR erased_at IS NULL",
    "ck_photo_both_fingerprints": "(received_sha256 IS NULL) = (difference IS NULL)",
    "ck_photo_received_is_sha256_in_hex": "length(received_sha256) = 64",
}


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. Photographs of before have no fingerprint: the bytes
    that came in were not kept.
    """
    with op.batch_alter_table("photo") as batch_op:
        batch_op.add_column(sa.Column("received_sha256", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("difference", sa.BigInteger(), nullable=True))
        for name, condition in CHECKS.items():
            batch_op.create_check_constraint(batch_op.f(name), condition)
        batch_op.create_index(batch_op.f("ix_photo_received_sha256"), ["received_sha256"])
    op.create_table(
        "photo_band",
        sa.Column("band", sa.SmallInteger(), nullable=False),
        sa.Column("value", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("photo_id", BIG_ID, nullable=False),
        sa.CheckConstraint("band BETWEEN 0 AND 3", name=op.f("ck_photo_band_is_a_quarter")),
        sa.CheckConstraint("value BETWEEN 0 AND 65535", name=op.f("ck_photo_band_has_16_bits")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_photo_band_photo_id")),
        sa.PrimaryKeyConstraint("band", "value", "photo_id", name=op.f("pk_photo_band")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("attachment") as batch_op:
        batch_op.add_column(sa.Column("earlier_id", BIG_ID, nullable=True))
        batch_op.add_column(sa.Column("earlier_same_file", sa.Boolean(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_attachment_earlier_id"), "attachment", ["earlier_id"], ["id"])
        batch_op.create_check_constraint(batch_op.f("ck_attachment_is_after_earlier"), "earlier_id < id")
        batch_op.create_check_constraint(
            batch_op.f("ck_attachment_says_how_alike"), "(earlier_id IS NULL) = (earlier_same_file IS NULL)"
        )


def downgrade() -> None:
    """Go back to the revision before this one. The fingerprints are lost."""
    with op.batch_alter_table("attachment") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_attachment_says_how_alike"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_attachment_is_after_earlier"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_attachment_earlier_id"), type_="foreignkey")
        batch_op.drop_column("earlier_same_file")
        batch_op.drop_column("earlier_id")
    op.drop_table("photo_band")
    with op.batch_alter_table("photo") as batch_op:
        batch_op.drop_index(batch_op.f("ix_photo_received_sha256"))
        for name in CHECKS:
            batch_op.drop_constraint(batch_op.f(name), type_="check")
        batch_op.drop_column("difference")
        batch_op.drop_column("received_sha256")
