"""Fill editable Word papers from plain data, ours or the office's own of the same name.

A paper "app/name" is `zhagen/<app>/documents/<name>.docx`; the .toml beside it lists its fields. A street
uploads its own on the page of paper templates; failing that, `<name>.docx` in the templates folder of the data
home counts for all streets. A template may show, repeat and choose by the paper's fields; it can run nothing:
the allowed steps are a list, all else is refused by name.
"""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from django.utils.translation import override

from zhagen.core.errors import RuleError, SeveralRulesError
from zhagen.platform.child import MEBIBYTE, Limits, run_limited
from zhagen.platform.files import read_stored, sha256_hex
from zhagen.platform.home import data_home
from zhagen.platform.models import PaperTemplate

P = ParamSpec("P")
R = TypeVar("R")

PACKAGE_FOLDER = Path(__file__).resolve().parents[1]
LIMITS = Limits(wall_seconds=30, memory_bytes=1024 * MEBIBYTE, file_bytes=64 * MEBIBYTE)
MOST_BYTES = 10 * MEBIBYTE
_NAME = re.compile(r"[a-z]+/[a-z_]+")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a paper; `parts` are the fields of each item where it is a list."""

    zh: str
    en: str
    sample: Any
    parts: Mapping[str, "Field"]


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled paper and the template that it came from, each with its SHA-256."""

    content: bytes
    sha256: str
    template_sha256: str


def in_chinese(make: Callable[P, R]) -> Callable[P, R]:
    """Decorate what gathers or fills an office's paper: papers are Chinese whatever language their maker reads."""

    @wraps(make)
    def made(*args: P.args, **named: P.kwargs) -> R:
        with override("zh-hans"):
            return make(*args, **named)

    return made


@cache
def paper_fields(name: str) -> Mapping[str, Field]:
    """Return the fields of a paper by its .toml.

    Raises:
        RuleError: "document.no_such_template".
    """
    source = _shipped(name).with_suffix(".toml")
    return _fields_of(tomllib.loads(source.read_text("utf-8"))["fields"])


def _fields_of(table: Mapping[str, Any]) -> dict[str, Field]:
    return {
        key: Field(
            zh=entry["zh"],
            en=entry["en"],
            sample=entry.get("sample"),
            parts=_fields_of(entry.get("parts", {})),
        )
        for key, entry in table.items()
    }


def sample_data(name: str) -> dict[str, Any]:
    """Return data that fills every field of a paper, for previews and tests."""
    return _sample_of(paper_fields(name))


def _sample_of(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {
        key: [_sample_of(field.parts)] * 2 if field.parts else field.sample for key, field in fields.items()
    }


def _shipped(name: str) -> Path:
    app, _, base = name.partition("/")
    path = PACKAGE_FOLDER / app / "documents" / f"{base}.docx"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise RuleError("document.no_such_template", name=name)
    return path


def paper_names() -> list[str]:
    """Return every paper that ships, sorted."""
    return sorted(f"{path.parents[1].name}/{path.stem}" for path in PACKAGE_FOLDER.glob("*/documents/*.docx"))


def paper_title(name: str) -> Mapping[str, str]:
    """Return the name of a paper for people by language, "zh" and "en".

    Raises:
        RuleError: "document.no_such_template".
    """
    return tomllib.loads(_shipped(name).with_suffix(".toml").read_text("utf-8"))["title"]  # type: ignore[no-any-return]


def built_in(name: str) -> bytes:
    """Return the template that ships with the product.

    Raises:
        RuleError: "document.no_such_template".
    """
    return _shipped(name).read_bytes()


def template_of(name: str, office: str = "") -> bytes:
    """Return the template in force: the street's own, else the data home's, else ours."""
    own = PaperTemplate.objects.filter(place=office, paper=name, is_in_force=True).first() if office else None
    if own is not None:
        return read_stored(data_home() / "evidence", own.file_digest)
    return template_path(name).read_bytes()


def template_path(name: str, own_folder: Path | None = None) -> Path:
    """Return the template of the data home where there is one, else ours."""
    shipped = _shipped(name)
    own = (own_folder or data_home() / "templates") / shipped.name
    return own if own.is_file() else shipped


def fill_document(
    name: str, data: Mapping[str, Any], *, office: str = "", own_folder: Path | None = None
) -> Filled:
    """Return a paper filled with data.

    Args:
        name: "app/name".
        data: A value for each field: text, whole number, fen, date, list; None leaves room to write.
        office: Code of the street whose own template comes first.
        own_folder: Where templates for all streets lie; by default in the data home.

    Raises:
        RuleError: "document.missing_data", or what `check_template` raises.
    """
    known = paper_fields(name)
    missing = [field.zh for key, field in known.items() if key not in data]
    if missing:
        raise RuleError("document.missing_data", name=name, missing="、".join(missing))
    template = template_path(name, own_folder).read_bytes() if own_folder else template_of(name, office)
    arguments = {"data": json.loads(json.dumps(dict(data), default=_plain)), "fields": _names_of(known)}
    outcome = run_limited("zhagen.platform.document_child:fill_in_child", template, arguments, LIMITS)
    return Filled(outcome.target, sha256_hex(outcome.target), sha256_hex(template))


def check_template(name: str, template: bytes) -> None:
    """Check an office's own template before it is kept: readable, harmless, only known fields.

    Raises:
        SeveralRulesError: Of "document.unknown_field", "document.step_not_allowed", "document.bad_syntax".
        RuleError: A code of "upload." or of the child.
    """
    if len(template) > MOST_BYTES:
        figures = {"mebibytes": -(-len(template) // MEBIBYTE), "most": MOST_BYTES // MEBIBYTE}
        raise RuleError("upload.too_large", **figures)
    if not template.startswith(b"PK"):
        raise RuleError("upload.kind_not_allowed", found="?", allowed="docx")
    arguments = {"fields": _names_of(paper_fields(name))}
    found = run_limited("zhagen.platform.document_child:check_in_child", template, arguments, LIMITS).answer
    if found["errors"]:
        raise SeveralRulesError([RuleError(code, **figures) for code, figures in found["errors"]])


def _names_of(fields: Mapping[str, Field]) -> dict[str, Any]:
    return {key: _names_of(field.parts) for key, field in fields.items()}


def _plain(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"a paper takes plain data, not {type(value).__name__}")
