"""The import: places that it needs, then its rows, batch by batch, each in a transaction of its own."""

from propman.backlog.operations.running import Outcome, run

__all__ = ["Outcome", "run"]
