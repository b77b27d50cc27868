"""Find what the pages say: every translatable phrase of templates and Python, and what has no English.

`python -m zhagen.platform.phrases` (`make messages`) prints the missing ones, ready to fill, by part file.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from zhagen.platform.translations import PACKAGE, part_files, read_parts

KEYWORDS = {"gettext": 1, "gettext_lazy": 1, "_": 1, "ngettext": 2, "ngettext_lazy": 2, "gettext_noop": 1}
WITH_CONTEXT = {"pgettext": 1, "pgettext_lazy": 1, "npgettext": 2}
NOTHING: Mapping[str, str] = MappingProxyType({})
_CALL = re.compile(r"(?<![\w.])(n?p?gettext|_)\((?=u?['\"])")
HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of a page and where it stands.

    Args:
        message_id: The source text; a pair where it has a plural.
        context: Gettext context or None.
        file: Path below the package.
        line: Line of the file; 0 where not known.
    """

    message_id: str | tuple[str, ...]
    context: str | None
    file: str
    line: int

    @property
    def key(self) -> tuple[str | None, str | tuple[str, ...]]:
        """How the catalogue knows it."""
        return self.context, self.message_id

    @property
    def part(self) -> str:
        """The part file in which its English belongs: one a concept."""
        path = Path(self.file)
        concept = path.parent.name if "templates" in path.parts else path.stem
        concept = "site" if concept in {"web", "templates"} else concept
        return f"zhagen/{path.parts[0]}/locale/en/LC_MESSAGES/{concept}.po"


def all_phrases(package: Path = PACKAGE) -> list[Phrase]:
    """Return every translatable phrase of the package."""
    found: list[Phrase] = []
    for file in sorted(package.rglob("*.html")) + sorted(package.rglob("templates/**/*.txt")):
        found += template_phrases(file.read_text("utf-8"), str(file.relative_to(package)))
    for file in sorted(package.rglob("*.py")):
        found += python_phrases(file.read_text("utf-8"), str(file.relative_to(package)))
    return found


def template_phrases(text: str, file: str) -> Iterator[Phrase]:
    """Yield the phrases of a template, as Django itself reads them."""
    from django.utils.translation.template import templatize

    source = templatize(text, origin=file)
    for found in _CALL.finditer(source):
        call = _call_at(source, found.start())
        if call is not None:
            yield from _phrase(call, file, source.count("\n", 0, found.start()) + 1)


def _call_at(source: str, start: int) -> ast.Call | None:
    end = source.find(")", start)
    while end != -1:
        try:
            tree = ast.parse(source[start : end + 1], mode="eval")
        except SyntaxError:
            end = source.find(")", end + 1)
            continue
        return tree.body if isinstance(tree.body, ast.Call) else None
    return None


def python_phrases(text: str, file: str) -> Iterator[Phrase]:
    """Yield the phrases of a Python module."""
    if "gettext" not in text:
        return
    tree = ast.parse(text)
    renamed = dict(_renamed(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _phrase(node, file, node.lineno, renamed)


def _renamed(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield under which name a module imports each of the translating functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            yield from ((each.asname, each.name) for each in node.names if each.asname)


def _phrase(call: ast.Call, file: str, line: int, renamed: Mapping[str, str] = NOTHING) -> Iterator[Phrase]:
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    name = renamed.get(name, name)
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if name in KEYWORDS and len(texts) >= KEYWORDS[name]:
        ids = tuple(texts[: KEYWORDS[name]])
        yield Phrase(ids if len(ids) > 1 else ids[0], None, file, line)
    elif name in WITH_CONTEXT and len(texts) > WITH_CONTEXT[name]:
        ids = tuple(texts[1 : 1 + WITH_CONTEXT[name]])
        yield Phrase(ids if len(ids) > 1 else ids[0], texts[0], file, line)


def missing(package: Path = PACKAGE) -> list[Phrase]:
    """Return the Chinese phrases without English, each once, in the order of the files."""
    known = read_parts(part_files(package))
    found: dict[object, Phrase] = {}
    for phrase in all_phrases(package):
        if HAN.search(str(phrase.message_id)) and phrase.key not in known:
            found.setdefault(phrase.key, phrase)
    return list(found.values())


def unused(package: Path = PACKAGE) -> list[tuple[object, Path]]:
    """Return what the parts translate although no page says it any more."""
    said = {phrase.key for phrase in all_phrases(package)}
    known = read_parts(part_files(package))
    return [(key, file) for key, (_, file) in known.items() if key not in said]


def snippet(phrase: Phrase) -> str:
    """Return a phrase as an entry of a part file with its English left open."""
    lines = [f"#: {phrase.file}:{phrase.line}"]
    if phrase.context:
        lines.append(f"msgctxt {_quoted(phrase.context)}")
    if isinstance(phrase.message_id, tuple):
        one, many = phrase.message_id
        lines += [f"msgid {_quoted(one)}", f"msgid_plural {_quoted(many)}", 'msgstr[0] ""', 'msgstr[1] ""']
    else:
        lines += [f"msgid {_quoted(phrase.message_id)}", 'msgstr ""']
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


HEADER = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"""


def main() -> int:
    """Print what lacks English by part file; the exit code says whether anything does."""
    import django

    django.setup()
    by_part: dict[str, list[Phrase]] = {}
    for phrase in missing():
        by_part.setdefault(phrase.part, []).append(phrase)
    for part, phrases in sorted(by_part.items()):
        print(f"# ===== {part}: {len(phrases)}")
        if not (PACKAGE.parent / part).exists():
            print(HEADER)
        print("\n\n".join(snippet(phrase) for phrase in phrases) + "\n")
    return 1 if by_part else 0


if __name__ == "__main__":
    raise SystemExit(main())
