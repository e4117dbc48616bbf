"""keys as hashes

A used key is kept as its hash, and what was asked as a digest under the key, so that neither can be found by trying.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import hashlib
import hmac

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PLAIN = 32  # digits of a key as it was kept before; a hash has 64, and is not hashed again after a way down and up


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    with op.batch_alter_table("idempotency_key") as table:
        table.alter_column("key", new_column_name="key_hash", existing_type=sa.String(64), existing_nullable=False)
    stored = sa.table("idempotency_key", *map(sa.column, ("principal", "key_hash", "fingerprint")))
    found = sa.select(stored).where(sa.func.length(stored.c.key_hash) == PLAIN)
    rows = [
        {
            "whose": principal,
            "plain": key,
            "hashed": hashlib.sha256(key.encode()).hexdigest(),
            "digest": hmac.digest(key.encode(), fingerprint.encode(), hashlib.sha256).hex(),
        }
        for principal, key, fingerprint in op.get_bind().execute(found)
    ]
    if rows:
        one = (stored.c.principal == sa.bindparam("whose"), stored.c.key_hash == sa.bindparam("plain"))
        values = {"key_hash": sa.bindparam("hashed"), "fingerprint": sa.bindparam("digest")}
        op.get_bind().execute(sa.update(stored).where(*one).values(values), rows)


def downgrade() -> None:
    """Undo the change of the table. Nobody can go back from a hash to its key: the keys used until now are no longer
    found again, and a form that is sent a second time after the way down is taken for a new one.
    """
    with op.batch_alter_table("idempotency_key") as table:
        table.alter_column("key_hash", new_column_name="key", existing_type=sa.String(64), existing_nullable=False)
