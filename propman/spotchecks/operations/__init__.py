"""Every write of spot checks: drawing, and what came of looking again. Keyword-only; flushes; callers commit."""

from propman.spotchecks.operations.checking import LONGEST, Looked, end_check
from propman.spotchecks.operations.drawing import LONGEST_REASON, draw_by_hand, draw_next

__all__ = ["LONGEST", "LONGEST_REASON", "Looked", "draw_by_hand", "draw_next", "end_check"]
