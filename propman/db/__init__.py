"""The database: the base of all models and its types, rows held against rivals, and what makes a commit durable."""

from propman.db.base import ID_LIMIT, Base, BigId, Thousandths, UtcDateTime, db, stored_by_value
from propman.db.engines import engine_options, prepare_engine, read_only
from propman.db.gates import Gate, Shut
from propman.db.packing import Packing
from propman.db.rows import fresh, held, insert_if_absent, insert_or_add, put, settle
from propman.db.statements import among, dialect_of, in_text, read, written
from propman.db.together import Batch, draw_ids, drawn_along, insert_absent, put_together, set_each

__all__ = [
    "ID_LIMIT",
    "Base",
    "Batch",
    "BigId",
    "Gate",
    "Packing",
    "Shut",
    "Thousandths",
    "UtcDateTime",
    "among",
    "db",
    "dialect_of",
    "draw_ids",
    "drawn_along",
    "engine_options",
    "fresh",
    "held",
    "in_text",
    "insert_absent",
    "insert_if_absent",
    "insert_or_add",
    "prepare_engine",
    "put",
    "put_together",
    "read",
    "read_only",
    "set_each",
    "settle",
    "stored_by_value",
    "written",
]
