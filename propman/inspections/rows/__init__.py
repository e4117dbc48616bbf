"""What is written down beside plans and duties: wishes to be excused."""

from propman.inspections.rows.excuses import Excuse

__all__ = ["Excuse"]
