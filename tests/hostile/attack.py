"""Sending to one target what its form wants, but for what is given otherwise; byte by byte, as no browser would."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_from_bytes

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from propman.config import ROOT
from tests import world as worlds
from tests.hostile.conftest import House
from tests.hostile.targets import Target

SLOWEST = 20.0  # seconds for one answer, on a machine that has other things to do
MADE_OF = re.compile(
    r"Traceback \(most recent|sqlalchemy|psycopg|sqlite3|werkzeug|jinja2|File &#34;|\.py\b|" + re.escape(str(ROOT))
)
PART = "e7a1c0d9b3f2"  # what parts the fields of a form; no value holds it
Parts = Mapping[str, Any] | None


class Attack:
    """What is sent to one target, and everything that went wrong."""

    def __init__(self, house: House, target: Target, wrong: list[str]) -> None:
        self.house, self.target, self.wrong = house, target, wrong
        self.browser: FlaskClient = house.browser(target.who) if target.who else house.visitor()
        self.token = worlds.token_of(self.browser.get("/track").text)
        self.rule = next(house.app.url_map.iter_rules(target.endpoint))
        self.gets = "GET" in (self.rule.methods or ())

    @property
    def shows(self) -> bool:
        """Whether a GET to the address shows a page, of this endpoint or of another one."""
        there = (each for each in self.house.app.url_map.iter_rules() if each.rule == self.rule.rule)
        return any("GET" in (each.methods or ()) for each in there)

    @property
    def query(self) -> dict[str, Any]:
        """What stands after the question mark, as it should be."""
        return {name: legal for name, (_kind, legal) in self.target.query.items()}

    def form(self) -> dict[str, Any]:
        """The whole form as it should be, with a fresh key."""
        fields = {**(self.target.form or {}), **({"key": (None, worlds.new_key)} if self.target.keyed else {})}
        legal = {name: legal() if callable(legal) else legal for name, (_kind, legal) in fields.items()}
        return {**legal, "csrf_token": self.token}

    def path(self, **parts: Any) -> bytes:
        """The address with `parts` in the place of the right ones, byte by byte."""
        given = {name: encoded(str(value)) for name, value in self.target.args.items()}
        given |= {name: encoded(value) for name, value in parts.items()}
        return re.sub(rb"<(?:[^:>]*:)?(\w+)>", lambda found: given[found[1].decode()], self.rule.rule.encode())

    def get(self, what: str, *, parts: Parts = None, **asked: Any) -> TestResponse:
        return self._sent(what, "GET", self.path(**parts or {}), percent_encoded(self.query | asked))

    def post(
        self, what: str, *, parts: Mapping[str, Any] | None = None, files: Any = None, **typed: Any
    ) -> TestResponse:
        """A value of None leaves its field out."""
        values = {name: value for name, value in (self.form() | typed).items() if value is not None}
        if self.target.proof and not files:
            body = {
                "data": multipart(values, self.target.proof, *self.target.enclosed),
                "content_type": f"multipart/form-data; boundary={PART}",
            }
        elif files:
            if self.target.proof:
                name, data = self.target.enclosed
                files = {self.target.proof: (io.BytesIO(data), name), **files}
            body = {"data": {**values, **files}, "content_type": "multipart/form-data"}
        else:
            body = {"data": percent_encoded(values), "content_type": "application/x-www-form-urlencoded"}
        return self._sent(what, "POST", self.path(**parts or {}), percent_encoded(self.query), **body)

    def _sent(self, what: str, method: str, path: bytes, asked: str, **body: Any) -> TestResponse:
        start = time.perf_counter()
        answer = self.browser.open(
            method=method, environ_overrides={"PATH_INFO": path.decode("latin-1")}, query_string=asked, buffered=True,
            **body,
        )  # fmt: skip
        took = time.perf_counter() - start
        if answer.status_code >= 500 and self.target.endpoint != "health.ready":
            self.fault(what, answer, "a fault")
        if answer.mimetype == "text/html" and (told := MADE_OF.search(answer.text)):
            self.fault(what, answer, f"tells what it is made of: {told[0]}")
        if took > SLOWEST:
            self.fault(what, answer, f"took {took:.1f} s")
        return answer

    def fault(self, what: str, answer: TestResponse, why: str) -> None:
        self.wrong.append(f"{self.target}: {what}: {answer.status_code}, {why}")


def multipart(values: Mapping[str, Any], file_field: str, file_name: str, data: bytes) -> bytes:
    """`values` as the parts of a form, whatever their bytes are, and the file `data` in `file_field`."""
    pairs = [(name, one) for name, value in values.items() for one in (value if isinstance(value, list) else [value])]
    parts = [(f'name="{name}"', encoded(value)) for name, value in pairs]
    parts.append((f'name="{file_field}"; filename="{file_name}"\r\nContent-Type: application/octet-stream', data))
    head = f"--{PART}\r\nContent-Disposition: form-data; "
    return (
        b"".join(f"{head}{named}\r\n\r\n".encode() + body + b"\r\n" for named, body in parts)
        + f"--{PART}--\r\n".encode()
    )


def percent_encoded(values: Mapping[str, Any]) -> str:
    """`values` as in an address, whatever their bytes are; a list stands for a field sent several times."""
    pairs = [(name, one) for name, value in values.items() for one in (value if isinstance(value, list) else [value])]
    return "&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(encoded(value))}" for name, value in pairs)


def encoded(value: str | bytes) -> bytes:
    """`value` as bytes, lone surrogates and all."""
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
