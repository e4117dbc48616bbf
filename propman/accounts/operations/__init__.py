"""What changes accounts: people and what they are, invitations, sessions. Guards first, then the change; no commit."""

from propman.accounts.operations.erasing import erase_person
from propman.accounts.operations.forgetting import forget
from propman.accounts.operations.invitations import accept_invitation, invite
from propman.accounts.operations.memberships import add_membership, end_membership
from propman.accounts.operations.own_account import change_language, change_password
from propman.accounts.operations.people import (
    Particulars,
    change_person,
    create_person,
    disable_person,
    enable_person,
    register_person,
)
from propman.accounts.operations.sessions import revoke_session, revoke_sessions, sign_out, start_session
from propman.accounts.operations.setup import setup_first_administrator

__all__ = [
    "Particulars",
    "accept_invitation",
    "add_membership",
    "change_language",
    "change_password",
    "change_person",
    "create_person",
    "disable_person",
    "enable_person",
    "end_membership",
    "erase_person",
    "forget",
    "invite",
    "register_person",
    "revoke_session",
    "revoke_sessions",
    "setup_first_administrator",
    "sign_out",
    "start_session",
]
