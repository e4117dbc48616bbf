"""Changing projects, their money and their work items. Each act keeps old, new, when and who; none commits."""

from propman.projects.operations.acceptance import accept_work_item, add_photographs, erase_photograph
from propman.projects.operations.payments import add_payment, record_paid, withdraw_payment
from propman.projects.operations.projects import ProjectFacts, add_project, change_project, set_funding
from propman.projects.operations.retention import deduct, release_retention, set_retention
from propman.projects.operations.transfers import record_transfer
from propman.projects.operations.work_items import ItemFacts, add_work_item, change_work_item

__all__ = [
    "ItemFacts",
    "ProjectFacts",
    "accept_work_item",
    "add_payment",
    "add_photographs",
    "add_project",
    "add_work_item",
    "change_project",
    "change_work_item",
    "deduct",
    "erase_photograph",
    "record_paid",
    "record_transfer",
    "release_retention",
    "set_funding",
    "set_retention",
    "withdraw_payment",
]
