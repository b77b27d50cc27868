"""A counted vote written back as a Pabulib file: all that was read, and which projects were selected."""

import gzip
import os
import tempfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from zhagen.core.allocation.allocate import Outcome
from zhagen.core.allocation.pabulib import Row, Sections, read_sections, unpack, write_sections
from zhagen.core.allocation.terms import Rule, Terms
from zhagen.core.errors import RuleError

SELECTED = "selected"
COUNTED_BY = ("rule", "utility", "completion", "tie_breaking")


def check_writable(path: Path, *, overwrite: bool) -> None:
    """Refuse to write over a file unless asked, before anything is counted.

    Raises:
        RuleError: "cli.file_exists", "cli.cannot_write".
    """
    if path.is_dir() or not path.parent.is_dir():
        raise RuleError("cli.cannot_write", name=str(path), reason="no such folder")
    if path.exists() and not overwrite:
        raise RuleError("cli.file_exists", name=str(path))


def counted_file(data: bytes, name: str, terms: Terms, outcome: Outcome) -> str:
    """Return the text of a vote's file with the winners of a count in the column `selected`.

    Every column and key that was read is written again; META says by which rule was counted.
    """
    sections = read_sections(unpack(data, name), name)
    stated = (terms.rule, outcome.utility, terms.completion, terms.tie)
    of_rule = COUNTED_BY if terms.rule is Rule.EQUAL_SHARES else ("rule", "utility", "", "tie_breaking")
    meta = {key: value for key, value in sections.meta.items() if key not in COUNTED_BY}
    meta |= {key: str(value) for key, value in zip(of_rule, stated, strict=True) if key}
    return write_sections(replace(_selected(sections, set(outcome.winners)), meta=meta))


def _selected(sections: Sections, winners: Collection[str]) -> Sections:
    columns = sections.project_columns
    if SELECTED not in columns:
        columns = (*columns, SELECTED)
    rows = tuple(
        Row(row.line, {**row.fields, SELECTED: "1" if row.fields["project_id"].strip() in winners else "0"})
        for row in sections.projects
    )
    return replace(sections, project_columns=columns, projects=rows)


def write_whole(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a file whole or not at all; packed where its name ends in .gz.

    Raises:
        RuleError: "cli.file_exists", "cli.cannot_write".
    """
    content = text.encode()
    if path.suffix == ".gz":
        content = gzip.compress(content, mtime=0)
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=".part-", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(content)
            Path(temporary).chmod(0o644)
            if overwrite:
                Path(temporary).replace(path)
            else:
                os.link(temporary, path)  # unlike a rename it never takes another file's place
        finally:
            Path(temporary).unlink(missing_ok=True)
    except FileExistsError:
        raise RuleError("cli.file_exists", name=str(path)) from None
    except OSError as error:
        raise RuleError("cli.cannot_write", name=str(path), reason=error.strerror) from error
