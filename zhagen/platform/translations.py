"""English of the pages: part files beside each app, one a concept, compiled into one catalogue.

The parts stand in `zhagen/<app>/locale/en/LC_MESSAGES/<concept>.po`. The compiled `django.mo` lies in the
data home, never in the package, and is made anew at start when a part has changed.
"""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Message

PACKAGE = Path(__file__).resolve().parents[1]
PARTS = "*/locale/en/LC_MESSAGES/*.po"


def part_files(package: Path = PACKAGE) -> list[Path]:
    """Return the part files of all apps in a fixed order."""
    return sorted(package.glob(PARTS))


def fingerprint(parts: Iterable[Path]) -> str:
    """Return a short digest that changes when any part is edited, added or removed."""
    seen = [f"{part}:{part.stat().st_mtime_ns}:{part.stat().st_size}" for part in parts]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()


def read_parts(parts: Iterable[Path]) -> dict[object, tuple[object, Path]]:
    """Return message id → (English, part file); a plural id is a pair, a context a prefix.

    Raises:
        ValueError: Two parts translate the same words differently; names both files.
    """
    found: dict[object, tuple[object, Path]] = {}
    for message, part in _messages(parts):
        key = (message.context, message.id)
        if key in found and found[key][0] != message.string:
            raise ValueError(f"{message.id!r} differs between {found[key][1]} and {part}")
        found[key] = (message.string, part)
    return found


def _messages(parts: Iterable[Path]) -> Iterator[tuple["Message", Path]]:
    """Yield each translated phrase; at start the later part wins, while the suite refuses a clash."""
    from babel.messages.pofile import read_po

    for part in parts:
        with part.open("rb") as file:
            for message in read_po(file, locale="en"):
                if message.id and message.string and not message.fuzzy:
                    yield message, part


def compile_if_stale(target: Path, package: Path = PACKAGE) -> bool:
    """Make the folder's English catalogue if any part changed since; return whether it was made.

    Args:
        target: Folder for Django's LOCALE_PATHS; the catalogue is `en/LC_MESSAGES/django.mo` in it.
        package: Where the parts are.
    """
    folder = target / "en" / "LC_MESSAGES"
    made, mark = folder / "django.mo", folder / "made-from"
    parts = part_files(package)
    wanted = fingerprint(parts)
    if made.exists() and mark.exists() and mark.read_text("ascii") == wanted:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    _replace(made, _catalogue_bytes(parts))
    _replace(mark, wanted.encode("ascii"))
    return True


def _catalogue_bytes(parts: Iterable[Path]) -> bytes:
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    catalog = Catalog(locale="en", project="zhagen", charset="utf-8")
    for message, _ in _messages(parts):
        catalog.add(message.id, message.string, context=message.context)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def _replace(path: Path, content: bytes) -> None:
    """Write beside and rename, so that another process starting now reads the old or the new one whole."""
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(name).replace(path)
