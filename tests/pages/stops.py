"""The shape of a tour: one page, who opens it, what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Stop:
    """One page: its address, who opens it ("" is a visitor), what it answers.

    With `sent` the page of a form that was refused: it is opened, and the form that goes to `to` (the page itself) is
    sent with these words in place of what stands in it.
    """

    address: str
    who: str = ""
    status: int = 200
    to: str | None = None
    sent: dict[str, str] | None = field(default=None, hash=False)

    def __str__(self) -> str:
        done = f" sends {self.to or 'its form'}" if self.sent is not None else ""
        return f"{self.who or 'visitor'} {self.address}{done}"


def every(who: str, *addresses: str) -> tuple[Stop, ...]:
    """A stop at each address, for one person."""
    return tuple(Stop(address, who) for address in addresses)


def refused(stop: Stop, to: str | None = None, status: int = 422, **sent: str) -> Stop:
    """The page of a form at `stop` that goes to `to` and is refused what it sent."""
    return replace(stop, to=to, sent=sent, status=status)
