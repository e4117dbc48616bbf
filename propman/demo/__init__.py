"""A small realistic world to look at: two districts, six communities, some sixty people, four months of reports.

Everything in it is invented, and made by the same operations that the pages use.
"""

from propman.demo.commands import run

__all__ = ["run"]
