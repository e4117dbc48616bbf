"""What a caller says, in both languages, as `propman/data/call_script.toml` holds it. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import propman.data

LINES = ("greeting", "contacted_in_time", "solved", "stars", "not_solved", "farewell")
LANGUAGES = ("zh", "en")


def script(language: str, **facts: str) -> list[str]:
    """The lines in their order, with the `facts` of the report put in. Facts are taken as they are, never as a form."""
    return [_filled(_shipped()[line][language], facts) for line in LINES]


def _filled(line: str, facts: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda place: facts.get(place[1], place[0]), line)


@cache
def _shipped() -> Mapping[str, Mapping[str, str]]:
    file = Path(propman.data.__file__).with_name("call_script.toml")
    held = tomllib.loads(file.read_text("utf-8"))
    return {line: {language: held[line][language] for language in LANGUAGES} for line in LINES}
