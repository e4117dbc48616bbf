"""inspection templates, their schedules and items

Revision ID: 0039
Revises: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import Thousandths

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _enum(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _dated() -> list[sa.Column[object]]:
    return [
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
    ]


def _text(name: str, length: int, *, needed: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=not needed)


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    _templates()
    _schedules()
    _items()


def _templates() -> None:
    maintainers = ("property_company", "utility", "utility_or_company", "licensed_firm", "operator")
    trades = ("water", "heat", "gas", "power", "telecom", "lift")
    op.create_table(
        "inspection_template",
        _text("code", 10),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("name_zh", 40),
        _text("name_en", 60),
        sa.Column("about", _enum("community", "building", "entrance", "part", name="about"), nullable=False),
        _text("asset_types", 200, needed=False),
        sa.Column("alternatives", sa.Boolean(), nullable=False),
        sa.Column("maintainer", _enum(*maintainers, name="usualmaintainer"), nullable=False),
        sa.Column("trade", _enum(*trades, name="trade"), nullable=True),
        _text("roles", 200),
        _text("who_zh", 120),
        _text("who_en", 200),
        sa.Column("grade", _enum("law", "local", "standard", "proposal", name="grade"), nullable=False),
        _text("basis_zh", 200),
        _text("basis_en", 300),
        _text("evidence_zh", 120),
        _text("evidence_en", 200),
        *_dated(),
        sa.CheckConstraint(
            "(about = 'part') = (asset_types IS NOT NULL)", name=op.f("ck_inspection_template_parts_have_types")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_template")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_inspection_template_code_valid_from")),
    )


def _schedules() -> None:
    anchors = ("calendar", "completion", "acceptance", "warranty_end", "first_use")
    op.create_table(
        "inspection_schedule",
        _text("template", 10),
        _text("code", 40),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("name_zh", 40),
        _text("name_en", 60),
        _text("rule", 120),
        sa.Column("counts_from", _enum(*anchors, name="countsfrom"), nullable=False),
        sa.Column("tolerance", sa.Integer(), nullable=False),
        sa.Column("early", sa.Boolean(), nullable=False),
        sa.Column("greatest_gap", sa.Integer(), nullable=True),
        _text("season_from", 5, needed=False),
        _text("season_to", 5, needed=False),
        sa.Column("on_holidays", _enum("as_is", "before", "after", "skip", name="onholidays"), nullable=False),
        *_dated(),
        sa.CheckConstraint(
            "(season_from IS NULL) = (season_to IS NULL)", name=op.f("ck_inspection_schedule_season_has_two_ends")
        ),
        sa.CheckConstraint("tolerance BETWEEN 0 AND 50", name=op.f("ck_inspection_schedule_tolerance_is_a_part")),
        sa.CheckConstraint("greatest_gap IS NULL OR greatest_gap > 0", name=op.f("ck_inspection_schedule_gap_of_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_schedule")),
        sa.UniqueConstraint(
            "template", "code", "valid_from", name=op.f("uq_inspection_schedule_template_code_valid_from")
        ),
    )


def _items() -> None:
    op.create_table(
        "inspection_item",
        _text("template", 10),
        _text("code", 40),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("name_zh", 60),
        _text("name_en", 100),
        sa.Column("kind", _enum("check", "number", "count", name="itemkind"), nullable=False),
        _text("unit", 20, needed=False),
        sa.Column("least", Thousandths(), nullable=True),
        sa.Column("most", Thousandths(), nullable=True),
        sa.Column("photo", sa.Boolean(), nullable=False),
        _text("schedules", 200, needed=False),
        *_dated(),
        sa.CheckConstraint(
            "kind = 'number' OR unit IS NULL AND most IS NULL", name=op.f("ck_inspection_item_limits_of_numbers")
        ),
        sa.CheckConstraint("kind <> 'check' OR least IS NULL", name=op.f("ck_inspection_item_checks_have_no_limit")),
        sa.CheckConstraint(
            "kind <> 'count' OR least IS NULL OR least <= 100000",
            name=op.f("ck_inspection_item_counts_pass_by_percent"),
        ),
        sa.CheckConstraint("least <= most", name=op.f("ck_inspection_item_limits_rise")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_item")),
        sa.UniqueConstraint("template", "code", "valid_from", name=op.f("uq_inspection_item_template_code_valid_from")),
    )


def downgrade() -> None:
    """Undo `upgrade`; the rows that the revision before this one knows stay as they are."""
    op.drop_table("inspection_item")
    op.drop_table("inspection_schedule")
    op.drop_table("inspection_template")
