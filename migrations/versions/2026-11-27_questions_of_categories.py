"""questions of categories

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import Thousandths

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _enum(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.add_column("emergency_number", sa.Column("areas", sa.String(length=400), nullable=True))
    op.create_table(
        "category_question",
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("kind", _enum("yes_no", "choice", "number", "text", name="questionkind"), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=True),
        sa.Column("least", sa.Integer(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("choices_zh", sa.String(length=400), nullable=True),
        sa.Column("choices_en", sa.String(length=600), nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'choice') = (choices_zh IS NOT NULL)", name=op.f("ck_category_question_one_of_a_list_has_one")
        ),
        sa.CheckConstraint(
            "(choices_zh IS NULL) = (choices_en IS NULL)", name=op.f("ck_category_question_choices_in_both_languages")
        ),
        sa.CheckConstraint(
            "kind = 'number' OR unit IS NULL AND least IS NULL AND most IS NULL",
            name=op.f("ck_category_question_limits_of_numbers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_question")),
        sa.UniqueConstraint(
            "category", "code", "valid_from", name=op.f("uq_category_question_category_code_valid_from")
        ),
    )
    op.create_table(
        "ticket_answer",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("question_id", BIG_ID, nullable=False),
        sa.Column("flag", sa.Boolean(), nullable=True),
        sa.Column("choice", sa.Integer(), nullable=True),
        sa.Column("number", Thousandths(), nullable=True),
        sa.Column("text_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "CASE WHEN flag IS NULL THEN 0 ELSE 1 END + CASE WHEN choice IS NULL THEN 0 ELSE 1 END + "
            "CASE WHEN number IS NULL THEN 0 ELSE 1 END + CASE WHEN text_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_ticket_answer_one_answer"),
        ),
        sa.ForeignKeyConstraint(["question_id"], ["category_question.id"], name=op.f("fk_ticket_answer_question_id")),
        sa.ForeignKeyConstraint(["text_id"], ["personal_text.id"], name=op.f("fk_ticket_answer_text_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_answer_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_answer")),
        sa.UniqueConstraint("ticket_id", "question_id", name=op.f("uq_ticket_answer_ticket_id_question_id")),
    )


def downgrade() -> None:
    """Undo `upgrade`; the rows that the revision before this one knows stay as they are."""
    op.drop_table("ticket_answer")
    op.drop_table("category_question")
    op.drop_column("emergency_number", "areas")
