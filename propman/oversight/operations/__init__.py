"""Changes of oversight: months are closed, answers left out, officials told of a week."""

from propman.oversight.operations.closing import close_next
from propman.oversight.operations.excluding import ask, decide
from propman.oversight.operations.weekly import tell_officials

__all__ = ["ask", "close_next", "decide", "tell_officials"]
