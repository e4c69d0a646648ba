"""Settings from the environment: defaults, every kind of bad value, secrets that stay hidden."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import settings
from bot.cli import main as command
from bot.settings import Settings, SettingsError

SECRET = "MTIzNDU2.secret.token"  # noqa: S105 - nobody's


def read(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return settings.read()


def test_defaults_need_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SALARYBOT_KNOWLEDGE")
    plain = settings.read()
    assert plain.discord_token() is None
    assert (plain.prefix, plain.channels, plain.home_server, plain.message_content) == ("!", frozenset(), None, True)
    assert (plain.cooldown, plain.log_level, plain.knowledge) == (2.0, "INFO", None)


def test_every_value_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = read(
        monkeypatch,
        DISCORD_TOKEN=f" {SECRET}\n",
        SALARYBOT_PREFIX="pay?",
        SALARYBOT_CHANNELS=" 12, 34,,12 ",
        SALARYBOT_HOME_SERVER="56",
        SALARYBOT_COOLDOWN="0.5",
        SALARYBOT_LOG_LEVEL="debug",
        SALARYBOT_MESSAGE_CONTENT="no",
        SALARYBOT_KNOWLEDGE=str(tmp_path),
    )
    token = given.discord_token()
    assert token is not None
    assert token.get_secret_value() == SECRET
    assert (given.prefix, given.channels, given.home_server) == ("pay?", frozenset({12, 34}), 56)
    assert (given.cooldown, given.log_level, given.message_content) == (0.5, "DEBUG", False)
    assert given.knowledge == tmp_path


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [row.variable for row in settings.read().rows()]
    assert read(monkeypatch, **dict.fromkeys(names, "")).rows() == Settings.model_construct().rows()


@pytest.mark.parametrize(
    ("variable", "value", "mend"),
    [
        ("SALARYBOT_PREFIX", "a b", "without spaces"),
        ("SALARYBOT_PREFIX", "/", "not `/`"),
        ("SALARYBOT_PREFIX", "x" * 11, "1 to 10 characters"),
        ("SALARYBOT_CHANNELS", "12,general", "channel ids"),
        ("SALARYBOT_HOME_SERVER", "My Server", "one server id"),
        ("SALARYBOT_HOME_SERVER", "-5", "one server id"),
        ("SALARYBOT_COOLDOWN", "soon", "seconds from 0 to 3600"),
        ("SALARYBOT_COOLDOWN", "-1", "seconds from 0 to 3600"),
        ("SALARYBOT_COOLDOWN", "nan", "seconds from 0 to 3600"),
        ("SALARYBOT_LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
        ("SALARYBOT_MESSAGE_CONTENT", "perhaps", "true or false"),
        *(
            ("SALARYBOT_STATUS", value, "host:port")
            for value in (
                "9464",
                "127.0.0.1",
                "127.0.0.1:",
                ":9464",
                "127.0.0.1:65536",
                "http://127.0.0.1:9464",
                "a b:1",
            )
        ),
        ("SALARYBOT_LOG_FORMAT", "xml", "text or json"),
        ("SALARYBOT_KEEP_DAYS", "0", "days from 1 to 3650"),
        ("SALARYBOT_KEEP_DAYS", "3651", "days from 1 to 3650"),
    ],
)
def test_a_bad_value_is_named_with_how_to_mend_it(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, mend: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, **{variable: value})
    message = str(caught.value)
    assert message.startswith(f"{variable}=")
    assert mend in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({}, "a PostgreSQL as SALARYBOT_DATABASE"),
        ({"SALARYBOT_PEOPLE_KEY": "0f" * 32}, "a PostgreSQL as SALARYBOT_DATABASE"),
        ({"SALARYBOT_DATABASE": "sqlite:////a/file", "SALARYBOT_PEOPLE_KEY": "0f" * 32}, "a PostgreSQL"),
        ({"SALARYBOT_DATABASE": "postgresql://host/name"}, "SALARYBOT_PEOPLE_KEY, the same for each process"),
    ],
)
def test_processes_share_nothing_without_a_postgresql_and_a_key(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], lacking: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, SALARYBOT_SHARE="true", **given)
    assert str(caught.value).startswith("SALARYBOT_SHARE=true: ")
    assert lacking in str(caught.value)
    ended = CliRunner().invoke(command.app, ["run"])
    assert (ended.exit_code, ended.output) == (2, f"{caught.value}\n")


def test_processes_share_with_a_postgresql_and_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = {"SALARYBOT_DATABASE": "postgresql://host/name", "SALARYBOT_PEOPLE_KEY": "0f" * 32}
    assert read(monkeypatch, SALARYBOT_SHARE="true", **shared).share


def test_all_bad_values_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, SALARYBOT_COOLDOWN="soon", SALARYBOT_LOG_LEVEL="LOUD", DISCORD_TOKEN=SECRET)
    assert str(caught.value).count("\n") == 1
    assert SECRET not in str(caught.value)


def test_the_token_comes_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(f"{SECRET}\n")
    token = read(monkeypatch, DISCORD_TOKEN_FILE=str(file)).discord_token()
    assert token is not None
    assert token.get_secret_value() == SECRET


@pytest.mark.parametrize("content", [None, b"\xff\xfe\xff"])
def test_an_unreadable_token_file_is_told_when_the_token_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    given = read(monkeypatch, DISCORD_TOKEN_FILE=str(file))
    with pytest.raises(SettingsError, match=r"^DISCORD_TOKEN_FILE="):
        given.discord_token()


def test_secrets_are_hidden_wherever_settings_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given = read(monkeypatch, DISCORD_TOKEN=SECRET)
    assert SECRET not in f"{given!r}{given}{given.rows()}{given.model_dump()}"
    assert ("DISCORD_TOKEN", "(set, hidden)") in [row[:2] for row in given.rows()]


def test_every_setting_says_what_it_means() -> None:
    rows = settings.read().rows()
    assert len({row.variable for row in rows}) == len(rows) == len(Settings.model_fields)
    assert all(row.value and row.meaning.endswith(".") for row in rows)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hush@h/n",
        "postgresql://u:hush",
        "postgresql://u:hu@sh@h/n",
        "postgresql://u:hu/sh@h/n",
        "postgresql://u:hush@h:port/n",
        "postgresql://u:hush@h/",
        "hush",
        "sqlite://hush",
        "sqlite:///",
        "sqlite:///:memory:",
    ],
)
def test_what_is_no_address_of_a_database_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, SALARYBOT_DATABASE=url)
    message = str(caught.value)
    assert message.startswith("SALARYBOT_DATABASE: ")
    assert "postgresql://user:password@host/name" in message
    assert "sh" not in message.replace("shall", "")
    assert "\n" not in message


def test_a_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "find_spec", lambda name: pytest.fail(name) if name != "asyncpg" else None)
    with pytest.raises(SettingsError, match=r"^SALARYBOT_DATABASE: .*'\.\[postgresql\]'"):
        read(monkeypatch, SALARYBOT_DATABASE="postgresql://u@h/n")
    assert read(monkeypatch, SALARYBOT_DATABASE="sqlite:////srv/records.sqlite3").database is not None


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:hush@h/n",
        " postgres://u:hush%40@h.example:5432/n?sslmode=require\n",
        "postgresql+asyncpg://u:hush@[::1]:5432/n",
        "postgresql:///n?host=/run/hush",
        "sqlite:////srv/hush.sqlite3",
        "sqlite:///a file of hush",
    ],
)
def test_the_address_of_a_database_is_hidden(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    given = read(monkeypatch, SALARYBOT_DATABASE=url)
    assert given.database_url().get_secret_value() == url.strip()
    assert "hush" not in f"{given!r}{given}{given.rows()}{given.model_dump()}"
    assert ("SALARYBOT_DATABASE", "(set, hidden)") in [row[:2] for row in given.rows()]


def test_without_an_address_the_database_is_a_file_in_the_state_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given = read(monkeypatch, SALARYBOT_STATE=str(tmp_path))
    assert given.database_url().get_secret_value() == f"sqlite:///{tmp_path}/records.sqlite3"
    assert given.keep_days == 90


# Of the shape that Discord gives, and nobody's.
REAL = "MTIzNDU2Nzg5MDEyMzQ1.GabcDe.abcdefghijklmnopqrstuvwxyz12345"


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("variable", ["SALARYBOT_PREFIX", "SALARYBOT_COOLDOWN", "DISCORD_TOKEN", "SALARYBOT_DATABASE"])
def test_quotation_marks_around_a_value_are_told(monkeypatch: pytest.MonkeyPatch, variable: str, quote: str) -> None:
    with pytest.raises(SettingsError, match="quotation marks"):
        read(monkeypatch, **{variable: f"{quote}!{quote}"})


@pytest.mark.parametrize("variable", ["SALARYBOT_PREFIX", "SALARYBOT_COOLDOWN", "SALARYBOT_HOME_SERVER"])
@pytest.mark.parametrize("before", ["", "/", "Bot ", " "])
def test_a_token_in_the_wrong_variable_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, variable: str, before: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, **{variable: f"{before}{REAL}"})
    assert REAL not in str(caught.value)


@pytest.mark.parametrize("before", ["", "/", "Bot ", " "])
def test_a_token_in_place_of_its_file_is_not_shown(monkeypatch: pytest.MonkeyPatch, before: str) -> None:
    given = read(monkeypatch, DISCORD_TOKEN_FILE=f"{before}{REAL}")
    with pytest.raises(SettingsError) as caught:
        given.discord_token()
    assert REAL not in f"{caught.value}{given.rows()}"


@pytest.mark.parametrize("kind", ["pipe", "device", "large"])
def test_what_is_no_file_of_a_token_neither_hangs_nor_fills_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    file = Path("/dev/zero") if kind == "device" else tmp_path / "token"
    if kind == "pipe":
        os.mkfifo(file)
    elif kind == "large":
        file.write_bytes(b"x" * 10_000)
    with pytest.raises(SettingsError, match=r"no regular file|too large"):
        read(monkeypatch, DISCORD_TOKEN_FILE=str(file)).discord_token()


@pytest.mark.parametrize(
    ("variable", "open_", "closed"),
    [
        ("SALARYBOT_DISCORD_API", "http://proxy.example.org/api/v10", "https://proxy.example.org/api/v10"),
        ("SALARYBOT_DISCORD_GATEWAY", "ws://10.0.0.1:7878", "wss://10.0.0.1:7878"),
    ],
)
def test_a_proxy_elsewhere_has_to_be_encrypted(
    monkeypatch: pytest.MonkeyPatch, variable: str, open_: str, closed: str
) -> None:
    with pytest.raises(SettingsError, match="unencrypted"):
        read(monkeypatch, **{variable: open_})
    assert read(monkeypatch, **{variable: closed})
    scheme = open_.partition(":")[0]
    for host in ("127.0.0.1:8080", "localhost:1", "[::1]:5"):
        assert read(monkeypatch, **{variable: f"{scheme}://{host}/x"})


@pytest.mark.parametrize("address", ["127.0.0.1:9464", "[::1]:9464", "localhost:0", " 0.0.0.0:65535\n"])
def test_where_the_status_can_be_served(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert read(monkeypatch, SALARYBOT_STATUS=address).status == address.strip()


def test_the_password_of_a_proxy_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given = read(monkeypatch, SALARYBOT_DISCORD_API="https://ann:hush@proxy.example.org/api/v10")
    assert given.discord_api == "https://ann:hush@proxy.example.org/api/v10"
    assert "hush" not in str(given.rows())
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, SALARYBOT_DISCORD_API="ftp://ann:hush@proxy.example.org/")
    assert "hush" not in str(caught.value)
