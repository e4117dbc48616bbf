"""Every change of rounds."""

from propman.rounds.operations.recording import Reply, Seen, asked_at, record_point
from propman.rounds.operations.rounds import begin_round, close_round, erase_round_photo, load_again

__all__ = [
    "Reply",
    "Seen",
    "asked_at",
    "begin_round",
    "close_round",
    "erase_round_photo",
    "load_again",
    "record_point",
]
