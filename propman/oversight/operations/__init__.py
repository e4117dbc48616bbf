"""Changes of oversight: months are closed, answers left out."""

from propman.oversight.operations.closing import close_next
from propman.oversight.operations.excluding import ask, decide

__all__ = ["ask", "close_next", "decide"]
