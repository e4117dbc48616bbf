"""Every write of an import: sent, mapped, worked on by a job, applied, undone, forgotten."""

from propman.register.operations.claiming import Claimed, Lost, claim_next
from propman.register.operations.forgetting import forget_imports
from propman.register.operations.running import Desk, carry_on
from propman.register.operations.sending import (
    File,
    ask_to_apply,
    ask_to_undo,
    dictionary_for,
    discard_import,
    map_headings,
    send_file,
)

__all__ = [
    "Claimed",
    "Desk",
    "File",
    "Lost",
    "ask_to_apply",
    "ask_to_undo",
    "carry_on",
    "claim_next",
    "dictionary_for",
    "discard_import",
    "forget_imports",
    "map_headings",
    "send_file",
]
