"""reports are found by their words

Revision ID: 0031
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0034"
branch_labels = None
depends_on = None

# FTS5 reads the texts from the table; what it takes away it must be told with the words that it knew.
KEPT_EQUAL = (
    "CREATE VIRTUAL TABLE ticket_words_index USING fts5("
    "words, content='ticket_words', content_rowid='ticket_id', tokenize='ascii', detail='none', columnsize=0)",
    "CREATE TRIGGER ticket_words_added AFTER INSERT ON ticket_words BEGIN"
    " INSERT INTO ticket_words_index (rowid, words) VALUES (new.ticket_id, new.words); END",
    "CREATE TRIGGER ticket_words_gone AFTER DELETE ON ticket_words BEGIN"
    " INSERT INTO ticket_words_index (ticket_words_index, rowid, words)"
    " VALUES ('delete', old.ticket_id, old.words); END",
    "CREATE TRIGGER ticket_words_changed AFTER UPDATE ON ticket_words BEGIN"
    " INSERT INTO ticket_words_index (ticket_words_index, rowid, words)"
    " VALUES ('delete', old.ticket_id, old.words);"
    " INSERT INTO ticket_words_index (rowid, words) VALUES (new.ticket_id, new.words); END",
)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it. `propman.migrate` writes the rows afterwards."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "ticket_words",
        sa.Column("ticket_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False,
                  autoincrement=False),
        sa.Column("words", sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql"), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_words_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_ticket_words")),
    )  # fmt: skip
    if sqlite:
        for statement in KEPT_EQUAL:
            op.execute(sa.text(statement))
        return
    # without a list of what waits, which each search would have to read through
    op.create_index("ticket_words_index", "ticket_words", ["words"], postgresql_using="gin",
                    postgresql_with={"fastupdate": "off"})  # fmt: skip


def downgrade() -> None:
    """Go back to the revision before this one."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(sa.text("DROP TABLE ticket_words_index"))
    op.drop_table("ticket_words")
