"""Store evidence files by the SHA-256 of their content (reliability D14).

A file is written to a temporary name, synced, renamed and its folder synced before the caller's row
commits: a row never points at a file that a power cut may take. A crash in between leaves an orphan,
which the sweep removes.
"""

import contextlib
import hashlib
import os
import re
import tempfile
from collections.abc import Container, Iterator
from pathlib import Path

from zhagen.core.errors import RuleError

CHUNK_BYTES = 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TEMPORARY_PREFIX = ".part-"


def sha256_hex(content: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 hex digits."""
    return hashlib.sha256(content).hexdigest()


def stored_path(root: Path, digest: str) -> Path:
    """Return where the file with this SHA-256 lies (two levels of folders).

    Raises:
        RuleError: "file.bad_digest".
    """
    if not _DIGEST.fullmatch(digest):
        raise RuleError("file.bad_digest", found=digest[:80])
    return root / digest[:2] / digest[2:4] / digest


def store(root: Path, content: bytes) -> str:
    """Keep the bytes under their SHA-256 and return it; by then they are on the disk. Twice is one file."""
    digest = sha256_hex(content)
    path = stored_path(root, digest)
    if path.exists():
        os.utime(path)  # young again, so that a sweep under way leaves it to the row about to commit
        return digest
    _make_folders(root, path.parent)
    descriptor, temporary = tempfile.mkstemp(prefix=_TEMPORARY_PREFIX, dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)
    return digest


def _make_folders(root: Path, folder: Path) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        _sync_folder(each.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows offers no handle on a folder; its rename is journalled
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_stored(root: Path, digest: str) -> bytes:
    """Return the stored bytes, checked against their name.

    Raises:
        RuleError: "file.missing" or "file.altered".
    """
    path = stored_path(root, digest)
    if not path.is_file():
        raise RuleError("file.missing", digest=digest)
    content = path.read_bytes()
    if sha256_hex(content) != digest:
        raise RuleError("file.altered", digest=digest)
    return content


def stored_digests(root: Path) -> Iterator[str]:
    """Yield the SHA-256 of each stored file."""
    for path in sorted(root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
        if _DIGEST.fullmatch(path.name):
            yield path.name


def sweep_orphans(root: Path, *, known: Container[str], older_than: float) -> list[str]:
    """Remove files that no row knows and abandoned temporary files; return the SHA-256 of the removed.

    Args:
        root: Root of the store.
        known: SHA-256 of every file that a row points at.
        older_than: POSIX time; a younger file is left, for its row may be about to commit.
    """
    for abandoned in root.glob(f"[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/{_TEMPORARY_PREFIX}*"):
        _remove_if_old(abandoned, older_than)
    return [
        digest
        for digest in stored_digests(root)
        if digest not in known and _remove_if_old(stored_path(root, digest), older_than)
    ]


def _remove_if_old(path: Path, older_than: float) -> bool:
    with contextlib.suppress(FileNotFoundError):  # another sweep was quicker
        if path.stat().st_mtime < older_than:
            path.unlink()
            return True
    return False
