"""The sentences of organisations."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from propman.communities.models import Organisation
from propman.db import Base, BigId

LONGEST = 300


class Phrase(Base):
    """One sentence that an organisation offers for a move. It is the organisation's, and names no person."""

    __tablename__ = "phrase"
    __table_args__ = (Index(None, "organisation_id", "move"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey(Organisation.id))
    move: Mapped[str] = mapped_column(String(32))
    text: Mapped[str] = mapped_column(String(LONGEST))
    made_at: Mapped[datetime]
