"""A database of its own for a child process, of the kind on which the suite runs.

On SQLite it is a file in the child's data home; on PostgreSQL a fresh database on the suite's server, dropped
at the end. Nothing is set in this process.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[1]
SERVER = "ZHAGEN_DATABASE_URL"


def kind() -> str:
    """Return on which kind of database the suite runs."""
    return "PostgreSQL" if os.environ.get(SERVER) else "SQLite"


def on_sqlite(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment of a child with the same data home on SQLite."""
    return {name: text for name, text in environment.items() if name != SERVER}


@contextmanager
def own_database(home: Path) -> Iterator[dict[str, str]]:
    """Yield the environment of a child that works in this data home, on a database of its own."""
    outside = {name: text for name, text in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment = {
        **outside,
        "ZHAGEN_HOME": str(home),
        "ZHAGEN_ROOTS": str(home / "roots"),
        "PYTHONPATH": str(ROOT),
    }
    server = environment.pop(SERVER, "")
    if not server:
        yield environment
        return
    name = f"child_{secrets.token_hex(6)}"
    run_on(server, f"CREATE DATABASE {name}")
    try:
        yield {**environment, SERVER: urlunsplit(urlsplit(server)._replace(path=f"/{name}"))}
    finally:
        run_on(server, f"DROP DATABASE {name} WITH (FORCE)")


def run_on(server: str, statement: str) -> None:
    """Run one statement outside a transaction."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def run_child(home: Path, module: str, *words: str) -> str:
    """Run a module of the tests on a database of its own; return what it printed last."""
    with own_database(home) as environment:
        done = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip().splitlines()[-1]


def start_child() -> None:
    """Start Django in a child and bring its databases up to date."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "zhagen.web.settings"
    django.setup()
    from django.core.management import call_command

    for database in ("default", "throwaway"):
        call_command("migrate", database=database, verbosity=0)
