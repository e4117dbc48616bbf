"""How some people of the demo world want to be told, and by which ways they can be."""

from __future__ import annotations

from datetime import time

from sqlalchemy.orm import Session

from propman.demo.people import Cast
from propman.notify.models import EVERYBODY, Channel
from propman.notify.operations import prefer, serve
from propman.notify.timing import SmsWish, Wishes
from propman.roles import Role, Viewer

OF_ROLE = {
    Role.COMPANY_MANAGER: Wishes(digest_hour=8),
    Role.OFFICIAL: Wishes(digest_hour=9, quiet_from=time(18), quiet_until=time(8), sms=SmsWish.EMERGENCIES),
    Role.DISPATCHER: Wishes(quiet_from=time(22), quiet_until=time(6, 30)),
    Role.WORKER: Wishes(quiet_from=time(20), quiet_until=time(7), sms=SmsWish.ALL),
}
"""Of each role one says so; the others never did."""


def say_how_they_are_told(session: Session, cast: Cast) -> None:
    """Let the first who signs in with each of those roles say how. SMS lie in a folder, as e-mails do. Flushes."""
    serve(session, served={(Channel.SMS, EVERYBODY), (Channel.CALLER, EVERYBODY)})
    for role, wishes in OF_ROLE.items():
        post = next(post for post in cast.posts if post.role is role and post.sign_in)
        prefer(session, viewer=Viewer(user_id=post.user_id), wishes=wishes)
