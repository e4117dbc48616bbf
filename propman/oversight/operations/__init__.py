"""Changes of oversight: months are closed, answers left out."""

from propman.oversight.operations.closing import close_next

__all__ = ["close_next"]
