"""Moments and spans as the pages say them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask_babel import force_locale

from propman import clock
from propman.web.filters import ago


@pytest.mark.parametrize(
    ("passed", "english", "chinese"),
    [
        (timedelta(seconds=20), "just now", "刚刚"),
        (timedelta(minutes=1, seconds=20), "1 min ago", "1分钟前"),
        (timedelta(days=1, hours=2, minutes=1), "1 day 2 h ago", "1天 2小时前"),
        (timedelta(days=8, hours=2), "8 days ago", "8天前"),
    ],
)
def test_what_happened_this_minute_happened_just_now(app: Flask, passed: timedelta, english: str, chinese: str) -> None:
    for locale, words in (("en", english), ("zh", chinese)):
        with app.test_request_context(), force_locale(locale):
            assert ago(clock.now() - passed) == words
