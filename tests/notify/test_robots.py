"""Group chats through Apprise, which speaks to a server on loopback; and what it must not be let do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from propman.carriers import robots
from propman.config import BadSetting
from tests.notify.gateway import Gateway, gateway

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")  # what Apprise imports, on Python before 3.13


@pytest.fixture
def sink() -> Iterator[Gateway]:
    """A service that listens."""
    with gateway() as server:
        yield server


def address(sink: Gateway, scheme: str = "json") -> str:
    """The sink, as Apprise names such a service."""
    return f"{scheme}://127.0.0.1:{sink.server_address[1]}/"


def test_a_robot_says_what_it_is_told(sink: Gateway) -> None:
    robots.say(address(sink), "新报修 2611-0000001：还没有派人。")
    assert [said["message"] for said in sink.said] == ["新报修 2611-0000001：还没有派人。"]


@pytest.mark.parametrize("code", [302, 400, 500])
def test_a_robot_that_does_not_take_it_is_tried_again_and_no_redirect_is_followed(sink: Gateway, code: int) -> None:
    sink.code = code
    with pytest.raises(robots.RobotError):
        robots.say(address(sink) + "?redirect=yes", "x")
    assert len(sink.requests) == 1


def test_an_address_that_is_none_stops_the_start() -> None:
    with pytest.raises(BadSetting, match="PROPMAN_GROUP_ROBOTS"):
        robots.robot("feishu://")


@pytest.mark.parametrize(
    "url",
    ["wecombot://12345678-1234-1234-1234-123456789abc", "dingtalk://" + "a" * 64, "feishu://" + "b" * 36,
     "lark://" + "c" * 36],
)  # fmt: skip
def test_the_four_are_known_to_apprise(url: str) -> None:
    assert robots.robot(url).redirects is False
