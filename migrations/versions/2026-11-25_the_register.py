"""the register

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from propman.db import Thousandths, UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

ACTIONS = (
    "submit", "assign", "reassign", "start", "hold", "resume", "complete", "decline", "withdraw", "confirm", "reopen",
    "closed_by_system", "handed_over",
)  # fmt: skip
REFERRING = ("refer", "accept", "refuse", "take_back")
COMMUNITIES = sa.text("kind = 'community'")
LISTED = (
    ("ix_asset_without_maintainer", "maintainer_id IS NULL"),
    ("ix_asset_never_looked_at", "condition IS NULL"),
    ("ix_asset_gone", "removed_on IS NOT NULL"),
)
PARTIES = ("reporter", "dispatcher", "assignee", "system")


def upgrade() -> None:
    """Bring a database at the revision before this one up to it."""
    op.create_table(
        "asset_attribute",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "number",
                "day",
                "flag",
                name="attributekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unit", sa.String(length=20), nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_attribute")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_asset_attribute_code_valid_from")),
    )
    op.create_table(
        "asset_type",
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column(
            "work_class",
            sa.Enum(
                "basic",
                "improving",
                "upgrading",
                name="workclass",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("attributes", sa.String(length=400), nullable=True),
        sa.Column("life_from", sa.Integer(), nullable=True),
        sa.Column("life_to", sa.Integer(), nullable=True),
        sa.Column("warranty_keys", sa.String(length=60), nullable=False),
        sa.Column(
            "maintainer",
            sa.Enum(
                "property_company",
                "utility",
                "utility_or_company",
                "licensed_firm",
                "operator",
                name="usualmaintainer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "trade",
            sa.Enum(
                "water",
                "heat",
                "gas",
                "power",
                "telecom",
                "lift",
                name="trade",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "criticality",
            sa.Enum("A", "B", "C", name="criticality", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("categories", sa.String(length=200), nullable=False),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "life_to >= life_from AND (life_from IS NULL) = (life_to IS NULL)",
            name=op.f("ck_asset_type_life_is_a_span"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_type")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_asset_type_code_valid_from")),
    )
    op.create_table(
        "warranty_rule",
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_zh", sa.String(length=60), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column(
            "basis",
            sa.Enum(
                "months",
                "seasons",
                "design_life",
                "contract",
                name="warrantybasis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("minimum", sa.Integer(), nullable=True),
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(basis IN ('months','seasons')) = (minimum IS NOT NULL)",
            name=op.f("ck_warranty_rule_counted_has_a_minimum"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warranty_rule")),
        sa.UniqueConstraint("key", "valid_from", name=op.f("uq_warranty_rule_key_valid_from")),
    )
    op.create_table(
        "heading_word",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=False),
        sa.Column("word", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=True),
        sa.Column("mapped_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_heading_word_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heading_word")),
        sa.UniqueConstraint("actor_id", "word", name=op.f("uq_heading_word_actor_id_word")),
    )
    op.create_table(
        "heating_season",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column("from_year", sa.Integer(), nullable=False),
        sa.Column("to_year", sa.Integer(), nullable=True),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("from_year BETWEEN 1990 AND 2100", name=op.f("ck_heating_season_year_is_one")),
        sa.CheckConstraint("to_year IS NULL OR to_year >= from_year", name=op.f("ck_heating_season_years_are_a_span")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_heating_season_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heating_season")),
    )
    with op.batch_alter_table("heating_season", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_heating_season_place_id_from_year"), ["place_id", "from_year"], unique=False
        )

    op.create_table(
        "register_import",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "uploaded",
                "checking",
                "checked",
                "applying",
                "applied",
                "undoing",
                "undone",
                "failed",
                name="importstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("outline", sa.JSON(), nullable=False),
        sa.Column("sheet", sa.String(length=100), nullable=True),
        sa.Column("heading_row", sa.Integer(), nullable=True),
        sa.Column("headings", sa.JSON(), nullable=False),
        sa.Column("all_rows", sa.Integer(), nullable=False),
        sa.Column("done_rows", sa.Integer(), nullable=False),
        sa.Column("new_rows", sa.Integer(), nullable=False),
        sa.Column("changed_rows", sa.Integer(), nullable=False),
        sa.Column("same_rows", sa.Integer(), nullable=False),
        sa.Column("bad_rows", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(length=64), nullable=True),
        sa.Column("claim", sa.String(length=32), nullable=True),
        sa.Column("claimed_until", UtcDateTime(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("applied_at", UtcDateTime(), nullable=True),
        sa.Column("applied_by_id", BIG_ID, nullable=True),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.Column("undone_by_id", BIG_ID, nullable=True),
        sa.Column("fault", sa.String(length=300), nullable=True),
        sa.Column("fault_facts", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "(state IN ('applied','undoing','undone')) = (applied_at IS NOT NULL)",
            name=op.f("ck_register_import_applied_has_time"),
        ),
        sa.CheckConstraint("(claim IS NULL) = (claimed_until IS NULL)", name=op.f("ck_register_import_claim_lapses")),
        sa.CheckConstraint(
            "done_rows >= 0 AND done_rows <= all_rows", name=op.f("ck_register_import_progress_within_rows")
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_register_import_actor_id")),
        sa.ForeignKeyConstraint(["applied_by_id"], ["user.id"], name=op.f("fk_register_import_applied_by_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_register_import_place_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["user.id"], name=op.f("fk_register_import_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_import")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_import_actor_id"), ["actor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_import_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_register_import_state"), ["state"], unique=False)

    op.create_table(
        "import_fault",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("import_id", BIG_ID, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=8), nullable=True),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["register_import.id"], name=op.f("fk_import_fault_import_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_fault")),
    )
    with op.batch_alter_table("import_fault", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_fault_import_id_row_id"), ["import_id", "row", "id"], unique=False)

    op.create_table(
        "import_row",
        sa.Column("import_id", BIG_ID, nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "new", "changed", "same", "bad", name="outcome", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["register_import.id"], name=op.f("fk_import_row_import_id")),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_import_row")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_row_import_id_outcome_row"), ["import_id", "outcome", "row"], unique=False
        )

    op.create_table(
        "project",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("owner_id", BIG_ID, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("cost_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "accepted_on IS NULL OR started_on IS NULL OR accepted_on >= started_on",
            name=op.f("ck_project_accepted_after_start"),
        ),
        sa.CheckConstraint("cost_fen >= 0", name=op.f("ck_project_cost_not_negative")),
        sa.CheckConstraint("year BETWEEN 1990 AND 2100", name=op.f("ck_project_year_is_one")),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_project_community_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_project_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("community_id", "number", name=op.f("uq_project_community_id_number")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_project_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "funding_share",
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "budget",
                "bonds",
                "franchise_unit",
                "residents",
                "social_capital",
                name="fundingsource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_funding_share_amount_positive")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_funding_share_project_id")),
        sa.PrimaryKeyConstraint("project_id", "source", name=op.f("pk_funding_share")),
    )
    op.create_table(
        "take_over",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("engagement_id", BIG_ID, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("closed_by_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["user.id"], name=op.f("fk_take_over_closed_by_id")),
        sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_take_over_engagement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_take_over")),
        sa.UniqueConstraint("engagement_id", name=op.f("uq_take_over_engagement_id")),
    )
    op.create_table(
        "work_item",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column("type_code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("quantity", Thousandths(), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=True),
        sa.Column("contractor_id", BIG_ID, nullable=True),
        sa.Column("claim_holder_id", BIG_ID, nullable=True),
        sa.Column("supplier", sa.String(length=120), nullable=True),
        sa.Column("drawing_no", sa.String(length=80), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("warranty_key", sa.String(length=20), nullable=False),
        sa.Column("contract_months", sa.Integer(), nullable=True),
        sa.Column("design_life_years", sa.Integer(), nullable=True),
        sa.Column("cost_fen", sa.BigInteger(), nullable=False),
        sa.Column("retention_fen", sa.BigInteger(), nullable=False),
        sa.Column("retention_due_on", sa.Date(), nullable=True),
        sa.Column("retention_released_on", sa.Date(), nullable=True),
        sa.Column("deducted_fen", sa.BigInteger(), nullable=False),
        sa.Column("deduction_reason_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "(deducted_fen > 0) = (deduction_reason_id IS NOT NULL)", name=op.f("ck_work_item_deduction_has_a_reason")
        ),
        sa.CheckConstraint(
            "contract_months IS NULL OR contract_months BETWEEN 1 AND 1200", name=op.f("ck_work_item_term_is_one")
        ),
        sa.CheckConstraint("cost_fen >= 0", name=op.f("ck_work_item_cost_not_negative")),
        sa.CheckConstraint(
            "deducted_fen >= 0 AND deducted_fen <= retention_fen", name=op.f("ck_work_item_deducted_within_retention")
        ),
        sa.CheckConstraint(
            "design_life_years IS NULL OR design_life_years BETWEEN 1 AND 100", name=op.f("ck_work_item_life_is_one")
        ),
        sa.CheckConstraint("quantity IS NULL OR quantity >= 0", name=op.f("ck_work_item_quantity_not_negative")),
        sa.CheckConstraint(
            "retention_fen = 0 OR retention_due_on IS NOT NULL", name=op.f("ck_work_item_retention_has_a_day")
        ),
        sa.CheckConstraint(
            "retention_fen >= 0 AND retention_fen <= cost_fen", name=op.f("ck_work_item_retention_within_cost")
        ),
        sa.CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name=op.f("ck_work_item_score_of_100")),
        sa.ForeignKeyConstraint(["claim_holder_id"], ["organisation.id"], name=op.f("fk_work_item_claim_holder_id")),
        sa.ForeignKeyConstraint(["contractor_id"], ["organisation.id"], name=op.f("fk_work_item_contractor_id")),
        sa.ForeignKeyConstraint(
            ["deduction_reason_id"], ["personal_text.id"], name=op.f("fk_work_item_deduction_reason_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_work_item_place_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_work_item_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
        sa.UniqueConstraint("project_id", "number", name=op.f("uq_work_item_project_id_number")),
    )
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_item_contractor_id"), ["contractor_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_item_place_id"), ["place_id"], unique=False)

    op.create_table(
        "asset",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("place_id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("type_code", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("spot", sa.String(length=80), nullable=True),
        sa.Column("quantity", Thousandths(), nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=True),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("model", sa.String(length=120), nullable=True),
        sa.Column("drawing_no", sa.String(length=80), nullable=True),
        sa.Column(
            "ownership",
            sa.Enum(
                "owners",
                "utility",
                "operator",
                "public",
                name="ownership",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("maintainer_id", BIG_ID, nullable=True),
        sa.Column("claim_holder_id", BIG_ID, nullable=True),
        sa.Column(
            "criticality",
            sa.Enum("A", "B", "C", name="criticality", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("cost_fen", sa.BigInteger(), nullable=True),
        sa.Column("work_item_id", BIG_ID, nullable=True),
        sa.Column(
            "no_project",
            sa.Enum(
                "earlier",
                "later",
                "donated",
                "unknown",
                name="noproject",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("warranty_key", sa.String(length=20), nullable=True),
        sa.Column("contract_months", sa.Integer(), nullable=True),
        sa.Column("design_life_years", sa.Integer(), nullable=True),
        sa.Column(
            "warranty",
            sa.Enum(
                "dated",
                "unknown",
                "none",
                name="warrantystanding",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("warranty_last_on", sa.Date(), nullable=True),
        sa.Column("condition", sa.Integer(), nullable=True),
        sa.Column("condition_on", sa.Date(), nullable=True),
        sa.Column("removed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(warranty = 'dated') = (warranty_last_on IS NOT NULL)", name=op.f("ck_asset_dated_has_a_day")
        ),
        sa.CheckConstraint("(condition IS NULL) = (condition_on IS NULL)", name=op.f("ck_asset_condition_is_dated")),
        sa.CheckConstraint(
            "(work_item_id IS NULL) = (no_project IS NOT NULL)", name=op.f("ck_asset_project_or_reason")
        ),
        sa.CheckConstraint(
            "condition IS NULL OR condition BETWEEN 1 AND 5", name=op.f("ck_asset_condition_one_to_five")
        ),
        sa.CheckConstraint(
            "contract_months IS NULL OR contract_months BETWEEN 1 AND 1200", name=op.f("ck_asset_term_is_one")
        ),
        sa.CheckConstraint("cost_fen IS NULL OR cost_fen >= 0", name=op.f("ck_asset_cost_not_negative")),
        sa.CheckConstraint(
            "design_life_years IS NULL OR design_life_years BETWEEN 1 AND 100", name=op.f("ck_asset_life_is_one")
        ),
        sa.CheckConstraint("quantity IS NULL OR quantity >= 0", name=op.f("ck_asset_quantity_not_negative")),
        sa.ForeignKeyConstraint(["claim_holder_id"], ["organisation.id"], name=op.f("fk_asset_claim_holder_id")),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_asset_community_id")),
        sa.ForeignKeyConstraint(["maintainer_id"], ["organisation.id"], name=op.f("fk_asset_maintainer_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_asset_place_id")),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name=op.f("fk_asset_work_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sa.UniqueConstraint("community_id", "code", name=op.f("uq_asset_community_id_code")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("asset", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_asset_community_id_type_code_id"), ["community_id", "type_code", "id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_asset_community_id_warranty_last_on"),
            ["community_id", "warranty_last_on"],
            unique=False,
            postgresql_include=["place_id", "condition", "removed_on"],
        )
        batch_op.create_index(batch_op.f("ix_asset_maintainer_id"), ["maintainer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_place_id_type_code"), ["place_id", "type_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_work_item_id"), ["work_item_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_warranty_last_on_id"), ["warranty_last_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_condition_id"), ["condition", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_asset_code"), ["code"], unique=False)
        for name, few in LISTED:
            batch_op.create_index(
                name, ["community_id", "type_code", "id"], sqlite_where=sa.text(few), postgresql_where=sa.text(few)
            )
    op.create_index(
        "ix_place_community_path",
        "place",
        ["path", "id"],
        postgresql_ops={"path": "text_pattern_ops"},
        sqlite_where=COMMUNITIES,
        postgresql_where=COMMUNITIES,
    )
    op.create_index(
        "ix_place_community_name",
        "place",
        ["sort_key", "id"],
        sqlite_where=COMMUNITIES,
        postgresql_where=COMMUNITIES,
    )

    op.create_table(
        "payment",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("project_id", BIG_ID, nullable=False),
        sa.Column("work_item_id", BIG_ID, nullable=True),
        sa.Column("payee_id", BIG_ID, nullable=False),
        sa.Column("purpose", sa.String(length=120), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("paid_fen", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(paid_fen IS NULL) = (paid_on IS NULL)", name=op.f("ck_payment_paid_on_a_day")),
        sa.CheckConstraint("due_fen > 0", name=op.f("ck_payment_due_positive")),
        sa.CheckConstraint("paid_fen IS NULL OR paid_fen > 0", name=op.f("ck_payment_paid_positive")),
        sa.ForeignKeyConstraint(["payee_id"], ["organisation.id"], name=op.f("fk_payment_payee_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_payment_project_id")),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name=op.f("fk_payment_work_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_project_id"), ["project_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_payment_work_item_id"), ["work_item_id"], unique=False)

    op.create_table(
        "transfer",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("work_item_id", BIG_ID, nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "not_transferred",
                "in_progress",
                "transferred",
                "refused",
                name="transferstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("utility_id", BIG_ID, nullable=False),
        sa.Column("document", sa.String(length=120), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "status NOT IN ('transferred','refused') OR document IS NOT NULL",
            name=op.f("ck_transfer_end_has_a_document"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_transfer_actor_id")),
        sa.ForeignKeyConstraint(["utility_id"], ["organisation.id"], name=op.f("fk_transfer_utility_id")),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name=op.f("fk_transfer_work_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_work_item_id_id"), ["work_item_id", "id"], unique=False)

    op.create_table(
        "work_item_photo",
        sa.Column("photo_id", BIG_ID, nullable=False),
        sa.Column("work_item_id", BIG_ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("baseline", "drawing", name="photokind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_work_item_photo_photo_id")),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name=op.f("fk_work_item_photo_work_item_id")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_work_item_photo")),
    )
    with op.batch_alter_table("work_item_photo", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_work_item_photo_work_item_id_kind"), ["work_item_id", "kind"], unique=False
        )

    op.create_table(
        "asset_condition",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("asset_id", BIG_ID, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "acceptance",
                "take_over",
                "visit",
                name="conditionsource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note_id", BIG_ID, nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_asset_condition_score_one_to_five")),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_asset_condition_actor_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_condition_asset_id")),
        sa.ForeignKeyConstraint(["note_id"], ["personal_text.id"], name=op.f("fk_asset_condition_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_condition")),
    )
    with op.batch_alter_table("asset_condition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_asset_condition_asset_id_found_on_id"), ["asset_id", "found_on", "id"], unique=False
        )

    op.create_table(
        "asset_funding",
        sa.Column("asset_id", BIG_ID, nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "budget",
                "bonds",
                "franchise_unit",
                "residents",
                "social_capital",
                name="fundingsource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_asset_funding_amount_positive")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_funding_asset_id")),
        sa.PrimaryKeyConstraint("asset_id", "source", name=op.f("pk_asset_funding")),
    )
    op.create_table(
        "asset_photo",
        sa.Column("photo_id", BIG_ID, nullable=False),
        sa.Column("asset_id", BIG_ID, nullable=False),
        sa.Column(
            "stage",
            sa.Enum("baseline", "now", name="assetphotostage", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_asset_photo_actor_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_asset_photo_asset_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_asset_photo_photo_id")),
        sa.PrimaryKeyConstraint("photo_id", name=op.f("pk_asset_photo")),
    )
    with op.batch_alter_table("asset_photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asset_photo_asset_id_stage"), ["asset_id", "stage"], unique=False)

    op.create_table(
        "imported_part",
        sa.Column("import_id", BIG_ID, nullable=False),
        sa.Column("asset_id", BIG_ID, nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_imported_part_asset_id")),
        sa.ForeignKeyConstraint(["import_id"], ["register_import.id"], name=op.f("fk_imported_part_import_id")),
        sa.PrimaryKeyConstraint("import_id", "asset_id", name=op.f("pk_imported_part")),
    )
    with op.batch_alter_table("imported_part", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_part_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "part_code",
        sa.Column("code", sa.String(length=13), nullable=False),
        sa.Column("asset_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_part_code_asset_id")),
        sa.ForeignKeyConstraint(["code"], ["place_code.code"], name=op.f("fk_part_code_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_part_code")),
    )
    with op.batch_alter_table("part_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_part_code_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "take_over_item",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("take_over_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=True),
        sa.Column("asset_id", BIG_ID, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "handed_over",
                "missing",
                "defective",
                name="takeoverstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note_id", BIG_ID, nullable=True),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("checked_by_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('missing','defective') OR note_id IS NOT NULL",
            name=op.f("ck_take_over_item_fault_has_a_note"),
        ),
        sa.CheckConstraint("(item IS NULL) = (asset_id IS NOT NULL)", name=op.f("ck_take_over_item_item_or_part")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_take_over_item_asset_id")),
        sa.ForeignKeyConstraint(["checked_by_id"], ["user.id"], name=op.f("fk_take_over_item_checked_by_id")),
        sa.ForeignKeyConstraint(["note_id"], ["personal_text.id"], name=op.f("fk_take_over_item_note_id")),
        sa.ForeignKeyConstraint(["take_over_id"], ["take_over.id"], name=op.f("fk_take_over_item_take_over_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_take_over_item")),
        sa.UniqueConstraint("take_over_id", "asset_id", name=op.f("uq_take_over_item_take_over_id_asset_id")),
        sa.UniqueConstraint("take_over_id", "item", name=op.f("uq_take_over_item_take_over_id_item")),
    )
    with op.batch_alter_table("take_over_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_take_over_item_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "ticket_payer",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column(
            "proposed",
            sa.Enum(
                "contractor",
                "utility",
                "culprit",
                "owner",
                "property_company",
                "repair_fund",
                "common_revenue",
                "all_owners",
                name="proposed",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "payer",
            sa.Enum(
                "contractor",
                "utility",
                "culprit",
                "owner",
                "property_company",
                "repair_fund",
                "common_revenue",
                "all_owners",
                name="payer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("reason_id", BIG_ID, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "payer = proposed OR reason_id IS NOT NULL", name=op.f("ck_ticket_payer_override_has_a_reason")
        ),
        sa.CheckConstraint("rule BETWEEN 1 AND 8", name=op.f("ck_ticket_payer_rule_of_the_table")),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_ticket_payer_actor_id")),
        sa.ForeignKeyConstraint(["reason_id"], ["personal_text.id"], name=op.f("fk_ticket_payer_reason_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_payer_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_payer")),
        sa.UniqueConstraint("ticket_id", "run", name=op.f("uq_ticket_payer_ticket_id_run")),
    )
    op.create_table(
        "ticket_verdict",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "covered",
                "not_covered",
                "unknown",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asset_id", BIG_ID, nullable=True),
        sa.Column("arose_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("rule_id", BIG_ID, nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "within",
                "within_contract",
                "before_acceptance",
                "over",
                "misuse",
                "no_project",
                "not_accepted",
                "no_rule",
                "no_seasons",
                "no_design_life",
                "no_contract",
                "no_part",
                "several_parts",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("note_id", BIG_ID, nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.CheckConstraint(
            "verdict <> 'covered' OR (last_on IS NOT NULL AND last_on >= arose_on)",
            name=op.f("ck_ticket_verdict_covered_to_a_day"),
        ),
        sa.CheckConstraint("verdict = 'unknown' OR asset_id IS NOT NULL", name=op.f("ck_ticket_verdict_judged_a_part")),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_ticket_verdict_actor_id")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_ticket_verdict_asset_id")),
        sa.ForeignKeyConstraint(["note_id"], ["personal_text.id"], name=op.f("fk_ticket_verdict_note_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["warranty_rule.id"], name=op.f("fk_ticket_verdict_rule_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_verdict_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_verdict")),
        sa.UniqueConstraint("ticket_id", "run", name=op.f("uq_ticket_verdict_ticket_id_run")),
    )
    with op.batch_alter_table("ticket_verdict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_verdict_asset_id"), ["asset_id"], unique=False)

    op.create_table(
        "referral",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("ticket_id", BIG_ID, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("contractor", "utility", name="referralkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("organisation_id", BIG_ID, nullable=False),
        sa.Column("claim_holder_id", BIG_ID, nullable=True),
        sa.Column("asset_id", BIG_ID, nullable=True),
        sa.Column("verdict_id", BIG_ID, nullable=True),
        sa.Column("insists_on_id", BIG_ID, nullable=True),
        sa.Column("sent_at", UtcDateTime(), nullable=False),
        sa.Column("answer_due_at", UtcDateTime(), nullable=False),
        sa.Column("accepted_at", UtcDateTime(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column(
            "end_kind",
            sa.Enum(
                "refused",
                "taken_back",
                "proven",
                "withdrawn",
                name="referralend",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (end_kind IS NULL)", name=op.f("ck_referral_ended_somehow")),
        sa.CheckConstraint(
            "accepted_at IS NULL OR accepted_at >= sent_at", name=op.f("ck_referral_accepted_after_sent")
        ),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= sent_at", name=op.f("ck_referral_ended_after_sent")),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_referral_asset_id")),
        sa.ForeignKeyConstraint(["claim_holder_id"], ["organisation.id"], name=op.f("fk_referral_claim_holder_id")),
        sa.ForeignKeyConstraint(["insists_on_id"], ["referral.id"], name=op.f("fk_referral_insists_on_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_referral_organisation_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_referral_ticket_id")),
        sa.ForeignKeyConstraint(["verdict_id"], ["ticket_verdict.id"], name=op.f("fk_referral_verdict_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referral_asset_id"), ["asset_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_referral_organisation_id_ended_at"), ["organisation_id", "ended_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_referral_ticket_id"), ["ticket_id"], unique=False)
        batch_op.create_index(
            "uq_referral_open",
            ["ticket_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "label_sheet",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("community_id", BIG_ID, nullable=False),
        sa.Column("drawn_at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(["community_id"], ["place.id"], name=op.f("fk_label_sheet_community_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_sheet")),
    )
    with op.batch_alter_table("label_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_label_sheet_community_id"), ["community_id"], unique=False)

    with op.batch_alter_table("place_code") as batch_op:
        batch_op.add_column(sa.Column("carrier", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("sheet_id", BIG_ID, nullable=True))
        batch_op.add_column(sa.Column("bound_at", UtcDateTime(), nullable=True))
        batch_op.alter_column("place_id", existing_type=BIG_ID, nullable=True)
    op.execute("UPDATE place_code SET carrier = 'place', bound_at = made_at")  # until now every label hung on a place
    op.drop_index("uq_place_code_in_use", table_name="place_code")
    with op.batch_alter_table("place_code") as batch_op:
        batch_op.create_check_constraint("carrier", "carrier IN ('place', 'part')")
        batch_op.create_check_constraint("bound_to_something", "(place_id IS NULL) = (carrier IS NULL)")
        batch_op.create_check_constraint("blank_was_printed", "place_id IS NOT NULL OR sheet_id IS NOT NULL")
        batch_op.create_foreign_key(batch_op.f("fk_place_code_sheet_id"), "label_sheet", ["sheet_id"], ["id"])
        batch_op.create_index(
            "uq_place_code_in_use",
            ["place_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL AND carrier = 'place'"),
            postgresql_where=sa.text("revoked_at IS NULL AND carrier = 'place'"),
        )
        batch_op.create_index("ix_place_code_sheet_id", ["sheet_id"])

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asset_id", BIG_ID, nullable=True))
        batch_op.create_index(batch_op.f("ix_ticket_asset_id"), ["asset_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_ticket_asset_id"), "asset", ["asset_id"], ["id"])
    _moves_known((*ACTIONS, *REFERRING), (*PARTIES, "referred"))


def _moves_known(actions: tuple[str, ...], parties: tuple[str, ...]) -> None:
    """Let the events of tickets hold these actions and parties, and no others."""
    with op.batch_alter_table("ticket_event") as batch_op:
        for column, values in (("action", actions), ("party", parties)):
            batch_op.drop_constraint(column, type_="check")
            batch_op.create_check_constraint(column, sa.column(column).in_(values))


def _forget_referrals() -> None:
    """Tell of referrals as the revision before this one can: to refer hands a ticket over, to accept sends a person.

    So every history stays a path of the moves that it knows; a ticket that is referred passes to the company in charge
    with the next hand-over. Who accepted then looks like somebody who was sent by one not in charge.
    """
    op.execute(
        "UPDATE ticket_event SET action = 'resume', party = 'dispatcher'"
        " WHERE action IN ('refer', 'take_back') AND from_state = 'on_hold'"
    )
    op.execute(
        "UPDATE ticket_event SET action = 'handed_over', party = 'system'"
        " WHERE action IN ('refer', 'refuse', 'take_back')"
    )
    op.execute("UPDATE ticket_event SET action = 'assign', party = 'dispatcher' WHERE action = 'accept'")


def downgrade() -> None:
    """Undo `upgrade`; the rows that the revision before this one knows stay as they are."""
    _forget_referrals()
    _moves_known(ACTIONS, PARTIES)
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_ticket_asset_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_ticket_asset_id"))
        batch_op.drop_column("asset_id")

    with op.batch_alter_table("referral", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_referral_open", sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL")
        )
        batch_op.drop_index(batch_op.f("ix_referral_ticket_id"))
        batch_op.drop_index(batch_op.f("ix_referral_organisation_id_ended_at"))
        batch_op.drop_index(batch_op.f("ix_referral_asset_id"))

    op.drop_table("referral")
    with op.batch_alter_table("ticket_verdict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_verdict_asset_id"))

    op.drop_table("ticket_verdict")
    op.drop_table("ticket_payer")
    with op.batch_alter_table("take_over_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_take_over_item_asset_id"))

    op.drop_table("take_over_item")
    with op.batch_alter_table("part_code", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_part_code_asset_id"))

    op.drop_table("part_code")
    # The revision before this one knows neither labels on parts nor blank ones.
    op.execute("DELETE FROM place_code WHERE carrier IS NULL OR carrier <> 'place'")
    op.drop_index("uq_place_code_in_use", table_name="place_code")
    with op.batch_alter_table("place_code") as batch_op:
        batch_op.drop_index("ix_place_code_sheet_id")
        batch_op.drop_constraint(batch_op.f("fk_place_code_sheet_id"), type_="foreignkey")
        batch_op.drop_constraint("blank_was_printed", type_="check")
        batch_op.drop_constraint("bound_to_something", type_="check")
        batch_op.drop_constraint("carrier", type_="check")
    with op.batch_alter_table("place_code") as batch_op:
        batch_op.drop_column("bound_at")
        batch_op.drop_column("sheet_id")
        batch_op.drop_column("carrier")
        batch_op.alter_column("place_id", existing_type=BIG_ID, nullable=False)
        batch_op.create_index(
            "uq_place_code_in_use",
            ["place_id"],
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        )
    with op.batch_alter_table("label_sheet", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_label_sheet_community_id"))

    op.drop_table("label_sheet")
    with op.batch_alter_table("imported_part", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_part_asset_id"))

    op.drop_table("imported_part")
    with op.batch_alter_table("asset_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_photo_asset_id_stage"))

    op.drop_table("asset_photo")
    op.drop_table("asset_funding")
    with op.batch_alter_table("asset_condition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asset_condition_asset_id_found_on_id"))

    op.drop_table("asset_condition")
    with op.batch_alter_table("work_item_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_item_photo_work_item_id_kind"))

    op.drop_table("work_item_photo")
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_transfer_work_item_id_id"))

    op.drop_table("transfer")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_work_item_id"))
        batch_op.drop_index(batch_op.f("ix_payment_project_id"))

    op.drop_table("payment")
    op.drop_index("ix_place_community_name", table_name="place")
    op.drop_index("ix_place_community_path", table_name="place")
    with op.batch_alter_table("asset", schema=None) as batch_op:
        for name, _few in LISTED:
            batch_op.drop_index(name)
        batch_op.drop_index(batch_op.f("ix_asset_code"))
        batch_op.drop_index(batch_op.f("ix_asset_condition_id"))
        batch_op.drop_index(batch_op.f("ix_asset_warranty_last_on_id"))
        batch_op.drop_index(batch_op.f("ix_asset_work_item_id"))
        batch_op.drop_index(batch_op.f("ix_asset_place_id_type_code"))
        batch_op.drop_index(batch_op.f("ix_asset_maintainer_id"))
        batch_op.drop_index(batch_op.f("ix_asset_community_id_warranty_last_on"))
        batch_op.drop_index(batch_op.f("ix_asset_community_id_type_code_id"))

    op.drop_table("asset")
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_item_place_id"))
        batch_op.drop_index(batch_op.f("ix_work_item_contractor_id"))

    op.drop_table("work_item")
    op.drop_table("take_over")
    op.drop_table("funding_share")
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_project_owner_id"))

    op.drop_table("project")
    with op.batch_alter_table("import_fault", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_fault_import_id_row_id"))

    op.drop_table("import_fault")
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_row_import_id_outcome_row"))

    op.drop_table("import_row")
    with op.batch_alter_table("register_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_register_import_state"))
        batch_op.drop_index(batch_op.f("ix_register_import_place_id"))
        batch_op.drop_index(batch_op.f("ix_register_import_actor_id"))

    op.drop_table("register_import")
    with op.batch_alter_table("heating_season", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_heating_season_place_id_from_year"))

    op.drop_table("heating_season")
    op.drop_table("heading_word")
    op.drop_table("warranty_rule")
    op.drop_table("asset_type")
    op.drop_table("asset_attribute")
