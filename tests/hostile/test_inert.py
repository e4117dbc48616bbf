"""C87-C93: texts that want to be markup, templates or formats are read as they were typed, wherever they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from propman.accounts.models import User
from propman.communities.models import Organisation, Place
from propman.files.operations import Upload
from propman.tickets import tracking
from propman.tickets.models import Channel, Ticket
from tests import stories
from tests.hostile.conftest import House, send
from tests.world import World

FORMS = [
    "<script>alert(1)</script>", "<ScRiPt src=//evil.example>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
    '"><b onmouseover=alert(1)>', "' autofocus onfocus=alert(1) x='", "`onclick=alert(1)`",
    "</textarea><script>x</script>",
    "</title></style></script><x>", "<iframe srcdoc='<script>x</script>'>", "<a href=javascript:alert(1)>x</a>",
    "<math><mi//xlink:href=data:x,1>", "<style>*{background:url(//evil.example)}</style>", "expression(alert(1))",
    "<!--", "]]>", "&lt;script&gt;", "&#x3c;script&#x3e;", "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "[x](javascript:alert(1))", "![x](https://evil.example/x.png)", "https://evil.example/x.png", "\u2028alert(1)//",
    "{{7*7}}", "{% raw %}", "${7*7}", "#{7*7}", "{0.__class__}", "%s%n%(number)s", "%%", "=1+1", "\\u003cscript>",
]  # fmt: skip
ALL = " ".join(FORMS)
SPOT, NAME = '"><svg/onload=alert(1)>{{7*7}}%s', "'\"><img src=x onerror=alert(1)>{{7*7}}"
PLACE, COMPANY = "<b onclick=alert(1)>楼</b>{{7*7}}%s", "\"'><script>alert(1)</script>公司 %(x)s"


class Page(HTMLParser):
    """What a browser makes of a page: its text and the values in it, and everything that would act by itself."""

    HOLDS_URLS = frozenset({"href", "src", "action", "formaction", "poster", "data", "xlink:href"})
    NEVER = frozenset({"iframe", "object", "embed", "base", "math", "style", "applet", "b onclick", "x"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self.acting: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _value in attrs}
        if tag in self.NEVER or names & {"style", "srcdoc", "http-equiv"} or any(n.startswith("on") for n in names):
            self.acting.append(f"<{tag} {dict(attrs)}>")
        for name, value in attrs:
            self.seen.append(value or "")
            there = urlsplit((value or "").strip())
            if name in self.HOLDS_URLS and (there.netloc or there.scheme not in {"", "tel"}):
                self.acting.append(f"<{tag} {name}={value}>")
        if tag == "script" and not str(dict(attrs).get("src")).startswith("/static/"):
            self.acting.append("<script> that is none of ours")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self.seen.append(data)

    def shows(self, text: str) -> bool:
        """Whether `text` is to be read, letter by letter, somewhere on the page."""
        wanted = " ".join(text.split())
        return any(wanted in " ".join(piece.split()) for piece in self.seen)


@pytest.fixture(scope="module")
def told(house: House) -> dict[str, Ticket]:
    """Tickets in several states, everything in which bears the texts; and names that bear them too."""
    world, session = house.world, house.session
    for person in (world.resident_lin, world.worker_zhao, world.dispatcher_mei):
        person.name = NAME
    world.entrance.name = world.building.name = PLACE
    world.community.name = f"小区{PLACE}"
    world.company.name = COMPANY
    session.commit()
    words = {"description": ALL, "spot": SPOT, "name": NAME, "phone": "13812345678"}
    photo = Upload(file_name=f"{SPOT}.jpg", data=stories.picture())
    own = {"by": world.resident_lin, "photos": (photo,)}
    made = {
        "submitted": stories.report(session, world, **own, **words),
        "called": stories.report(session, world, by=world.dispatcher_mei, channel=Channel.PHONE, **words),
        "assigned": stories.assign(session, world, stories.report(session, world, **own, **words)),
        "held": stories.hold(session, world, stories.report(session, world, **own, **words), note=ALL),
        "completed": stories.complete(session, world, stories.report(session, world, **own, **words), note=ALL),
        "confirmed": stories.confirm(session, world, stories.report(session, world, **words), note=ALL),
    }
    session.commit()
    return made


def pages(house: House, told: dict[str, Ticket]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Who opens which page, and what must be to be read there."""
    world: World = house.world
    for state, ticket in told.items():
        secret = tracking.secret(ticket.id, ticket.tracking_key_id, house.settings.tracking_keys)
        notes = (ALL,) if state in {"held", "completed", "confirmed"} else ()
        yield "", f"/t/{ticket.number}/{secret}", (*notes, PLACE, COMPANY)
        yield "", f"/t/{ticket.number}/{secret}/receipt", (COMPANY, PLACE)
        yield "dispatcher_mei", f"/tickets/{ticket.number}", (ALL, SPOT, NAME, PLACE, COMPANY)
        yield "auditor_shen", f"/tickets/{ticket.number}", (ALL, SPOT, PLACE, COMPANY)
        if ticket.reporter_id == world.resident_lin.id:
            yield "resident_lin", f"/reports/{ticket.number}", (*notes, PLACE, COMPANY)
            yield "resident_lin", f"/reports/{ticket.number}/receipt", (COMPANY,)
    yield "dispatcher_mei", f"/tickets/{told['called'].number}/caller", (PLACE,)
    yield "worker_zhao", "/jobs", (ALL, SPOT, NAME, PLACE)
    yield "dispatcher_mei", "/queue?state=all", (PLACE, NAME)
    yield "official_qian", "/queue", (COMPANY, PLACE, f"小区{PLACE}")
    yield "dispatcher_mei", "/intake", (PLACE,)
    yield "resident_lin", "/reports", (PLACE,)
    yield "resident_lin", "/", ()
    yield "dispatcher_mei", "/", (COMPANY,)
    yield "official_qian", "/", ()
    yield "resident_lin", "/me", (NAME, PLACE)
    yield "resident_lin", "/inbox", ()
    yield "", f"/p/{world.code}", (PLACE, COMPANY)
    yield "", f"/p/{world.code}/report", (PLACE,)
    admin = "administrator_guan"
    for path in (f"/admin/places/{world.entrance.id}", f"/admin/places/{world.entrance.id}/change"):
        yield admin, path, (PLACE,)
    for path in (f"/admin/organisations/{world.company.id}", f"/admin/organisations/{world.company.id}/change"):
        yield admin, path, (COMPANY,)
    yield admin, f"/admin/places/{world.community.id}", (PLACE, COMPANY)
    yield admin, f"/admin/places/{world.community.id}/change-over", (PLACE, COMPANY)
    yield admin, "/admin/places?q=3", (PLACE,)
    yield admin, "/admin/organisations", (COMPANY,)
    yield admin, "/admin/people", (NAME, COMPANY)
    for path in ("", "/erase", "/roles/new?role=worker"):
        yield admin, f"/admin/people/{world.worker_zhao.id}{path}", (NAME,)
    yield admin, "/admin", ()
    yield admin, "/admin/outbox", ()


def test_c87_to_c93_every_page_shows_what_was_typed_and_does_nothing(house: House, told: dict[str, Ticket]) -> None:
    wrong = []
    for who, path, texts in pages(house, told):
        browser = house.browser(who) if who else house.visitor()
        answer = browser.get(path)
        page = Page(answer.text)
        wrong += [f"{who} {path}: {acting}" for acting in page.acting]
        wrong += [f"{who} {path}: does not show {text[:30]}" for text in texts if not page.shows(text)]
        if answer.status_code != 200 or "script-src" in answer.headers["Content-Security-Policy"]:
            wrong.append(f"{who} {path}: {answer.status_code} {answer.headers['Content-Security-Policy']}")
    assert not wrong, "\n".join(wrong)


def test_c89_to_c93_a_refused_form_gives_back_what_was_typed_and_does_nothing(house: House) -> None:
    world, admin = house.world, house.browser("administrator_guan")
    long = ALL * 9
    told = {"description": long, "spot": long, "name": long, "phone": SPOT, "category": ALL, "place": ALL}
    forms = [
        ("", f"/p/{world.code}/report", told),
        ("", "/sign-in", {"who": SPOT, "password": "x", "next": SPOT}),
        ("", "/track", {"number": SPOT, "pin": SPOT}),
        ("administrator_guan", "/admin/people/new", {"name": SPOT, "phone": SPOT, "sign_in_name": SPOT, "email": SPOT}),
        ("administrator_guan", f"/admin/places/{world.building.id}/add", {"name": "\u202e" + SPOT, "households": SPOT}),
        ("administrator_guan", f"/admin/organisations/{world.company.id}/change", {"name": SPOT, "phone": SPOT}),
        ("administrator_guan", f"/admin/places/{world.entrance.id}/close", {"closes_on": SPOT}),
        ("dispatcher_mei", "/intake", {"description": long, "phone": SPOT, "name": SPOT, "spot": SPOT}),
    ]  # fmt: skip
    for who, path, typed in forms:
        answer = send(house.browser(who) if who else house.visitor(), path, **typed)
        page = Page(answer.text)
        assert answer.status_code == 422
        assert not page.acting, path
        assert page.shows(SPOT) or page.shows(long), path
    for path in (f"/admin/people?q={SPOT}", f"/admin/places?q={SPOT}", f"/search?q={SPOT}", f"/?code={SPOT}"):
        browser = house.browser("dispatcher_mei") if "search" in path else admin
        page = Page((house.visitor() if path.startswith("/?") else browser).get(path).text)
        assert not page.acting, path
        assert page.shows(SPOT), path


def test_the_page_reader_finds_what_acts() -> None:
    """So that the tests above can fail."""
    bad_ones = [
        "<script>x</script>", "<img src=x onerror=x>", '<a href="javascript:x">', "<p style=x>", "<iframe>",
        "<img src=//evil.example>", "<meta http-equiv=refresh>", '<form action="https://evil.example">',
    ]  # fmt: skip
    for bad in bad_ones:
        assert Page(bad).acting, bad
    assert not Page('<p><a href="/x">x</a><img src="/static/x.svg" alt="&lt;script&gt;"></p>').acting
    assert Page("<p>&lt;b&gt;</p>").shows("<b>")
    assert not Page("<p>&amp;lt;b&amp;gt;</p>").shows("<b>")


def test_c109_a_turned_name_turns_nothing_beside_it(house: House) -> None:
    """U+202E in a caller's name must not show the telephone number beside it from right to left."""
    ticket = stories.report(house.session, house.world, name="王\u202e奶奶", phone="13812345678", spot="三\u202e楼")
    stories.assign(house.session, house.world, ticket)
    house.session.commit()
    for who, path in (("worker_zhao", "/jobs"), ("dispatcher_mei", f"/tickets/{ticket.number}")):
        page = house.browser(who).get(path).text
        blocks = re.split(r"</?(?:bdi|p|dd|dt|li|div|td|th|h1|h2|dl|section|textarea)\b[^>]*>", page)
        turned = [re.sub(r"<[^>]+>", "", block).strip() for block in blocks if "\u202e" in block]
        assert turned, path
        assert all(block in {"王\u202e奶奶", "三\u202e楼"} for block in turned), (path, turned)


def test_names_are_looked_up_as_they_are(house: House, told: dict[str, Ticket]) -> None:
    """What stands in a name is stored as it was typed, not once escaped."""
    session = house.session
    assert session.scalar(select(User.name).where(User.id == house.world.worker_zhao.id)) == NAME
    assert session.scalar(select(Place.name).where(Place.id == house.world.entrance.id)) == PLACE
    assert session.scalar(select(Organisation.name).where(Organisation.id == house.world.company.id)) == COMPANY
