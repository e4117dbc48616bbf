"""The shipped sentences for the moves of staff."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("phrases.toml")


@cache
def shipped_phrases() -> Mapping[str, tuple[str, ...]]:
    """The sentences by the name of their move. Raises ValueError for a file that says something else."""
    found = tomllib.loads(FILE.read_text(encoding="utf-8"))
    for move, texts in found.items():
        if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
            raise ValueError(f"{FILE.name}: {move} is not a list of sentences")
    return {move: tuple(texts) for move, texts in found.items()}
