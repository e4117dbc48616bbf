"""What a person keeps for the own desk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from propman.accounts.models import User
from propman.db import Base, BigId

NAME_LENGTH = 40
QUESTION_LENGTH = 400


class SavedFilter(Base):
    """An address of the queue that `user` keeps under a name. `question` is what stands behind its question mark."""

    __tablename__ = "saved_filter"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey(User.id))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    question: Mapped[str] = mapped_column(String(QUESTION_LENGTH))
    made_at: Mapped[datetime]


class KeysOff(Base):
    """A person who does not want single keys to do anything (WCAG 2.1.4). No row: they do."""

    __tablename__ = "keys_off"

    user_id: Mapped[int] = mapped_column(BigId, ForeignKey(User.id), primary_key=True, autoincrement=False)
    since: Mapped[datetime]
