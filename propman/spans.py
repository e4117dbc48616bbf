"""Half-open spans of days: in force from a first day up to, not including, a last one; without a last one, for good."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import InstrumentedAttribute, Mapped

Days = InstrumentedAttribute[date]


def lasts_beyond(end: InstrumentedAttribute[date | None], on: date | Days) -> ColumnElement[bool]:
    """The condition that what ends at the column `end` is not over on the day `on`, whether it has begun or not."""
    return or_(end.is_(None), end > on)


class Span:
    """What holds from `starts_on` up to, not including, `ends_on`."""

    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    @hybrid_method
    def in_force(self, on: date) -> bool:
        """Whether it is in force on the day `on`; on the class, the condition that says so."""
        return self.starts_on <= on and self.lasts_beyond(on)

    @in_force.inplace.expression  # type: ignore[attr-defined]
    @classmethod
    def _in_force(cls, on: date) -> ColumnElement[bool]:
        return and_(cls.starts_on <= on, cls.lasts_beyond(on))

    @hybrid_method
    def lasts_beyond(self, on: date) -> bool:
        """Whether it is not over on the day `on`; on the class, the condition that says so."""
        return self.ends_on is None or on < self.ends_on

    @lasts_beyond.inplace.expression  # type: ignore[attr-defined]
    @classmethod
    def _lasts_beyond(cls, on: date) -> ColumnElement[bool]:
        return lasts_beyond(cls.ends_on, on)
