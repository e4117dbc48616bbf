"""Environment -> typed settings. Refuses unknown, missing or weak values and names the setting, never its value."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "PROPMAN_"
ONLY_FOR_TESTS = "only-for-tests-"  # keys that begin like this are known to everybody
ROBOTS = ("wecombot", "dingtalk", "feishu", "lark")  # group chats, as Apprise calls them
KNOWN = frozenset(
    {
        "DATABASE_URL",
        "DATA_DIR",
        "MODE",
        "SECRET_KEY",
        "TRACKING_KEYS",
        "PUBLIC_BASE_URL",
        "TRUSTED_HOSTS",
        "TRUSTED_PROXIES",
        "SMTP_URL",
        "MAIL_FROM",
        "SMS_HOOK_URL",
        "SMS_HOOK_SECRET",
        "GROUP_ROBOTS",
        # read by the test command and by fault experiments, never by a rule
        "TEST_PG",
        "REQUIRE_ALL",
    }
)


class BadSetting(Exception):  # noqa: N818 - read by people at a prompt
    """A setting is missing, unknown or too weak; the text names it."""


@dataclass(frozen=True)
class Settings:
    """Everything the installation decides; read once, at start. Nothing in the domain reads it."""

    database_url: str
    data_dir: Path
    mode: str  # "production", "demo" or "test"
    secret_key: str
    tracking_keys: Mapping[str, bytes]  # key id -> key; the last one signs new tickets, all of them open old ones
    public_base_url: str
    trusted_hosts: tuple[str, ...]
    trusted_proxies: int = 0
    smtp_url: str | None = None
    mail_from: str = "propman@localhost"
    sms_hook_url: str | None = None
    sms_hook_secret: str = ""
    group_robots: Mapping[int, str] = field(default_factory=dict)  # organisation -> address of its robot
    cheap_passwords: bool = False

    @property
    def files_dir(self) -> Path:
        """Folder of the photo store."""
        return self.data_dir / "files"

    @property
    def secure(self) -> bool:
        """Whether people reach this installation by https, so that cookies may be marked Secure."""
        return self.public_base_url.startswith("https://")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read PROPMAN_* settings. Raises `BadSetting` naming the first one that is unknown, missing or weak.

        A production installation gives all of them; without PROPMAN_MODE the installation is a demo on this machine,
        whose keys are drawn once and kept in the data folder.
        """
        given = {name[len(PREFIX) :]: value for name, value in environment.items() if name.startswith(PREFIX)}
        for name in sorted(given.keys() - KNOWN):
            raise BadSetting(f"{PREFIX}{name} is not a setting of propman.")
        mode = given.get("MODE", "demo")
        if mode not in {"production", "demo"}:
            raise BadSetting(f"{PREFIX}MODE must be production or demo.")
        if mode == "production" and environment.get("FLASK_DEBUG", "0") not in {"", "0", "false", "no"}:
            raise BadSetting("FLASK_DEBUG must be off in production.")
        data_dir = _data_dir(given)
        if mode == "demo":
            given = _demo_defaults(data_dir) | given
        return cls(
            database_url=normal_database_url(_need(given, "DATABASE_URL")),
            data_dir=data_dir,
            mode=mode,
            secret_key=_strong_key(given),
            tracking_keys=_tracking_keys(given),
            public_base_url=_base_url(given, mode),
            trusted_hosts=_hosts(given),
            trusted_proxies=_count(given, "TRUSTED_PROXIES"),
            smtp_url=_smtp_url(given),
            mail_from=_mail_from(given),
            sms_hook_url=_sms_hook_url(given, mode),
            sms_hook_secret=_sms_hook_secret(given),
            group_robots=_group_robots(given),
            cheap_passwords=mode == "demo",
        )

    @classmethod
    def for_tests(cls, *, database_url: str, data_dir: Path) -> Settings:
        """Settings of one test: fixed keys, cheap passwords, the given database and data folder."""
        return cls(
            database_url=normal_database_url(database_url),
            data_dir=data_dir,
            mode="test",
            secret_key=ONLY_FOR_TESTS + "0123456789abcdef" * 4,
            tracking_keys={"t1": f"{ONLY_FOR_TESTS}tracking-key-0001".encode()},
            public_base_url="http://localhost",
            trusted_hosts=("localhost", "127.0.0.1"),
            cheap_passwords=True,
        )


def normal_database_url(url: str) -> str:
    """`url` with the driver propman ships: postgresql and postgres become postgresql+psycopg.

    Raises `BadSetting` for any database but SQLite in a file and PostgreSQL.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme in {"postgres", "postgresql", "postgresql+psycopg"} and _readable(url):
        return f"postgresql+psycopg://{rest}"
    if separator and scheme == "sqlite" and rest.strip("/") not in {"", ":memory:"} and _readable(url):
        return url
    raise BadSetting(f"{PREFIX}DATABASE_URL must begin with sqlite:///path or postgresql://.")


def _readable(database_url: str) -> bool:
    try:
        make_url(database_url)
    except (ArgumentError, ValueError):
        return False
    return True


def _split(url: str) -> SplitResult | None:
    """The parts of `url`, or None if its port is no number or it cannot be read at all."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _need(given: Mapping[str, str], name: str) -> str:
    if not given.get(name):
        raise BadSetting(f"{PREFIX}{name} is missing.")
    return given[name]


def _data_dir(given: Mapping[str, str]) -> Path:
    """The data folder, made if missing. Raises `BadSetting` where nothing can be written or everybody can read."""
    folder = Path(given.get("DATA_DIR") or ROOT / "var").resolve()
    if folder.is_relative_to(ROOT / "static"):
        raise BadSetting(f"{PREFIX}DATA_DIR must not lie in the folder that is served to everybody.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        raise BadSetting(f"{PREFIX}DATA_DIR must be a folder that can be written.") from None


def _count(given: Mapping[str, str], name: str) -> int:
    text = given.get(name) or "0"
    if not text.isascii() or not text.isdigit() or len(text) > 2:
        raise BadSetting(f"{PREFIX}{name} must be a whole number from 0 to 99.")
    return int(text)


def _strong_key(given: Mapping[str, str]) -> str:
    key = _need(given, "SECRET_KEY")
    if len(key) < 50 or len(set(key)) < 8 or key.startswith(ONLY_FOR_TESTS):
        raise BadSetting(f"{PREFIX}SECRET_KEY is too weak: 50 random characters are needed.")
    return key


def _tracking_keys(given: Mapping[str, str]) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    for part in _need(given, "TRACKING_KEYS").split(","):
        key_id, _, value = part.strip().partition(":")
        weak = len(value) < 32 or len(set(value)) < 8 or value.startswith(ONLY_FOR_TESTS)
        if not 0 < len(key_id) <= 8 or weak:
            raise BadSetting(f"{PREFIX}TRACKING_KEYS needs id:key pairs, each key of 32 random characters.")
        if key_id in keys:
            raise BadSetting(f"{PREFIX}TRACKING_KEYS names one id twice.")
        keys[key_id] = value.encode()
    return keys


def _base_url(given: Mapping[str, str], mode: str) -> str:
    url = _need(given, "PUBLIC_BASE_URL").rstrip("/")
    parts = _split(url)
    schemes = {"https"} if mode == "production" else {"https", "http"}
    more = parts and (parts.path or parts.query or parts.fragment or parts.username)
    if parts is None or parts.scheme not in schemes or not parts.hostname or more:
        raise BadSetting(f"{PREFIX}PUBLIC_BASE_URL must begin with https:// and end after the host or port.")
    return url


def _hosts(given: Mapping[str, str]) -> tuple[str, ...]:
    hosts = tuple(part.strip() for part in _need(given, "TRUSTED_HOSTS").split(",") if part.strip())
    if not hosts or any(letter in host for host in hosts for letter in "*/:@ "):
        raise BadSetting(f"{PREFIX}TRUSTED_HOSTS needs names of hosts, with commas between and without ports.")
    return hosts


def _smtp_url(given: Mapping[str, str]) -> str | None:
    url = given.get("SMTP_URL")
    if not url:
        return None
    parts = _split(url)
    if parts is None or parts.scheme not in {"smtp", "smtp+starttls", "smtps"} or not parts.hostname:
        raise BadSetting(f"{PREFIX}SMTP_URL must look like smtp+starttls://user:password@host:587.")
    return url


def _mail_from(given: Mapping[str, str]) -> str:
    address = given.get("MAIL_FROM") or "propman@localhost"
    if not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+", address):
        raise BadSetting(f"{PREFIX}MAIL_FROM must be one mail address.")
    return address


def _sms_hook_url(given: Mapping[str, str], mode: str) -> str | None:
    """The gateway: https, and beside production a program on this very machine."""
    url = given.get("SMS_HOOK_URL")
    if not url:
        return None
    parts = _split(url)
    here = parts is not None and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    fits = parts is not None and (parts.scheme == "https" and not here or mode != "production" and here)
    if parts is None or not fits or not parts.hostname or parts.username or parts.fragment or not url.isascii():
        raise BadSetting(f"{PREFIX}SMS_HOOK_URL must look like https://sms.example/send, on another machine.")
    return url


def _sms_hook_secret(given: Mapping[str, str]) -> str:
    secret = given.get("SMS_HOOK_SECRET", "")
    if given.get("SMS_HOOK_URL") and (len(secret) < 32 or len(set(secret)) < 8):
        raise BadSetting(f"{PREFIX}SMS_HOOK_SECRET is too weak: 32 random characters are needed.")
    return secret


def _group_robots(given: Mapping[str, str]) -> dict[int, str]:
    """Organisation -> address of its robot, of the makers whose robots have one host each."""
    robots: dict[int, str] = {}
    for part in given.get("GROUP_ROBOTS", "").split():
        number, _, url = part.partition("=")
        known = url.partition("://")[0] in ROBOTS and url.isascii()
        if not number.isascii() or not number.isdigit() or len(number) > 18 or not known:
            raise BadSetting(f"{PREFIX}GROUP_ROBOTS must look like 12=wecombot://key 13=dingtalk://token ({ROBOTS}).")
        if int(number) in robots:
            raise BadSetting(f"{PREFIX}GROUP_ROBOTS names one organisation twice.")
        robots[int(number)] = url
    if robots and find_spec("apprise") is None:
        raise BadSetting(f"{PREFIX}GROUP_ROBOTS needs Apprise, which is not installed: pip install '.[apprise]'")
    return robots


def _demo_defaults(data_dir: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{data_dir / 'propman.sqlite3'}",
        "SECRET_KEY": _kept_key(data_dir / "secret.key"),
        "TRACKING_KEYS": "d1:" + _kept_key(data_dir / "tracking.key"),
        "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
        "TRUSTED_HOSTS": "127.0.0.1,localhost",
    }


def _kept_key(path: Path) -> str:
    """The key in `path`, drawn at the first start. Whole or absent: two first starts at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
