"""Restore an office from a backup."""

import argparse
import os
import shutil
import tempfile
import time
from pathlib import Path

from zhagen.core.errors import RuleError
from zhagen.web.commands import prepare, serve
from zhagen.web.commands.words import tell


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the file to read."""
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--force", action="store_true", help="overwrite")


def run(options: argparse.Namespace) -> int:
    """Check the backup wholly before anything of the data home is touched; then put it in place."""
    home = prepare.data_home()
    with serve.hold_home(home):
        _require_empty(home, is_forced=options.force)
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as name:
            manifest = _restore(options.file, Path(name), home)
    tell("backup.restored", size=manifest["log_size"], root=manifest["log_root"][:16])
    return 0


def _restore(source: Path, folder: Path, home: Path) -> dict:
    from zhagen.web.backup import DUMP, check_copy, read_backup

    manifest = read_backup(source, folder / "unpacked")
    database = folder / "unpacked" / manifest["database"]
    found = check_copy(database, folder / "scratch")
    if found["root"] != manifest["log_root"]:
        raise RuleError("backup.root_differs", expected=manifest["log_root"], found=found["root"])
    is_postgres = bool(os.environ.get("ZHAGEN_DATABASE_URL"))
    if is_postgres and database.name != DUMP:
        raise RuleError("backup.other_database", database=database.name)
    _put_in_place(folder, home, database)
    _after(manifest, database if is_postgres else None)
    return manifest


def _put_in_place(folder: Path, home: Path, database: Path) -> None:
    from zhagen.web.backup import DATABASE, FOLDERS, KEYS

    aside = home / f"before-restore-{time.strftime('%Y%m%d-%H%M%S')}"
    for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", "throwaway.sqlite3"):
        if (home / name).exists():
            aside.mkdir(exist_ok=True)
            os.replace(home / name, aside / name)
    copy = folder / "scratch" / DATABASE
    if not os.environ.get("ZHAGEN_DATABASE_URL"):
        os.replace(copy if copy.exists() else database, home / DATABASE)
    for name in (*FOLDERS, KEYS):
        if (folder / "unpacked" / name).is_dir():
            shutil.copytree(folder / "unpacked" / name, home / name, dirs_exist_ok=True)
    prepare.forget_preparation()


def _after(manifest: dict, dump: Path | None) -> None:
    prepare.prepare()
    if dump is not None:
        from zhagen.web.dump import load_dump

        load_dump(dump)
    from zhagen.parties.actions.office import record_upkeep
    from zhagen.platform.clock import forget_mark, now

    forget_mark()
    record_upkeep(
        "office.restored", {"log_root": manifest["log_root"], "log_size": manifest["log_size"]}, now=now()
    )


def _require_empty(home: Path, *, is_forced: bool) -> None:
    if os.environ.get("ZHAGEN_DATABASE_URL"):
        import django

        django.setup()
        from django.db import connection

        is_empty = not connection.introspection.table_names()
        if not is_empty:
            raise RuleError("backup.database_not_empty")
    elif (home / "zhagen.sqlite3").exists() and not is_forced:
        raise RuleError("backup.would_overwrite", home=home)
