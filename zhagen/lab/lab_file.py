"""Files that leave the database: one envelope with format version and hash, read strictly or not at all."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import StrEnum
from hashlib import sha256
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from zhagen.core.errors import RuleError
from zhagen.core.log_form import canonical

T = TypeVar("T")

FORMAT = 1
"""Version of the form of these files; a reader refuses one that it does not know."""

MOST_CHARACTERS = 64 * 1024 * 1024
"""A longer text is no file of ours."""

_KEYS = {"kind", "format", "sha256", "content"}


def write_file(kind: str, content: object) -> str:
    """Return the text of a file: a frozen dataclass as canonical JSON with its hash.

    Args:
        kind: What the file is, such as "zhagen-district-snapshot".
        content: A dataclass of whole numbers, words, yes and no, tuples and mappings by words.
    """
    plain = to_plain(content)
    head = {"kind": kind, "format": FORMAT, "sha256": digest_of(plain), "content": plain}
    return json.dumps(head, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def read_file(text: str, kind: str, form: type[T]) -> T:
    """Return what a file of a kind holds; nothing is guessed, nothing left out.

    Raises:
        RuleError: "lab_file.broken", "lab_file.other_kind", "lab_file.newer" or "lab_file.altered".
    """
    head = _json(text)
    if not isinstance(head, dict) or set(head) != _KEYS:
        raise _broken("", "kind, format, sha256, content")
    if head["kind"] != kind:
        raise RuleError("lab_file.other_kind", kind=str(head["kind"])[:60], wanted=kind)
    version = head["format"]
    if type(version) is not int or version < 1:
        raise _broken("format", "1, 2, …")
    if version > FORMAT:
        raise RuleError("lab_file.newer", format=version, known=FORMAT)
    if head["sha256"] != digest_of(head["content"]):
        raise RuleError("lab_file.altered", digest=str(head["sha256"])[:12])
    made: T = from_plain(form, head["content"], "content")
    return made


def digest_of(plain: object) -> str:
    """Return the SHA-256 of plain data's canonical JSON."""
    return sha256(canonical(plain)).hexdigest()


def to_plain(value: object) -> Any:
    """Return a value as plain data that JSON keeps without loss."""
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [to_plain(each) for each in value]
    return value


def from_plain(form: Any, plain: Any, where: str) -> Any:
    """Return plain data as the form it was written from.

    Raises:
        RuleError: "lab_file.broken" with the place in the file.
    """
    kind, parts = get_origin(form), get_args(form)
    if kind in {Union, UnionType}:
        return _optional(parts, plain, where)
    if kind is tuple:
        if not isinstance(plain, list):
            raise _broken(where, "[…]")
        return tuple(from_plain(parts[0], each, f"{where}[{at}]") for at, each in enumerate(plain))
    if kind is not None and issubclass(kind, Mapping):
        if not isinstance(plain, dict):
            raise _broken(where, "{…}")
        return {key: from_plain(parts[1], each, f"{where}.{key}") for key, each in plain.items()}
    if is_dataclass(form):
        return _record(form, plain, where)
    return _single(form, plain, where)


def _optional(parts: tuple[Any, ...], plain: Any, where: str) -> Any:
    if plain is None:
        return None
    return from_plain(next(part for part in parts if part is not NoneType), plain, where)


def _record(form: Any, plain: Any, where: str) -> Any:
    kinds = get_type_hints(form)
    names = [each.name for each in fields(form)]
    if not isinstance(plain, dict) or set(plain) != set(names):
        raise _broken(where, ", ".join(names))
    return form(**{name: from_plain(kinds[name], plain[name], f"{where}.{name}") for name in names})


def _single(form: Any, plain: Any, where: str) -> Any:
    if issubclass(form, StrEnum):
        try:
            return form(plain)
        except ValueError:
            raise _broken(where, ", ".join(form)) from None
    if type(plain) is not form:  # a yes is no number, and 1.0 is not 1
        raise _broken(where, form.__name__)
    return plain


def _json(text: str) -> Any:
    if len(text) > MOST_CHARACTERS:
        raise _broken("", f"≤ {MOST_CHARACTERS}")
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _broken("", "JSON") from error


def _refuse(word: str) -> None:
    raise ValueError(word)


def _broken(where: str, expected: str) -> RuleError:
    return RuleError("lab_file.broken", where=where or "—", expected=expected)
