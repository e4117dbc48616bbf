"""A broken setting stops the start, is named, and its value is shown to nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from propman.config import ONLY_FOR_TESTS, ROOT, BadSetting, Settings, normal_database_url

STRONG = "vN3x-8Kq2rTz7LwYb5HdJf0pScUgMa1eXo6QiEtRzB4nVmCk9yWj"
TRACKING = "qZ8wLr3xTn6vKb1mHc5yJd0sPf9gUa2e"

GOOD = {
    "PROPMAN_MODE": "production",
    "PROPMAN_DATABASE_URL": "postgresql://propman:secret-word@db.example/propman",
    "PROPMAN_SECRET_KEY": STRONG,
    "PROPMAN_TRACKING_KEYS": f"k1:{TRACKING}",
    "PROPMAN_PUBLIC_BASE_URL": "https://baoxiu.example",
    "PROPMAN_TRUSTED_HOSTS": "baoxiu.example, www.baoxiu.example",
    "PROPMAN_TRUSTED_PROXIES": "1",
    "PROPMAN_SMTP_URL": "smtp+starttls://propman:secret-word@mail.example:587",
    "PROPMAN_MAIL_FROM": "propman@baoxiu.example",
    "PROPMAN_SMS_HOOK_URL": "https://sms.example/send",
    "PROPMAN_SMS_HOOK_SECRET": TRACKING,
    "PROPMAN_GROUP_ROBOTS": "12=wecombot://key 13=dingtalk://token",
}
MISSING = None

BROKEN: list[tuple[str, str, str | None]] = [
    ("unknown setting", "PROPMAN_SECRETKEY", STRONG),
    ("unknown mode", "PROPMAN_MODE", "staging"),
    ("debugger", "FLASK_DEBUG", "1"),
    ("no database", "PROPMAN_DATABASE_URL", MISSING),
    ("database of a kind not kept", "PROPMAN_DATABASE_URL", "mysql://u:secret-word@h/db"),
    ("database in memory", "PROPMAN_DATABASE_URL", "sqlite://"),
    ("database in memory by name", "PROPMAN_DATABASE_URL", "sqlite:///:memory:"),
    ("database with a word as port", "PROPMAN_DATABASE_URL", "postgresql://u:secret-word@h:port/db"),
    ("database that is only a path", "PROPMAN_DATABASE_URL", "propman.sqlite3"),
    ("no key", "PROPMAN_SECRET_KEY", MISSING),
    ("empty key", "PROPMAN_SECRET_KEY", ""),
    ("short key", "PROPMAN_SECRET_KEY", STRONG[:49]),
    ("key of few letters", "PROPMAN_SECRET_KEY", "abcdefg" * 10),
    ("key from the tests", "PROPMAN_SECRET_KEY", ONLY_FOR_TESTS + STRONG),
    ("no tracking key", "PROPMAN_TRACKING_KEYS", MISSING),
    ("tracking key without an id", "PROPMAN_TRACKING_KEYS", TRACKING),
    ("tracking key with an empty id", "PROPMAN_TRACKING_KEYS", f":{TRACKING}"),
    ("tracking key with a long id", "PROPMAN_TRACKING_KEYS", f"november-1:{TRACKING}"),
    ("short tracking key", "PROPMAN_TRACKING_KEYS", f"k1:{TRACKING[:31]}"),
    ("tracking key of few letters", "PROPMAN_TRACKING_KEYS", f"k1:{'abcd' * 8}"),
    ("one tracking id twice", "PROPMAN_TRACKING_KEYS", f"k1:{TRACKING},k1:{TRACKING[::-1]}"),
    ("no address", "PROPMAN_PUBLIC_BASE_URL", MISSING),
    ("address without encryption", "PROPMAN_PUBLIC_BASE_URL", "http://baoxiu.example"),
    ("address without a host", "PROPMAN_PUBLIC_BASE_URL", "https://"),
    ("address with a path", "PROPMAN_PUBLIC_BASE_URL", "https://baoxiu.example/propman"),
    ("address with a word as port", "PROPMAN_PUBLIC_BASE_URL", "https://baoxiu.example:port"),
    ("no trusted host", "PROPMAN_TRUSTED_HOSTS", MISSING),
    ("only a comma as trusted host", "PROPMAN_TRUSTED_HOSTS", " , "),
    ("every host trusted", "PROPMAN_TRUSTED_HOSTS", "*"),
    ("address as trusted host", "PROPMAN_TRUSTED_HOSTS", "https://baoxiu.example"),
    ("proxies that are no number", "PROPMAN_TRUSTED_PROXIES", "-1"),
    ("proxies beyond counting", "PROPMAN_TRUSTED_PROXIES", "9" * 5000),
    ("mail server without a kind", "PROPMAN_SMTP_URL", "mail.example:587"),
    ("mail server by another protocol", "PROPMAN_SMTP_URL", "https://u:secret-word@mail.example"),
    ("mail server without a host", "PROPMAN_SMTP_URL", "smtp://"),
    ("mail server with a word as port", "PROPMAN_SMTP_URL", "smtp://u:secret-word@mail.example:port"),
    ("sender without a host", "PROPMAN_MAIL_FROM", "propman"),
    ("sender that brings a header along", "PROPMAN_MAIL_FROM", "propman@baoxiu.example\r\nBcc: x@evil.example"),
    ("gateway without encryption", "PROPMAN_SMS_HOOK_URL", "http://sms.example/send"),
    ("gateway on this machine", "PROPMAN_SMS_HOOK_URL", "https://127.0.0.1/send"),
    ("gateway with a password in its address", "PROPMAN_SMS_HOOK_URL", "https://u:secret-word@sms.example/"),
    ("gateway without a host", "PROPMAN_SMS_HOOK_URL", "https:///send"),
    ("gateway without a key", "PROPMAN_SMS_HOOK_SECRET", MISSING),
    ("gateway with a key of few letters", "PROPMAN_SMS_HOOK_SECRET", "abcd" * 8),
    ("robot of nobody", "PROPMAN_GROUP_ROBOTS", "wecombot://secret-word"),
    ("robot of a service that goes anywhere", "PROPMAN_GROUP_ROBOTS", "12=jsons://secret-word.example/"),
    ("two robots of one group", "PROPMAN_GROUP_ROBOTS", "12=feishu://secret-word 12=feishu://b"),
    ("data folder that is a file", "PROPMAN_DATA_DIR", str(ROOT / "pyproject.toml")),
    ("data folder below a file", "PROPMAN_DATA_DIR", str(ROOT / "pyproject.toml" / "var")),
    ("data folder served to everybody", "PROPMAN_DATA_DIR", str(ROOT / "static" / "var")),
]


def settings(tmp_path: Path, **changes: str | None) -> Settings:
    """Settings of a sound production installation with `changes`; None leaves one out."""
    environment = GOOD | {"PROPMAN_DATA_DIR": str(tmp_path)} | changes
    return Settings.from_environment({name: value for name, value in environment.items() if value is not None})


def test_a_sound_installation_is_accepted(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.database_url == "postgresql+psycopg://propman:secret-word@db.example/propman"
    assert found.tracking_keys == {"k1": TRACKING.encode()}
    assert found.trusted_hosts == ("baoxiu.example", "www.baoxiu.example")
    assert (found.trusted_proxies, found.secure, found.cheap_passwords) == (1, True, False)
    assert found.files_dir == tmp_path / "files"


@pytest.mark.parametrize(("name", "value"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_broken_setting_is_named_and_its_value_is_not_shown(name: str, value: str | None, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=name) as refusal:
        settings(tmp_path, **{name: value})
    said = (
        f"{refusal.value} {refusal.value.__cause__} {refusal.value.__suppress_context__ or refusal.value.__context__}"
    )
    secrets = {STRONG, TRACKING, "secret-word", *([value] if value and len(value) > 10 else [])}
    assert not [secret for secret in secrets if secret in said]


def test_one_tracking_key_after_the_other_keeps_their_order(tmp_path: Path) -> None:
    keys = settings(tmp_path, PROPMAN_TRACKING_KEYS=f"k1:{TRACKING}, k2:{TRACKING[::-1]}").tracking_keys
    assert list(keys) == ["k1", "k2"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_to_by_the_driver_that_is_shipped(scheme: str) -> None:
    assert normal_database_url(f"{scheme}://h/db") == "postgresql+psycopg://h/db"


def test_a_demo_needs_no_setting_and_keeps_its_keys(tmp_path: Path) -> None:
    first, second = (Settings.from_environment({"PROPMAN_DATA_DIR": str(tmp_path)}) for _ in range(2))
    assert first == second
    assert first.database_url == f"sqlite:///{tmp_path / 'propman.sqlite3'}"
    assert len(first.secret_key) >= 50
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_two_demos_have_different_keys(tmp_path: Path) -> None:
    one, two = (Settings.from_environment({"PROPMAN_DATA_DIR": str(tmp_path / name)}) for name in ("one", "two"))
    assert one.secret_key != two.secret_key
    assert one.tracking_keys != two.tracking_keys


def test_what_other_programs_set_is_nothing_to_propman(tmp_path: Path) -> None:
    assert settings(tmp_path, DATABASE_URL="mysql://h/db", SMTP_URL="x", FLASK_DEBUG="0").mode == "production"


def test_robots_without_apprise_stop_the_start_and_name_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("propman.config.find_spec", lambda name: None)
    with pytest.raises(BadSetting, match=r"PROPMAN_GROUP_ROBOTS needs Apprise.*pip install"):
        settings(tmp_path)
    assert settings(tmp_path, PROPMAN_GROUP_ROBOTS=None).group_robots == {}


def test_a_gateway_on_this_machine_is_for_trying_out(tmp_path: Path) -> None:
    demo = {"PROPMAN_MODE": "demo", "PROPMAN_SMS_HOOK_URL": "http://127.0.0.1:9000/send"}
    assert settings(tmp_path, **demo).sms_hook_url == "http://127.0.0.1:9000/send"
