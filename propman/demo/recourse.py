"""Who answers for a repair, as `world.toml` tells it: each step through the operation that its page uses."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from propman import clock
from propman.assets.models import Asset
from propman.communities.models import Organisation
from propman.demo.acts import Hands
from propman.demo.bursts import answer_for_oneself
from propman.demo.calling import call, give_up
from propman.demo.deciding import decide
from propman.demo.plots import Plot, Step
from propman.demo.talking import talk
from propman.roles import Viewer
from propman.tickets import operations as tickets
from propman.tickets import queries
from propman.tickets.models import Ticket
from propman.tickets.payer import Payer


def follow(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    """Let somebody take the step: refer, accept, refuse, take back, judge, pay, talk, or what happens to any report."""
    if step.do == "complete" and step.note:
        plot.fault = replace(plot.fault, done=step.note)
    if any(act(hands, step, plot, ticket, now) for act in (talk, decide, answer_for_oneself)):
        return
    others = {"judge": _judge, "pay": _pay, "refer": _refer, "accept": _accept, "refuse": _refuse,
              "call": call, "give_up": give_up}  # fmt: skip
    if step.do in others:
        others[step.do](hands, step, plot, ticket, now)
    elif step.do == "take_back":
        tickets.take_back(hands.session, ticket=ticket, viewer=hands.dispatcher(plot, now), now=now,
                          seen_version=ticket.version, note=step.note)  # fmt: skip
    else:
        {
            "assign": hands.assign, "start": hands.start, "complete": hands.complete, "confirm": hands.confirm,
            "reopen": hands.reopen,
        }[step.do](plot, ticket, now)  # fmt: skip


def _judge(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    """A dispatcher names the part that is meant: the one of that type there."""
    there = select(Asset.id).where(Asset.type_code == step.to, Asset.place_id.in_(ticket.place.line_ids))
    verdict = queries.verdict_of(hands.session, ticket)
    tickets.judge(
        hands.session, ticket=ticket, viewer=hands.dispatcher(plot, now), seen_run=verdict.run if verdict else 0,
        asset_id=hands.session.scalars(there.order_by(Asset.id)).first(), arose_on=None, note=step.note, now=now,
    )  # fmt: skip


def _pay(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    """A dispatcher says who pays, against the table."""
    before = queries.payer_of(hands.session, ticket)
    tickets.settle_payer(
        hands.session, ticket=ticket, viewer=hands.dispatcher(plot, now), seen_run=before.run if before else 0,
        answers=tickets.Answers(), payer=Payer(step.to), reason=step.note, now=now,
    )  # fmt: skip


def _refer(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> None:
    named = select(Organisation.id).where(Organisation.name == step.to)
    tickets.refer(hands.session, ticket=ticket, viewer=hands.dispatcher(plot, now), seen_version=ticket.version,
                  organisation_id=hands.session.scalars(named).one(), note=step.note, now=now)  # fmt: skip


def _accept(hands: Hands, _step: Step, _plot: Plot, ticket: Ticket, now: datetime) -> None:
    tickets.accept(hands.session, ticket=ticket, viewer=_referred(hands, ticket, now), seen_version=ticket.version,
                   now=now)  # fmt: skip


def _refuse(hands: Hands, step: Step, _plot: Plot, ticket: Ticket, now: datetime) -> None:
    tickets.refuse(hands.session, ticket=ticket, viewer=_referred(hands, ticket, now), seen_version=ticket.version,
                   note=step.note, now=now)  # fmt: skip


def _referred(hands: Hands, ticket: Ticket, now: datetime) -> Viewer:
    """Whoever answers in the organisation that holds the ticket."""
    return hands.cast.viewer(hands.cast.referred(ticket.organisation_id, clock.local_date(now)), now)
