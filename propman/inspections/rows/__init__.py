"""What is written down beside plans and duties: wishes to be excused, rounds with their points and answers."""

from propman.inspections.rows.excuses import Excuse
from propman.inspections.rows.rounds import SOURCE, Round, RoundAnswer, RoundDuty, RoundPoint

__all__ = ["SOURCE", "Excuse", "Round", "RoundAnswer", "RoundDuty", "RoundPoint"]
