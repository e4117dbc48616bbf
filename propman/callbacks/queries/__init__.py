"""Every read of call-backs: about one report, the lists of those who call, and the answers that were given."""

from propman.callbacks.queries.answers import answers_about
from propman.callbacks.queries.lists import MOST_COUNTED, PAGE, Line, Wanted, call_list, waiting_count
from propman.callbacks.queries.one import (
    attempts_of,
    call_back_of,
    calls_for,
    last_completion,
    phone_of,
    refused,
)

__all__ = [
    "MOST_COUNTED",
    "PAGE",
    "Line",
    "Wanted",
    "answers_about",
    "attempts_of",
    "call_back_of",
    "call_list",
    "calls_for",
    "last_completion",
    "phone_of",
    "refused",
    "waiting_count",
]
