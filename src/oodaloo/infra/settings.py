"""Settings from the environment (`OODALOO_…`) or a `.env` file; docs/settings.md explains each."""

from enum import StrEnum
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from oodaloo.kit.errors import OodalooError

_ASYNC_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}
_GONE_WITH_THE_CONNECTION = {"", "/", "/:memory:"}


class SettingsError(OodalooError):
    """A setting is missing or malformed; the message names it and says what it should be."""


class QboEnvironment(StrEnum):
    """Which of Intuit's two worlds the app's keys belong to."""

    SANDBOX = "sandbox"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """Everything that differs from one installation to another."""

    model_config = SettingsConfigDict(
        env_prefix="OODALOO_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = Field(
        default="sqlite:///var/oodaloo.sqlite3",
        repr=False,
        description="Where the data lives: `sqlite:///PATH` (embedded) or `postgresql://USER:PASSWORD@HOST/NAME`.",
    )
    database_owner_url: str | None = Field(
        default=None,
        repr=False,
        description="PostgreSQL only: the role that owns the tables and migrates them. "
        "The role in `OODALOO_DATABASE_URL` should be another one, so that row-level security binds it.",
    )
    encryption_keys: str = Field(
        default="",
        repr=False,
        description="Keys that QuickBooks tokens are encrypted with, as `NAME:BASE64[,NAME:BASE64…]`; the first one "
        "encrypts, all of them decrypt. `oodaloo keygen` makes one.",
    )
    qbo_environment: QboEnvironment = Field(
        default=QboEnvironment.SANDBOX,
        description="`sandbox` or `production`: which of Intuit's worlds the client id belongs to.",
    )
    qbo_client_id: str = Field(default="", description="Client id of your app at Intuit's developer portal.")
    qbo_client_secret: str = Field(default="", repr=False, description="Client secret that belongs to the client id.")
    qbo_api_url: str | None = Field(
        default=None,
        description="Base URL of the accounting API up to and including `/v3/company`; "
        "only needed to talk to something other than Intuit, such as qbo-emulator.",
    )
    qbo_discovery_url: str | None = Field(
        default=None,
        description="URL of the OpenID discovery document; only needed for something other than Intuit.",
    )
    qbo_webhook_verifier: str = Field(
        default="",
        repr=False,
        description="Verifier token of your app's webhooks at Intuit's developer portal; without it posts are refused.",
    )
    qbo_monthly_reads: int = Field(
        default=500_000,
        ge=1,
        description="Metered reads a month that your plan at Intuit includes; bulk work stops at 90 % of them.",
    )
    job_lease_seconds: float = Field(
        default=20,
        ge=2,
        description="PostgreSQL only: after how long without a sign of life a worker's payments are taken over by "
        "another one. A worker that can't give one for so long stops itself.",
    )
    job_days_kept: int = Field(
        default=30,
        ge=1,
        description="How many days the steps of payments and other durable work are kept after its end.",
    )
    host: str = Field(default="127.0.0.1", description="Address that `oodaloo serve` binds. Only loopback is accepted.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port that `oodaloo serve` binds; 0 picks a free one.")
    public_url: str | None = Field(
        default=None,
        description="Address under which a browser reaches the app; Intuit sends people back to "
        "`PUBLIC_URL/oauth/callback`. Default: `http://HOST:PORT`.",
    )
    default_timezone: str = Field(
        default="America/New_York",
        description="IANA time zone of a newly connected business; it decides what its `today` is.",
    )
    log_level: str = Field(default="INFO", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`; logs go to stderr.")

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _with_async_driver(cls, url: str | None) -> str | None:
        if url is None:
            return None
        scheme, separator, rest = url.partition("://")
        in_memory = scheme.startswith("sqlite") and rest in _GONE_WITH_THE_CONNECTION
        if not separator or scheme.split("+")[0] not in _ASYNC_DRIVERS or in_memory:
            raise ValueError("give sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME")
        return f"{_ASYNC_DRIVERS[scheme.split('+')[0]]}://{rest}"

    @field_validator("qbo_api_url", "qbo_discovery_url", "public_url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("http://", "https://")):
            raise ValueError("give an address that begins with http:// or https://")
        return url

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, level: str) -> str:
        if level.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError("give DEBUG, INFO, WARNING or ERROR")
        return level.upper()

    @property
    def browser_url(self) -> str:
        """The address that people type, without a trailing slash."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def migration_url(self) -> str:
        """The address that migrations connect to: the owner's where there is one."""
        return self.database_owner_url or self.database_url

    @property
    def sqlite_path(self) -> Path | None:
        """The embedded database's file; None on PostgreSQL."""
        prefix = "sqlite+aiosqlite:///"
        return Path(self.database_url.removeprefix(prefix)) if self.database_url.startswith(prefix) else None


def load_settings(**fixed: object) -> Settings:
    """Settings of this process; `fixed` ones don't ask the environment.

    Raises `SettingsError` that names each setting that is wrong.
    """
    try:
        return Settings.model_validate(fixed)
    except ValidationError as error:
        problems = (f"OODALOO_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise SettingsError(f"Settings can't be used. {'; '.join(problems)}. See docs/settings.md.") from None
