"""For whoever changes words: `python3 -m propman messages` collects them from the source into the catalogues."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from propman.config import ROOT
from propman.translations import FOLDER

KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "N_": None,
    "speak": None,
    "plural": (1, 2),
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}
SOURCES = ((ROOT / "propman", [("**.py", "python")]), (ROOT / "templates", [("**.html", "jinja2")]))
HEADER = "# Words of propman. Collected by `python3 -m propman messages`; translated by hand.\n#"


def collect() -> Catalog:
    """Every marked message of the source, without places: they would change with each line added."""
    found = Catalog()
    for folder, methods in SOURCES:
        messages = extract_from_dir(
            folder,
            method_map=methods,
            keywords=KEYWORDS,
            directory_filter=lambda _folder: True,
            strip_comment_tags=True,
        )
        for _file, _line, message, _comments, _context in messages:
            add(found, message)
    return found


def add(found: Catalog, message: str | tuple[str, ...]) -> None:
    """Put `message`, or a singular with its plural, into `found`.

    Raises `ValueError` for a singular that stands there with another plural: a catalogue keeps one of the two, and the
    readers of a translation would read the wrong sentence.
    """
    known = found.get(message[0]) if isinstance(message, tuple) else None
    if known is not None and known.pluralizable and tuple(known.id) != tuple(message):
        raise ValueError(f"one singular with two plurals: {message[0]}")
    found.add(message)


def update(folder: Path = FOLDER) -> dict[str, int]:
    """Bring each catalogue in `folder` up to the source; how many messages of each language await translation.

    New messages come in empty (nothing is guessed), those that no longer occur are dropped, translations stay.
    """
    template, waiting = collect(), {}
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=path.parent.parent.name)
        catalogue.header_comment = HEADER
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalogue, sort_output=True, width=120, no_location=True, omit_header=False)
        text = re.sub(r'"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By): .*\n', "",
                      path.read_text())  # fmt: skip
        path.write_text(text)
        waiting[path.parent.parent.name] = sum(not _done(message.string) for message in catalogue if message.id)
    return waiting


def _done(string: str | list[str] | tuple[str, ...] | None) -> bool:
    return bool(string) if isinstance(string, str) else bool(string) and all(string or ())
