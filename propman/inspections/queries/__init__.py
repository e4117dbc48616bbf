"""Every read of plans and duties."""

from propman.inspections.queries.plans import terms_of, versions_of

__all__ = ["terms_of", "versions_of"]
