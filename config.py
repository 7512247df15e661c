"""Every setting of Sawt: typed, explained, checked at start.

A value comes from the environment variable of the same name. Wrong values stop the start with all faults in
one message. What is unsafe in production is refused by `refusals()`; the README lists the same settings, and
a test compares the two.
"""

import json
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from cryptography.fernet import Fernet
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent
SHORTEST_SECRET = 32

Keys = Annotated[tuple[str, ...], NoDecode]


class BadSettings(click.ClickException):
    """The settings cannot be used; the message names every fault and its cure."""


class Settings(BaseSettings):
    """The settings of one deployment; immutable once read."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    # demo (invented country, one-click sign-in, local only), test, or production
    ENV: Literal["demo", "test", "production"] = "demo"
    # folder for everything the site writes: database, files, mail sink, models, demo secrets
    INSTANCE: Path = ROOT / "instance"
    # sqlite:///file or postgresql+psycopg://user@host/name; empty: a SQLite file in INSTANCE
    DATABASE_URL: str = ""
    # redis://host:port/db for limits and the Socket.IO queue; empty: memory of the one process
    REDIS_URL: str = ""
    # inline (tests), thread (inside the web process), worker (`./run worker` processes)
    JOBS: Literal["inline", "thread", "worker"] = "thread"
    # where the demo listens; anything but the loopback address opens the demo to others
    HOST: str = "127.0.0.1"
    PORT: int = Field(8000, ge=1, le=65535)
    # number of web processes; gunicorn reads it too
    WEB_CONCURRENCY: int = Field(1, ge=1, le=256)
    # number of reverse proxies in front whose X-Forwarded-* headers are believed
    TRUSTED_PROXIES: int = Field(0, ge=0, le=5)
    # tcp://host:port or unix:///path of a ClamAV daemon; empty: files are not scanned for viruses
    CLAMAV_URL: str = ""
    # folder for uploaded files; empty: INSTANCE/files
    STORAGE_URL: str = ""
    # smtp://user:password@host:port or smtps://…; empty: mails are written to INSTANCE/mail
    SMTP_URL: str = ""
    # sender of every mail
    MAIL_FROM: str = "no-reply@sawt.example"
    # comma-separated, newest first: cookies, tokens, receipts; at least 32 characters each
    SECRET_KEYS: Keys = ()
    # comma-separated Fernet keys, newest first: encrypted identity columns
    PII_KEYS: Keys = ()
    # the public address, https in production
    BASE_URL: str = ""
    # language of a visitor who states none
    DEFAULT_LOCALE: Literal["ar", "en"] = "ar"
    # ISO 3166 region: month names, proposed holidays and rest days
    COUNTRY: str = Field("AE", pattern=r"^[A-Z]{2}$")
    # IANA name of the time zone in which days and deadlines are counted and shown
    TIME_ZONE: str = "Asia/Dubai"
    # what the site calls itself
    SITE_NAME_AR: str = "صوت"
    SITE_NAME_EN: str = "Sawt"
    # telephone number people call in an emergency
    EMERGENCY_NUMBER: str = "112"
    # largest request body and largest single file, in bytes
    MAX_REQUEST_BYTES: int = Field(25_000_000, ge=100_000)
    MAX_FILE_BYTES: int = Field(10_000_000, ge=10_000)
    # Flask's debugger; refused in production
    DEBUG: bool = False

    @field_validator("SECRET_KEYS", "PII_KEYS", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("PII_KEYS")
    @classmethod
    def _fernet_keys(cls, keys: tuple[str, ...]) -> tuple[str, ...]:
        for key in keys:
            try:
                Fernet(key)
            except ValueError:
                raise ValueError("each key must be a Fernet key: 32 bytes in url-safe base64") from None
        return keys

    @field_validator("TIME_ZONE")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("must be an IANA time zone such as Asia/Riyadh") from None
        return name

    @cached_property
    def database_url(self) -> str:
        return self.DATABASE_URL or f"sqlite:///{self.INSTANCE / 'sawt.sqlite3'}"

    @cached_property
    def base_url(self) -> str:
        return (self.BASE_URL or f"http://{self.HOST}:{self.PORT}").rstrip("/")

    @cached_property
    def files_folder(self) -> Path:
        return Path(self.STORAGE_URL.removeprefix("file://")) if self.STORAGE_URL else self.INSTANCE / "files"

    @property
    def is_production(self) -> bool:
        return self.ENV == "production"

    @property
    def is_demo(self) -> bool:
        return self.ENV == "demo"


def read_settings(**overrides: object) -> Settings:
    """The settings of the environment, `overrides` first.

    Outside production, missing secrets are made once and kept in INSTANCE/secrets.json.
    Raises BadSettings with every fault at once.
    """
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as faults:
        raise BadSettings(_readable(faults)) from None
    if settings.is_production or (settings.SECRET_KEYS and settings.PII_KEYS):
        return settings
    kept = _kept_secrets(settings.INSTANCE)
    return settings.model_copy(
        update={
            "SECRET_KEYS": settings.SECRET_KEYS or (kept["SECRET_KEYS"],),
            "PII_KEYS": settings.PII_KEYS or (kept["PII_KEYS"],),
        }
    )


def _readable(faults: ValidationError) -> str:
    lines = [f"  {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults.errors()]
    return "Sawt cannot start with these settings:\n" + "\n".join(lines)


def _kept_secrets(folder: Path) -> dict[str, str]:
    path = folder / "secrets.json"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made = {"SECRET_KEYS": secrets.token_urlsafe(48), "PII_KEYS": Fernet.generate_key().decode()}
        draft = folder / f".secrets-{secrets.token_hex(4)}"
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(made))
        try:
            path.hardlink_to(draft)  # the first of two processes that start together wins
        except FileExistsError:
            pass
        draft.unlink()
    return json.loads(path.read_text())  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Refusal:
    """One reason why production must not start: the setting at fault, what is wrong, what to do."""

    variable: str
    fault: str
    cure: str

    def __str__(self) -> str:
        return f"{self.variable}: {self.fault} {self.cure}"


def refusals(settings: Settings) -> list[Refusal]:
    """What the settings alone forbid in production."""
    found = []
    if settings.database_url.startswith("sqlite") and settings.WEB_CONCURRENCY > 1:
        found.append(
            Refusal(
                "DATABASE_URL", "SQLite serves one web process only.", "Use PostgreSQL, or WEB_CONCURRENCY=1."
            )
        )
    if not settings.SECRET_KEYS or min(map(len, settings.SECRET_KEYS)) < SHORTEST_SECRET:
        found.append(
            Refusal(
                "SECRET_KEYS", "is missing or short.", f"Give at least {SHORTEST_SECRET} random characters."
            )
        )
    if not settings.PII_KEYS:
        found.append(Refusal("PII_KEYS", "is missing.", "Make one with: ./run flask make-key"))
    if not settings.REDIS_URL and settings.WEB_CONCURRENCY > 1:
        found.append(
            Refusal(
                "REDIS_URL",
                "is empty, and several processes would each count alone.",
                "Give a Redis address.",
            )
        )
    if not settings.base_url.startswith("https://"):
        found.append(Refusal("BASE_URL", "is not https.", "Give the public https address."))
    if settings.DEBUG:
        found.append(Refusal("DEBUG", "shows internals to visitors.", "Set DEBUG=false."))
    return found
