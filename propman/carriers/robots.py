"""Group chats (WeCom, DingTalk, Feishu, Lark) through their robots, by Apprise: an extra that not everybody installs.

The robots of these four speak to the hosts of their makers alone, and by https. Apprise knows 170 other services, some
of which take any host from the address: those are refused.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from propman.config import BadSetting


class RobotError(OSError):
    """The robot did not take the message; Apprise does not say why."""


def say(url: str, text: str) -> None:
    """Say `text` in the group of the robot at `url`. Raises `RobotError`, and `BadSetting` where `url` is none."""
    if not robot(url).notify(body=text):
        raise RobotError


@cache
def robot(url: str) -> Any:
    """The robot at `url`, which follows no redirect. Raises `BadSetting` if Apprise cannot read the address."""
    import apprise  # with all it needs 20 MB: loaded at the first message

    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # what it logs may hold the key of a robot
    asset = apprise.AppriseAsset(app_id="propman", app_desc="propman", secure_logging=True)
    found = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if found is None:
        raise BadSetting("PROPMAN_GROUP_ROBOTS names a robot whose address cannot be read.")
    found.redirects, found.verify_certificate = False, True
    return found
