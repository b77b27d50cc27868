"""Make everything ready to serve: databases and cache table. Running it again does nothing."""

import argparse
import hashlib
import os
from importlib.resources import files
from pathlib import Path

import zhagen
from zhagen.platform.home import data_home
from zhagen.web.commands.words import tell

STAMP = "prepared"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments."""


def run(options: argparse.Namespace) -> int:
    """Prepare and say so."""
    prepare()
    tell("command.prepared", home=data_home())
    return 0


def prepare() -> None:
    """Bring both databases to this version's tables and leave a stamp."""
    import django

    django.setup()
    from django.core.management import call_command

    if _has_pending_migrations("default"):
        tell("command.preparing_database")
        call_command("migrate", database="default", verbosity=0, interactive=False)
    if _has_pending_migrations("throwaway", "sessions"):
        tell("command.preparing_sessions")
        call_command("migrate", "sessions", database="throwaway", verbosity=0, interactive=False)
    call_command("createcachetable", database="throwaway", verbosity=0)
    (data_home() / STAMP).write_text(_fingerprint())


def is_prepared() -> bool:
    """Whether this version has prepared this data home before; a quick look without the database."""
    stamp = data_home() / STAMP
    return stamp.exists() and stamp.read_text() == _fingerprint() and _database_file_exists()


def forget_preparation() -> None:
    """Have the next start look again: after a restore."""
    (data_home() / STAMP).unlink(missing_ok=True)


def _has_pending_migrations(alias: str, app: str | None = None) -> bool:
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[alias])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes(app)))


def _database_file_exists() -> bool:
    is_elsewhere = bool(os.environ.get("ZHAGEN_DATABASE_URL"))
    home = data_home()
    return (home / "throwaway.sqlite3").exists() and (is_elsewhere or (home / "zhagen.sqlite3").exists())


def _fingerprint() -> str:
    package = Path(str(files("zhagen")))
    parts = [zhagen.__version__, str(package), os.environ.get("ZHAGEN_DATABASE_URL", "")]
    for path in sorted(package.glob("*/migrations/0*.py")):
        parts.append(f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
