"""What reports are about, who goes, by when, who is told, whom to call."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from propman.catalogue.models.dated import Dated
from propman.data.escalation import Level, TimeLimit
from propman.data.reading import GoesTo, QuestionKind, Trade
from propman.db import Base, stored_by_value


class Category(Dated, Base):
    """A tile of the report form: what can be broken, in residents' words."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    code: Mapped[str] = mapped_column(String(40))
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    icon: Mapped[str] = mapped_column(String(40))
    priority: Mapped[str] = mapped_column(String(2))  # the one a report gets unless a dispatcher corrects it
    emergency: Mapped[bool]  # shows the number to call at once, and still records the report
    private: Mapped[bool]  # happens inside a flat: never listed in public
    position: Mapped[int]


class CategoryQuestion(Dated, Base):
    """What a report of a category is asked besides. `kind` never changes; `choices_*` are lines, alike in number."""

    __tablename__ = "category_question"
    __table_args__ = (
        UniqueConstraint("category", "code", "valid_from"),
        CheckConstraint("(kind = 'choice') = (choices_zh IS NOT NULL)", name="one_of_a_list_has_one"),
        CheckConstraint("(choices_zh IS NULL) = (choices_en IS NULL)", name="choices_in_both_languages"),
        CheckConstraint("kind = 'number' OR unit IS NULL AND least IS NULL AND most IS NULL", name="limits_of_numbers"),
    )

    category: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(100))
    kind: Mapped[QuestionKind] = mapped_column(stored_by_value(QuestionKind))
    required: Mapped[bool]
    unit: Mapped[str | None] = mapped_column(String(20))  # of a number, as its limits
    least: Mapped[int | None]
    most: Mapped[int | None]
    choices_zh: Mapped[str | None] = mapped_column(String(400))
    choices_en: Mapped[str | None] = mapped_column(String(600))


class ClockRule(Dated, Base):
    """The time limits of one category ("*": of every other) at one priority, as text that `limits.Limit` reads."""

    __tablename__ = "clock_rule"
    __table_args__ = (
        UniqueConstraint("category", "priority", "valid_from"),
        CheckConstraint("priority IN ('P0','P1','P2','P3','P4')", name="known_priority"),
    )

    category: Mapped[str] = mapped_column(String(40))
    priority: Mapped[str] = mapped_column(String(2))
    respond: Mapped[str] = mapped_column(String(20))
    on_site: Mapped[str] = mapped_column(String(20))
    make_safe: Mapped[str] = mapped_column(String(20))
    resolve: Mapped[str] = mapped_column(String(20))


class RoutingRule(Dated, Base):
    """Who should go for a category: a kind of organisation (of a trade), in what order, and why."""

    __tablename__ = "routing_rule"
    __table_args__ = (UniqueConstraint("category", "position", "valid_from"),)

    category: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    goes_to: Mapped[GoesTo] = mapped_column(stored_by_value(GoesTo))
    trade: Mapped[Trade | None] = mapped_column(stored_by_value(Trade))  # of a utility or contractor
    reason_zh: Mapped[str] = mapped_column(String(200))
    reason_en: Mapped[str] = mapped_column(String(200))


class EmergencyNumber(Dated, Base):
    """A telephone number to call at once, and the categories whose page shows it."""

    __tablename__ = "emergency_number"
    __table_args__ = (UniqueConstraint("number", "valid_from"),)

    number: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    categories: Mapped[str] = mapped_column(String(400))  # comma-separated codes
    areas: Mapped[str | None] = mapped_column(String(400))  # codes of the divisions whose number it is; NULL: of all
    position: Mapped[int]


class EscalationRule(Dated, Base):
    """Who is told before, at or after a deadline of the kind `time_limit`, at one priority or at all ("*").

    It speaks when `share_left` percent of the limit are left, or `minutes_after` the deadline; both are counted as the
    limit is.
    """

    __tablename__ = "escalation_rule"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("priority IN ('*','P0','P1','P2','P3','P4')", name="known_priority"),
        CheckConstraint("(share_left IS NULL) <> (minutes_after IS NULL)", name="one_moment"),
        CheckConstraint("share_left IS NULL OR share_left BETWEEN 1 AND 99", name="share_is_a_part"),
        CheckConstraint("minutes_after IS NULL OR minutes_after >= 0", name="not_before"),
    )

    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    time_limit: Mapped[TimeLimit] = mapped_column(stored_by_value(TimeLimit))
    priority: Mapped[str] = mapped_column(String(2))
    share_left: Mapped[int | None]
    minutes_after: Mapped[int | None]
    level: Mapped[Level] = mapped_column(stored_by_value(Level))
