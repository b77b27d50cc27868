"""The data home: the one folder that holds everything of an office.

It comes from ZHAGEN_HOME, else `var/` of the folder in which the command is started.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

FOLDERS = ("keys", "evidence", "tmp", "outbox", "templates", "charts")
PRIVATE = 0o700


def data_home() -> Path:
    """Return the data home, made with its folders on first use; private to the user who runs it."""
    home = Path(os.environ.get("ZHAGEN_HOME", "var")).resolve()
    for folder in (home, *(home / name for name in FOLDERS)):
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    return home


def secret_from(path: Path) -> str:
    """Return the secret kept in a file, made at first use and readable by its owner only."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()


def database_from_url(url: str, home: Path) -> dict[str, Any]:
    """Return Django's settings of the business database: SQLite in the home, or postgresql://…

    Raises:
        ValueError: The url names another kind of database.
    """
    if not url:
        return {
            "ENGINE": "zhagen.platform.sqlite",
            "NAME": str(home / "zhagen.sqlite3"),
            "CONN_MAX_AGE": 600,
            "TEST": {"NAME": ":memory:"},
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"ZHAGEN_DATABASE_URL must start with postgresql:// and not {parts.scheme}://")
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]  # a unix socket's folder comes so
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "OPTIONS": {"options": "-c synchronous_commit=on"},
    }
