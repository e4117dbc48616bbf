"""Files to keep, made for one person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import BinaryIO

from flask import Response, send_file

from propman.sheets.csv_writing import write_csv
from propman.sheets.excel_writing import write_xlsx
from propman.sheets.tables import Kind
from propman.sheets.writing import Sheet

MIME = {
    Kind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Kind.CSV: "text/csv",
}


def download(kind: Kind, name: str, write: Callable[[BinaryIO], None], charset: str = "utf-8") -> Response:
    """A file to keep, which `write` fills. Nothing on the way keeps a copy: it is for one person, and of now."""
    out = BytesIO()
    write(out)
    out.seek(0)
    answer = send_file(out, mimetype=MIME[kind], as_attachment=True, download_name=f"{name}.{kind.value}")
    if kind is Kind.CSV:
        answer.content_type = f"{MIME[kind]}; charset={charset}"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def download_sheet(kind: Kind, name: str, sheet: Sheet, now: datetime) -> Response:
    """One table as a file of `kind`, called `name` without its ending."""
    return download(
        kind, name, partial(write_xlsx, [sheet], now=now) if kind is Kind.XLSX else partial(write_csv, sheet)
    )
