"""A telephone on a bad network: it keeps its cookies, and sends the same form again until it is answered."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.experiments.house import House
from tests.world import PASSWORD, token_of, value_of

GONE = (ConnectionError, http.client.HTTPException, TimeoutError)


@dataclass
class Answer:
    """What came back: status, the page, and where it leads."""

    status: int
    text: str
    location: str


@dataclass
class Phone:
    """One browser with its own cookies."""

    house: House
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """Ask until there is an answer."""
        return self.insist("GET", path, None)

    def insist(self, method: str, path: str, form: dict[str, str] | None, *, seconds: float = 60) -> Answer:
        """Send the same request until somebody answers with less than 500."""
        end = time.monotonic() + seconds
        while True:
            try:
                answer = self.once(method, path, form)
                if answer.status < 500:
                    return answer
            except GONE:
                pass
            if time.monotonic() > end:
                raise TimeoutError(f"{method} {path} was not answered in {seconds} s")
            time.sleep(0.05)

    def once(self, method: str, path: str, form: dict[str, str] | None) -> Answer:
        """Send one request on a connection of its own. Raises one of `GONE` when the answer is lost."""
        connection = self.house.connection()
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return Answer(response.status, text, response.headers.get("Location", ""))

    def sign_in(self, telephone: str) -> Phone:
        """Sign in with the password of the small world."""
        page = self.get("/sign-in")
        form = {"who": telephone, "password": PASSWORD, "csrf_token": token_of(page.text)}
        assert self.insist("POST", "/sign-in", form).status == 303
        return self

    def report_form(self, code: str, words: str) -> tuple[str, dict[str, str]]:
        """Open the report page of a label and fill it in: its address, and the form with the key of the server."""
        path = f"/p/{code}/report"
        page = self.get(path).text
        form = {"csrf_token": token_of(page), "key": value_of(page, "key"), "category": "lights", "description": words}
        place = page.split('name="place"', 1)[1].split("selected", 1)[1].split('value="', 1)[1].split('"', 1)[0]
        return path, form | {"place": place}


def number_in(location: str) -> str:
    """The ticket number in the address of a receipt: /t/<number>/<secret>/receipt."""
    return location.split("/t/", 1)[1].split("/", 1)[0]
