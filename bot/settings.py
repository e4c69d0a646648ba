"""Read the settings from the environment, in this module only. All bad values are reported at once."""

from __future__ import annotations

import os
import re
import stat
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import platformdirs
import pydantic
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

_PREFIX = "SALARYBOT_"
# What must never be shown, wherever somebody put it by mistake: a token, and a user with a password in an address.
_TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{10,}")
_PASSWORD = re.compile(r"(?<=://)[^/?#]*@")
_QUOTED = re.compile(r"\s*([\"']).*\1\s*", re.DOTALL)
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
LONGEST_TOKEN = 1_000  # bytes of its file
LAST_PORT = 65_535
# User and password, host and port, name, options; all but the name are optional.
_POSTGRESQL = re.compile(
    r"(?:[^@/:?#\s]+(?::[^@/:?#\s]*)?@)?(?:[\w.,-]*|\[[\da-fA-F:.]+\])(?::\d{1,5})?/[^/?#\s]+(?:\?\S*)?"
)
_SECRETS = ("token", "database", "people_key")
_UNSET = "(not set)"
# Settings that are of Discord rather than of this bot: variables of these names stand in its own examples.
_UNPREFIXED = {"token": "DISCORD_TOKEN", "token_file": "DISCORD_TOKEN_FILE"}


class SettingsError(Exception):
    """A setting is invalid; the message names the variable, the cause and the remedy."""


class Shown(NamedTuple):
    """A setting as shown to people: variable, current value (secrets hidden), meaning."""

    variable: str
    value: str
    meaning: str


def _field(default: Any, meaning: str, takes: str, **limits: Any) -> Any:
    return Field(default=default, description=meaning, json_schema_extra={"takes": takes}, **limits)


def _address(*schemes: str) -> Any:
    """Return the type of a URL with one of these schemes, kept as text without a trailing slash."""
    url = pydantic.TypeAdapter(Annotated[pydantic.AnyUrl, pydantic.UrlConstraints(allowed_schemes=list(schemes))])

    def validated(text: str) -> str:
        found = url.validate_python(text)
        if found.scheme in ("http", "ws") and found.host not in _LOOPBACK:
            raise ValueError(f"the token would go unencrypted; use {found.scheme}s, or an address of this machine")
        return str(found).rstrip("/")

    return AfterValidator(validated)


_Http = Annotated[str, _address("http", "https")]
_Https = Annotated[str, _address("https")]
_Socket = Annotated[str, _address("ws", "wss")]


def _validated_listener(address: str) -> str:
    """Validate the address of a server of the bot's own, `host:port`."""
    if not re.fullmatch(r"(?:[\w.-]+|\[[\da-fA-F:.]+\]):\d{1,5}", address.strip()):
        raise ValueError("it is no host and port")
    if int(address.rpartition(":")[2]) > LAST_PORT:
        raise ValueError(f"ports end at {LAST_PORT}")
    return address.strip()


def _validated_database(url: SecretStr) -> SecretStr:
    """Validate a database URL; errors don't repeat it, as it may hold a password."""
    scheme, _, rest = url.get_secret_value().strip().partition("://")
    if scheme not in ("sqlite", "sqlite+aiosqlite", "postgresql", "postgres", "postgresql+asyncpg"):
        raise ValueError("it starts with neither sqlite:/// nor postgresql://")
    if scheme.startswith("sqlite") and not re.fullmatch(r"/(?!:memory:).+", rest):
        raise ValueError("SQLite needs the path of a file")
    if scheme.startswith("postgres") and not _POSTGRESQL.fullmatch(rest):
        raise ValueError("it needs a host and a name (in a password write @ as %40, : as %3A and / as %2F)")
    if scheme.startswith("postgres") and find_spec("asyncpg") is None:
        raise ValueError(
            "the driver of PostgreSQL is not installed: `pip install '.[postgresql]'` in the clone does it"
        )
    return SecretStr(f"{scheme}://{rest}")


def _is_postgresql(url: SecretStr | None) -> bool:
    return url is not None and url.get_secret_value().startswith("postgres")


def _validated_key(key: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[\da-fA-F]{64}", key.get_secret_value().strip(), re.ASCII):
        raise ValueError("it is no key")
    return SecretStr(key.get_secret_value().strip())


class _Answering(BaseModel):
    """The settings of what the bot answers, where, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: SecretStr | None = _field(None, "The bot's token, for `salarybot run`.", "a token")
    token_file: Path | None = _field(
        None, "A file that holds the token; read where `DISCORD_TOKEN` is not set.", "the path of a file"
    )
    knowledge: Path | None = _field(
        None,
        "The folder of the knowledge base; by default that of the clone it runs in, else the bot's own.",
        "the path of a folder",
    )
    datasets: frozenset[str] = _field(
        frozenset({"all"}),
        "Which tables of public pay data are used beside the article.",
        "all, none, or ids with commas between them, such as bls_oews,dol_perm",
    )
    prefix: str = _field(
        "!",
        "What starts a command in a message.",
        "1 to 10 characters without spaces, not `/`, `@` or `<` first",
        min_length=1,
        max_length=10,
        pattern=r"^[^\s/@<]\S*$",
    )
    channels: frozenset[int] = _field(
        frozenset(),
        "Channels in which the bot answers clear pay questions without being mentioned.",
        "channel ids with commas between them, such as 123456789012345678,234567890123456789",
    )
    home_server: int | None = _field(
        None,
        "The server whose members with Manage Server may administer the knowledge base.",
        "one server id, such as 123456789012345678",
        gt=0,
    )
    cooldown: float = _field(
        2.0,
        "Seconds between two answers to one person, after a first three at once; 0 turns it off.",
        "seconds from 0 to 3600, such as 2",
        ge=0,
        le=3600,
        allow_inf_nan=False,
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = _field(
        "INFO", "How much the log tells.", "DEBUG, INFO, WARNING or ERROR"
    )
    message_content: bool = _field(
        default=True,
        meaning="Whether to ask Discord for the Message Content intent; prefix commands and listed channels need it.",
        takes="true or false",
    )
    charts: bool = _field(
        default=True,
        meaning="Whether answers bring pictures; a server can still switch them off for itself.",
        takes="true or false",
    )


class Settings(_Answering):
    """All settings; `read` takes them from the environment alone."""

    log_format: Literal["text", "json"] = _field(
        "text", "Whether a line of the log is for people, or a JSON object for machines.", "text or json"
    )
    status: Annotated[str, AfterValidator(_validated_listener)] | None = _field(
        None,
        "Where /metrics (Prometheus), /live and /ready are served; nothing listens unless you say so.",
        "host:port, such as 127.0.0.1:9464, or 0.0.0.0:9464 for a network that you trust",
    )
    health_file: Path | None = _field(
        None,
        "A file that the running bot touches while it is connected; `salarybot health` looks at its age.",
        "the path of a file in a folder that exists",
    )

    state: Path = _field(
        platformdirs.user_state_path("salarybot"),
        "The folder for the little that the bot itself must remember over a restart.",
        "the path of a folder that can be written",
    )
    database: Annotated[SecretStr, AfterValidator(_validated_database)] | None = _field(
        None,
        "Where servers' settings and votes are kept; by default a file of SQLite's in the state folder.",
        "sqlite:////path/of/a/file or postgresql://user:password@host/name",
    )
    keep_days: int = _field(
        90, "Days for which votes and questions without an answer are kept.", "days from 1 to 3650", ge=1, le=3650
    )
    privacy_url: _Https | None = _field(
        None, "Where the privacy policy stands, for `/privacy`.", "an address such as https://example.org/privacy"
    )
    contact: str | None = _field(
        None,
        "How to reach who runs the bot, for `/privacy`.",
        "up to 200 characters, such as privacy@example.org",
        max_length=200,
        pattern=r"^[^\n\r]+$",
    )
    support_server: _Https | None = _field(
        None, "An invitation to the support server, for `/privacy`.", "an address such as https://discord.gg/example"
    )
    people_key: Annotated[SecretStr, AfterValidator(_validated_key)] | None = _field(
        None,
        "The key of the hashes that stand for people; by default a file in the state folder.",
        "64 hexadecimal digits, such as `openssl rand -hex 32` makes",
    )
    share: bool = _field(
        default=False,
        meaning="Whether processes with the same PostgreSQL share the shards of the bot; large bots alone need it.",
        takes="true or false",
    )
    handover: float = _field(
        0.0,
        "Seconds that a process of several, when it is stopped, waits for the others to take over its shards.",
        "seconds from 0 to 600, such as 20",
        ge=0,
        le=600,
        allow_inf_nan=False,
    )
    discord_api: _Http | None = _field(
        None,
        "A proxy of Discord's REST API, for large bots; by default Discord itself.",
        "an address such as http://127.0.0.1:8080/api/v10",
    )
    discord_gateway: _Socket | None = _field(
        None,
        "A proxy of Discord's gateway, for large bots; by default Discord itself.",
        "an address such as ws://127.0.0.1:7878",
    )

    @field_validator("*", mode="before")
    @classmethod
    def _unquoted(cls, value: Any) -> Any:
        if isinstance(value, str) and _QUOTED.fullmatch(value):
            raise ValueError("it has quotation marks around it, which docker's env files keep; write it without them")
        return value

    @field_validator("channels", "datasets", mode="before")
    @classmethod
    def _ids(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("share")
    @classmethod
    def _shareable(cls, share: bool, info: pydantic.ValidationInfo) -> bool:
        if share and "database" in info.data and not _is_postgresql(info.data["database"]):
            raise ValueError("it needs a PostgreSQL as SALARYBOT_DATABASE, the same for each process")
        if share and "people_key" in info.data and info.data["people_key"] is None:
            raise ValueError(
                "it needs SALARYBOT_PEOPLE_KEY, the same for each process: `openssl rand -hex 32` makes one, "
                "`xxd -p -c 32 people.key` shows that of a state folder"
            )
        return share

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _any_case(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str):
            return value
        return value.strip().upper() if info.field_name == "log_level" else value.strip().lower()

    def discord_token(self) -> SecretStr | None:
        """Return the token from the variable, else from the file; None if neither is set.

        Raises SettingsError if the file can't be read.
        """
        if self.token is not None:
            return SecretStr(self.token.get_secret_value().strip())
        if self.token_file is None:
            return None
        try:
            return SecretStr(_read_token(self.token_file))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or ("it is not text" if isinstance(error, UnicodeError) else error)
            named = _hidden(str(self.token_file))
            raise SettingsError(f"DISCORD_TOKEN_FILE={named}: {why}. Name a file that holds the token.") from None

    def database_url(self) -> SecretStr:
        """Return the URL of the database, by default that of a file in the state folder."""
        return self.database or SecretStr(f"sqlite:///{self.state / 'records.sqlite3'}")

    def rows(self) -> tuple[Shown, ...]:
        """Return every setting as shown to people."""
        return tuple(
            Shown(_variable(name), _format(getattr(self, name)), field.description or "")
            for name, field in type(self).model_fields.items()
        )


def _read_token(path: Path) -> str:
    """Return what a file holds; a pipe or a device, which might never end, is refused. Raises OSError or ValueError."""
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | getattr(os, "O_NONBLOCK", 0))) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError("it is no regular file")
        data = file.read(LONGEST_TOKEN + 1)
    if len(data) > LONGEST_TOKEN:
        raise ValueError("it is too large for a token")
    return data.decode("utf-8").strip()


def _hidden(text: str) -> str:
    """Return a text without what must never be shown.

    >>> _hidden("http://ann:secret@10.0.0.1:8080/api")
    'http://(hidden)@10.0.0.1:8080/api'
    """
    return _TOKEN.sub("(hidden)", _PASSWORD.sub("(hidden)@", text))


def read() -> Settings:
    """Read the settings from the environment; an empty variable counts as not set.

    Raises SettingsError with every bad value.
    """
    given = {name: value for name in Settings.model_fields if (value := os.environ.get(_variable(name)))}
    try:
        return Settings.model_validate(given)
    except pydantic.ValidationError as error:
        faults = {str(fault["loc"][0]): fault for fault in error.errors(include_url=False)}
        raise SettingsError("\n".join(_message(name, fault) for name, fault in faults.items())) from None


def _variable(name: str) -> str:
    return _UNPREFIXED.get(name, f"{_PREFIX}{name.upper()}")


def _message(name: str, fault: Any) -> str:
    extra = Settings.model_fields[name].json_schema_extra
    assert isinstance(extra, dict)
    value = "" if name in _SECRETS else f"={_hidden(str(fault['input']))}"
    wrong = fault["msg"].removeprefix("Value error, ")
    return f"{_variable(name)}{value}: {wrong[:1].lower()}{wrong[1:]}. It takes {extra['takes']}."


def _format(value: Any) -> str:
    match value:
        case None | frozenset() if not value:
            return _UNSET
        case SecretStr():
            return "(set, hidden)"
        case frozenset():
            return ",".join(map(str, sorted(value)))
        case bool():
            return str(value).lower()
        case _:
            return _hidden(str(value))
