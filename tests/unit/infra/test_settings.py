"""Settings: each wrong one is named, and addresses become what the drivers need."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from oodaloo.infra.settings import QboEnvironment, Settings, SettingsError, load_settings


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///var/a.sqlite3", "sqlite+aiosqlite:///var/a.sqlite3"),
        ("sqlite+aiosqlite:////srv/a.sqlite3", "sqlite+aiosqlite:////srv/a.sqlite3"),
        ("postgresql://me:secret@db/books", "postgresql+psycopg://me:secret@db/books"),
        ("postgres://me@db/books", "postgresql+psycopg://me@db/books"),
        ("postgresql+asyncpg://me@db/books", "postgresql+psycopg://me@db/books"),
    ],
)
def test_database_addresses_get_the_driver_that_we_use(given: str, used: str) -> None:
    """Whatever driver an address names, or none, it is opened with ours."""
    settings = load_settings(database_url=given, database_owner_url=given)
    assert settings.database_url == settings.database_owner_url == used


@pytest.mark.parametrize(
    ("name", "value", "wish"),
    [
        ("database_url", "mysql://db/books", "give sqlite:///PATH or postgresql://"),
        ("database_url", "books.sqlite3", "give sqlite:///PATH or postgresql://"),
        ("database_url", "sqlite://", "give sqlite:///PATH or postgresql://"),
        ("database_url", "sqlite:///:memory:", "give sqlite:///PATH or postgresql://"),
        ("database_owner_url", "oracle://db", "give sqlite:///PATH or postgresql://"),
        ("qbo_environment", "live", "'sandbox' or 'production'"),
        ("port", "http", "integer"),
        ("port", "70000", "65535"),
        ("log_level", "loud", "DEBUG, INFO, WARNING or ERROR"),
        ("qbo_api_url", "quickbooks.api.intuit.com/v3/company", "http"),
        ("qbo_discovery_url", "file:///etc/passwd", "http"),
        ("public_url", "books.example.com", "http"),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_should_be(name: str, value: str, wish: str) -> None:
    """One line names the setting as it is written in the environment and says what is wanted."""
    with pytest.raises(SettingsError, match=f"OODALOO_{name.upper()}: .*{wish}") as refused:
        load_settings(**{name: value})
    assert "\n" not in str(refused.value)


def test_all_wrong_settings_are_named_at_once() -> None:
    """Two mistakes are told in one go."""
    with pytest.raises(SettingsError, match=r"OODALOO_PORT.*OODALOO_LOG_LEVEL"):
        load_settings(port="x", log_level="x")


def test_the_address_that_people_type() -> None:
    """Without a public address it is host and port; a public one loses its last slash, IPv6 gets its brackets."""
    assert load_settings(host="127.0.0.1", port=8000).browser_url == "http://127.0.0.1:8000"
    assert load_settings(host="::1", port=8000).browser_url == "http://[::1]:8000"
    assert load_settings(public_url="https://books.example.com/").browser_url == "https://books.example.com"


def test_migrations_go_to_the_owner_where_there_is_one() -> None:
    """The owner's address is used for migrating, else the app's own."""
    app, owner = "postgresql://app@db/books", "postgresql://owner@db/books"
    assert load_settings(database_url=app).migration_url == "postgresql+psycopg://app@db/books"
    both = load_settings(database_url=app, database_owner_url=owner)
    assert both.migration_url == "postgresql+psycopg://owner@db/books"


def test_only_the_embedded_database_is_a_file() -> None:
    """The file's path is told for SQLite, nothing for PostgreSQL."""
    assert load_settings(database_url="sqlite:///var/a.sqlite3").sqlite_path == Path("var/a.sqlite3")
    assert load_settings(database_url="sqlite:////srv/a.sqlite3").sqlite_path == Path("/srv/a.sqlite3")
    assert load_settings(database_url="postgresql://db/books").sqlite_path is None


def test_secrets_stay_out_of_what_is_printed() -> None:
    """Printing settings, as a traceback or a log line would, shows no secret."""
    settings = load_settings(
        encryption_keys="k1:TOPSECRET", qbo_client_secret="TOPSECRET", database_url="postgresql://me:TOPSECRET@db/b"
    )
    assert "TOPSECRET" not in repr(settings)


def test_the_environment_and_a_file_are_read(tmp_path: Path) -> None:
    """A `.env` file counts, the environment goes before it, and what is left empty counts as not set."""
    (tmp_path / ".env").write_text("OODALOO_PORT=8100\nOODALOO_QBO_ENVIRONMENT=production\nOODALOO_PUBLIC_URL=\n")
    shown = "from oodaloo.infra.settings import load_settings as s; print(s().port, s().qbo_environment)"
    environment = {**os.environ, "OODALOO_PORT": "8200"}
    told = subprocess.run(
        [sys.executable, "-c", shown], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert told.stdout.split() == ["8200", QboEnvironment.PRODUCTION]


def test_every_setting_says_what_it_is_for() -> None:
    """Each setting has a description that docs and help can show."""
    assert all(field.description for field in Settings.model_fields.values())
