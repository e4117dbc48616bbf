"""What every page shares: the guard, refusals, forms, filters, headers, error pages. Knows no feature."""

from propman.web.forms import KeyedForm, VersionForm, act_once, answer_refusals, at_most, page_status
from propman.web.guard import current_viewer, requires, viewer_loader
from propman.web.transactions import apart

__all__ = [
    "KeyedForm",
    "VersionForm",
    "act_once",
    "answer_refusals",
    "apart",
    "at_most",
    "current_viewer",
    "page_status",
    "requires",
    "viewer_loader",
]
