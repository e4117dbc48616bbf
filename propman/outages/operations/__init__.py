"""Announcing outages, moving, ending and calling them off, following them; and the reminder of whoever forgot one."""

from propman.outages.operations.announcing import announce
from propman.outages.operations.following import follow, forget_person
from propman.outages.operations.moving import call_off, end, move, remind_late

__all__ = ["announce", "call_off", "end", "follow", "forget_person", "move", "remind_late"]
