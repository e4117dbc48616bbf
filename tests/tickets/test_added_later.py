"""What is added to a closed report stays on the list of whoever is in charge until somebody notes what is done."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman.tickets import operations
from tests import stories, world
from tests.desk import Desk


def test_it_is_counted_and_listed_until_somebody_notes_something(
    session: Session, new_client: Callable[[], FlaskClient]
) -> None:
    town = world.build(session)
    quiet, ticket = (stories.confirm(session, town, stories.report(session, town)) for _time in range(2))
    operations.add(session, ticket=ticket, viewer=stories.holder(ticket), seen_version=ticket.version,
                   now=ticket.confirmed_at, note="灯又暗了一点", store=town.store)  # fmt: skip
    version = ticket.version
    session.commit()
    mei = Desk(world.sign_in(session, new_client(), town.dispatcher_mei))
    assert "Added after closing 1 nobody has noted anything yet" in mei.read("/")
    listed = mei.read("/queue?state=all&added=1")
    assert ticket.number in listed
    assert quiet.number not in listed
    page = f"/tickets/{ticket.number}"
    assert "added after closing: note what is done about it" in mei.read(page)
    noted = mei.sent(f"{page}/note", page, version=version, note="已电话回复，属正常")
    assert "added after closing: note what is done about it" not in noted
    assert "nobody has noted anything yet" not in mei.read("/")
    assert ticket.number not in mei.read("/queue?state=all&added=1")
