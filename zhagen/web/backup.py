"""One file that holds an office: database, evidence, own papers; keys only if asked for (reliability D21)."""

import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zhagen
from zhagen.core.errors import RuleError
from zhagen.platform.home import data_home

FORM = "zhagen-backup-1"
MANIFEST, DATABASE, DUMP = "manifest.json", "zhagen.sqlite3", "database.jsonl.gz"
FOLDERS = ("evidence", "templates", "rulebooks", "charts")
KEYS = "keys"
SHARE_CHECKED = 100
"""One file of evidence in so many is hashed again after each backup, and never fewer than `LEAST_CHECKED`."""
LEAST_CHECKED = 20
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Checked:
    """What a backup proved of itself."""

    size: int
    root: str
    evidence: int
    evidence_checked: int


def make_backup(target: Path, *, with_keys: bool) -> Checked:
    """Write a backup beside its final name, restore it into a scratch folder, check it, then name it.

    Args:
        target: File to write.
        with_keys: Whether the keys of the data home go in; without them restored secrets stay sealed.

    Raises:
        RuleError: "backup.exists", or what `check_unpacked` finds.
    """
    if target.exists():
        raise RuleError("backup.exists", file=str(target))
    partial = target.with_name(target.name + ".part")
    with tempfile.TemporaryDirectory(prefix="zhagen-backup-") as name:
        folder = Path(name)
        database = _copy_database(folder)
        names = [*FOLDERS, KEYS] if with_keys else list(FOLDERS)
        files = _files_below(data_home(), names)
        found = check_copy(database, folder / "scratch")
        manifest = {
            "form": FORM,
            "version": zhagen.__version__,
            "database": database.name,
            "log_size": found["size"],
            "log_root": found["root"],
            "files": {database.name: _sha256(database)} | {name: _sha256(path) for name, path in files},
        }
        _write_archive(partial, manifest, [(database.name, database), *files])
        checked = _prove(partial, folder / "proof")
    os.replace(partial, target)
    return checked


def read_backup(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup, check every file in it against the list, and return that list.

    Raises:
        RuleError: "backup.unreadable", "backup.damaged".
    """
    try:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        form, files = manifest["form"], manifest["files"]
    except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise RuleError(
            "backup.unreadable", file=str(source), reason=str(error) or type(error).__name__
        ) from None
    if form != FORM:
        raise RuleError("backup.unreadable", file=str(source), reason=form)
    for name, digest in files.items():
        path = folder / name
        if not path.is_file() or _sha256(path) != digest:
            raise RuleError("backup.damaged", file=str(source), part=name)
    return manifest


def check_copy(database: Path, scratch: Path) -> dict[str, Any]:
    """Check a database file or dump in a data home of its own and a process of its own.

    Raises:
        RuleError: "backup.copy_bad".
    """
    home = scratch.resolve()
    home.mkdir(parents=True)
    environment = {name: text for name, text in os.environ.items() if name != "ZHAGEN_DATABASE_URL"}
    environment |= {"ZHAGEN_HOME": str(home), "DJANGO_SETTINGS_MODULE": "zhagen.web.settings"}
    if database.name == DATABASE:
        shutil.copyfile(database, home / DATABASE)
        steps = [["zhagen.web.check_copy"]]
    else:
        steps = [
            ["zhagen.web.manage", "prepare"],
            ["zhagen.web.load_dump", str(database)],
            ["zhagen.web.check_copy"],
        ]
    done = None
    for step in steps:
        done = subprocess.run(
            [sys.executable, "-m", *step], env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuleError("backup.copy_bad", reason=done.stderr.strip()[-300:])
    found = json.loads(done.stdout) if done else {}
    if found["integrity"] != "ok" or found["findings"]:
        raise RuleError("backup.copy_bad", reason="; ".join([found["integrity"], *found["findings"][:3]]))
    return found


def _copy_database(folder: Path) -> Path:
    """Copy the live database as it stands at one moment, while others go on writing."""
    from django.db import connection

    if connection.vendor != "sqlite":
        from zhagen.web.dump import write_dump

        write_dump(folder / DUMP)
        return folder / DUMP
    import pysqlite3

    copy = pysqlite3.connect(str(folder / DATABASE))
    connection.ensure_connection()
    try:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
    return folder / DATABASE


def _files_below(home: Path, names: list[str]) -> list[tuple[str, Path]]:
    found = [path for name in names for path in sorted((home / name).rglob("*")) if path.is_file()]
    return [(str(path.relative_to(home)), path) for path in found if not path.name.startswith(".part-")]


def _write_archive(target: Path, manifest: dict[str, Any], files: list[tuple[str, Path]]) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w") as archive:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as text:
            json.dump(manifest, text, ensure_ascii=False, sort_keys=True)
            text.flush()
            archive.add(text.name, MANIFEST)
        for name, path in files:
            archive.add(path, name, recursive=False)
        archive.close()
        out.flush()
        os.fsync(out.fileno())


def _prove(archive: Path, folder: Path) -> Checked:
    """Restore the archive into a scratch folder and check what came out of it."""
    folder.mkdir()
    with tarfile.open(archive) as opened:
        opened.extractall(folder, filter="data")
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    found = check_copy(folder / manifest["database"], folder / "again")
    if (found["size"], found["root"]) != (manifest["log_size"], manifest["log_root"]):
        raise RuleError("backup.root_differs", expected=manifest["log_root"], found=found["root"])
    evidence = [name for name in manifest["files"] if name.startswith("evidence/")]
    wanted = min(len(evidence), max(LEAST_CHECKED, len(evidence) // SHARE_CHECKED))
    for name in random.SystemRandom().sample(evidence, wanted):
        if _sha256(folder / name) != Path(name).name:
            raise RuleError("backup.evidence_bad", part=name)
    return Checked(found["size"], found["root"], len(evidence), wanted)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
