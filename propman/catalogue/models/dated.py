"""What every dated row is, and the word that changes with any of them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, String, UniqueConstraint, and_, inspect
from sqlalchemy.orm import Mapped, mapped_column

from propman.db import Base, BigId
from propman.spans import lasts_beyond


class Dated:
    """Columns of every dated row: when it is in force, where it comes from, when somebody checked that."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300))
    verified_on: Mapped[date | None]

    @classmethod
    def in_force(cls, on: date) -> ColumnElement[bool]:
        """The condition that a row is in force on the day `on`."""
        return and_(cls.valid_from <= on, lasts_beyond(cls.valid_to, on))

    @classmethod
    def named_by(cls) -> tuple[str, ...]:
        """The columns that name one thing: those of the one unique constraint, but the day, which comes last."""
        table = inspect(cls).local_table
        (unique,) = (one for one in table.constraints if isinstance(one, UniqueConstraint))
        return tuple(column.name for column in unique.columns)[:-1]

    @property
    def called(self) -> str:
        """How the audit names the thing that this row speaks of: "heat:room_temperature"."""
        return ":".join(str(getattr(self, name)) for name in self.named_by()) or "*"


class RulesStamp(Base):
    """One row: a random word that every change of a dated row draws anew (`catalogue.kept`)."""

    __tablename__ = "rules_stamp"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamp: Mapped[str] = mapped_column(String(32))
