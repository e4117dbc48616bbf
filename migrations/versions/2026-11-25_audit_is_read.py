"""audit is read

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = (
    ("audit_record", ("at", "id")),
    ("audit_record", ("act", "at", "id")),
    ("audit_record", ("actor_id", "at", "id")),
    ("audit_record", ("request_id",)),
    ("change", ("at", "id")),
    ("change", ("actor_id", "at", "id")),
    ("change", ("request_id",)),
)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    for table, columns in INDEXES:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def downgrade() -> None:
    """Undo `upgrade`; the rows that the revision before this one knows stay as they are."""
    for table, columns in reversed(INDEXES):
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table)
