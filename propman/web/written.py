"""Text as HTML, for pages that show so much of it that it is not left to the templates: each part is escaped here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby

from markupsafe import Markup, escape

Choice = tuple[str, str, str | None]
"""What is sent, what is read, and under which heading it stands."""


@lru_cache(maxsize=20_000)  # names of places and people stand in lists again and again
def escaped(text: str) -> str:
    """`text` as HTML."""
    return str(escape(text))


def options(choices: Iterable[tuple[str, str]], chosen: str = "") -> Markup:
    """The options of a list to choose from, each as what is sent and what is read."""
    lines = [
        f'<option value="{escaped(value)}"{" selected" if value == chosen else ""}>{escaped(word)}</option>'
        for value, word in choices
    ]
    return Markup("".join(lines))  # noqa: S704 - each part was escaped


def grouped(choices: Iterable[Choice]) -> Markup:
    """The same under headings, where there are any."""
    found = [(heading, options((value, word) for value, word, _heading in group))
             for heading, group in groupby(choices, lambda one: one[2])]  # fmt: skip
    lines = [f'<optgroup label="{escaped(heading)}">{lines}</optgroup>' if heading else lines
             for heading, lines in found]  # fmt: skip
    return Markup("".join(lines))  # noqa: S704 - each part was escaped
