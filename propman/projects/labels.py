"""The words of projects: sources of money, how a transfer stands, what photographs show, what fields are called."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from propman.projects.models import FundingSource, PhotoKind, TransferStatus
from propman.projects.queries import Standing

SOURCES = {
    FundingSource.BUDGET: _l("Public budget"),
    FundingSource.BONDS: _l("Government bonds"),
    FundingSource.FRANCHISE_UNIT: _l("Pipeline franchise units"),
    FundingSource.RESIDENTS: _l("Residents"),
    FundingSource.SOCIAL_CAPITAL: _l("Social capital"),
}
TRANSFERS = {
    TransferStatus.NOT_TRANSFERRED: _l("not transferred"),
    TransferStatus.IN_PROGRESS: _l("in transfer"),
    TransferStatus.TRANSFERRED: _l("transferred"),
    TransferStatus.REFUSED: _l("refused by the utility"),
}
STEPS = {
    TransferStatus.NOT_TRANSFERRED: _l("Not transferred"),
    TransferStatus.IN_PROGRESS: _l("Handed over to the utility"),
    TransferStatus.TRANSFERRED: _l("The utility has taken it"),
    TransferStatus.REFUSED: _l("The utility refused it"),
}
PHOTO_KINDS = {
    PhotoKind.BASELINE: _l("How it was at acceptance"),
    PhotoKind.DRAWING: _l("A sheet of its drawing"),
}
STANDINGS = {
    Standing.OVERDUE: _l("Payments overdue"),
    Standing.UNACCEPTED: _l("Work not accepted yet"),
    Standing.RETENTION: _l("Retention money due"),
}

PROJECT_FIELDS = {
    "number": _l("Project number"),
    "name": _l("Name"),
    "year": _l("Year of the plan"),
    "owner_id": _l("Owner of the project"),
    "started_on": _l("Works began on"),
    "accepted_on": _l("Accepted as a whole on"),
    "cost_fen": _l("Cost"),
    **{f"{source.value}_fen": word for source, word in SOURCES.items()},
    "payment": _l("Payment due"),
    "paid": _l("Paid"),
}
ITEM_FIELDS = {
    "place_id": _l("Place"),
    "type_code": _l("Type"),
    "name": _l("Name"),
    "quantity": _l("Quantity"),
    "unit": _l("Unit"),
    "contractor_id": _l("Contractor"),
    "claim_holder_id": _l("Claim holder"),
    "supplier": _l("Supplier"),
    "drawing_no": _l("Drawing number"),
    "accepted_on": _l("Accepted on"),
    "score": _l("Score of 100"),
    "warranty_key": _l("Warranty rule"),
    "contract_months": _l("Warranty by contract, in months"),
    "design_life_years": _l("Design life, in years"),
    "cost_fen": _l("Cost"),
    "retention_fen": _l("Retention money"),
    "retention_due_on": _l("Retention money due on"),
    "retention_released_on": _l("Retention money released on"),
    "deducted_fen": _l("Deducted"),
    "deduction_reason": _l("Why it was deducted"),
    "baseline": _l("Photos at acceptance"),
    "drawing": _l("Photos of the drawing"),
    "transfer": _l("Transfer to a utility"),
}
"""What columns and acts are called, on the pages and in the history."""


def install(app: Flask) -> None:
    """Make the words known to the templates of `app`."""
    app.jinja_env.filters.update(
        source_word=lambda source: str(SOURCES[source]),
        transfer_word=lambda status: str(TRANSFERS[status]),
        step_word=lambda status: str(STEPS[status]),
    )
