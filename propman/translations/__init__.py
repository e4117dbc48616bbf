"""The words of the pages in the languages of their readers. English stands in the source, Chinese in `zh`."""

from __future__ import annotations

import os
import secrets
from io import BytesIO
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def compile_catalogues(folder: Path = FOLDER) -> None:
    """Bring each `messages.mo` in `folder` up to its `messages.po`; does nothing where it is newer already.

    Raises `OSError` naming the file where it is missing or old and cannot be written.
    """
    for source in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)


def _compile(source: Path, target: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file))
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}")  # two processes may start at once
    draft.write_bytes(compiled.getvalue())
    os.replace(draft, target)
